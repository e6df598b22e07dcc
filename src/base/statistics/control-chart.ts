import { meanOf, sdOf } from './describe.ts';

/** Natural process limits of a baseline of single values. */
export interface XmrLimits {
  mean: number;
  mrBar: number;
  lower: number;
  upper: number;
  /** Upper limit of the moving range. */
  mrUpper: number;
}

/** Fewest points a baseline may have before it is frozen (spec 06, comparison rules). */
export const minBaseline = 20;

/**
 * XmR limits of a baseline: mean ± 2.66·mR̄, ranges up to 3.267·mR̄ (Shewhart; Wheeler, Understanding Variation).
 * Undefined below 2 points. Put durations on the log scale first: raw log-normal values fire four times too often.
 */
export function xmrLimits(baseline: readonly number[]): XmrLimits | undefined {
  const mean = meanOf(baseline);
  const mrBar = meanOf(baseline.slice(1).map((value, i) => Math.abs(value - (baseline[i] as number))));
  if (mean === undefined || mrBar === undefined) return undefined;
  return { mean, mrBar, lower: mean - 2.66 * mrBar, upper: mean + 2.66 * mrBar, mrUpper: 3.267 * mrBar };
}

/** A point of a chart that chance alone hardly makes. */
export interface ChartSignal {
  /** Index in the values after the baseline. */
  index: number;
  rule: 'limit' | 'run' | 'cusum';
  side: 'above' | 'below';
}

/** Points beyond the limits, and the eighth (and later) point of each run of 8 on one side of the mean. */
export function xmrSignals(limits: XmrLimits, after: readonly number[]): ChartSignal[] {
  const signals: ChartSignal[] = [];
  let run = 0;
  after.forEach((value, index) => {
    const side = value > limits.mean ? 1 : value < limits.mean ? -1 : 0;
    run = side !== 0 && side === Math.sign(run) ? run + side : side;
    if (value > limits.upper) signals.push({ index, rule: 'limit', side: 'above' });
    else if (value < limits.lower) signals.push({ index, rule: 'limit', side: 'below' });
    if (Math.abs(run) >= 8) signals.push({ index, rule: 'run', side: run > 0 ? 'above' : 'below' });
  });
  return signals;
}

/** Tabular CUSUM in baseline standard deviations. */
export interface Cusum {
  hi: number[];
  lo: number[];
  /** First point beyond h on either side; undefined when none is. */
  alarm: ChartSignal | undefined;
}

/**
 * Page 1954 tabular CUSUM with reference value k and decision interval h in standard deviations of the baseline
 * (0.5 and 5: about 10 points to see a shift of one deviation). Undefined when the baseline has no spread.
 */
export function cusum(
  baseline: readonly number[],
  after: readonly number[],
  k = 0.5,
  h = 5,
): Cusum | undefined {
  const mean = meanOf(baseline);
  const sd = sdOf(baseline);
  if (mean === undefined || sd === undefined || sd === 0) return undefined;
  const [hi, lo]: [number[], number[]] = [[], []];
  let alarm: ChartSignal | undefined;
  after.forEach((value, index) => {
    const z = (value - mean) / sd;
    hi.push(Math.max(0, (hi[index - 1] ?? 0) + z - k));
    lo.push(Math.max(0, (lo[index - 1] ?? 0) - z - k));
    if (!alarm && (hi[index] as number) > h) alarm = { index, rule: 'cusum', side: 'above' };
    else if (!alarm && (lo[index] as number) > h) alarm = { index, rule: 'cusum', side: 'below' };
  });
  return { hi, lo, alarm };
}
