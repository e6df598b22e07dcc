import { describeChange } from '../base/change.ts';
import { terminalSafe } from '../base/text.ts';
import type { ProgressReceipt } from '../flows/progress.ts';
import { formatNumber } from '../metrics/format-figure.ts';
import type { CheckResult } from '../metrics/progress/check-rules.ts';
import { metricDefinitions } from '../metrics/progress/progress-metric.ts';
import { noSuchFiles } from '../metrics/progress/tree-metrics.ts';
import { formatMetricValue, formatTrend } from '../metrics/trends/format-value.ts';
import { sparkline } from '../metrics/trends/sparkline.ts';
import { renderTable } from './render-table.ts';

/** Weeks of the sparkline on the screen. */
const shownWeeks = 12;

/** The weekly summary for a person: what is known in a table, then what is not and why, then what was written. */
export function renderProgress(
  receipt: ProgressReceipt,
  check: CheckResult | undefined,
  style: { color: boolean; dryRun: boolean },
): string {
  const { section, week, filled } = receipt;
  const commit = section.source_commit?.slice(0, 12) ?? 'no commit';
  const parts = [
    `Progress ${week} · ${commit}${section.uncommitted ? ' with uncommitted changes' : ''}`,
    metricTable(receipt, style.color),
    whereToLook(receipt),
    unknowns(receipt),
    ...(receipt.notes.length > 0 ? [receipt.notes.map(terminalSafe).join('\n')] : []),
    ...(filled.length > 0 ? [`From history: ${filled.join(', ')}.`] : []),
    written(receipt, style.dryRun),
    ...(check ? [checkText(check)] : []),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function metricTable({ section, series }: ProgressReceipt, color: boolean): string {
  const rows = section.metrics.flatMap((metric) => {
    const own = series.find(({ id }) => id === metric.id);
    if (metric.value === null || !own) return [];
    const id = own.id;
    const { unit } = metricDefinitions[id];
    const { numerator, denominator, n } = metric;
    const isPart = (unit === 'ratio' || unit === 'share') && numerator !== null && denominator !== null;
    const counted = isPart
      ? `${formatNumber(numerator)} of ${formatNumber(denominator)}`
      : `n ${formatNumber(n)}`;
    return [
      [
        metricDefinitions[id].title,
        formatMetricValue(id, metric.value) + (metric.partial ? ' (partial)' : ''),
        counted,
        formatTrend(own),
        own.weeks.length > 1 ? sparkline(own.weeks.slice(-shownWeeks).map(({ value }) => value)) : '',
      ],
    ];
  });
  if (rows.length === 0) return 'Nothing could be measured.';
  return renderTable(
    [
      { head: 'Metric' },
      { head: 'Value', align: 'right' },
      { head: 'Counted', align: 'right' },
      { head: 'Change' },
      { head: 'Trend' },
    ],
    rows,
    { columns: 120, color },
  );
}

/** What to mend first: the oldest dependencies and the files with most to document. */
function whereToLook({ dependencies, undocumented }: ProgressReceipt): string {
  const oldest = dependencies
    .filter(({ libyears }) => (libyears ?? 0) >= 0.05)
    .sort((a, b) => (b.libyears ?? 0) - (a.libyears ?? 0))
    .slice(0, 3)
    .map(
      ({ name, version, latest, libyears }) =>
        `${name} ${version} → ${latest} (${formatNumber(libyears ?? 0)} years)`,
    );
  const byFile = new Map<string, number>();
  for (const { path } of undocumented) byFile.set(path, (byFile.get(path) ?? 0) + 1);
  const files = [...byFile]
    .sort((a, b) => b[1] - a[1])
    .slice(0, 3)
    .map(([path, number]) => `${path} (${number})`);
  return [
    ...(oldest.length > 0 ? [`Furthest behind: ${oldest.join(', ')}.`] : []),
    ...(files.length > 0 ? [`Most undocumented: ${files.join(', ')}; --json lists every name.`] : []),
  ]
    .map(terminalSafe)
    .join('\n');
}

/** One line for each reason, with the metrics it holds for. */
function unknowns({ section }: ProgressReceipt): string {
  const byReason = new Map<string, string[]>();
  for (const { id, value, reason } of section.metrics) {
    if (value !== null || reason === noSuchFiles) continue;
    const title = metricDefinitions[id as keyof typeof metricDefinitions]?.title ?? id;
    byReason.set(reason ?? 'no reason given', [...(byReason.get(reason ?? 'no reason given') ?? []), title]);
  }
  const notes = new Set(section.metrics.flatMap((metric) => metric.notes));
  return [...[...byReason].map(([reason, titles]) => `Unknown: ${titles.join('; ')}. ${reason}`), ...notes]
    .map(terminalSafe)
    .join('\n');
}

function written({ changes }: ProgressReceipt, dryRun: boolean): string {
  if (changes.length === 0) return 'Nothing to write: the snapshot and the trends are as they were.';
  return `${dryRun ? 'Would write' : 'Wrote'}:\n${changes.map((change) => `  ${describeChange(change)}`).join('\n')}`;
}

function checkText({ broken, notJudged }: CheckResult): string {
  return [
    broken.length > 0 ? `Check failed:\n${broken.map((one) => `  ${one}`).join('\n')}` : 'Check passed.',
    ...notJudged.map((one) => terminalSafe(`Not judged: ${one}`)),
  ].join('\n');
}
