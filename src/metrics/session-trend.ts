import { serialInflation } from '../base/statistics/clusters.ts';
import {
  type ChartSignal,
  cusum,
  minBaseline,
  xmrLimits,
  xmrSignals,
} from '../base/statistics/control-chart.ts';
import type { Interval } from '../base/statistics/describe.ts';
import { tCritical } from '../base/statistics/distributions.ts';
import { sequenceMargin } from '../base/statistics/sequence.ts';
import type { SessionRecurrence } from './recurrence.ts';
import { lookBack } from './recurrence.ts';

/** What a trend looks at: both on the log scale, lower is better. */
export type TrendSeries = 'active minutes' | 'repeated errors';

/** Whether sessions changed against a frozen baseline of the same repositories. */
export interface SessionTrend {
  series: TrendSeries;
  baseline: number;
  after: number;
  /** Sessions of repositories with too little baseline, left out. */
  leftOut: number;
  /** Last day of the baseline. */
  baselineUntil: string | null;
  /** Relative change against the baseline (0.2: a fifth more); null below the minimum. */
  change: number | null;
  /** Interval of the change that holds at every look at once. */
  interval: Interval | null;
  /** First signal of the charts on the log values: a CUSUM alarm, or an XmR rule. */
  signal: { rule: ChartSignal['rule']; side: 'above' | 'below'; day: string } | null;
  state: 'better' | 'worse' | 'no change seen' | 'too few';
  reason: string;
}

/** Sessions after the baseline before a trend is judged, and the longest baseline taken. */
const trendMinimum = { after: 50, longestBaseline: 100, perRepository: 5 } as const;

/**
 * Chance of a wrong interval of one trend over all looks, split unevenly: the baseline is looked at once and small,
 * what follows is looked at again and again and large.
 */
const alpha = { baseline: 0.04, after: 0.01 } as const;
/** A trend that could not have seen a change by a quarter says nothing. */
const worthSeeing = Math.log(1.25);

interface Point {
  value: number;
  repo: string;
  day: string;
  exposed: boolean;
}

/** The trend of one series over the whole history. */
export function sessionTrend(series: TrendSeries, history: readonly SessionRecurrence[]): SessionTrend {
  const points = history.flatMap((entry, index): Point[] => {
    const value = pointValue(series, entry, index);
    if (value === undefined) return [];
    const { row, day, exposures } = entry.session;
    return [{ value, repo: row.repo ?? '', day, exposed: exposures.some((one) => one.delivered.length > 0) }];
  });
  const cut = baselineLength(points);
  const empty: SessionTrend = {
    series,
    baseline: Math.min(cut, points.length),
    after: Math.max(0, points.length - cut),
    leftOut: 0,
    baselineUntil: points.length >= cut ? (points[cut - 1]?.day ?? null) : null,
    change: null,
    interval: null,
    signal: null,
    state: 'too few',
    reason: '',
  };
  if (points.length < cut)
    return { ...empty, reason: `${points.length} of ${cut} sessions for a baseline so far.` };
  return judge(empty, points.slice(0, cut), points.slice(cut));
}

/** Log minutes; for repeated errors ln(1 + count), once enough sessions stand before to look back on. */
function pointValue(series: TrendSeries, entry: SessionRecurrence, index: number): number | undefined {
  if (series === 'repeated errors') return index < lookBack ? undefined : Math.log1p(entry.recent);
  const { activeMs } = entry.session.row;
  return activeMs !== null && activeMs > 0 ? Math.log(activeMs / 60_000) : undefined;
}

/** The sessions before the first injection, 20 to 100 of them: it never grows as more sessions come in. */
function baselineLength(points: readonly Point[]): number {
  const first = points.findIndex((point) => point.exposed);
  const before = first === -1 ? minBaseline : first;
  return Math.min(trendMinimum.longestBaseline, Math.max(minBaseline, before));
}

