import { weeksBetween } from '../../base/calendar.ts';
import { minBaseline, xmrLimits, xmrSignals } from '../../base/statistics/control-chart.ts';
import { compareText } from '../../base/text.ts';
import { metricDefinitions, metricIds, type ProgressMetricId } from '../progress/progress-metric.ts';
import type { WrittenMetric } from '../progress/progress-section.ts';
import type { Snapshot } from '../snapshot.ts';

/** One metric over consecutive weeks, by one method. */
export interface MetricSeries {
  id: ProgressMetricId;
  method: string;
  /** From the first week with a value to the newest snapshot; null is a gap, never 0. */
  weeks: readonly { week: string; value: number | null }[];
  /** The newest snapshot's metric, known or not. */
  newest: WrittenMetric | undefined;
  /** Set when earlier weeks were counted by another method and are left out. */
  before: { week: string; method: string } | null;
  trend: MetricTrend;
}

/** What the newest value says against those before it. */
export interface MetricTrend {
  /** Newest − the value before it; null when there are not two. */
  change: number | null;
  /** Natural process limits of the earlier values; null below `fewestEarlier` of them. */
  limits: { lower: number; upper: number; n: number } | null;
  state: 'better' | 'worse' | 'moved' | 'steady' | 'too few' | 'unknown';
}

/** Limits of fewer values are no limits (Wheeler); they are frozen at `minBaseline`. */
export const fewestEarlier = 6;

/** The series of every metric that any snapshot has, in the order of the definitions. */
export function metricSeries(snapshots: readonly Snapshot[]): MetricSeries[] {
  const sorted = snapshots
    .filter(({ progress }) => progress !== null)
    .sort((a, b) => compareText(a.week, b.week));
  return metricIds.flatMap((id) => {
    const points = sorted.flatMap(({ week, progress }) => {
      const metric = progress?.metrics.find((one) => one.id === id);
      return metric ? [{ week, metric }] : [];
    });
    return points.length === 0 ? [] : [seriesOf(id, points, sorted.at(-1)?.week as string)];
  });
}

interface Point {
  week: string;
  metric: WrittenMetric;
}

/** What a source could tell in part only is a gap as well. */
const knownValue = ({ metric }: Point) => (metric.partial ? null : metric.value);

function seriesOf(id: ProgressMetricId, points: readonly Point[], lastWeek: string): MetricSeries {
  const known = points.filter((point) => knownValue(point) !== null);
  const newest = points.at(-1)?.week === lastWeek ? points.at(-1)?.metric : undefined;
  const method = known.at(-1)?.metric.method ?? newest?.method ?? '';
  // A week by another method in between (offline, say) is a gap.
  const own = known.filter(({ metric }) => metric.method === method);
  const other = known.slice(0, known.indexOf(own[0] as Point)).at(-1);
  const values = new Map(own.map((point) => [point.week, knownValue(point)]));
  const weeks = weeksBetween(own[0]?.week ?? lastWeek, lastWeek).map((week) => ({
    week,
    value: values.get(week) ?? null,
  }));
  return {
    id,
    method,
    weeks,
    newest,
    before: other ? { week: other.week, method: other.metric.method } : null,
    trend: trendOf(
      id,
      weeks.map(({ value }) => value),
    ),
  };
}

/**
 * The newest value against the natural process limits of the earlier ones (XmR, mean ± 2.66·mR̄; the first 20 of them
 * once there are as many), and the eighth in a row on one side of their mean.
 */
export function trendOf(id: ProgressMetricId, values: readonly (number | null)[]): MetricTrend {
  const newest = values.at(-1) ?? null;
  const earlier = values.slice(0, -1).filter((value) => value !== null);
  if (newest === null) return { change: null, limits: null, state: 'unknown' };
  const change = earlier.length > 0 ? newest - (earlier.at(-1) as number) : null;
  const baseline = earlier.slice(0, minBaseline);
  const limits = earlier.length < fewestEarlier ? undefined : xmrLimits(baseline);
  if (!limits) return { change, limits: null, state: 'too few' };
  const after = [...earlier.slice(baseline.length), newest];
  const signal = xmrSignals(limits, after).findLast(({ index }) => index === after.length - 1);
  const { lower, upper } = limits;
  return {
    change,
    limits: { lower, upper, n: baseline.length },
    state: signal ? stateOf(metricDefinitions[id].direction, signal.side) : 'steady',
  };
}

function stateOf(direction: 'higher' | 'lower' | 'none', side: 'above' | 'below'): MetricTrend['state'] {
  if (direction === 'none') return 'moved';
  return (direction === 'higher') === (side === 'above') ? 'better' : 'worse';
}
