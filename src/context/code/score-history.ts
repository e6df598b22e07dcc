import { HitList } from './bm25.ts';
import type { CodeHistory } from './code-history.ts';
import type { QueryTable } from './query-table.ts';

/** Commits that touch more files say little about each of them. */
const mostFilesOfMessage = 25;

/**
 * Each file with the messages of the commits that touched it as one document: a term counts once a commit. This is the
 * vocabulary in which people ask for changes to the file.
 */
export function findMessageHits(
  places: ReadonlyMap<string, number>,
  history: CodeHistory,
  table: QueryTable,
): HitList {
  const files = places.size;
  const lengths = new Float64Array(files);
  const found = new Map<number, Map<number, number>>();
  for (const { files: touched, terms } of history.commits) {
    if (touched.length > mostFilesOfMessage) continue;
    const slots: number[] = [];
    for (const term of terms) {
      const slot = table.slotOf(term);
      if (slot >= 0) slots.push(slot);
    }
    for (const path of touched) {
      const at = places.get(path);
      if (at === undefined) continue;
      lengths[at] = (lengths[at] as number) + terms.length;
      if (slots.length === 0) continue;
      const counts = found.get(at) ?? new Map<number, number>();
      found.set(at, counts);
      for (const slot of slots) counts.set(slot, (counts.get(slot) ?? 0) + 1);
    }
  }
  const hits = new HitList();
  for (let at = 0; at < files; at++) {
    for (const [slot, count] of found.get(at) ?? []) hits.hit(slot, count);
    hits.endDocument(lengths[at] as number);
  }
  return hits;
}

const recentCommits = 600;
const recencyScale = 150;

/** exp(−k/150), where k commits are newer than the newest one that touched the file; 0 beyond 600 commits. */
export function scoreRecency(places: ReadonlyMap<string, number>, history: CodeHistory): Float64Array {
  const scores = new Float64Array(places.size);
  for (const [age, { files }] of history.commits.slice(0, recentCommits).entries()) {
    for (const path of files) {
      const at = places.get(path);
      if (at !== undefined && scores[at] === 0) scores[at] = Math.exp(-age / recencyScale);
    }
  }
  return scores;
}
