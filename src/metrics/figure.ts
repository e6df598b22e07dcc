import type { Interval } from '../base/statistics/describe.ts';
import type { DefinitionId } from './definitions.ts';

/**
 * One number of a report. It never stands alone: n, an interval where it is an estimate, the definition it follows,
 * and how much of the source could be read. `value` is null when it is not known, and `reason` says why.
 */
export interface Figure {
  id: DefinitionId;
  value: number | null;
  unit: 'share' | 'minutes' | 'days' | 'per day' | 'per million tokens' | 'per hour' | 'count';
  /** How many things the value is made from, in the words of `of`. */
  n: number;
  of: string;
  /** 95 %; null for a count of everything there is, and where n is too small. */
  interval: Interval | null;
  /** Why the value (or its interval) is null; null when nothing is missing. */
  reason: string | null;
  /** Of how many of the window's sessions the needed parts could be read. */
  coverage: { usable: number; total: number };
}

/** Fewer than this and a comparison says "too few" (spec 06, comparison rules). */
export const fewest = 20;

/** A value on the log scale with the stratum it may be compared within. */
export interface StratifiedValue {
  value: number;
  stratum: string;
}

/** What a comparison of two windows needs of a figure; never written. Shares of clustered units carry effective numbers. */
type RawMaterial =
  | { kind: 'share'; hits: number; units: number }
  | { kind: 'values'; values: readonly StratifiedValue[] }
  | { kind: 'count' };

/** A figure with its raw material. */
export interface Measured {
  figure: Figure;
  raw: RawMaterial;
}
