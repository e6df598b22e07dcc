import { HitList } from './bm25.ts';
import type { CodeQuery } from './code-query.ts';
import { stemCodeWord } from './code-words.ts';
import type { QueryTable } from './query-table.ts';
import type { TermReader } from './term-reader.ts';

/** Query terms in the folders and names of the files. Extensions are no terms. */
export function findPathHits(
  paths: readonly string[],
  table: QueryTable,
  reader: TermReader,
): { path: HitList; base: HitList } {
  const whole = paths.map((path) => path.replace(/\.[A-Za-z0-9]+$/, '').replace(/[\r\n]/g, ' '));
  return {
    path: hitsOfLines(whole, table, reader),
    base: hitsOfLines(
      whole.map((path) => path.slice(path.lastIndexOf('/') + 1)),
      table,
      reader,
    ),
  };
}

/** One document a line, read in one go. */
function hitsOfLines(lines: readonly string[], table: QueryTable, reader: TermReader): HitList {
  const hits = new HitList();
  if (lines.length === 0) return hits;
  reader.readLines(
    // Ends in a newline, so that an empty last line is a line.
    Buffer.from(`${lines.join('\n')}\n`),
    (term, count) => {
      const slot = table.slotOf(term);
      if (slot >= 0) hits.hit(slot, count);
    },
    (total) => hits.endDocument(total),
  );
  return hits;
}

const folderShare = 0.6;
const mostScope = 1.5;

/** How much of the task's scope (`fix(css): …`) each path has as a folder or name, 0 … 1.5. */
export function scoreScope(paths: readonly string[], { scope }: CodeQuery): Float64Array {
  const scores = new Float64Array(paths.length);
  if (scope.size === 0) return scores;
  const known = new Map<string, number>();
  const shareOf = (part: string): number => {
    const before = known.get(part);
    if (before !== undefined) return before;
    const words = new Set(part.split(/[^a-z0-9]+/).map(stemCodeWord));
    words.add(stemCodeWord(part.replace(/[^a-z0-9]/g, '')));
    const share = [...scope].filter((stem) => words.has(stem)).length / scope.size;
    known.set(part, share);
    return share;
  };
  for (const [at, path] of paths.entries()) {
    const parts = path
      .toLowerCase()
      .replace(/\.[a-z0-9]+$/, '')
      .split('/');
    let score = 0;
    for (const [depth, part] of parts.entries())
      score += shareOf(part) * (depth === parts.length - 1 ? 1 : folderShare);
    scores[at] = Math.min(mostScope, score);
  }
  return scores;
}
