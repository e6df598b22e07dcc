import type { CodeFile } from './code-file.ts';
import type { CodeHistory } from './code-history.ts';
import { stemOfPath } from './file-class.ts';

/** Seeds, how many commits are looked at, and how many files one may have. */
const seedFiles = 3;
const newestCommits = 2000;
const mostFiles = 30;
/** Added to the count of a seed's changes, so that two commits together are no law. */
const shrinkage = 3;

/**
 * How often each file was changed together with the best of a first ranking: P(file | seed), shrunk, each seed by the
 * square of its share of the best score (Zimmermann et al. 2004, "Mining Version Histories to Guide Software Changes").
 */
export function scoreTogether(
  files: readonly CodeFile[],
  history: CodeHistory,
  scores: Float64Array,
): Float64Array {
  const together = new Float64Array(files.length);
  const order = bestOf(scores);
  const best = scores[order[0] ?? 0] ?? 0;
  if (best <= 0) return together;
  const places = new Map(files.map((file, at) => [file.path, at]));
  const seeds = new Set(order);
  const changes = new Map<number, number>();
  const shared = new Map<number, Map<number, number>>();
  for (const commit of history.commits.slice(0, newestCommits)) {
    if (commit.files.length > mostFiles || commit.files.length < 2) continue;
    const touched = commit.files.flatMap((path) => places.get(path) ?? []);
    for (const seed of touched) {
      if (!seeds.has(seed)) continue;
      changes.set(seed, (changes.get(seed) ?? 0) + 1);
      const counts = shared.get(seed) ?? new Map<number, number>();
      shared.set(seed, counts);
      for (const other of touched) if (other !== seed) counts.set(other, (counts.get(other) ?? 0) + 1);
    }
  }
  for (const [seed, counts] of shared) {
    const share = Math.max(0, (scores[seed] as number) / best) ** 2;
    for (const [other, count] of counts)
      together[other] =
        (together[other] as number) + (share * count) / ((changes.get(seed) ?? 0) + shrinkage);
  }
  return together;
}

/** Places of the best scores; of equal ones the first, which are in path order. */
function bestOf(scores: Float64Array): number[] {
  const best: number[] = [];
  for (const [at, score] of scores.entries()) {
    const rank = best.findIndex((other) => score > (scores[other] as number));
    if (rank < 0) best.push(at);
    else best.splice(rank, 0, at);
    best.length = Math.min(best.length, seedFiles);
  }
  return best;
}

const mostNamesakes = 12;

/** For each test the file it tests: of those of its name the one whose folders are most alike. By their places. */
export function pairTests(files: readonly CodeFile[]): Map<number, number> {
  const groups = new Map<string, number[]>();
  for (const [at, { path }] of files.entries()) {
    const stem = stemOfPath(path);
    const group = groups.get(stem);
    if (group) group.push(at);
    else groups.set(stem, [at]);
  }
  const pairs = new Map<number, number>();
  for (const group of groups.values()) {
    if (group.length < 2 || group.length > mostNamesakes) continue;
    const tested = group.filter((at) => !files[at]?.test);
    for (const test of group) {
      if (!files[test]?.test || tested.length === 0) continue;
      const alike = tested.map((at) => sharedFolders(files[test]?.path ?? '', files[at]?.path ?? ''));
      pairs.set(test, tested[alike.indexOf(Math.max(...alike))] as number);
    }
  }
  return pairs;
}

function sharedFolders(one: string, other: string): number {
  const [a, b] = [one.split('/'), other.split('/')];
  const folders = new Set(a.slice(0, -1));
  const shared = b.slice(0, -1).filter((folder) => folders.has(folder)).length;
  return (shared + 1) / Math.max(a.length, b.length);
}
