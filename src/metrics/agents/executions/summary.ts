import { type Interval, meanOf, quantileOfSorted } from '../../../base/statistics/describe.ts';
import { wilson } from '../../../base/statistics/proportion.ts';
import { compareText } from '../../../base/text.ts';
import { assumedDirection, type MetricDirection } from '../metric-direction.ts';
import { type Execution, formatExecution } from './execution.ts';
import { type MetricTally, type PrimaryTally, Tally, tallyRowOf } from './tally.ts';
import { type Scale, type Trend, trendOf } from './trend.ts';

/** A measured value over all executions that have it. */
export interface MetricSummary {
  n: number;
  mean: number;
  median: number;
  /** Null below 20 values: too few for a tail. */
  p95: number | null;
  last: number;
}

/** The primary metric of the latest execution that has one, against its target. */
export interface PrimarySummary extends MetricSummary {
  name: string;
  direction: MetricDirection;
  /** The latest target; null when no execution names one. */
  target: number | null;
  /** How many of the executions with a target reached theirs; null when none has a target. */
  met: { k: number; n: number; share: number; interval: Interval } | null;
}

/** One ISO week of an agent. */
export interface AgentWeek {
  week: string;
  executions: number;
  successes: number;
  successRate: number;
  /** Executions whose time is known, and their mean; null when none is. */
  timed: number;
  meanExecutionTimeS: number | null;
  /** Executions with a quality score, and their mean. */
  scored: number;
  meanQualityScore: number | null;
}

/** The seed's word for a trend: recent mean minus prior mean, a difference below 0.05 is stable. */
export type SeedTrend = 'improving' | 'declining' | 'stable' | 'unknown';

/** What the executions of an agent come to. */
export interface AgentSummary {
  agent: string;
  executions: number;
  successes: number;
  /** Null without executions. */
  successRate: { value: number; interval: Interval } | null;
  executionTimeS: MetricSummary | null;
  qualityScore: MetricSummary | null;
  primaryMetric: PrimarySummary | null;
  secondaryMetrics: Record<string, MetricSummary>;
  /** ISO times; null without executions. */
  firstExecution: string | null;
  lastExecution: string | null;
  /** By metric: `success_rate`, `execution_time_s`, `quality_score`, `primary_metric`, and the names of the others. */
  trends: Record<string, Trend>;
  seedTrend: { successRate: SeedTrend; qualityScore: SeedTrend };
  /** Oldest first; only weeks with executions. */
  weeks: AgentWeek[];
}

/** Which way metrics are good, where an agent's definition says so. */
export interface SummaryOptions {
  directions?: Readonly<Record<string, MetricDirection>> | undefined;
}

const fewestForTail = 20;

/** The summary of executions in any order; of several with one id, the earliest counts. */
export function summarise(
  agent: string,
  executions: readonly Execution[],
  options: SummaryOptions = {},
): AgentSummary {
  const tally = new Tally();
  for (const execution of uniqueExecutions(executions)) tally.add(tallyRowOf(execution));
  return summaryOf(agent, tally, options);
}

/**
 * Executions by time, then id, each id once: of rows with one id the earliest, then the smaller row, whatever the
 * order of the files they come from.
 */
export function uniqueExecutions(executions: readonly Execution[]): Execution[] {
  const byId = new Map<string, Execution>();
  for (const execution of executions) {
    const known = byId.get(execution.id);
    if (!known || precedes(execution, known)) byId.set(execution.id, execution);
  }
  return [...byId.values()].sort((a, b) => compareText(a.timestamp, b.timestamp) || compareText(a.id, b.id));
}

function precedes(a: Execution, b: Execution): boolean {
  const byTime = compareText(a.timestamp, b.timestamp);
  return byTime < 0 || (byTime === 0 && compareText(formatExecution(a), formatExecution(b)) < 0);
}

