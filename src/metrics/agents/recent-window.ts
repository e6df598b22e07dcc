interface Row {
  atMs: number;
  idHigh: number;
  idLow: number;
  value: number;
}

/**
 * The latest values of a stream that need not be in order: kept by time, then id, so that the same rows give the same
 * window whichever came first. Adding in order costs nothing; a late row is put in its place.
 */
export class RecentWindow {
  readonly #size: number;
  readonly #rows: Row[] = [];

  constructor(size: number) {
    this.#size = size;
  }

  add(atMs: number, idHigh: number, idLow: number, value: number): void {
    const rows = this.#rows;
    let at = rows.length;
    while (at > 0 && isAfter(rows[at - 1] as Row, atMs, idHigh, idLow)) at -= 1;
    if (rows.length < this.#size) {
      rows.splice(at, 0, { atMs, idHigh, idLow, value });
      return;
    }
    if (at === 0) return;
    // The oldest row gives its object to the new one: a million rows make no garbage.
    const row = rows[0] as Row;
    rows.copyWithin(0, 1, at);
    row.atMs = atMs;
    row.idHigh = idHigh;
    row.idLow = idLow;
    row.value = value;
    rows[at - 1] = row;
  }

  /** Oldest first. */
  get values(): number[] {
    return this.#rows.map((row) => row.value);
  }

  /** The latest; undefined when nothing was added. */
  get last(): Readonly<Row> | undefined {
    return this.#rows.at(-1);
  }

  /** Above 0 when the latest row of this window is after the latest of another. */
  compareLast(other: RecentWindow): number {
    const [mine, theirs] = [this.last, other.last];
    if (!mine || !theirs) return Number(mine !== undefined) - Number(theirs !== undefined);
    return isAfter(mine, theirs.atMs, theirs.idHigh, theirs.idLow) ? 1 : -1;
  }
}

function isAfter(row: Readonly<Row>, atMs: number, idHigh: number, idLow: number): boolean {
  if (row.atMs !== atMs) return row.atMs > atMs;
  if (row.idHigh !== idHigh) return row.idHigh > idHigh;
  return row.idLow > idLow;
}
