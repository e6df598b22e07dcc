import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type ErrorsOfFact, emptyBook, enterEvents, type UsageBook } from '../outcomes/usage-book.ts';
import { parseEventLines } from './event-log.ts';
import { listNamesSync } from './files.ts';

/** A usage book and how far into each event file it has read. */
export interface UsageState {
  book: UsageBook;
  /** Bytes read, by path below metrics/events. */
  files: Record<string, number>;
}

/**
 * Brings a usage book up to date with the event log of the work tree. Event files only grow, so only what was added is
 * read; when one shrank, history was rewritten and everything is read anew. undefined when nothing was added.
 */
export function readUsage(
  root: string,
  before: UsageState | undefined,
  errorsOf: ErrorsOfFact,
): UsageState | undefined {
  const sizes = eventFiles(root);
  const known = before?.files ?? {};
  const shrank = Object.keys(known).some((path) => (sizes.get(path) ?? 0) < known[path]!);
  const state: UsageState = before && !shrank ? before : { book: emptyBook(), files: {} };
  const texts: string[] = [];
  for (const [path, size] of sizes) {
    const from = state.files[path] ?? 0;
    if (size <= from) continue;
    const bytes = readFileSync(join(root, 'metrics', 'events', path));
    // A last line without its end is still being written.
    const end = bytes.lastIndexOf(10) + 1;
    if (end > from) texts.push(bytes.toString('utf8', from, end));
    state.files[path] = Math.max(from, end);
  }
  if (texts.length === 0) return shrank ? state : undefined;
  enterEvents(state.book, parseEventLines(texts).events, errorsOf);
  return state;
}

/** Size of every event file, `<week>/<writer>.jsonl`, in order. */
function eventFiles(root: string): Map<string, number> {
  const base = join(root, 'metrics', 'events');
  const sizes = new Map<string, number>();
  for (const week of listNamesSync(base))
    for (const file of listNamesSync(join(base, week))) {
      const stats = statSync(join(base, week, file), { throwIfNoEntry: false });
      if (file.endsWith('.jsonl') && stats?.isFile()) sizes.set(`${week}/${file}`, stats.size);
    }
  return sizes;
}
