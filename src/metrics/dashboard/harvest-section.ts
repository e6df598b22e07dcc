import { formatTable, tableCell } from '../../base/markdown.ts';
import { counted } from '../../base/text.ts';
import type { Measurement } from '../measurement.ts';

/** What became of the transcripts seen. */
export function harvestSection({ harvest }: Measurement): string {
  if (harvest.seen === 0) return ['## Harvest', 'No transcript has been harvested yet.'].join('\n\n');
  const age = harvest.ageDays === 0 ? 'the same day' : `${counted(harvest.ageDays ?? 0, 'day')} before`;
  const parts = [
    '## Harvest',
    `${counted(harvest.seen, 'transcript')} seen: ${harvest.harvested} harvested, ${harvest.skipped} skipped, ${harvest.failed} failed. Last harvest: ${harvest.lastDay} (${age}).`,
  ];
  if (harvest.reasons.length > 0)
    parts.push(
      formatTable(
        ['outcome', 'reason', 'transcripts'],
        harvest.reasons
          .slice(0, 8)
          .map((row) => [row.outcome, tableCell(row.reason, 110), String(row.count)]),
        [2],
      ),
    );
  return parts.join('\n\n');
}
