import { mean, sampleVariance } from 'simple-statistics';
import { betaI } from './distributions.ts';

/** An estimate's two-sided interval, lower then upper end. */
export type Interval = readonly [number, number];

const ascending = (values: readonly number[]) => [...values].sort((a, b) => a - b);

/** Quantile 0 ≤ q ≤ 1 of a sample by linear interpolation (Hyndman & Fan 1996, type 7); undefined when empty. */
export function quantile(values: readonly number[], q: number): number | undefined {
  return quantileOfSorted(ascending(values), q);
}

/** `quantile` of values that are in ascending order already; for columns too long to sort twice. */
export function quantileOfSorted(sorted: ArrayLike<number>, q: number): number | undefined {
  if (sorted.length === 0) return undefined;
  const at = (sorted.length - 1) * q;
  const low = Math.floor(at);
  const left = sorted[low] as number;
  const right = sorted[Math.min(low + 1, sorted.length - 1)] as number;
  return left + (right - left) * (at - low);
}

/** Median; undefined when empty. */
export function median(values: readonly number[]): number | undefined {
  return quantile(values, 0.5);
}

/** Median absolute deviation from the median, not scaled; undefined when empty. */
export function medianAbsoluteDeviation(values: readonly number[]): number | undefined {
  const middle = median(values);
  return middle === undefined ? undefined : median(values.map((value) => Math.abs(value - middle)));
}

/** Arithmetic mean (compensated summation); undefined when empty. */
export function meanOf(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : mean(values as number[]);
}

/** Sample variance with n − 1; undefined below two values. */
export function varianceOf(values: readonly number[]): number | undefined {
  return values.length < 2 ? undefined : sampleVariance(values as number[]);
}

/** Sample standard deviation with n − 1; undefined below two values. */
export function sdOf(values: readonly number[]): number | undefined {
  const variance = varianceOf(values);
  return variance === undefined ? undefined : Math.sqrt(variance);
}

/**
 * Distribution-free interval of the median: the order statistics whose binomial(n, ½) coverage is at least
 * `confidence` (Conover, Practical Nonparametric Statistics, 3.2). Undefined below 6 values at 95 %.
 */
export function medianInterval(values: readonly number[], confidence = 0.95): Interval | undefined {
  const n = values.length;
  const tail = (1 - confidence) / 2;
  // The largest rank with P(Binomial(n, ½) < rank) ≤ tail; P(X ≤ k) = I½(n − k, k + 1).
  let [rank, above] = [0, Math.floor(n / 2) + 1];
  while (above - rank > 1) {
    const middle = Math.floor((rank + above) / 2);
    if (betaI(0.5, n - middle + 1, middle) <= tail) rank = middle;
    else above = middle;
  }
  if (rank === 0) return undefined;
  const sorted = ascending(values);
  return [sorted[rank - 1] as number, sorted[n - rank] as number];
}

/** Ranks from 1, ties sharing their mean rank. */
export function midRanks(values: readonly number[]): number[] {
  const order = values.map((value, index) => ({ value, index })).sort((a, b) => a.value - b.value);
  const ranks = new Array<number>(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start;
    while (end + 1 < order.length && order[end + 1]?.value === order[start]?.value) end += 1;
    for (let i = start; i <= end; i += 1)
      ranks[(order[i] as { index: number }).index] = (start + end) / 2 + 1;
    start = end + 1;
  }
  return ranks;
}
