import type { Change } from '../../../src/base/change.ts';
import type { StoredFact } from '../../../src/knowledge/fact.ts';
import { parseFact } from '../../../src/knowledge/fact-file.ts';
import { isFactPath } from '../../../src/knowledge/fact-path.ts';

/** Files in memory: path → text. */
export type Files = ReadonlyMap<string, string>;

/** The files after a plan; throws like the real writer when a file is not what the plan was made from. */
export function applied(files: Files, changes: readonly Change[]): Map<string, string> {
  const after = new Map(files);
  for (const change of changes) {
    if (change.kind === 'append') throw new Error('facts are never appended to');
    if ((files.get(change.path) ?? null) !== change.was)
      throw new Error(`${change.path} differs from the plan`);
    if (change.kind === 'write') after.set(change.path, change.text);
    else after.delete(change.path);
  }
  return after;
}

/** The facts among the files, by path. */
export function storedIn(files: Files): StoredFact[] {
  return [...files]
    .filter(([path]) => isFactPath(path))
    .map(([path, text]) => ({ path, text, fact: parseFact(path, text) }));
}
