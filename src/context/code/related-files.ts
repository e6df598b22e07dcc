import { compareText } from '../../base/text.ts';
import type { CodeFile } from './code-file.ts';
import type { CodeHistory } from './code-history.ts';
import { stemOfPath } from './file-class.ts';

/** A file that changes together with the packed ones. */
export interface CoChange {
  path: string;
  /** Commits that changed it and one of the packed files, of `of` commits that changed a packed file. */
  together: number;
  of: number;
}

/** Commits of more files say nothing of what belongs together. */
const mostFiles = 25;
const leastTogether = 3;

/** Tests of the files, by the stem of their names; those in the nearest folder first. */
export function findTestsOf(paths: readonly string[], files: readonly CodeFile[], most: number): string[] {
  const tests = new Map<string, string[]>();
  for (const { path, test } of files) {
    if (!test) continue;
    const stem = stemOfPath(path);
    tests.set(stem, [...(tests.get(stem) ?? []), path]);
  }
  const found = new Set<string>();
  for (const path of paths) {
    const near = (tests.get(stemOfPath(path)) ?? []).toSorted(
      (a, b) => sharedFolders(b, path) - sharedFolders(a, path) || compareText(a, b),
    );
    for (const test of near.slice(0, 2)) if (!paths.includes(test)) found.add(test);
  }
  return [...found].slice(0, most);
}

function sharedFolders(a: string, b: string): number {
  const [one, two] = [a.split('/'), b.split('/')];
  let shared = 0;
  while (shared < one.length - 1 && one[shared] === two[shared]) shared++;
  return shared;
}

/** Files that changed in the same commits as the packed ones, most often first. */
export function findCoChanged(
  paths: readonly string[],
  history: CodeHistory,
  files: readonly CodeFile[],
  most: number,
): CoChange[] {
  const packed = new Set(paths);
  const present = new Set(files.map(({ path }) => path));
  const counts = new Map<string, number>();
  let of = 0;
  for (const { files: changed } of history.commits) {
    if (changed.length > mostFiles || !changed.some((path) => packed.has(path))) continue;
    of++;
    for (const path of changed)
      if (!packed.has(path) && present.has(path)) counts.set(path, (counts.get(path) ?? 0) + 1);
  }
  return [...counts]
    .filter(([, together]) => together >= leastTogether)
    .sort((a, b) => b[1] - a[1] || compareText(a[0], b[0]))
    .slice(0, most)
    .map(([path, together]) => ({ path, together, of }));
}
