import Table from 'cli-table3';
import pc from 'picocolors';
import stringWidth from 'string-width';
import { terminalSafe } from '../base/text.ts';

/** One column: its heading, whether numbers stand right, and whether it gives way when the line is too narrow. */
export interface Column {
  head: string;
  align?: 'left' | 'right';
  /** At most one column: it is cut with `…` so that a row fits the width. */
  flexible?: boolean;
}

/**
 * Rows as a borderless table for a terminal, at most `columns` wide when one column is flexible. Cells are data:
 * line breaks become spaces and control characters visible, so no cell can break the frame.
 */
export function renderTable(
  head: readonly Column[],
  rows: readonly (readonly string[])[],
  style: { columns: number; color: boolean },
): string {
  const { bold } = pc.createColors(style.color);
  const cells = rows.map((row) => row.map((cell) => terminalSafe(cell.replace(/\s+/g, ' ')).trim()));
  const natural = head.map((column, at) =>
    Math.max(stringWidth(column.head), ...cells.map((row) => stringWidth(row[at] ?? ''))),
  );
  const gap = 2;
  const over = natural.reduce((sum, width) => sum + width + gap, -gap) - style.columns;
  const widths = natural.map((width, at) => {
    const kept = head[at]?.flexible && over > 0 ? Math.max(12, width - over) : width;
    return kept + gap;
  });
  const table = new Table({
    head: head.map((column) => bold(column.head)),
    colWidths: widths,
    colAligns: head.map((column) => column.align ?? 'left'),
    chars: noBorders,
    style: { 'padding-left': 0, 'padding-right': gap, head: [], border: [], compact: true },
  });
  table.push(...cells);
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

const noBorders = Object.fromEntries(
  [
    ['top', 'top-mid', 'top-left', 'top-right'],
    ['bottom', 'bottom-mid', 'bottom-left', 'bottom-right'],
    ['left', 'left-mid', 'mid', 'mid-mid'],
    ['right', 'right-mid', 'middle'],
  ]
    .flat()
    .map((name) => [name, '']),
);