function judge(empty: SessionTrend, early: readonly Point[], late: readonly Point[]): SessionTrend {
  const strata = baselineOf(early);
  const stratumOf = (point: Point) =>
    strata.has(point.repo) ? point.repo : strata.has(pooled) ? pooled : undefined;
  const residual = (point: Point) => {
    const stratum = strata.get(stratumOf(point) ?? '');
    return stratum ? point.value - stratum.mean : undefined;
  };
  const before = early.flatMap((point) => residual(point) ?? []);
  const kept = late.filter((point) => stratumOf(point) !== undefined);
  const after = kept.flatMap((point) => residual(point) ?? []);
  const known = { ...empty, after: after.length, leftOut: late.length - kept.length };
  if (after.length < trendMinimum.after)
    return {
      ...known,
      reason: `${after.length} of ${trendMinimum.after} sessions after the baseline so far.`,
    };
  if (known.leftOut > late.length / 2)
    return { ...known, reason: 'Most sessions are in repositories that had no baseline.' };

  const mean = after.reduce((sum, value) => sum + value, 0) / after.length;
  const sd = Math.sqrt(after.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (after.length - 1));
  const inflation = serialInflation([...before, ...after.map((value) => value - mean)]);
  const margin =
    sequenceMargin(after.length, sd, { alpha: alpha.after, tightestAt: 300 }) * inflation +
    baselineMargin(
      strata,
      kept.map((point) => stratumOf(point) as string),
      before,
    ) *
      inflation;
  if (!(margin > 0)) return { ...known, reason: 'The baseline shows no variation at all.' };
  const interval: Interval = [Math.expm1(mean - margin), Math.expm1(mean + margin)];
  const side = mean - margin > 0 ? 'above' : mean + margin < 0 ? 'below' : null;
  const signal = firstSignal(before, after, kept, side);
  const result = { ...known, change: Math.expm1(mean), interval, signal };
  if (side !== null && signal?.side === side)
    return {
      ...result,
      state: side === 'above' ? 'worse' : 'better',
      reason: `The ${signal.rule === 'cusum' ? 'CUSUM' : 'XmR'} chart signalled on ${signal.day} and the interval excludes no change.`,
    };
  return margin <= worthSeeing
    ? { ...result, state: 'no change seen', reason: 'A change by a quarter would have been seen by now.' }
    : { ...result, state: 'too few', reason: 'The interval is still wider than a change by a quarter.' };
}

const pooled = '\u0000all';

/** Mean and size of the baseline of each repository with enough sessions; of all together when none has. */
function baselineOf(early: readonly Point[]): Map<string, { mean: number; n: number }> {
  const groups = new Map<string, number[]>();
  for (const point of early) groups.set(point.repo, [...(groups.get(point.repo) ?? []), point.value]);
  const strata = new Map<string, { mean: number; n: number }>();
  for (const [repo, values] of groups)
    if (values.length >= trendMinimum.perRepository)
      strata.set(repo, {
        mean: values.reduce((sum, value) => sum + value, 0) / values.length,
        n: values.length,
      });
  if (strata.size === 0) {
    const values = early.map((point) => point.value);
    strata.set(pooled, {
      mean: values.reduce((sum, value) => sum + value, 0) / values.length,
      n: values.length,
    });
  }
  return strata;
}

/** Half width for not knowing the baseline means exactly, weighted as the later sessions use them. */
function baselineMargin(
  strata: ReadonlyMap<string, { mean: number; n: number }>,
  used: readonly string[],
  residuals: readonly number[],
): number {
  const df = Math.max(1, residuals.length - strata.size);
  const variance = residuals.reduce((sum, value) => sum + value * value, 0) / df;
  let weighted = 0;
  for (const [name, { n }] of strata) {
    const weight = used.filter((one) => one === name).length / used.length;
    weighted += (weight * weight) / n;
  }
  return tCritical(alpha.baseline, df) * Math.sqrt(variance * weighted);
}

/** The first lasting change the charts show, on `side` if given; a single point beyond a limit is one odd session. */
function firstSignal(
  before: readonly number[],
  after: readonly number[],
  kept: readonly Point[],
  side: 'above' | 'below' | null,
): SessionTrend['signal'] {
  const limits = xmrLimits(before);
  const runs = limits ? xmrSignals(limits, after).filter((signal) => signal.rule === 'run') : [];
  const alarm = cusum(before, after)?.alarm;
  const first = [...(alarm ? [alarm] : []), ...runs]
    .filter((signal) => side === null || signal.side === side)
    .sort((a, b) => a.index - b.index)[0];
  return first ? { rule: first.rule, side: first.side, day: kept[first.index]?.day ?? '' } : null;
}
