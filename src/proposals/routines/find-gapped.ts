import type { StepTable } from './step-table.ts';

/** Steps that come in this order with a few others between them. */
export interface Gapped {
  shapes: readonly number[];
  /** Distinct sessions that show it. */
  sessions: number;
}

/** What gapped sequences are looked for, and how much work that may be. */
export interface GapLimits {
  minSessions: number;
  minLength: number;
  maxLength: number;
  /** Other steps that may stand between two of it. */
  maxGap: number;
  /** Steps looked at in one search. */
  maxWork: number;
}

/** Of large fleets a sequence with gaps is looked for when one in so many sessions shows it. */
const rarest = 200;

/**
 * Gap-bounded PrefixSpan (Pei et al., ICDE 2001; gaps as in Mannila, Toivonen and Verkamo's serial episodes): sequences
 * of `minLength` to `maxLength` different steps for which `canStep` holds (with a step twice it is a loop, of which gaps
 * would make countless sequences), grown step by step, depth first, from the places where
 * the sequence so far can end. A sequence is left out when one more step at its end is seen in as many sessions. There
 * can be more of them than steps: when the work exceeds its bound, the search begins anew asking for three times the sessions.
 */
export function findGapped(
  table: StepTable,
  canStep: (shape: number) => boolean,
  limits: GapLimits,
): Gapped[] {
  const steps = Uint8Array.from(table.shapes, (_, shape) => (canStep(shape) ? 1 : 0));
  const minSessions = Math.max(limits.minSessions, Math.ceil(table.sessions.length / rarest));
  return new Search(table, steps, { ...limits, minSessions }).run();
}

/** The places where a sequence can end with a shape, and how many sessions that are. */
interface Ending {
  shape: number;
  at: Int32Array;
  sessions: number;
}

class Search {
  private readonly table: StepTable;
  private readonly canStep: Uint8Array;
  private readonly limits: GapLimits;
  private readonly found: Gapped[] = [];
  private readonly shapes: number[] = [];
  private minSessions: number;
  private work = 0;
  /** For each step, the last look that saw it; for each shape, what the look has counted. */
  private readonly seen: Int32Array;
  private readonly places: Int32Array;
  private readonly sessions: Int32Array;
  private readonly lastSession: Int32Array;
  private looks = 0;
  /** Steps that one look tells of; every step at most once. */
  private readonly buffer: Int32Array;

  constructor(table: StepTable, canStep: Uint8Array, limits: GapLimits) {
    this.table = table;
    this.canStep = canStep;
    this.limits = limits;
    this.minSessions = limits.minSessions;
    this.seen = new Int32Array(table.shape.length);
    this.buffer = new Int32Array(table.shape.length);
    this.places = new Int32Array(table.shapes.length);
    this.sessions = new Int32Array(table.shapes.length);
    this.lastSession = new Int32Array(table.shapes.length);
  }

  run(): Gapped[] {
    const everywhere = Int32Array.from({ length: this.table.shape.length }, (_, at) => at - 1);
    const starts = this.endingsAfter(everywhere, 0);
    for (; this.minSessions <= this.table.sessions.length; this.minSessions *= 3) {
      this.work = 0;
      this.found.length = 0;
      this.shapes.length = 0;
      if (this.grow(starts.filter(({ sessions }) => sessions >= this.minSessions)) !== undefined)
        return this.found;
    }
    return [];
  }

  /** The most sessions one of the endings has; undefined when out of work. */
  private grow(endings: readonly Ending[]): number | undefined {
    let most = 0;
    for (const { shape, at, sessions } of endings) {
      most = Math.max(most, sessions);
      this.shapes.push(shape);
      const isFull = this.shapes.length === this.limits.maxLength;
      const longer = isFull ? 0 : this.grow(this.endingsAfter(at, this.limits.maxGap));
      if (longer === undefined || this.work > this.limits.maxWork) return undefined;
      if (this.shapes.length >= this.limits.minLength && longer < sessions)
        this.found.push({ shapes: [...this.shapes], sessions });
      this.shapes.pop();
    }
    return most;
  }

  /** The steps of enough sessions that can come next, by shape. Counts first, and keeps places only of those. */
  private endingsAfter(ends: Int32Array, maxGap: number): Ending[] {
    this.work += ends.length * (maxGap + 1);
    if (this.work > this.limits.maxWork && this.shapes.length > 0) return [];
    const { table, places, sessions, lastSession } = this;
    const next = this.nextSteps(ends, maxGap);
    const touched: number[] = [];
    for (let each = 0; each < next.length; each += 1) {
      const at = next[each] as number;
      const shape = table.shape[at] as number;
      if (places[shape] === 0) {
        touched.push(shape);
        lastSession[shape] = -1;
      }
      places[shape] = (places[shape] as number) + 1;
      if (lastSession[shape] === table.session[at]) continue;
      lastSession[shape] = table.session[at] as number;
      sessions[shape] = (sessions[shape] as number) + 1;
    }
    const endings: Ending[] = [];
    for (const shape of touched.sort((a, b) => a - b)) {
      const count = sessions[shape] as number;
      if (count >= this.minSessions && !this.shapes.includes(shape))
        endings.push({ shape, at: new Int32Array(places[shape] as number), sessions: count });
      sessions[shape] = 0;
      places[shape] = 0;
    }
    this.spread(next, endings);
    return endings;
  }

  /** Puts every step into the ending of its shape, where there is one. */
  private spread(next: Int32Array, endings: readonly Ending[]): void {
    if (endings.length === 0) return;
    const columns: (Int32Array | undefined)[] = new Array(this.table.shapes.length).fill(undefined);
    for (const { shape, at } of endings) columns[shape] = at;
    for (let each = 0; each < next.length; each += 1) {
      const at = next[each] as number;
      const shape = this.table.shape[at] as number;
      const places = columns[shape];
      if (!places) continue;
      const used = this.places[shape] as number;
      places[used] = at;
      this.places[shape] = used + 1;
    }
    for (const { shape } of endings) this.places[shape] = 0;
  }

  /** Every step once that can come after one of `ends`. */
  private nextSteps(ends: Int32Array, maxGap: number): Int32Array {
    const { shape: shapes } = this.table;
    const next = this.buffer;
    let found = 0;
    this.looks += 1;
    for (let each = 0; each < ends.length; each += 1) {
      const end = ends[each] as number;
      for (let at = end + 1; at <= end + 1 + maxGap; at += 1) {
        const shape = shapes[at] as number;
        // The row ends with a step of no shape, so this also stops at its end.
        if (shape < 0) break;
        if (this.canStep[shape] === 0 || this.seen[at] === this.looks) continue;
        this.seen[at] = this.looks;
        next[found] = at;
        found += 1;
      }
    }
    return next.subarray(0, found);
  }
}
