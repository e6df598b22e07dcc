import { weeksBetween } from '../../base/calendar.ts';
import { codeSpan, escapeMarkdown, formatTable, tableCell } from '../../base/markdown.ts';
import { compareText } from '../../base/text.ts';
import { lineChart } from '../mermaid-chart.ts';
import { metricDefinitions, metricIds, type ProgressMetricId } from '../progress/progress-metric.ts';
import type { ProgressSection } from '../progress/progress-section.ts';
import { noSuchFiles } from '../progress/tree-metrics.ts';
import type { Snapshot } from '../snapshot.ts';
import { formatMetricValue, formatTrend } from './format-value.ts';
import { fewestEarlier, type MetricSeries, metricSeries } from './metric-series.ts';
import { gapMark, sparkline } from './sparkline.ts';

const shownWeeks = 8;
const chartWeeks = 12;
const fewestChartPoints = 6;

/** metrics/TRENDS.md from the snapshots alone: the same snapshots in any order give the same page. */
export function renderTrends(snapshots: readonly Snapshot[]): string {
  const weeks = snapshots
    .filter(({ progress }) => progress !== null)
    .map(({ week }) => week)
    .sort(compareText);
  const last = weeks.at(-1);
  const head =
    '# Trends\n\nMade by `kaizen progress` from `metrics/snapshots/`; the next run writes it anew.';
  if (last === undefined) return `${head}\n\nNo week has been measured yet.\n`;
  const series = metricSeries(snapshots);
  const newest = snapshots.find(({ week, progress }) => week === last && progress)
    ?.progress as ProgressSection;
  const weeksShown = weeksBetween(weeks[0] as string, last).slice(-shownWeeks);
  // A metric that is never known here (no Python, say) has no row.
  const shown = series.filter((one) => one.weeks.some(({ value }) => value !== null));
  const parts = [
    head,
    introduction(newest, last, weeks),
    trendTable(shown, weeksShown),
    ...charts(shown),
    packageTable(newest),
    notes(series),
    definitions(shown),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function introduction(newest: ProgressSection, last: string, weeks: readonly string[]): string {
  const commit =
    newest.source_commit === null ? 'no commit' : `commit ${codeSpan(newest.source_commit.slice(0, 12))}`;
  const count = weeks.length === 1 ? 'one week' : `${weeks.length} weeks`;
  return `Newest week: ${last}, from ${commit}${newest.uncommitted ? ' with uncommitted changes' : ''}; ${count} measured.`;
}

function trendTable(series: readonly MetricSeries[], weeks: readonly string[]): string {
  if (series.length === 0) return 'Nothing could be measured yet; the notes say why.';
  const rows = series.map((one) => {
    const byWeek = new Map(one.weeks.map(({ week, value }) => [week, value]));
    const values = weeks.map((week) => byWeek.get(week) ?? null);
    return [
      metricDefinitions[one.id].title,
      ...values.map((value) => formatMetricValue(one.id, value, true)),
      formatTrend(one),
      values.filter((value) => value !== null).length > 1
        ? codeSpan(sparkline(values), { inTable: true })
        : '–',
    ];
  });
  const sameYear = weeks[0]?.slice(0, 4) === weeks.at(-1)?.slice(0, 4);
  const heads = weeks.map((week) => (sameYear ? week.slice(5) : week));
  return formatTable(
    ['Metric', ...heads, 'Change', 'Trend'],
    rows,
    heads.map((_, at) => at + 1),
  );
}

function charts(series: readonly MetricSeries[]): string[] {
  return series.flatMap(({ id, weeks }) => {
    const recent = weeks.slice(-chartWeeks);
    const known = recent.filter((point): point is { week: string; value: number } => point.value !== null);
    if (known.length < fewestChartPoints) return [];
    const { title, unit } = metricDefinitions[id];
    const first = recent.findIndex(({ value }) => value !== null);
    const gaps = recent.slice(first).filter(({ value }) => value === null);
    const chart = lineChart({
      title,
      axis: unit === 'share' ? 'percent' : unit,
      points: known.map(({ week, value }) => ({
        label: week,
        value: unit === 'share' ? 100 * value : value,
      })),
      ...(unit === 'share' ? { top: 100 } : {}),
    });
    return gaps.length === 0
      ? [chart]
      : [chart, `Left out, not zero: ${gaps.map(({ week }) => week).join(', ')}.`];
  });
}

function packageTable({ packages }: ProgressSection): string {
  if (packages.length === 0) return '';
  const ids = metricIds.filter((id) =>
    packages.some((one) => one.metrics.some((m) => m.id === id && m.value !== null)),
  );
  const rows = packages.map(({ folder, metrics }) => [
    folder === '' ? '(in no package)' : tableCell(folder),
    ...ids.map((id) => formatMetricValue(id, metrics.find((m) => m.id === id)?.value ?? null, true)),
  ]);
  const table = formatTable(
    ['Package', ...ids.map((id) => metricDefinitions[id].title)],
    rows,
    ids.map((_, at) => at + 1),
  );
  return `## Packages\n\nOf the newest week; the table above is the total.\n\n${table}`;
}

function notes(series: readonly MetricSeries[]): string {
  const lines = [
    `A change is that to the value before, and stands there only when the newest value lies beyond the noise band of the earlier ones (XmR: mean ± 2.66 times the mean moving range, from at least ${fewestEarlier} values, at most the first 20) or is the eighth in a row on one side of their mean; else there is a dash.`,
    `${gapMark} is a week without a value: not measured, not known, or known in part. It is never zero.`,
  ];
  const about = (id: ProgressMetricId) => metricDefinitions[id].title;
  for (const { id, before, method, newest } of series) {
    if (before)
      lines.push(
        `${about(id)}: up to ${before.week} counted by another method (${codeSpan(before.method)}, now ${codeSpan(method)}); the series starts anew after it.`,
      );
    if (newest?.value === null && newest.reason && newest.reason !== noSuchFiles)
      lines.push(`${about(id)} is unknown: ${escapeMarkdown(newest.reason)}`);
    for (const note of newest?.notes ?? []) lines.push(`${about(id)}: ${escapeMarkdown(note)}`);
  }
  return `## Notes\n\n${joinedAlike(lines)
    .map((line) => `- ${line}`)
    .join('\n')}`;
}

/** What holds for several metrics in the same words is said once. */
function joinedAlike(lines: readonly string[]): string[] {
  const subjects = new Map<string, string[]>();
  for (const line of lines) {
    const cut = metricIds
      .map((id) => metricDefinitions[id].title)
      .find((title) => line.startsWith(`${title}:`) || line.startsWith(`${title} is unknown:`));
    const rest = cut === undefined ? line : line.slice(cut.length);
    subjects.set(rest, [...(subjects.get(rest) ?? []), ...(cut === undefined ? [] : [cut])]);
  }
  return [...subjects].map(([rest, names]) =>
    names.length > 1
      ? `${names.join('; ')}${rest.replace(/^ is unknown/, ': unknown')}`
      : `${names[0] ?? ''}${rest}`,
  );
}

function definitions(series: readonly MetricSeries[]): string {
  if (series.length === 0) return '';
  const rows = series.map(({ id, method }) => [
    metricDefinitions[id].title,
    escapeMarkdown(metricDefinitions[id].about),
    codeSpan(method, { inTable: true }),
    codeSpan(id, { inTable: true }),
  ]);
  return `## What is counted\n\n${formatTable(['Metric', 'Definition', 'Method', 'Id'], rows)}`;
}
