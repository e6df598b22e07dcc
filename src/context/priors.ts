import { categories, type Status, statuses } from '../knowledge/fact.ts';
import type { FactPool } from './fact-pool.ts';

/** What randomised exposure taught (½–1.5): by position in `categories`, and by number of the id; 1 while unknown. */
export interface Trust {
  byCategory: readonly number[];
  byId: ReadonlyMap<number, number>;
}

/** What counts before anything is known of the task. */
export interface PriorOptions {
  /** Statuses that may be given. */
  statuses: readonly Status[];
  /** Whole days since 2000-01-01. */
  now: number;
  /** Use and recency count; somebody looking something up is better off without them: −.012 there (spec 04). */
  weighed: boolean;
  trust: Trust | undefined;
}

/** valid · use · recency · trust of every document: 0 for those that may not be given; and how many of each segment may. */
export interface Priors {
  values: Float64Array;
  stocks: number[];
}

const useWeight = 0.5;
const useHalfLifeDays = 30;
const recencyWeight = 0.5;
const recencyHalfLifeDays = 14;

/** Multiplied, never fused by rank: that is what helped on public data (spec 04). */
export function priorsOf(pool: FactPool, options: PriorOptions): Priors {
  const values = new Float64Array(pool.count);
  const given = Uint8Array.from(statuses, (one) => (options.statuses.includes(one) ? 1 : 0));
  const trust = Float64Array.from(categories, (_, i) => options.trust?.byCategory[i] ?? 1);
  const own = options.trust && options.trust.byId.size > 0 ? options.trust.byId : undefined;
  const recency = recencyByDay(options);
  const fade = options.weighed ? useFade(options.now) : 0;
  const stocks = pool.segments.map((segment, i) => {
    const start = pool.starts[i]!;
    return fillPriors(pool, { values, given, trust, own, recency, fade }, start, start + segment.count);
  });
  return { values, stocks };
}

interface Factors {
  values: Float64Array;
  given: Uint8Array;
  trust: Float64Array;
  own: ReadonlyMap<number, number> | undefined;
  recency: Float64Array;
  fade: number;
}

function fillPriors(pool: FactPool, factors: Factors, start: number, end: number): number {
  const { alive, statuses: status, categories: category, uses, days, ids } = pool;
  const { values, given, trust, own, recency, fade } = factors;
  let stock = 0;
  for (let doc = start; doc < end; doc++) {
    if (alive[doc] !== 1 || given[status[doc]!] !== 1) continue;
    let prior = trust[category[doc]!]! * recency[days[doc]!]!;
    if (own !== undefined) prior = (own.get(ids[doc]!) ?? trust[category[doc]!]!) * recency[days[doc]!]!;
    if (uses[doc]! > 0) prior *= useFactor(uses[doc]! * fade);
    values[doc] = prior;
    stock++;
  }
  return stock;
}

/** 1 + ½ ln(1 + use). */
export function useFactor(use: number): number {
  return use > 0 ? 1 + useWeight * Math.log1p(use) : 1;
}

/** Turns stored use into use today: half of it is left after 30 days (spec 04). */
export function useFade(now: number): number {
  return 2 ** (-now / useHalfLifeDays);
}

/** 1 + ½ · 2^(−age/14 days); 1 when the day is not known. */
export function recencyFactor(day: number, now: number): number {
  return day === 0 ? 1 : 1 + recencyWeight * 2 ** (-Math.max(0, now - day) / recencyHalfLifeDays);
}

/** Recency for every day there can be, computed once a day and not once a fact. */
function recencyByDay({ now, weighed }: PriorOptions): Float64Array {
  const factors = new Float64Array(65_536).fill(1);
  if (!weighed) return factors;
  // Older than this the factor is 1 to within a part in a hundred million; nothing is confirmed after today.
  for (let day = Math.max(1, now - 400); day <= now; day++) factors[day] = recencyFactor(day, now);
  factors.fill(1 + recencyWeight, now + 1);
  return factors;
}
