import pc from 'picocolors';
import { counted, terminalSafe } from '../base/text.ts';
import { formatDuration } from '../metrics/format-duration.ts';
import type { ComparisonRow, DocumentComparison } from '../metrics/kpi/compare-documents.ts';
import type { SetComparison, SetRow } from '../metrics/kpi/compare-sets.ts';
import { formatAmount } from '../metrics/kpi/format-money.ts';
import { shortCount } from './format-figures.ts';
import { renderTable } from './render-table.ts';

type Unit = ComparisonRow['unit'];

/** Two runs, row by row; `!` marks what grew by more than a fifth, and by enough to matter. */
export function renderRuns(
  { a, b, rows, outcome }: DocumentComparison,
  { color }: { color: boolean },
): string {
  const table = renderTable(
    [
      { head: '' },
      { head: `A ${a}`, align: 'right' },
      { head: `B ${b}`, align: 'right' },
      { head: 'Δ', align: 'right' },
      { head: 'B ÷ A', align: 'right' },
      { head: '' },
    ],
    [
      ...rows.map((row) => [
        row.name,
        formatIn(row.unit, row.a),
        formatIn(row.unit, row.b),
        `${deltaIn(row.unit, row.delta)}${row.attemptsDelta ? ` (x${row.attemptsDelta > 0 ? '+' : '−'}${Math.abs(row.attemptsDelta)})` : ''}`,
        row.ratio === null ? 'n/a' : row.ratio.toFixed(2),
        row.marked ? '!' : '',
      ]),
      ['outcome', outcome.a, outcome.b, '', '', ''],
    ],
    { columns: 140, color },
  );
  const marked = rows.filter((row) => row.marked).length;
  return `${table}\n\n${marked === 0 ? 'Nothing grew by more than a fifth.' : `! ${counted(marked, 'row')} grew by more than a fifth.`}`;
}

/** Two sets: the primary metric first, the judgement last. */
export function renderSets(sets: SetComparison, { color }: { color: boolean }): string {
  const { bold, dim } = pc.createColors(color);
  const rows = sets.rows.map((row) => [
    `${row.metric}${row.isPrimary ? ' (primary)' : ''}`,
    sideWords(row.base, row.unit),
    sideWords(row.new, row.unit),
    row.shift === null ? '–' : deltaIn(row.unit, row.shift),
    row.phi === null || row.interval === null
      ? '–'
      : `${row.phi.toFixed(2)} (${row.interval.map((end) => end.toFixed(2)).join('–')})`,
    row.p === null ? '–' : row.p < 0.001 ? '<0.001' : row.p.toFixed(3),
    row.state,
  ]);
  const primary = sets.rows[0];
  const strata = primary?.strata.map(
    ({ size, base, new: next, phi }) =>
      `${size} ${base}/${next}${phi === null ? '' : ` φ ${phi.toFixed(2)}`}`,
  );
  return [
    `${bold('base')}  ${terminalSafe(sets.base.name)} (${counted(sets.base.tasks, 'task')})`,
    `${bold('new')}   ${terminalSafe(sets.new.name)} (${counted(sets.new.tasks, 'task')})`,
    '',
    renderTable(
      [
        { head: 'metric' },
        { head: 'median base', align: 'right' },
        { head: 'median new', align: 'right' },
        { head: 'shift', align: 'right' },
        { head: 'φ (95 %)', align: 'right' },
        { head: 'p', align: 'right' },
        { head: 'judged' },
      ],
      rows,
      { columns: 140, color },
    ),
    ...(strata && strata.length > 0
      ? ['', `Strata of ${primary?.metric} (base/new): ${strata.join(', ')}`]
      : []),
    '',
    dim(
      `φ below ½: a task of the new set takes less. Fewer than ${sets.fewest} tasks on a side are too few. Tasks without a verified commit rank behind all others; the shift is over those that have one. p of all but the primary metric is after Benjamini–Hochberg.`,
    ),
  ].join('\n');
}

function sideWords({ n, censored, median }: SetRow['base'], unit: Unit): string {
  const open = censored > 0 ? `, ${censored} open` : '';
  if (n === 0) return 'n/a';
  return `${median === null ? 'not reached' : formatIn(unit, median)} (n ${n}${open})`;
}

function formatIn(unit: Unit, value: number | null): string {
  if (value === null) return 'n/a';
  if (unit === 'ms') return formatDuration(value);
  if (unit === 'tokens') return shortCount(value);
  return unit === 'money' ? formatAmount(value) : String(value);
}

function deltaIn(unit: Unit, delta: number | null): string {
  if (delta === null) return 'n/a';
  if (delta === 0) return '0';
  return `${delta > 0 ? '+' : '−'}${formatIn(unit, Math.abs(delta))}`;
}
