import type { AnchorState } from '../knowledge/decay.ts';
import type { Fact } from '../knowledge/fact.ts';
import type { Git } from './git.ts';

/** Commits looked through for changes of anchored files; older confirmations than these reach stay `unknown`. */
const maxCommits = 5000;

/**
 * What became of the files each fact names since it was last confirmed, by fact id: `changed` when a commit touched
 * one of them (or what lies below it) on a later day, else `unchanged`. Facts without paths or date, and facts whose
 * paths this repository never had, are left out. One `git log` for all of them.
 */
export async function readAnchorStates(
  git: Git,
  facts: readonly Pick<Fact, 'id' | 'paths' | 'lastConfirmed'>[],
): Promise<Map<string, AnchorState>> {
  const states = new Map<string, AnchorState>();
  const anchored = facts.filter((fact) => fact.paths.length > 0 && fact.lastConfirmed !== null);
  if (anchored.length === 0 || !(await git.head())) return states;
  const [oldest = ''] = anchored.map((fact) => fact.lastConfirmed ?? '').sort();
  const changed = await readLastChanges(git, oldest);
  const present = new Set<string>();
  for (const path of (await git.raw(['ls-tree', '-r', '-z', '--name-only', '--full-tree', 'HEAD'])).split(
    '\0',
  )) {
    for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1))
      present.add(path.slice(0, end));
  }
  for (const fact of anchored) {
    const paths = fact.paths.map((path) => path.replace(/^\.?\/+|\/+$/g, ''));
    const since = fact.lastConfirmed ?? '';
    if (paths.some((path) => (changed.get(path) ?? '') > since)) states.set(fact.id, 'changed');
    else if (paths.every((path) => present.has(path))) states.set(fact.id, 'unchanged');
  }
  return states;
}

/** Path, and every folder above it → last day on which a commit touched it, from `since` on. */
async function readLastChanges(git: Git, since: string): Promise<Map<string, string>> {
  const log = await git.raw([
    'log',
    '--no-renames',
    '--name-only',
    '-z',
    '--format=%x01%cs',
    `--max-count=${maxCommits}`,
    `--since=${since}T00:00:00Z`,
    'HEAD',
  ]);
  const days = new Map<string, string>();
  for (const commit of log.split('\u0001').slice(1)) {
    const [day = '', ...paths] = commit.split(/[\0\n]+/);
    for (const path of paths.filter(Boolean)) {
      for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
        const part = path.slice(0, end);
        if ((days.get(part) ?? '') < day) days.set(part, day);
      }
    }
  }
  return days;
}
