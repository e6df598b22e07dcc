import pc from 'picocolors';
import { weekIndex, weekStartMs } from '../base/calendar.ts';
import { counted, terminalSafe } from '../base/text.ts';
import type { MeasuredAgent } from '../flows/agent-metrics/agent-metrics-list.ts';
import type { ShownAgent } from '../flows/agent-metrics/agent-metrics-show.ts';
import type { RecordReceipt } from '../io/executions.ts';
import { agentMetricsPaths } from '../metrics/agents/agent-paths.ts';
import { type Execution, formatExecution } from '../metrics/agents/executions/execution.ts';
import type { AgentWeek, MetricSummary, PrimarySummary } from '../metrics/agents/executions/summary.ts';
import { formatSummary } from '../metrics/agents/executions/summary-file.ts';
import type { Trend } from '../metrics/agents/executions/trend.ts';
import { formatSeconds } from '../metrics/format-duration.ts';
import { formatNumber, formatShare, signed } from '../metrics/format-figure.ts';
import { renderTable } from './render-table.ts';

interface Style {
  color: boolean;
  columns: number;
}

/** The --json document of a record. */
export function recordedData(receipt: RecordReceipt): Record<string, unknown> {
  const { execution, duplicate, warnings, summary } = receipt;
  return {
    recorded: !duplicate,
    duplicate,
    path: agentMetricsPaths(execution.agent).executions,
    execution: rowOf(execution),
    warnings,
    summary: JSON.parse(formatSummary(summary)),
  };
}

/** An execution with the names it has on disk. */
export function rowOf(execution: Execution): Record<string, unknown> {
  return JSON.parse(formatExecution(execution));
}

/** What was recorded, in two lines. */
export function renderRecorded(
  { execution, duplicate, summary }: RecordReceipt,
  { dryRun }: { dryRun: boolean },
): string {
  const place = agentMetricsPaths(execution.agent).executions;
  const rate = summary.successRate ? `, ${formatShare(summary.successRate.value)} of them a success` : '';
  const total = `${execution.agent} has ${counted(summary.executions, 'execution')}${rate}.`;
  const told = `${execution.success ? 'success' : 'failure'} of ${minuteOf(execution.timestamp)} (${execution.id})`;
  if (duplicate) return terminalSafe(`Recorded before: ${told}. Nothing was written.\n${total}`);
  const did = dryRun ? `Would append to ${place}: ${told}.` : `Recorded in ${place}: ${told}.`;
  return terminalSafe(`${did}\n${dryRun ? total.replace(' has ', ' would have ') : total}`);
}

