import type { Interval } from './describe.ts';
import { betaQuantile, gammaQuantile, logGamma, normalQuantile } from './distributions.ts';

/** Wilson 1927 score interval of a proportion of `k` in `n`. Undefined when n is 0. */
export function wilson(k: number, n: number, confidence = 0.95): Interval | undefined {
  if (n <= 0) return undefined;
  const z = normalQuantile(1 - (1 - confidence) / 2);
  const p = k / n;
  const centre = (p + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  return [k === 0 ? 0 : Math.max(0, centre - half), k === n ? 1 : Math.min(1, centre + half)];
}

/** Clopper & Pearson 1934 exact interval of a proportion. Undefined when n is 0. */
export function clopperPearson(k: number, n: number, confidence = 0.95): Interval | undefined {
  if (n <= 0) return undefined;
  const tail = (1 - confidence) / 2;
  return [k === 0 ? 0 : betaQuantile(tail, k, n - k + 1), k === n ? 1 : betaQuantile(1 - tail, k + 1, n - k)];
}

/** Garwood 1936 exact interval of a Poisson count's mean. */
export function poissonInterval(k: number, confidence = 0.95): Interval {
  const tail = (1 - confidence) / 2;
  return [k === 0 ? 0 : gammaQuantile(tail, k), gammaQuantile(1 - tail, k + 1)];
}

/** Newcombe 1998 (method 10, hybrid score) interval of kB/nB − kA/nA. Undefined when a group is empty. */
export function newcombe(
  kA: number,
  nA: number,
  kB: number,
  nB: number,
  confidence = 0.95,
): { difference: number; interval: Interval } | undefined {
  const [a, b] = [wilson(kA, nA, confidence), wilson(kB, nB, confidence)];
  if (!a || !b) return undefined;
  const [pA, pB] = [kA / nA, kB / nB];
  const difference = pB - pA;
  return {
    difference,
    interval: [difference - Math.hypot(pB - b[0], a[1] - pA), difference + Math.hypot(b[1] - pB, pA - a[0])],
  };
}

/** Fisher's exact two-sided p of a 2×2 table: all tables at most as likely as the one seen (Fisher 1922). */
export function fisherExact(a: number, b: number, c: number, d: number): number {
  const [row, column, total] = [a + b, a + c, a + b + c + d];
  const logChoose = (n: number, k: number) => logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
  const logP = (x: number) =>
    logChoose(row, x) + logChoose(total - row, column - x) - logChoose(total, column);
  const seen = logP(a);
  let p = 0;
  for (let x = Math.max(0, column - (total - row)); x <= Math.min(row, column); x += 1)
    if (logP(x) <= seen + 1e-7) p += Math.exp(logP(x));
  return Math.min(1, p);
}

/** Benjamini & Hochberg 1995 adjusted p values, in the order given. */
export function benjaminiHochberg(ps: readonly number[]): number[] {
  const order = ps.map((p, index) => ({ p, index })).sort((a, b) => b.p - a.p);
  const adjusted = new Array<number>(ps.length);
  let least = 1;
  order.forEach(({ p, index }, position) => {
    least = Math.min(least, (p * ps.length) / (ps.length - position));
    adjusted[index] = least;
  });
  return adjusted;
}
