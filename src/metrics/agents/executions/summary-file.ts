import type { AgentSummary, MetricSummary, PrimarySummary } from './summary.ts';
import type { Trend } from './trend.ts';

/**
 * `summary.json` of an agent: the keys of the seed with the seed's meaning (`execution_count`, `success_rate`,
 * `avg_quality_score`, `avg_execution_time_s`, `last_execution`, `trend`), and beside them what they leave out: n,
 * intervals, medians, the primary metric, trends with their method, weeks. Numbers have nine significant digits. It
 * follows from the rows alone: the same rows give the same text.
 */
export function formatSummary(summary: AgentSummary): string {
  const time = summary.executionTimeS;
  const quality = summary.qualityScore;
  const value = {
    schema_version: 1,
    agent: summary.agent,
    execution_count: summary.executions,
    success_rate: summary.successRate?.value ?? null,
    avg_quality_score: quality?.mean ?? null,
    avg_execution_time_s: time?.mean ?? null,
    last_execution: summary.lastExecution,
    trend: { success_rate: summary.seedTrend.successRate, quality_score: summary.seedTrend.qualityScore },
    first_execution: summary.firstExecution,
    success_count: summary.successes,
    success_rate_interval: summary.successRate?.interval ?? null,
    execution_time_s: time,
    quality_score: quality,
    primary_metric: primaryOnDisk(summary.primaryMetric),
    secondary_metrics: summary.secondaryMetrics,
    trends: mapValues(summary.trends, trendOnDisk),
    weeks: summary.weeks.map((week) => ({
      week: week.week,
      execution_count: week.executions,
      success_rate: week.successRate,
      avg_execution_time_s: week.meanExecutionTimeS,
      avg_quality_score: week.meanQualityScore,
    })),
  };
  return `${JSON.stringify(value, (_, one) => (typeof one === 'number' ? rounded(one) : one), 2)}\n`;
}

const rounded = (value: number) => Number(value.toPrecision(9));

function primaryOnDisk(primary: PrimarySummary | null): (MetricSummary & Record<string, unknown>) | null {
  if (!primary) return null;
  const { name, target, met, direction, ...figures } = primary;
  return { name, direction, target, met, ...figures };
}

function trendOnDisk(trend: Trend): Record<string, unknown> {
  const { arrow, verdict, method, recent, prior, change, relative, interval } = trend;
  return { arrow, verdict, method, recent, prior, change, relative, interval };
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, map: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
