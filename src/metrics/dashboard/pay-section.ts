import { codeSpan, formatTable, tableCell } from '../../base/markdown.ts';
import { counted } from '../../base/text.ts';
import { formatNumber } from '../format-figure.ts';

/** One proposal on file as the dashboard tells it; hours, null where it is not known. */
export interface PayRow {
  id: string;
  title: string;
  status: string;
  priority: string;
  costMonth: number | null;
  savingMonth: { low: number; mid: number; high: number } | null;
  breakEvenWeeks: number | null;
  confidence: string;
}

const mostRows = 5;

/** What would pay: the proposals that wait for a decision or are being carried out, in the order given. */
export function paySection(rows: readonly PayRow[]): string {
  if (rows.length === 0) return '';
  const cells = rows
    .slice(0, mostRows)
    .map((row) => [
      `${codeSpan(row.id, { inTable: true })} ${tableCell(row.title, 110)}`,
      `${row.status}, ${row.priority}`,
      row.costMonth === null ? '–' : `${formatNumber(row.costMonth)} h`,
      row.savingMonth === null
        ? '–'
        : `${formatNumber(row.savingMonth.mid)} h (${formatNumber(row.savingMonth.low)} to ${formatNumber(row.savingMonth.high)})`,
      row.breakEvenWeeks === null ? 'never' : `${formatNumber(row.breakEvenWeeks)} weeks`,
      row.confidence,
    ]);
  const more = rows.length - mostRows;
  return [
    '## What would pay',
    formatTable(
      ['proposal', 'state', 'costs a month', 'would save a month', 'break-even', 'confidence'],
      cells,
    ),
    `${more > 0 ? `${counted(more, 'more proposal')} in \`.kaizen/proposals/\`. ` : ''}Kept up by \`kaizen propose\`; decide with \`kaizen propose accept|reject <id>\`.`,
  ].join('\n\n');
}
