import { type Interval, meanOf, median, midRanks, varianceOf } from './describe.ts';
import { normalTwoSided, tCritical, tTwoSided } from './distributions.ts';

/** Mann–Whitney test of two samples. */
export interface MannWhitney {
  /** U of the first sample: pairs with a > b, ties counting one half. */
  uA: number;
  /** φ = P(A < B) + ½ P(A = B). */
  probLess: number;
  /** Two-sided p, normal approximation with tie and continuity correction. */
  pAsymptotic: number;
  /** Two-sided exact p; null with ties or more than 2,500 pairs. */
  pExact: number | null;
}

/** Mann & Whitney 1947; tie-corrected variance (Lehmann, Nonparametrics, 1.4). Undefined when a sample is empty. */
export function mannWhitney(a: readonly number[], b: readonly number[]): MannWhitney | undefined {
  if (a.length === 0 || b.length === 0) return undefined;
  const all = [...a, ...b];
  const ranks = midRanks(all);
  const pairs = a.length * b.length;
  const uA = ranks.slice(0, a.length).reduce((sum, rank) => sum + rank, 0) - (a.length * (a.length + 1)) / 2;
  const n = all.length;
  const tieSizes = [...countBy(all).values()];
  const ties = tieSizes.reduce((sum, size) => sum + size ** 3 - size, 0);
  const variance = (pairs / 12) * (n + 1 - ties / (n * (n - 1)));
  const deviation = Math.abs(uA - pairs / 2) - 0.5;
  return {
    uA,
    probLess: 1 - uA / pairs,
    pAsymptotic: variance > 0 ? Math.min(1, normalTwoSided(Math.max(0, deviation) / Math.sqrt(variance))) : 1,
    pExact: ties === 0 && pairs <= 2500 ? exactRankSum(a.length, b.length, uA) : null,
  };
}