const minuteOf = (iso: string) => `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;

/** The agents of a repository, one a row. */
export function renderMeasuredAgents(agents: readonly MeasuredAgent[], style: Style): string {
  return renderTable(
    [
      { head: 'AGENT', flexible: true },
      { head: 'RUNS', align: 'right' },
      { head: 'SUCCESS', align: 'right' },
      { head: '' },
      { head: 'TIME', align: 'right' },
      { head: '' },
      { head: 'PRIMARY METRIC' },
      { head: 'LAST' },
    ],
    agents.map(({ summary }) => {
      const { executionTimeS: time, primaryMetric: primary, trends, successRate } = summary;
      return [
        summary.agent,
        formatNumber(summary.executions),
        successRate ? formatShare(successRate.value) : '–',
        trends.success_rate?.arrow ?? '',
        time ? formatSeconds(time.median) : '–',
        trends.execution_time_s?.arrow ?? '',
        primary ? `${primary.name} ${formatNumber(primary.mean)} ${trends.primary_metric?.arrow ?? ''}` : '–',
        summary.lastExecution ? summary.lastExecution.slice(0, 10) : 'never',
      ];
    }),
    style,
  );
}

/** Everything the metrics of an agent say, on one page. */
export function renderAgentMetrics(
  shown: ShownAgent & { recent: readonly Execution[]; future: number },
  style: Style,
): string {
  const { summary } = shown;
  const { bold, dim } = pc.createColors(style.color);
  const span =
    summary.firstExecution && summary.lastExecution
      ? `, ${summary.firstExecution.slice(0, 10)} to ${summary.lastExecution.slice(0, 10)}`
      : '';
  const pruned = shown.pruned > 0 ? ` (and ${formatNumber(shown.pruned)} older ones, pruned)` : '';
  const lines = [`${bold(summary.agent)}  ${counted(summary.executions, 'execution')}${span}${pruned}`];
  lines.push(...figureLines(shown).map((line) => terminalSafe(`  ${line}`)));
  if (shown.weeks.length > 1) lines.push('', ...weekLines(shown.weeks).map((line) => `  ${line}`));
  if (shown.recent.length > 0) lines.push('', renderRecent(shown.recent, style));
  const notes = notesOf(shown);
  if (notes.length > 0) lines.push('', ...notes.map((note) => dim(note)));
  return lines.join('\n');
}

function figureLines({ summary }: ShownAgent): string[] {
  const { successRate, successes, executions, trends } = summary;
  const rows: [string, string, Trend | undefined][] = [];
  if (successRate)
    rows.push([
      'Success rate',
      `${formatShare(successRate.value)} (${interval(successRate.interval, formatShare)}), ${successes} of ${executions}`,
      trends.success_rate,
    ]);
  if (summary.executionTimeS)
    rows.push(['Execution time', timeFigures(summary.executionTimeS), trends.execution_time_s]);
  if (summary.qualityScore) rows.push(['Quality score', figures(summary.qualityScore), trends.quality_score]);
  if (summary.primaryMetric)
    rows.push([summary.primaryMetric.name, primaryFigures(summary.primaryMetric), trends.primary_metric]);
  for (const [name, metric] of Object.entries(summary.secondaryMetrics))
    rows.push([name, figures(metric), trends[`secondary_metrics.${name}`] ?? trends[name]]);
  const width = Math.max(...rows.map(([name]) => name.length), 0);
  return rows.flatMap(([name, value, trend]) => [
    `${name.padEnd(width)}  ${value}`,
    ...(trend ? [`${' '.repeat(width)}  ${trendInWords(trend)}`] : []),
  ]);
}

function timeFigures({ n, median, mean, p95 }: MetricSummary): string {
  const tail = p95 === null ? '' : `, p95 ${formatSeconds(p95)}`;
  return `median ${formatSeconds(median)}, mean ${formatSeconds(mean)}${tail} (n = ${n})`;
}

function figures({ n, mean, median }: MetricSummary): string {
  return `mean ${formatNumber(mean)}, median ${formatNumber(median)} (n = ${n})`;
}

function primaryFigures(metric: PrimarySummary): string {
  const { target, met, last, direction } = metric;
  const goal =
    target === null
      ? 'no target'
      : `target ${direction === 'higher' ? '≥' : '≤'} ${formatNumber(target)}${met ? `, reached in ${met.k} of ${met.n} (${interval(met.interval, formatShare)})` : ''}`;
  return `${figures(metric)}, last ${formatNumber(last)}; ${goal}`;
}

const interval = (ends: readonly [number, number], format: (value: number) => string) =>
  `${format(ends[0]).replace(/ %$/, '')}–${format(ends[1])}`;

/** `↑ better: +12 points (3 to 21), the last 20 against the 20 before`. */
function trendInWords(trend: Trend): string {
  const { arrow, verdict, change, recent, prior } = trend;
  if (change === null || trend.interval === null)
    return `${arrow} ${verdict} to see a trend: ${recent.n} against ${prior.n}, 5 of each are needed`;
  const unit = trend.relative ? '%' : trend.scale === 'share' ? 'points' : '';
  const factor = trend.relative || trend.scale === 'share' ? 100 : 1;
  const amount = (value: number) => (factor === 100 ? signed(100 * value) : signedScore(value));
  const ends = trend.interval.map(amount).join(' to ');
  return `${arrow} ${verdict}: ${[amount(change), unit].join(' ').trim()} (${ends}), the last ${recent.n} against the ${prior.n} before`;
}

function signedScore(value: number): string {
  const text = Math.abs(value).toFixed(2);
  return Number(text) === 0 ? '0' : `${value > 0 ? '+' : '−'}${text}`;
}

const bars = '▁▂▃▄▅▆▇█';
const weeksShown = 52;

/** A line of bars, one a week; a week without executions is a gap. */
function weekLines(weeks: readonly AgentWeek[]): string[] {
  const cut = everyWeek(weeks).slice(-weeksShown);
  const all = cut.slice(cut.findIndex((week) => week !== undefined));
  const bar = (value: number | null, max: number) =>
    value === null ? ' ' : (bars[Math.min(7, Math.round((value / max) * 7))] ?? ' ');
  const row = (name: string, of: (week: AgentWeek) => number | null, max: number) =>
    `${name.padEnd(13)} ${all.map((week) => bar(week ? of(week) : null, max)).join('')}`;
  const slowest = Math.max(...all.map((week) => week?.meanExecutionTimeS ?? 0));
  const span = `${all[0]?.week ?? ''} to ${all.at(-1)?.week ?? ''}`;
  return [
    `Weeks ${span}`,
    `${row('Success rate', (week) => week.successRate, 1)}  0 to 100 %`,
    ...(slowest > 0
      ? [`${row('Mean time', (week) => week.meanExecutionTimeS, slowest)}  0 to ${formatSeconds(slowest)}`]
      : []),
  ];
}

/** The weeks with undefined where there is none between two of them. */
function everyWeek(weeks: readonly AgentWeek[]): (AgentWeek | undefined)[] {
  return weeks.flatMap((week, at) => {
    const before = weeks[at - 1];
    const gap = before ? weekNumber(week.week) - weekNumber(before.week) - 1 : 0;
    return [...Array.from({ length: Math.min(gap, weeksShown) }, () => undefined), week];
  });
}

const weekNumber = (week: string) => weekIndex(weekStartMs(week));

function renderRecent(recent: readonly Execution[], style: Style): string {
  return renderTable(
    [
      { head: 'ENDED' },
      { head: 'RESULT' },
      { head: 'TIME', align: 'right' },
      { head: 'QUALITY', align: 'right' },
      { head: 'PRIMARY METRIC' },
      { head: 'SESSION', flexible: true },
    ],
    recent.map((one) => [
      minuteOf(one.timestamp).replace(' UTC', ''),
      one.success ? 'success' : ['failure', one.errorType].filter(Boolean).join(': '),
      one.executionTimeS === undefined ? '–' : formatSeconds(one.executionTimeS),
      one.qualityScore === undefined ? '–' : formatNumber(one.qualityScore),
      one.primaryMetric ? `${one.primaryMetric.name} ${formatNumber(one.primaryMetric.value)}` : '–',
      one.sessionUid ?? '–',
    ]),
    style,
  );
}

function notesOf({ skipped, duplicates, future }: { skipped: number; duplicates: number; future: number }) {
  return [
    ...(skipped > 0
      ? [
          `${counted(skipped, 'line is', 'lines are')} no execution and not counted: \`kaizen metrics doctor\` says why.`,
        ]
      : []),
    ...(duplicates > 0
      ? [`${counted(duplicates, 'row', 'rows')} with an id of another row, counted once.`]
      : []),
    ...(future > 0 ? [`${counted(future, 'execution has', 'executions have')} a time in the future.`] : []),
  ];
}
