import { compareText } from '../base/text.ts';
import { isFactPath } from '../knowledge/fact-path.ts';
import type { Git } from './git.ts';
import { readBlobs } from './read-facts.ts';

/** A file as one side of a merge has it. */
export interface SideFile {
  path: string;
  text: string;
}

/** What the sides of a merge have of one fact; null where a side has nothing. */
export interface MergedFile {
  /** Where it belongs. */
  path: string;
  base: SideFile | null;
  ours: SideFile | null;
  theirs: SideFile | null;
}

/** A Git merge, rebase, cherry-pick or revert that stopped, as far as facts go. */
export interface StoppedMerge {
  /** Facts that either side changed, told apart by the id at the end of their file names. */
  changed: MergedFile[];
  /** Unmerged paths under knowledge/. */
  unmerged: string[];
  /** Paths under knowledge/ that somebody edited after Git stopped. */
  edited: Set<string>;
}

/**
 * Reads the sides from the commits that are being joined, not from Git's index: where Git took a new file for a
 * renamed other one, its index and its work tree mix the two. Where Git knows no such commits (a stash, a squash) the
 * index is all there is, and only the unmerged files are told. undefined when nothing is unmerged or being merged.
 */
export async function readStoppedMerge(git: Git): Promise<StoppedMerge | undefined> {
  const staged = await readStages(git, 'knowledge/');
  const commits = await findCommits(git);
  if (staged.length === 0 && !commits) return undefined;
  const unmerged = staged.map(({ path }) => path);
  const compared = await git.rawCompared(['diff-files', '-z', '--name-only', '--', 'knowledge/']);
  const edits = compared.toString().split('\0');
  const edited = new Set(edits.filter((path) => path !== '' && !unmerged.includes(path)));
  const changed = commits ? await readChanged(git, commits) : staged.filter(({ path }) => isFactPath(path));
  const ids = new Set(changed.map(({ path }) => idIn(path) ?? path));
  const unnamed = staged.filter(({ path }) => isFactPath(path) && !ids.has(idIn(path) ?? path));
  return { changed: [...changed, ...unnamed], unmerged, edited };
}

/** Files of the event log that Git could not join: two branches of one clone write to the same ones. */
export async function readUnmergedLogs(git: Git): Promise<MergedFile[]> {
  return (await readStages(git, 'metrics/events/')).filter(({ path }) => path.endsWith('.jsonl'));
}

interface Commits {
  base: string | null;
  ours: string;
  theirs: string;
}

const idIn = (path: string): string | undefined => /-([a-z0-9]{10})\.md$/.exec(path)?.[1];

/** The facts whose file differs between base and either side. */
async function readChanged(git: Git, commits: Commits): Promise<MergedFile[]> {
  const sides = await Promise.all(
    [commits.base, commits.ours, commits.theirs].map((commit) => listFacts(git, commit)),
  );
  const [base = new Map(), ours = new Map(), theirs = new Map()] = sides;
  const ids = [...new Set([...base.keys(), ...ours.keys(), ...theirs.keys()])].filter((id) => {
    const was = base.get(id)?.oid;
    return ours.get(id)?.oid !== was || theirs.get(id)?.oid !== was;
  });
  const oids = [...new Set(ids.flatMap((id) => sides.flatMap((side) => side.get(id)?.oid ?? [])))];
  const texts = new Map((await readBlobs(git, oids)).map((text, at) => [oids[at], text ?? '']));
  const fileOf = (side: Map<string, Listed>, id: string): SideFile | null => {
    const found = side.get(id);
    return found ? { path: found.path, text: texts.get(found.oid) ?? '' } : null;
  };
  return ids.sort().map((id) => {
    const file = { base: fileOf(base, id), ours: fileOf(ours, id), theirs: fileOf(theirs, id) };
    return { path: pathOf(file), ...file };
  });
}

/** Where a fact belongs after the merge: where the side that moved it put it; the same whichever side is ours. */
function pathOf({ base, ours, theirs }: Omit<MergedFile, 'path'>): string {
  const moved = [ours, theirs]
    .flatMap((side) => (side && side.path !== base?.path ? [side.path] : []))
    .sort(compareText);
  return moved[0] ?? (ours ?? theirs ?? base)?.path ?? '';
}

interface Listed {
  path: string;
  oid: string;
}

/** Fact files of a commit by id; those without an id in their name are left to Git. */
async function listFacts(git: Git, commit: string | null): Promise<Map<string, Listed>> {
  const byId = new Map<string, Listed>();
  if (!commit) return byId;
  const listed = await git.rawBytes(['ls-tree', '-r', '-z', '--full-tree', commit, '--', 'knowledge/']);
  for (const entry of listed.toString('utf8').split('\0')) {
    const [meta = '', path = ''] = entry.split('\t');
    const id = idIn(path);
    const [mode, , oid = ''] = meta.split(' ');
    if (id && isFactPath(path) && mode !== '120000' && !byId.has(id)) byId.set(id, { path, oid });
  }
  return byId;
}

async function readStages(git: Git, folder: string): Promise<MergedFile[]> {
  const listed = (await git.raw(['ls-files', '-u', '-z', '--', folder])).split('\0').filter(Boolean);
  const entries = listed.map((entry) => {
    const [meta = '', path = ''] = entry.split('\t');
    const [, oid = '', stage = ''] = meta.split(' ');
    return { path, oid, stage };
  });
  const texts = await readBlobs(
    git,
    entries.map(({ oid }) => oid),
  );
  const byPath = new Map<string, MergedFile>();
  for (const [at, { path, stage }] of entries.entries()) {
    const file = byPath.get(path) ?? { path, base: null, ours: null, theirs: null };
    byPath.set(path, file);
    const side = { path, text: texts[at] ?? '' };
    if (stage === '1') file.base = side;
    else if (stage === '2') file.ours = side;
    else file.theirs = side;
  }
  return [...byPath.values()];
}

/** The commits being joined; undefined when Git is not in the middle of joining two. */
async function findCommits(git: Git): Promise<Commits | undefined> {
  const ours = await git.head();
  if (!ours) return undefined;
  const merged = await commitOf(git, 'MERGE_HEAD');
  if (merged) return { base: await firstLine(git, ['merge-base', ours, merged]), ours, theirs: merged };
  for (const name of ['CHERRY_PICK_HEAD', 'REBASE_HEAD']) {
    const picked = await commitOf(git, name);
    if (picked) return { base: await commitOf(git, `${picked}^`), ours, theirs: picked };
  }
  const reverted = await commitOf(git, 'REVERT_HEAD');
  const before = reverted && (await commitOf(git, `${reverted}^`));
  return reverted && before ? { base: reverted, ours, theirs: before } : undefined;
}

function commitOf(git: Git, name: string): Promise<string | null> {
  return firstLine(git, ['rev-parse', '--verify', '--quiet', `${name}^{commit}`]);
}

async function firstLine(git: Git, args: readonly string[]): Promise<string | null> {
  const answer = await git.raw(args).catch(() => '');
  return answer.split('\n', 1)[0]?.trim() || null;
}
