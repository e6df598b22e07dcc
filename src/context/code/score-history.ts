import { bm25, HitList } from './bm25.ts';
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
const freshScale = 10;
/** Reformats and renames of everything say nothing about what is worked on now. */
const bulkFiles = 50;

/** When files were last worked on, by how many commits are newer than the newest one that touched them: k. */
export interface Recency {
  /** exp(−k/150), 0 beyond 600 commits: what belongs to the living part of the repository. */
  recent: Float64Array;
  /** 1/(1 + k/10), bulk commits left out: what is being worked on just now; work comes in bursts. */
  fresh: Float64Array;
}

/** Recency of every file; what is changed in the work tree (`dirty`) is newer than any commit. */
export function scoreRecency(
  places: ReadonlyMap<string, number>,
  history: CodeHistory,
  dirty: readonly string[],
): Recency {
  const recent = new Float64Array(places.size);
  const fresh = new Float64Array(places.size);
  const touch = (path: string, age: number, isBulk: boolean) => {
    const at = places.get(path);
    if (at === undefined) return;
    if (recent[at] === 0 && age < recentCommits) recent[at] = Math.exp(-age / recencyScale);
    if (fresh[at] === 0 && !isBulk) fresh[at] = 1 / (1 + age / freshScale);
  };
  for (const path of dirty) touch(path, 0, dirty.length > bulkFiles);
  for (const [age, { files }] of history.commits.entries())
    for (const path of files) touch(path, age, files.length > bulkFiles);
  return { recent, fresh };
}

const mostSimilar = 60;

/**
 * Files of the past commits whose messages are most like the task (Zhou, Zhang and Lo 2012, "BugLocator", with commits
 * for bug reports): each of the best 60 gives its files (likeness / best)^1.5 / √files.
 */
export function scoreSimilarCommits(
  places: ReadonlyMap<string, number>,
  history: CodeHistory,
  table: QueryTable,
  weights: ArrayLike<number>,
): Float64Array {
  const commits = history.commits.filter(({ files }) => files.length <= mostFilesOfMessage);
  const hits = new HitList();
  for (const { terms } of commits) {
    for (const term of terms) {
      const slot = table.slotOf(term);
      if (slot >= 0) hits.hit(slot, 1);
    }
    hits.endDocument(terms.length);
  }
  const likeness = bm25(hits, weights, 1.2, 0.6);
  const best = [...likeness.keys()]
    .filter((at) => (likeness[at] as number) > 0)
    .sort((a, b) => (likeness[b] as number) - (likeness[a] as number) || a - b)
    .slice(0, mostSimilar);
  const scores = new Float64Array(places.size);
  const most = likeness[best[0] ?? 0] ?? 1;
  for (const commit of best) {
    const { files } = commits[commit] as CodeHistory['commits'][number];
    const share = ((likeness[commit] as number) / most) ** 1.5 / Math.sqrt(files.length);
    for (const path of files) {
      const at = places.get(path);
      if (at !== undefined) scores[at] = (scores[at] as number) + share;
    }
  }
  return scores;
}
