import type { Change } from '../base/change.ts';
import { compareText } from '../base/text.ts';
import { digestMark, formatDigests } from './digest.ts';
import type { StoredFact } from './fact.ts';
import { formatIndex, indexPath, isIndexPath } from './index-file.ts';

/** True for index and page paths: everything under knowledge/ that is made from the facts. */
export function isDerivedPath(path: string): boolean {
  return isIndexPath(path) || /^knowledge\/(?:global|(?:repos|agents)\/[^/]+)\.md$/.test(path);
}

/**
 * The changes that bring index and pages up to date with the facts; none when they are. `existing`: the derived
 * files as they are, by path. Pages whose scope has no facts any more go; a page that a person wrote at such a path
 * is never touched but named in `inTheWay`.
 */
export function planDerivedFiles(
  facts: readonly StoredFact[],
  existing: ReadonlyMap<string, string>,
): { changes: Change[]; inTheWay: string[] } {
  const wanted = new Map([...formatIndex(facts), ...formatDigests(facts)]);
  const changes: Change[] = [];
  const inTheWay: string[] = [];
  for (const [path, text] of wanted) {
    const was = existing.get(path) ?? null;
    if (was === text) continue;
    if (was !== null && !isOurs(path, was)) inTheWay.push(path);
    else changes.push({ kind: 'write', path, text, was });
  }
  for (const [path, was] of existing) {
    if (!wanted.has(path) && isDerivedPath(path) && path !== indexPath && isOurs(path, was))
      changes.push({ kind: 'remove', path, was });
  }
  changes.sort((a, b) => compareText(a.path, b.path));
  return { changes, inTheWay: inTheWay.sort(compareText) };
}

/** Pages begin with our mark; a merge may have put its own marks in front of it. The index is always ours. */
function isOurs(path: string, text: string): boolean {
  return isIndexPath(path) || text.slice(0, 400).includes(digestMark);
}
