import { codeSpan, formatTable, tableCell } from '../../base/markdown.ts';
import { counted } from '../../base/text.ts';
import { formatShare } from '../format-figure.ts';
import type { Measurement } from '../measurement.ts';

/** Facts that sessions used, and active facts that nothing confirmed for long. */
export function useSection({ used, stale }: Measurement): string {
  const parts: string[] = [];
  if (used.length > 0)
    parts.push(
      '## Facts used most',
      formatTable(
        ['fact', 'used', 'shown', 'at least'],
        used.map((use) => [
          `${codeSpan(use.id, { inTable: true })} ${tableCell(use.title ?? 'no longer in the store', 90)}`,
          String(use.used),
          String(use.shown),
          formatShare(use.interval[0]),
        ]),
        [1, 2, 3],
      ),
    );
  if (stale.total > 0)
    parts.push(
      '## Facts gone stale',
      `${counted(stale.total, 'active fact')} whose confidence has faded because nothing confirmed ${stale.total === 1 ? 'it' : 'them'}; confirm with \`kaizen knowledge confirm <id>\` or retire with \`kaizen knowledge retire <id>\`.`,
      formatTable(
        ['fact', 'last confirmed', 'confidence now'],
        stale.facts.map((fact) => [
          `${codeSpan(fact.id, { inTable: true })} ${tableCell(fact.title, 90)}`,
          fact.lastConfirmed ?? '–',
          fact.confidence.toFixed(2),
        ]),
        [2],
      ),
    );
  return parts.join('\n\n');
}
