import { compareText } from '../../base/text.ts';
import { stemOfPath } from './file-class.ts';
import { openModules } from './imported-modules.ts';

/** A file as tests are linked: what it imports is needed of tests only. */
export interface LinkedFile {
  path: string;
  test: boolean;
  imports: readonly string[];
}

/**
 * The tests of each source file, both in path order: by what a test imports, and where that leads nowhere in the
 * repository by its name (`cart.test.ts`, `test_cart.py`, `CartTest.java`).
 */
export function linkTests(files: readonly LinkedFile[]): Map<string, string[]> {
  const sources = files.filter(({ test }) => !test).map(({ path }) => path);
  const resolve = openModules(sources);
  const byStem = new Map<string, string[]>();
  for (const path of sources) byStem.set(stemOfPath(path), [...(byStem.get(stemOfPath(path)) ?? []), path]);
  const links = new Map<string, Set<string>>();
  const link = (source: string, test: string) =>
    links.set(source, (links.get(source) ?? new Set()).add(test));
  for (const { path, test, imports } of files) {
    if (!test) continue;
    const imported = imports.flatMap((module) => resolve(module, path) ?? []);
    const named = nearest(byStem.get(stemOfPath(path)) ?? [], path);
    for (const source of new Set(imported.length > 0 ? imported : named)) link(source, path);
  }
  return new Map(
    [...links]
      .sort((a, b) => compareText(a[0], b[0]))
      .map(([source, tests]) => [source, [...tests].sort(compareText)]),
  );
}

/** Of files with one name, those that share most of the path with the test. */
function nearest(paths: readonly string[], test: string): string[] {
  const words = new Set(test.split('/'));
  const shared = (path: string) => path.split('/').filter((part) => words.has(part)).length;
  const most = Math.max(0, ...paths.map(shared));
  return paths.filter((path) => shared(path) === most);
}
