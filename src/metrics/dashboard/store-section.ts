import { formatTable, tableCell } from '../../base/markdown.ts';
import type { Measurement } from '../measurement.ts';
import { pieChart } from '../mermaid-chart.ts';

/** How many facts each scope holds, by state. */
export function storeSection({ store }: Measurement): string {
  if (store.length === 0) return ['## Store', 'There is no fact yet.'].join('\n\n');
  const total = (key: 'active' | 'candidate' | 'disputed' | 'retired') =>
    store.reduce((sum, row) => sum + row[key], 0);
  const rows = store
    .slice(0, mostScopes)
    .map((row) => [
      tableCell(row.scope, 60),
      String(row.active),
      String(row.candidate),
      String(row.disputed),
      String(row.retired),
    ]);
  if (store.length > mostScopes) rows.push([`${store.length - mostScopes} more scopes`, ...restOf(store)]);
  rows.push([
    '**all**',
    ...(['active', 'candidate', 'disputed', 'retired'] as const).map((key) => `**${total(key)}**`),
  ]);
  const pie = pieChart('Facts by state', [
    { label: 'active', count: total('active') },
    { label: 'candidate', count: total('candidate') },
    { label: 'disputed', count: total('disputed') },
    { label: 'retired', count: total('retired') },
  ]);
  return [
    '## Store',
    formatTable(['scope', 'active', 'candidate', 'disputed', 'retired'], rows, [1, 2, 3, 4]),
    ...(pie ? [pie] : []),
  ].join('\n\n');
}

const mostScopes = 12;

function restOf(store: Measurement['store']): string[] {
  return (['active', 'candidate', 'disputed', 'retired'] as const).map((key) =>
    String(store.slice(mostScopes).reduce((sum, row) => sum + row[key], 0)),
  );
}
