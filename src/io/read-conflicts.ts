import type { Git } from './git.ts';

/** A file as a commit, or one side of a conflict, has it. */
export interface SideFile {
  path: string;
  text: string;
}

/** A file under knowledge/ that a Git merge could not join, and what each side has of it; null where it has nothing. */
export interface ConflictedFile {
  path: string;
  base: SideFile | null;
  ours: SideFile | null;
  theirs: SideFile | null;
}

/**
 * The unmerged files under knowledge/, by path. The sides are read from the commits that are being joined (merge,
 * rebase, cherry-pick, revert), by the id at the end of the file name: where Git took a new file for a renamed other
 * one, its own index mixes the two. Without such commits (a stash, a squash) the index is all there is.
 */
export async function readConflicts(git: Git): Promise<ConflictedFile[]> {
  const staged = await readStages(git);
  if (staged.length === 0) return [];
  const commits = await findCommits(git);
  if (!commits) return staged;
  const [base, ours, theirs] = await Promise.all(
    [commits.base, commits.ours, commits.theirs].map((commit) => (commit ? listPaths(git, commit) : [])),
  );
  return Promise.all(
    staged.map(async (file) => {
      const id = /-([a-z0-9]{10})\.md$/.exec(file.path)?.[1];
      if (!id) return file;
      const side = async (commit: string | null, paths: readonly string[] = []): Promise<SideFile | null> => {
        const path = paths.includes(file.path) ? file.path : paths.find((one) => one.endsWith(`-${id}.md`));
        return path && commit ? { path, text: await readBlob(git, `${commit}:${path}`) } : null;
      };
      return {
        path: file.path,
        base: await side(commits.base, base),
        ours: await side(commits.ours, ours),
        theirs: await side(commits.theirs, theirs),
      };
    }),
  );
}

async function readStages(git: Git): Promise<ConflictedFile[]> {
  const listed = (await git.raw(['ls-files', '-u', '-z', '--', 'knowledge/'])).split('\0').filter(Boolean);
  const byPath = new Map<string, ConflictedFile>();
  for (const entry of listed) {
    const [meta = '', path = ''] = entry.split('\t');
    const [, oid = '', stage] = meta.split(' ');
    const file = byPath.get(path) ?? { path, base: null, ours: null, theirs: null };
    byPath.set(path, file);
    const side = { path, text: await readBlob(git, oid) };
    if (stage === '1') file.base = side;
    else if (stage === '2') file.ours = side;
    else file.theirs = side;
  }
  return [...byPath.values()];
}

/** The commits being joined; undefined when Git is not in the middle of joining two. */
async function findCommits(
  git: Git,
): Promise<{ base: string | null; ours: string; theirs: string } | undefined> {
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

async function listPaths(git: Git, commit: string): Promise<string[]> {
  const listed = await git.rawBytes([
    'ls-tree',
    '-r',
    '-z',
    '--name-only',
    '--full-tree',
    commit,
    '--',
    'knowledge/',
  ]);
  return listed.toString('utf8').split('\0').filter(Boolean);
}

async function readBlob(git: Git, name: string): Promise<string> {
  return (await git.rawBytes(['cat-file', 'blob', name])).toString('utf8');
}