function countBy(values: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

/** Two-sided exact p of U: the coefficients of the Gaussian binomial ∏ (1−x^(m+i))/(1−x^i) count the arrangements. */
function exactRankSum(n: number, m: number, u: number): number {
  const size = n * m;
  const ways = new Array<number>(size + 1).fill(0);
  ways[0] = 1;
  for (let i = 1; i <= n; i += 1) {
    for (let k = size; k >= m + i; k -= 1) ways[k] = (ways[k] as number) - (ways[k - m - i] as number);
    for (let k = i; k <= size; k += 1) ways[k] = (ways[k] as number) + (ways[k - i] as number);
  }
  const total = ways.reduce((sum, count) => sum + count, 0);
  const extreme = Math.max(u, size - u);
  const tail = ways.slice(extreme).reduce((sum, count) => sum + count, 0);
  return Math.min(1, (2 * tail) / total);
}

/** Brunner–Munzel test: no equal-variance assumption, right for ties. */
export interface BrunnerMunzel {
  statistic: number;
  df: number;
  p: number;
  /** φ = P(A < B) + ½ ties. */
  probLess: number;
  /** Of φ. */
  standardError: number;
  /** Interval of φ on the logit scale (Fay & Malinovsky 2018), clipped inside 0–1. */
  interval: Interval;
}

/** Brunner & Munzel 2000 with t approximation. Undefined below 2 values a side or when a side has no rank variance. */
export function brunnerMunzel(
  a: readonly number[],
  b: readonly number[],
  confidence = 0.95,
): BrunnerMunzel | undefined {
  const [n, m] = [a.length, b.length];
  if (n < 2 || m < 2) return undefined;
  const all = midRanks([...a, ...b]);
  const place = (own: readonly number[], joint: readonly number[]) => {
    const inner = midRanks(own);
    return joint.map((rank, i) => rank - (inner[i] as number));
  };
  const [placeA, placeB] = [place(a, all.slice(0, n)), place(b, all.slice(n))];
  const [varA, varB] = [varianceOf(placeA) as number, varianceOf(placeB) as number];
  const spread = n * varA + m * varB;
  if (spread <= 0) return undefined;
  const meanRank = (ranks: readonly number[]) => meanOf(ranks) as number;
  const statistic =
    (n * m * (meanRank(all.slice(n)) - meanRank(all.slice(0, n)))) / ((n + m) * Math.sqrt(spread));
  const df = spread ** 2 / ((n * varA) ** 2 / (n - 1) + (m * varB) ** 2 / (m - 1));
  const probLess = meanRank(placeB) / n;
  const standardError = Math.sqrt(varA / (m * m * n) + varB / (n * n * m));
  return {
    statistic,
    df,
    p: tTwoSided(statistic, df),
    probLess,
    standardError,
    interval: logitInterval(probLess, standardError, tCritical(1 - confidence, df)),
  };
}

function logitInterval(estimate: number, standardError: number, critical: number): Interval {
  if (estimate <= 0 || estimate >= 1)
    return [
      Math.max(0, estimate - critical * standardError),
      Math.min(1, estimate + critical * standardError),
    ];
  const logit = Math.log(estimate / (1 - estimate));
  const half = (critical * standardError) / (estimate * (1 - estimate));
  const back = (value: number) => 1 / (1 + Math.exp(-value));
  return [back(logit - half), back(logit + half)];
}

/** Hodges–Lehmann shift: the median of all b − a. Undefined when a sample is empty. */
export function hodgesLehmann(a: readonly number[], b: readonly number[]): number | undefined {
  return median(a.flatMap((x) => b.map((y) => y - x)));
}

/**
 * Exact two-sided permutation p of the difference of means: twice the smaller tail over every split of the pooled
 * values (Fisher 1935). Undefined with fewer than 2 values a side or more than `maxSplits` splits.
 */
export function permutationTest(
  a: readonly number[],
  b: readonly number[],
  maxSplits = 20_000,
): number | undefined {
  const all = [...a, ...b];
  const [n, size] = [a.length, all.length];
  if (n < 2 || b.length < 2 || choose(size, n) > maxSplits) return undefined;
  const total = all.reduce((sum, value) => sum + value, 0);
  const difference = (sumA: number) => sumA / n - (total - sumA) / b.length;
  const observed = difference(a.reduce((sum, value) => sum + value, 0));
  const slack = Math.abs(observed) * 1e-10 + 1e-12;
  let [less, greater, splits] = [0, 0, 0];
  const visit = (from: number, left: number, sumA: number): void => {
    if (left === 0) {
      const value = difference(sumA);
      splits += 1;
      if (value <= observed + slack) less += 1;
      if (value >= observed - slack) greater += 1;
      return;
    }
    for (let i = from; i <= size - left; i += 1) visit(i + 1, left - 1, sumA + (all[i] as number));
  };
  visit(0, n, 0);
  return Math.min(1, (2 * Math.min(less, greater)) / splits);
}

function choose(n: number, k: number): number {
  let ways = 1;
  for (let i = 1; i <= Math.min(k, n - k); i += 1) ways = (ways * (n - i + 1)) / i;
  return Math.round(ways);
}

/** Welch's comparison of two means. */
export interface Welch {
  /** mean(b) − mean(a). */
  difference: number;
  standardError: number;
  df: number;
  p: number;
  interval: Interval;
}

/** Welch 1947 with Satterthwaite degrees of freedom. Undefined below 2 values a side or without any variance. */
export function welch(a: readonly number[], b: readonly number[], confidence = 0.95): Welch | undefined {
  if (a.length < 2 || b.length < 2) return undefined;
  const [errorA, errorB] = [(varianceOf(a) as number) / a.length, (varianceOf(b) as number) / b.length];
  const standardError = Math.sqrt(errorA + errorB);
  if (standardError === 0) return undefined;
  const difference = (meanOf(b) as number) - (meanOf(a) as number);
  const df = (errorA + errorB) ** 2 / (errorA ** 2 / (a.length - 1) + errorB ** 2 / (b.length - 1));
  const half = tCritical(1 - confidence, df) * standardError;
  return {
    difference,
    standardError,
    df,
    p: tTwoSided(difference / standardError, df),
    interval: [difference - half, difference + half],
  };
}
