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
  /** A ring once it is full: the oldest row is at `#head`. */
  readonly #rows: Row[] = [];
  #head = 0;

  constructor(size: number) {
    this.#size = size;
  }

  add(atMs: number, idHigh: number, idLow: number, value: number): void {
    const rows = this.#rows;
    if (rows.length < this.#size) {
      let at = rows.length;
      while (at > 0 && isAfter(rows[at - 1] as Row, atMs, idHigh, idLow)) at -= 1;
      rows.splice(at, 0, { atMs, idHigh, idLow, value });
      return;
    }
    let later = 0;
    while (later < rows.length && isAfter(this.#newest(later), atMs, idHigh, idLow)) later += 1;
    if (later === rows.length) return;
    // The oldest row gives its object to the new one: a million rows make no garbage.
    const row = rows[this.#head] as Row;
    row.atMs = atMs;
    row.idHigh = idHigh;
    row.idLow = idLow;
    row.value = value;
    this.#head = this.#head + 1 === rows.length ? 0 : this.#head + 1;
    for (let i = 0; i < later; i += 1) rows[this.#place(i)] = this.#newest(i + 1);
    rows[this.#place(later)] = row;
  }

  /** Where the row is that `count` rows are newer than. */
  #place(count: number): number {
    const at = this.#head - 1 - count;
    return at < 0 ? at + this.#rows.length : at;
  }

  #newest(count: number): Row {
    return this.#rows[this.#place(count)] as Row;
  }

  /** Oldest first. */
  get values(): number[] {
    return [...this.#rows.slice(this.#head), ...this.#rows.slice(0, this.#head)].map((row) => row.value);
  }

  /** The latest; undefined when nothing was added. */
  get last(): Readonly<Row> | undefined {
    return this.#rows.length === 0 ? undefined : this.#newest(0);
  }

  /** Time of the `count`th newest row; undefined when the window does not reach that far. */
  atMsOfNewest(count: number): number | undefined {
    return count > this.#rows.length ? undefined : this.#newest(count - 1).atMs;
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
