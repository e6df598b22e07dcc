import { errorKeysOfFact } from '../outcomes/error-keys.ts';
import { trustFactors, type UsageBook } from '../outcomes/usage-book.ts';
import { documentsPerSegment, type IndexDatabase, partId } from './fact-index-database.ts';
import { readUsage, type UsageState } from './read-usage.ts';

/**
 * Brings past usefulness and trust in the index up to date with the event log below `root`. Part of every refresh:
 * between two of them priors stand still, so a bootstrap depends on its commit and not on who just looked.
 */
export function refreshUsage(index: IndexDatabase, root: string): void {
  const stored = index.getMeta('usage');
  const before = stored === undefined ? undefined : (JSON.parse(stored) as UsageState);
  const now = readUsage(root, before, (id) => errorsOfIndexed(index, id));
  const state = now ?? before;
  if (!state) return;
  writeUses(index, state.book);
  index.setMeta('trust', JSON.stringify(trustFactors(state.book, (id) => categoryOf(index, id))));
  if (now) index.setMeta('usage', JSON.stringify(now));
}

function writeUses(index: IndexDatabase, { uses }: UsageBook): void {
  const find = index.statement('SELECT id FROM doc WHERE fact = ?');
  const columns = new Map<number, Float64Array>();
  for (const [fact, use] of Object.entries(uses))
    for (const row of find.all(fact)) {
      const segment = Math.floor(Number(row.id) / documentsPerSegment);
      const column = columns.get(segment) ?? new Float64Array(countOf(index, segment));
      column[Number(row.id) % documentsPerSegment] = use;
      columns.set(segment, column);
    }
  const write = index.statement(
    'INSERT INTO part VALUES (?, ?) ON CONFLICT(id) DO UPDATE SET bytes = excluded.bytes',
  );
  for (const [segment, column] of columns) write.run(partId(segment, 'uses'), new Uint8Array(column.buffer));
}

function countOf(index: IndexDatabase, segment: number): number {
  return Number(index.statement('SELECT count FROM segment WHERE id = ?').get(segment)?.count ?? 0);
}

function errorsOfIndexed(index: IndexDatabase, id: string): Set<string> | undefined {
  const row = index.statement('SELECT body FROM doc WHERE fact = ?').get(id);
  return row === undefined ? undefined : errorsInText(id, String(row.body));
}

/** The index text holds each quote and keyword on a line of its own. */
export function errorsInText(id: string, text: string): Set<string> {
  return errorKeysOfFact({ id, sources: [], keywords: text.split('\n') });
}

function categoryOf(index: IndexDatabase, id: string): string | undefined {
  const row = index.statement('SELECT entry FROM doc WHERE fact = ?').get(id);
  return row === undefined ? undefined : (JSON.parse(String(row.entry)) as { category: string }).category;
}
