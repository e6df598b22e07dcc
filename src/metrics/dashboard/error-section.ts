import { codeSpan, formatTable, tableCell } from '../../base/markdown.ts';
import type { Measurement } from '../measurement.ts';

/** The errors that most sessions met, with the fact that is about each. */
export function errorSection({ errors }: Measurement): string {
  if (errors.length === 0) return '';
  const rows = errors.map((error) => [
    tableCell(error.template ?? `fingerprint ${error.key}`, 90),
    String(error.sessions),
    String(error.events),
    error.lastDay,
    error.facts[0] ? `${codeSpan(error.facts[0].id, { inTable: true })} ${error.facts[0].status}` : 'none',
  ]);
  return [
    '## Errors that come back',
    formatTable(['error (values masked)', 'sessions', 'times', 'last', 'fact'], rows, [1, 2]),
  ].join('\n\n');
}
