import { betaI, logGamma, normalCdf, normalQuantile } from './distributions.ts';

/**
 * Evidence that holds at every look. An e-process starts at 1 and, while the null hypothesis is true, is expected never
 * to grow, so that P(it ever reaches 1/α) ≤ α (Ville 1939; Ramdas, Grünwald, Vovk & Shafer 2023, "Game-theoretic
 * statistics and safe anytime-valid inference"). All functions give natural logarithms.
 */

/**
 * Log evidence from `k` hits in `n` trials against a rate of at most (`above`) or at least (`below`) `rate`: the mean
 * likelihood ratio over the alternatives under Jeffreys' prior Beta(½, ½) cut to their side (Robbins 1970). Each ratio
 * can only shrink on average while the rate is on its proper side, so the whole range is the null hypothesis. 0 < rate < 1.
 */
export function logRateEvidence(k: number, n: number, rate: number, side: 'above' | 'below'): number {
  if (side === 'below') return logRateEvidence(n - k, n, 1 - rate, 'above');
  const [a, b] = [k + 0.5, n - k + 0.5];
  const tail = betaI(1 - rate, b, a);
  if (tail <= 0) return Number.NEGATIVE_INFINITY;
  const logBeta = logGamma(a) + logGamma(b) - logGamma(n + 1);
  const logPrior = Math.log(Math.PI) + Math.log(betaI(1 - rate, 0.5, 0.5));
  return logBeta + Math.log(tail) - logPrior - k * Math.log(rate) - (n - k) * Math.log1p(-rate);
}

/**
 * Log evidence that a rate rose from one stretch of trials to the next: the mean likelihood of two rates under Jeffreys'
 * prior cut to p₂ > p₁ over the largest likelihood of one common rate (universal inference: Wasserman, Ramdas &
 * Balakrishnan 2020). Holds whatever the common rate is. The cut doubles the prior and keeps P(p₂ > p₁ | data) of it,
 * of which P(p₁ < m) · P(p₂ > m) is a lower bound for any m.
 */
export function logRiseEvidence(
  before: { hits: number; n: number },
  after: { hits: number; n: number },
): number {
  if (before.n === 0 || after.hits * before.n <= before.hits * after.n) return Number.NEGATIVE_INFINITY;
  const mixture = ({ hits, n }: { hits: number; n: number }) =>
    logGamma(hits + 0.5) + logGamma(n - hits + 0.5) - logGamma(n + 1) - Math.log(Math.PI);
  const part = (count: number, of: number) => (count === 0 ? 0 : count * Math.log(count / of));
  const [hits, n] = [before.hits + after.hits, before.n + after.n];
  const middle = (before.hits / before.n + after.hits / after.n) / 2;
  const below = betaI(middle, before.hits + 0.5, before.n - before.hits + 0.5);
  const above = betaI(1 - middle, after.n - after.hits + 0.5, after.hits + 0.5);
  const alternative = mixture(before) + mixture(after) + Math.log(2 * below * above);
  return alternative - part(hits, n) - part(n - hits, n);
}

/**
 * Log evidence that scores with sum `sum` over `n` steps lean upwards: the normal mixture ∫ exp(δS − nδ²/2) dπ(δ) over
 * a half-normal δ > 0 with scale 1 (Robbins 1970). Holds for scores whose moment generating function is below that of
 * the standard normal given the past, as `sequentialScores` are.
 */
export function logShiftEvidence(sum: number, n: number): number {
  const spread = 1 + n;
  const upper = normalCdf(sum / Math.sqrt(spread));
  if (upper <= 0) return Number.NEGATIVE_INFINITY;
  return Math.LN2 - 0.5 * Math.log(spread) + (sum * sum) / (2 * spread) + Math.log(upper);
}

/**
 * Normal scores of sequential ranks: how each value stands among itself and all before it. In an exchangeable series
 * (one that does not change) the ranks are independent and uniform whatever the distribution, which makes tests on them
 * distribution-free (Parent 1965; Conover, Tercero-Gómez & Cordero-Franco 2017). Each score is the mean of a standard
 * normal over the cell of the rank, so by Jensen's inequality never more extreme than the normal itself. Ties share a
 * wider cell: then the evidence is fair at every fixed time, and over all times by simulation only.
 */
export function sequentialScores(values: readonly number[]): number[] {
  const sorted: number[] = [];
  return values.map((value) => {
    const from = firstIndex(sorted, (one) => one >= value);
    const to = firstIndex(sorted, (one) => one > value);
    sorted.splice(to, 0, value);
    return cellScore(from, to + 1, sorted.length);
  });
}

/**
 * The same for how far each value lies from the middle: ranks of |x − median| within all values so far, x included, so
 * that they too are uniform in a series that does not change. Scores lean upwards when a series spreads.
 */
export function sequentialSpreadScores(values: readonly number[]): number[] {
  const sorted: number[] = [];
  return values.map((value) => {
    sorted.splice(
      firstIndex(sorted, (one) => one > value),
      0,
      value,
    );
    const last = sorted.length - 1;
    const middle = ((sorted[Math.floor(last / 2)] as number) + (sorted[Math.ceil(last / 2)] as number)) / 2;
    const distance = Math.abs(value - middle);
    const isNearer = (one: number) => Math.abs(one - middle) < distance;
    const isAsNear = (one: number) => Math.abs(one - middle) <= distance;
    const count = (isIn: (one: number) => boolean) =>
      firstIndex(sorted, (one) => one >= middle && !isIn(one)) -
      firstIndex(sorted, (one) => one >= middle || isIn(one));
    return cellScore(count(isNearer), count(isAsNear), sorted.length);
  });
}

/** First index whose value passes a test that stays passed from there on; the length when none does. */
function firstIndex(sorted: readonly number[], passes: (value: number) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (passes(sorted[middle] as number)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Mean of a standard normal between its quantiles from/n and to/n. */
function cellScore(from: number, to: number, n: number): number {
  return ((densityAt(from / n) - densityAt(to / n)) * n) / (to - from);
}

/** Density of the standard normal at its quantile u. */
function densityAt(u: number): number {
  if (u <= 0 || u >= 1) return 0;
  const z = normalQuantile(u);
  return Math.exp(-(z * z) / 2) / Math.sqrt(2 * Math.PI);
}
