import { type Interval, medianInterval, sdOf } from '../../../base/statistics/describe.ts';
import { tCritical } from '../../../base/statistics/distributions.ts';
import { formatSeconds } from '../../format-duration.ts';
import { formatNumber } from '../../format-figure.ts';
import type { Execution } from '../executions/execution.ts';
import type { AgentSummary } from '../executions/summary.ts';
import type { Trend } from '../executions/trend.ts';

const words: Record<Trend['verdict'], string> = {
  better: 'improving',
  worse: 'declining',
  rising: 'rising',
  falling: 'falling',
  'no change seen': 'stable',
  'too few': 'too few to say',
};

const timeWords = { better: 'faster', worse: 'slower' } as Partial<Record<Trend['verdict'], string>>;

/** `↓ declining`, in the words of the seed; the arrow is the way of the value, the word what it means. */
function trendWord(trend: Trend | undefined): string {
  if (!trend) return '? too few to say';
  const word = (trend.scale === 'time' ? timeWords[trend.verdict] : undefined) ?? words[trend.verdict];
  return `${trend.arrow} ${word}`;
}

/**
 * The lines of the seed's `## Performance Summary`, each with n and, where there is one, a 95 % interval: Wilson for
 * the success rate, Student's t for the mean quality, order statistics for the median time and the primary metric.
 */
export function performanceLines(summary: AgentSummary, executions: readonly Execution[]): string[] {
  const { successRate, qualityScore, executionTimeS, trends } = summary;
  if (successRate === null) return [];
  const lines = [
    `Executions: ${summary.executions}`,
    `Success rate: ${percent(successRate.value)} (${trendWord(trends.success_rate)}), ${summary.successes} of ${summary.executions}, 95% interval ${range(successRate.interval, percent)}`,
  ];
  const scores = valuesOf(executions, ({ qualityScore: score }) => score);
  lines.push(
    qualityScore === null
      ? 'Avg quality: unknown, no execution has a quality score'
      : `Avg quality: ${score(qualityScore.mean)} (${trendWord(trends.quality_score)}), n ${qualityScore.n}${suffix(meanInterval(scores), score)}`,
  );
  const times = valuesOf(executions, ({ executionTimeS: seconds }) => seconds);
  lines.push(
    executionTimeS === null
      ? 'Avg execution time: unknown, no execution has a time'
      : `Avg execution time: ${formatSeconds(executionTimeS.mean)} (${trendWord(trends.execution_time_s)}), n ${executionTimeS.n}, median ${formatSeconds(executionTimeS.median)}${suffix(medianInterval(times), formatSeconds)}`,
  );
  return [...lines, ...primaryLine(summary, executions), `Last execution: ${lastDay(summary)}`];
}

function primaryLine({ primaryMetric, trends }: AgentSummary, executions: readonly Execution[]): string[] {
  if (!primaryMetric) return [];
  const { name, target, met, mean, n } = primaryMetric;
  const values = valuesOf(executions, (one) =>
    one.primaryMetric?.name === name ? one.primaryMetric.value : undefined,
  );
  const goal =
    met === null || target === null
      ? ', no target'
      : `, target ${formatNumber(target)} met in ${met.k} of ${met.n}, 95% interval ${range(met.interval, percent)}`;
  return [
    `Primary metric ${name}: ${formatNumber(mean)} (${trendWord(trends.primary_metric)}), n ${n}${suffix(medianInterval(values), formatNumber, 'of the median ')}${goal}`,
  ];
}

function lastDay({ lastExecution }: AgentSummary): string {
  return lastExecution?.slice(0, 16).replace('T', ' ').concat(' UTC') ?? 'unknown';
}

function valuesOf(executions: readonly Execution[], of: (one: Execution) => number | undefined): number[] {
  return executions.map(of).filter((value) => value !== undefined);
}

/** Student's t for a mean of scores, held to 0–1; undefined below three values. */
function meanInterval(values: readonly number[]): Interval | undefined {
  const sd = sdOf(values);
  if (sd === undefined || values.length < 3) return undefined;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const margin = (tCritical(0.05, values.length - 1) * sd) / Math.sqrt(values.length);
  return [Math.max(0, mean - margin), Math.min(1, mean + margin)];
}

function suffix(interval: Interval | undefined, format: (value: number) => string, of = ''): string {
  return interval ? `, 95% interval ${of}${range(interval, format)}` : ', too few for an interval';
}

const range = ([low, high]: Interval, format: (value: number) => string) =>
  `${format(low)} to ${format(high)}`;
const score = (value: number): string => value.toFixed(2);

/** `92%`; one decimal below ten percent and above ninety. */
export function percent(value: number): string {
  const shown = 100 * value;
  const round = Number.isInteger(shown) || (shown >= 10 && shown <= 90);
  return `${round ? shown.toFixed(0) : shown.toFixed(1)}%`;
}