/** The summary of a tally. */
export function summaryOf(agent: string, tally: Tally, options: SummaryOptions = {}): AgentSummary {
  const directionOf = (name: string) => options.directions?.[name] ?? assumedDirection(name);
  const primary = latestPrimary(tally);
  const successTrend = trendOf(tally.success.window.values, 'share', 'higher');
  const qualityTrend = trendOf(tally.quality.window.values, 'score', 'higher');
  const trends = new Map<string, Trend>([['success_rate', successTrend]]);
  const add = (key: string, name: string, metric: MetricTally, scale: Scale) =>
    trends.set(key, trendOf(metric.window.values, scale, directionOf(name)));
  if (tally.time.n > 0) add('execution_time_s', 'execution_time_s', tally.time, 'time');
  if (tally.quality.n > 0) trends.set('quality_score', qualityTrend);
  if (primary) add('primary_metric', primary.name, primary.metric, 'amount');
  const secondary = [...tally.secondary].sort(([a], [b]) => compareText(a, b));
  for (const [name, metric] of secondary)
    add(trends.has(name) ? `secondary_metrics.${name}` : name, name, metric, 'amount');
  const isoOf = (ms: number) => (tally.n === 0 ? null : new Date(ms).toISOString());
  return {
    agent,
    executions: tally.n,
    successes: tally.successes,
    successRate:
      tally.n === 0
        ? null
        : { value: tally.successes / tally.n, interval: wilson(tally.successes, tally.n) as Interval },
    executionTimeS: metricSummary(tally.time),
    qualityScore: metricSummary(tally.quality),
    primaryMetric: primary ? primarySummary(primary, directionOf(primary.name)) : null,
    secondaryMetrics: Object.fromEntries(
      secondary.map(([name, metric]) => [name, metricSummary(metric) as MetricSummary]),
    ),
    firstExecution: isoOf(tally.firstMs),
    lastExecution: isoOf(tally.lastMs),
    trends: Object.fromEntries(trends),
    seedTrend: { successRate: seedTrendOf(successTrend), qualityScore: seedTrendOf(qualityTrend) },
    weeks: tally.weeks.map((week) => ({
      week: week.week,
      executions: week.n,
      successes: week.successes,
      successRate: week.successes / week.n,
      timed: week.timeN,
      meanExecutionTimeS: week.timeN === 0 ? null : week.timeMicros / 1e6 / week.timeN,
      scored: week.qualityN,
      meanQualityScore: week.qualityN === 0 ? null : week.qualityMicros / 1e6 / week.qualityN,
    })),
  };
}

function latestPrimary(tally: Tally): { name: string; metric: PrimaryTally } | undefined {
  let latest: { name: string; metric: PrimaryTally } | undefined;
  for (const [name, metric] of tally.primary) {
    const order = latest ? metric.window.compareLast(latest.metric.window) : 1;
    if (order > 0) latest = { name, metric };
  }
  return latest;
}

function metricSummary(metric: MetricTally): MetricSummary | null {
  if (metric.n === 0) return null;
  const sorted = metric.sorted();
  return {
    n: metric.n,
    mean: meanOf(sorted as unknown as number[]) as number,
    median: quantileOfSorted(sorted, 0.5) as number,
    p95: metric.n < fewestForTail ? null : (quantileOfSorted(sorted, 0.95) as number),
    last: metric.window.last?.value as number,
  };
}

function primarySummary(
  { name, metric }: { name: string; metric: PrimaryTally },
  direction: MetricDirection,
): PrimarySummary {
  const n = metric.withTarget;
  const k = direction === 'higher' ? metric.atLeast : metric.atMost;
  return {
    name,
    direction,
    ...(metricSummary(metric) as MetricSummary),
    target: metric.targets.last?.value ?? null,
    met: n === 0 ? null : { k, n, share: k / n, interval: wilson(k, n) as Interval },
  };
}

function seedTrendOf({ recent, prior }: Trend): SeedTrend {
  if (recent.mean === null || prior.mean === null) return 'unknown';
  const change = recent.mean - prior.mean;
  if (Math.abs(change) < 0.05 - 1e-12) return 'stable';
  return change > 0 ? 'improving' : 'declining';
}
