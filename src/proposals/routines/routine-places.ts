import type { StepTable } from './step-table.ts';

/** Steps `from` to before `to`, as numbers of the table. */
export interface Place {
  from: number;
  to: number;
}

/** Where shapes stand in a table, and how often: what places and chances are looked up in. */
export class RoutinePlaces {
  private readonly table: StepTable;
  private readonly nothingTaken: Uint8Array;
  /** Steps of each session. */
  private readonly lengths: Int32Array;
  private readonly stepsByShape: Int32Array;
  private readonly firstOfShape: Int32Array;
  /** Of the shapes asked for so far: their steps, and how many of them each session has. */
  private readonly known = new Map<number, { steps: Int32Array; counts: Uint16Array }>();

  constructor(table: StepTable) {
    this.table = table;
    this.nothingTaken = new Uint8Array(table.shape.length);
    const { steps, first } = sortByShape(table);
    this.stepsByShape = steps;
    this.firstOfShape = first;
    this.lengths = new Int32Array(table.sessions.length);
    for (let at = 0; at < table.shape.length; at += 1) {
      const session = table.session[at] as number;
      if ((table.shape[at] as number) >= 0) this.lengths[session] = (this.lengths[session] as number) + 1;
    }
  }

  /**
   * Places that show the shapes in their order with at most `maxGap` steps between two of them, none overlapping and
   * none holding a step that is taken: each begins as early as it can and then ends as early as it can.
   */
  find(shapes: readonly number[], maxGap: number, taken: Uint8Array): Place[] {
    const places: Place[] = [];
    const others = [...new Set(shapes.slice(1))].map((shape) => this.countsOf(shape).counts);
    let free = 0;
    for (const from of this.countsOf(shapes[0] as number).steps) {
      const session = this.table.session[from] as number;
      if (from < free || others.some((counts) => counts[session] === 0)) continue;
      const to = this.endFrom(from, shapes, maxGap, taken);
      if (to === undefined) continue;
      places.push({ from, to });
      free = to;
    }
    return places;
  }

  private endFrom(
    start: number,
    shapes: readonly number[],
    maxGap: number,
    taken: Uint8Array,
  ): number | undefined {
    if (taken[start] === 1) return undefined;
    let ends = [start];
    for (let step = 1; step < shapes.length; step += 1) {
      const next: number[] = [];
      for (const end of ends)
        for (let at = Math.max(end, next.at(-1) ?? 0) + 1; at <= end + 1 + maxGap; at += 1)
          if (this.table.shape[at] === shapes[step] && this.isFree(end + 1, at, taken)) next.push(at);
      if (next.length === 0) return undefined;
      ends = next;
    }
    return (ends[0] as number) + 1;
  }

  /** Whether no step from `from` to `to` is taken or the end of a session. */
  private isFree(from: number, to: number, taken: Uint8Array): boolean {
    for (let at = from; at <= to; at += 1)
      if (taken[at] === 1 || (this.table.shape[at] as number) < 0) return false;
    return true;
  }

  /**
   * Sessions that would show the shapes in this order if every session had its own steps in any order in which none
   * stands beside its like: for each the expected number of such places, at most 1, added up.
   */
  expectedSessions(shapes: readonly number[], maxGap: number): number {
    const columns = shapes.map((shape) => this.countsOf(shape).counts);
    const before = shapes.map((shape, at) => shapes.slice(0, at).filter((other) => other === shape).length);
    const ways = (maxGap + 1) ** (shapes.length - 1);
    let expected = 0;
    for (let session = 0; session < this.lengths.length; session += 1) {
      const length = this.lengths[session] as number;
      let places = Math.max(0, length - shapes.length + 1) * ways;
      for (let at = 0; at < columns.length && places > 0; at += 1) {
        const count = columns[at]?.[session] as number;
        places *= Math.max(0, count - (before[at] as number)) / (length - at);
        if (at + 1 < columns.length) places /= Math.max(0.05, 1 - count / length);
      }
      expected += Math.min(1, places);
    }
    return expected;
  }

  /**
   * Sessions that would show the shapes if only `added` stood anywhere in its sessions, and the others as they do: shows
   * whether a step belongs to a sequence, or is a frequent one that happened to be near.
   */
  expectedWith(shapes: readonly number[], added: number, maxGap: number): number {
    const others = shapes.filter((_, at) => at !== added);
    const isInside = added > 0 && added < shapes.length - 1;
    const places = this.find(others, isInside ? maxGap * 2 + 1 : maxGap, this.nothingTaken);
    const { counts } = this.countsOf(shapes[added] as number);
    const bySession = new Map<number, number>();
    for (const { from } of places) {
      const session = this.table.session[from] as number;
      const chance = ((maxGap + 1) * (counts[session] as number)) / (this.lengths[session] as number);
      bySession.set(session, Math.min(1, (bySession.get(session) ?? 0) + chance));
    }
    let expected = 0;
    for (const chance of bySession.values()) expected += chance;
    return expected;
  }

  private countsOf(shape: number): { steps: Int32Array; counts: Uint16Array } {
    const known = this.known.get(shape);
    if (known) return known;
    const steps = this.stepsByShape.subarray(this.firstOfShape[shape], this.firstOfShape[shape + 1]);
    const counts = new Uint16Array(this.table.sessions.length);
    for (let at = 0; at < steps.length; at += 1) {
      const session = this.table.session[steps[at] as number] as number;
      counts[session] = Math.min(65_535, (counts[session] as number) + 1);
    }
    const found = { steps, counts };
    this.known.set(shape, found);
    return found;
  }
}

/** Steps sorted by shape, those of one shape in their order, and where each shape's begin. */
function sortByShape({ shape, shapes }: StepTable): { steps: Int32Array; first: Int32Array } {
  const first = new Int32Array(shapes.length + 1);
  for (let at = 0; at < shape.length; at += 1) {
    const of = shape[at] as number;
    if (of >= 0) first[of + 1] = (first[of + 1] as number) + 1;
  }
  for (let of = 0; of < shapes.length; of += 1)
    first[of + 1] = (first[of + 1] as number) + (first[of] as number);
  const next = first.slice();
  const steps = new Int32Array(first[shapes.length] as number);
  for (let at = 0; at < shape.length; at += 1) {
    const of = shape[at] as number;
    if (of < 0) continue;
    steps[next[of] as number] = at;
    next[of] = (next[of] as number) + 1;
  }
  return { steps, first };
}
