import { meanOf, median, midRanks } from './describe.ts';
import { normalTwoSided } from './distributions.ts';

/** Theil 1950 / Sen 1968 slope per step of a series: the median of all pairwise slopes. Undefined below 2 points. */
export function theilSen(series: readonly number[]): number | undefined {
  const slopes: number[] = [];
  for (let i = 0; i < series.length; i += 1)
    for (let j = i + 1; j < series.length; j += 1)
      slopes.push(((series[j] as number) - (series[i] as number)) / (j - i));
  return median(slopes);
}

/** Kendall's τ-b of a series against time. */
export interface Kendall {
  tau: number;
  /** Two-sided; exact without ties (n ≤ 33 or nearly sorted), else normal with tie correction. */
  p: number;
}

/** Mann 1945 / Kendall 1970 trend test. Undefined below 2 points or when all are equal. */
export function kendallTrend(series: readonly number[]): Kendall | undefined {
  const n = series.length;
  let [up, down] = [0, 0];
  for (let i = 0; i < n; i += 1)
    for (let j = i + 1; j < n; j += 1) {
      const step = Math.sign((series[j] as number) - (series[i] as number));
      if (step > 0) up += 1;
      else if (step < 0) down += 1;
    }
  const pairs = (n * (n - 1)) / 2;
  const sizes = new Map<number, number>();
  for (const value of series) sizes.set(value, (sizes.get(value) ?? 0) + 1);
  const tied = [...sizes.values()].reduce((sum, t) => sum + (t * (t - 1)) / 2, 0);
  if (n < 2 || tied === pairs) return undefined;
  const tau = (up - down) / Math.sqrt(pairs * (pairs - tied));
  if (tied === 0 && (n <= 33 || Math.min(up, down) <= 1))
    return { tau, p: exactKendall(n, Math.min(up, down)) };
  const ties = [...sizes.values()].reduce((sum, t) => sum + t * (t - 1) * (2 * t + 5), 0);
  const variance = (n * (n - 1) * (2 * n + 5) - ties) / 18;
  return { tau, p: normalTwoSided((up - down) / Math.sqrt(variance)) };
}

/** Two-sided p of at most `inversions` discordant pairs among n! orders, by the inversion-count recursion. */
function exactKendall(n: number, inversions: number): number {
  let share = [1];
  for (let size = 2; size <= n; size += 1) {
    const next = new Array<number>(Math.min(inversions, (size * (size - 1)) / 2) + 1).fill(0);
    for (let k = 0; k < next.length; k += 1)
      for (let move = 0; move < size && move <= k; move += 1)
        next[k] = (next[k] as number) + (share[k - move] ?? 0) / size;
    share = next;
  }
  const tail = share.slice(0, inversions + 1).reduce((sum, part) => sum + part, 0);
  // An exact middle split counts every order.
  return inversions === (n * (n - 1)) / 4 ? 1 : Math.min(1, 2 * tail);
}

/** Spearman's rank correlation, ties sharing mean ranks. Undefined below 2 pairs or without variance. */
export function spearman(x: readonly number[], y: readonly number[]): number | undefined {
  if (x.length !== y.length || x.length < 2) return undefined;
  const [rankX, rankY] = [midRanks(x), midRanks(y)];
  const [meanX, meanY] = [meanOf(rankX) as number, meanOf(rankY) as number];
  let [xy, xx, yy] = [0, 0, 0];
  for (let i = 0; i < x.length; i += 1) {
    const [dx, dy] = [(rankX[i] as number) - meanX, (rankY[i] as number) - meanY];
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  return xx === 0 || yy === 0 ? undefined : xy / Math.sqrt(xx * yy);
}
