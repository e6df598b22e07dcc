import { escapeMarkdown, formatTable, tableCell } from '../../base/markdown.ts';
import { counted } from '../../base/text.ts';
import { definitions } from '../definitions.ts';
import { formatChange, formatFigure, formatNumber, formatShare } from '../format-figure.ts';
import type { FigureRow, Measurement } from '../measurement.ts';

/** The figures of the window beside those before; what is not known is said with its reason. */
export function figureSection({ figures, window, mix }: Measurement): string {
  const known = figures.filter((row) => row.window.value !== null || row.all.value !== null);
  const rows = known.map((row) => [
    definitions[row.window.id].name,
    cell(row.window),
    formatNumber(row.window.n),
    coverageOf(row),
    row.before.value === null ? '–' : cell(row.before),
    formatChange(row.change),
    row.all.value === null ? '–' : cell(row.all),
  ]);
  const unknown = figures
    .filter((row) => !known.includes(row))
    .map((row) => `${definitions[row.window.id].name}: ${escapeMarkdown(row.window.reason ?? '')}`);
  const parts = [
    '## Figures',
    formatTable(
      ['figure', counted(window.days, 'day'), 'n', 'usable', 'before', 'change', 'all time'],
      rows,
      [2],
    ),
  ];
  if (unknown.length > 0) parts.push(`Not known: ${unknown.join('; ')}.`);
  const moved = mixSentence(mix);
  if (moved) parts.push(moved);
  return parts.join('\n\n');
}

const cell = (figure: FigureRow['window']) => tableCell(formatFigure(figure), 100);

function coverageOf({ window }: FigureRow): string {
  const { usable, total } = window.coverage;
  return total === 0 ? '–' : `${usable} of ${total}`;
}

/** The mix of tasks in words; comparisons above hold repository and size fixed only where they say so. */
function mixSentence(mix: Measurement['mix']): string {
  const total = (side: 'window' | 'before') => mix.sizes.reduce((sum, row) => sum + row[side], 0);
  if (total('window') === 0) return '';
  const words = (rows: Measurement['mix']['sizes']) =>
    rows
      .slice(0, 4)
      .map((row) => {
        const before = total('before') > 0 ? ` (before ${formatShare(row.before / total('before'))})` : '';
        return `${tableCell(row.kind, 60)} ${formatShare(row.window / total('window'))}${before}`;
      })
      .join(', ') + (rows.length > 4 ? `, ${rows.length - 4} more` : '');
  return `Mix of sessions. Repositories: ${words(mix.repositories)}. Size: ${words(mix.sizes)}. Minutes are compared within repository and size.`;
}
