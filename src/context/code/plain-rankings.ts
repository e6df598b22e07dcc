import { compareText } from '../../base/text.ts';
import { bm25, HitList } from './bm25.ts';
import type { CodeQuery } from './code-query.ts';
import { QueryTable } from './query-table.ts';
import type { RankPool } from './rank-files.ts';
import { findPathHits } from './score-paths.ts';
import { findTextHits } from './score-text.ts';
import type { TermReader } from './term-reader.ts';

/** What the ranking is compared with: BM25 of path and content as one text, every word of the task alike. */
export function rankByBm25(pool: RankPool, query: CodeQuery, reader: TermReader): string[] {
  const table = new QueryTable(query.terms.filter((term) => !term.joined));
  const paths = pool.files.map((file) => file.path);
  const hits = new HitList();
  const content = findTextHits(pool.refs, table).content;
  const path = findPathHits(paths, table, reader).path;
  for (let at = 0; at < paths.length; at++) {
    const counts = new Map<number, number>();
    for (const list of [content, path])
      for (let hit = list.starts[at] as number; hit < (list.starts[at + 1] as number); hit++) {
        const slot = list.slots[hit] as number;
        counts.set(slot, (counts.get(slot) ?? 0) + (list.counts[hit] as number));
      }
    for (const [slot, count] of counts) hits.hit(slot, count);
    hits.endDocument((content.lengths[at] as number) + (path.lengths[at] as number));
  }
  return inOrder(paths, bm25(hits, new Float64Array(table.terms.length).fill(1), 1.2, 0.75));
}

const recentCommits = 200;

/** The other comparison: files by how often the last 200 commits changed them, whatever the task. */
export function rankByRecentChanges(pool: RankPool): string[] {
  const paths = pool.files.map((file) => file.path);
  const places = new Map(paths.map((path, at) => [path, at]));
  const scores = new Float64Array(paths.length);
  for (const { files } of pool.history.commits.slice(0, recentCommits))
    for (const path of files) {
      const at = places.get(path);
      if (at !== undefined) scores[at] = (scores[at] as number) + 1;
    }
  return inOrder(paths, scores);
}

function inOrder(paths: readonly string[], scores: Float64Array): string[] {
  return [...paths.keys()]
    .sort(
      (a, b) =>
        (scores[b] as number) - (scores[a] as number) || compareText(paths[a] as string, paths[b] as string),
    )
    .map((at) => paths[at] as string);
}
