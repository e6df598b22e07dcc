import pc from 'picocolors';
import { describeChange } from '../base/change.ts';
import { clipEnd, counted, terminalSafe } from '../base/text.ts';
import type { MeasureReceipt } from '../flows/measure.ts';
import type { Comparison } from '../metrics/compare-measurements.ts';
import type { DailyReport } from '../metrics/daily-report.ts';
import { definitions } from '../metrics/definitions.ts';
import { formatChange, formatFigure, formatNumber, formatShare } from '../metrics/format-figure.ts';
import type { Measurement } from '../metrics/measurement.ts';
import { renderTable } from './render-table.ts';

const tableColumns = 110;

/** The verdict in one line. */
export function renderVerdict({ verdict }: Measurement): string {
  return terminalSafe(`${verdict.verdict}: ${verdict.sentence}`).replace(/\n/g, ' ');
}

/** What was measured, for a person at a terminal; the dashboard says it at length. */
export function renderMeasure(receipt: MeasureReceipt, style: { color: boolean; dryRun: boolean }): string {
  const { measured, changes } = receipt;
  const { bold, dim } = pc.createColors(style.color);
  const { window } = measured;
  const rows = measured.figures.map(({ window: figure, all, change }) => [
    definitions[figure.id].name,
    formatFigure(figure),
    figure.value === null ? '' : formatNumber(figure.n),
    formatChange(change),
    all.value === null ? '–' : formatFigure(all),
  ]);
  const head = [
    { head: 'figure' },
    { head: counted(window.days, 'day'), flexible: true },
    { head: 'n', align: 'right' as const },
    { head: 'change' },
    { head: 'all time' },
  ];
  const lines = [
    `${bold(measured.verdict.verdict.toUpperCase())}  ${terminalSafe(measured.verdict.sentence)}`,
    '',
    `${window.from} to ${window.to}, compared with ${measured.before.from} to ${measured.before.to} (UTC)`,
    renderTable(head, rows, { columns: tableColumns, color: style.color }),
  ];
  const newest = measured.figures[0]?.all;
  if (measured.figures[0]?.window.n === 0 && (newest?.n ?? 0) > 0)
    lines.push(
      '',
      dim(
        `No session started in this window; ${counted(newest?.n ?? 0, 'session')} before it. --window or --now looks elsewhere.`,
      ),
    );
  if (measured.next.length > 0)
    lines.push(
      '',
      bold('Do next'),
      ...measured.next.flatMap((step) => [`  ${step.command}`, `    ${dim(terminalSafe(step.why))}`]),
    );
  lines.push('', ...writtenLines(changes, style.dryRun));
  return lines.join('\n');
}

function writtenLines(changes: MeasureReceipt['changes'], dryRun: boolean): string[] {
  if (changes.length === 0) return ['Nothing to write: what is there says the same.'];
  return [dryRun ? 'Would write:' : 'Written:', ...changes.map((change) => `  ${describeChange(change)}`)];
}

/** Figures of two times side by side. */
export function renderComparison(ref: string, comparison: Comparison, color: boolean): string {
  const { earlier, now, rows, sharedDays } = comparison;
  const name = clipEnd(terminalSafe(ref.replace(/\s+/g, ' ')), 40);
  const table = renderTable(
    [{ head: 'figure' }, { head: `at ${name}`, flexible: true }, { head: 'now' }, { head: 'change' }],
    rows.map((row) => [
      definitions[row.id].name,
      formatFigure(row.earlier),
      formatFigure(row.now),
      formatChange(row.change),
    ]),
    { columns: 140, color },
  );
  const note =
    sharedDays > 0 ? [`The two windows share ${counted(sharedDays, 'day')}, so no change is judged.`] : [];
  return [
    `${name} (${earlier.asOf}): ${earlier.verdict}. Now (${now.asOf}): ${now.verdict}.`,
    ...note,
    '',
    table,
  ].join('\n');
}

/** The report of one day: what happened, what is new, in a dozen lines. */
export function renderDaily(report: DailyReport): string {
  const { errors, firstChecks, injected, harvested } = report;
  const lines = [
    `Day ${report.day} (UTC)`,
    `  Sessions   ${report.sessions}${report.activeMinutes === null ? '' : `, ${formatNumber(report.activeMinutes)} active minutes`}`,
    `  Checks     ${firstChecks.known === 0 ? 'none with a known result' : `${firstChecks.green} of ${firstChecks.known} green at the first try`}`,
    `  Errors     ${errors.events}${errors.events === 0 ? '' : `, ${errors.seenBefore} seen before (${formatShare(errors.seenBefore / errors.events)}), ${errors.seenBeforeWithFact} of them although a fact existed`}`,
    `  Told       ${injected.sessions === 0 ? 'no session was given a fact' : `${counted(injected.sessions, 'session')} ${injected.sessions === 1 ? 'was' : 'were'} given facts, ${injected.used} used one`}`,
    `  Harvest    ${counted(harvested.sessions, 'session')}${harvested.failed > 0 ? `, ${harvested.failed} unreadable` : ''}: ${counted(harvested.newFacts, 'new fact')}, ${harvested.confirmed} confirmed; ${harvested.waiting} ${harvested.waiting === 1 ? 'waits' : 'wait'} for review`,
  ];
  const reviews = Object.entries(report.reviewed).map(([action, n]) => `${action} ${n}`);
  if (reviews.length > 0) lines.push(`  Reviewed   ${reviews.join(', ')}`);
  if (report.newFacts.length > 0) {
    lines.push('New facts');
    for (const fact of report.newFacts.slice(0, 10))
      lines.push(`  ${fact.id}  ${fact.title}${fact.status === 'active' ? '' : ` (${fact.status})`}`);
    if (report.newFacts.length > 10) lines.push(`  … and ${report.newFacts.length - 10} more`);
  }
  return lines.map((line) => terminalSafe(line.replace(/[\r\n]+/g, ' '))).join('\n');
}
