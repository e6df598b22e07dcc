import { categories, statuses } from '../knowledge/fact.ts';
import type { FactEntry } from './fact-document.ts';
import { dayNumber, idNumber } from './fact-pool.ts';
import { type DocumentColumns, emptyColumns } from './segment-bytes.ts';

/** Columns of facts, all alive and never used yet; the lengths are those of their segment. */
export function columnsOf(
  entries: readonly FactEntry[],
  lengths: Pick<DocumentColumns, 'titleLengths' | 'bodyLengths' | 'gramLengths'>,
): DocumentColumns {
  const columns = emptyColumns(entries.length);
  columns.titleLengths.set(lengths.titleLengths);
  columns.bodyLengths.set(lengths.bodyLengths);
  columns.gramLengths.set(lengths.gramLengths);
  columns.alive.fill(1);
  entries.forEach((entry, doc) => {
    const day = entry.lastConfirmed ?? entry.firstSeen;
    columns.ids[doc] = idNumber(entry.id);
    columns.days[doc] = day === null ? 0 : Math.min(65_535, dayNumber(Date.parse(day)));
    columns.confidence[doc] = Math.round(entry.confidence * 100);
    columns.categories[doc] = categories.indexOf(entry.category);
    columns.statuses[doc] = statuses.indexOf(entry.status);
  });
  return columns;
}
