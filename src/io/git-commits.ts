import type { GitCommit } from '../outcomes/tasks/join-commits.ts';
import type { Git } from './git.ts';

/** Which commits are wanted. */
export interface CommitQuery {
  /** Ids, abbreviated or whole, on a branch or left behind by an amend or a rebase. */
  ids: readonly string[];
  /** Commits written in this stretch of time, both ends included, in milliseconds; null: none but the ids. */
  range: { from: number; to: number } | null;
}

/** Commits of one stretch of time are read up to so many, the newest. */
const maxCommits = 20_000;
const maxDetailed = 200;
const format = [
  '%H',
  '%T',
  '%at',
  '%ct',
  '%P',
  '%an <%ae>',
  '%(trailers:key=Co-Authored-By,valueonly,separator=%x01)',
  '%s',
].join('%x00');
const agents =
  /\b(?:claude|codex|copilot|cursor|aider|gemini|devin|opencode|openhands|windsurf|amp)\b|\[bot\]/i;

/**
 * The commits asked for, with what they changed. Two to five short Git commands, none of which runs a program that a
 * configuration names. What Git cannot resolve is left out; a repository without a commit has none.
 */
export async function readCommits(git: Git, { ids, range }: CommitQuery): Promise<GitCommit[]> {
  const listed = range === null ? [] : await listWritten(git, range);
  const missing = ids.filter((id) => !listed.some((commit) => commit.id.startsWith(id)));
  const named = await readNamed(git, missing);
  const commits = [...listed, ...named.filter(({ id }) => !listed.some((commit) => commit.id === id))];
  const detailed = commits.filter(({ isMerge }) => !isMerge).slice(0, maxDetailed);
  await addChanges(git, detailed);
  if (detailed.some(({ reachable }) => !reachable)) await addPatchIds(git, detailed);
  return commits;
}

/** On some branch and written (by its author's time, which amend and rebase keep) in the stretch. */
async function listWritten(git: Git, { from, to }: { from: number; to: number }): Promise<GitCommit[]> {
  const since = Math.floor(from / 1000) - 2;
  const text = await readOr(git, [
    'rev-list',
    '--branches',
    '--remotes',
    '--tags',
    `--since=${since}`,
    `--max-count=${maxCommits}`,
    `--format=${format}`,
  ]);
  const isIn = (ms: number) => ms >= from - 2000 && ms <= to + 2000;
  return parseCommits(text, true).filter((commit) => isIn(commit.authoredMs));
}

async function readNamed(git: Git, ids: readonly string[]): Promise<GitCommit[]> {
  if (ids.length === 0) return [];
  const answers = await git.rawBytes(
    ['cat-file', '--batch-check'],
    ids.map((id) => `${id}^{commit}\n`).join(''),
  );
  const found = [...answers.toString().matchAll(/^([0-9a-f]{40,64}) commit \d+$/gm)].map(
    (match) => match[1] as string,
  );
  if (found.length === 0) return [];
  const text = await readOr(git, ['rev-list', '--no-walk', `--format=${format}`, ...new Set(found)]);
  const left = await readOr(git, [
    'rev-list',
    '--no-walk',
    ...new Set(found),
    '--not',
    '--branches',
    '--remotes',
    '--tags',
  ]);
  const unreachable = new Set(left.split('\n').filter(Boolean));
  return parseCommits(text, true).map((commit) => ({ ...commit, reachable: !unreachable.has(commit.id) }));
}

/** stdout, or nothing where Git says no: before the first commit it has nothing to list. */
async function readOr(git: Git, args: readonly string[]): Promise<string> {
  return git.rawBytes(args).then(String, () => '');
}

function parseCommits(text: string, reachable: boolean): GitCommit[] {
  return text.split('\n').flatMap((line): GitCommit[] => {
    const [id = '', tree, authored, committed, parents, author, trailers, subject] = line.split('\0');
    if (subject === undefined) return [];
    return [
      {
        id,
        tree: tree as string,
        authoredMs: Number(authored) * 1000,
        committedMs: Number(committed) * 1000,
        subject,
        files: [],
        added: 0,
        removed: 0,
        isMerge: (parents ?? '').includes(' '),
        byAgent: agents.test(author ?? '') || agents.test(trailers ?? ''),
        patchId: null,
        reachable,
      },
    ];
  });
}

const diffTree = ['diff-tree', '--stdin', '-r', '--root', '--no-renames', '--no-ext-diff', '--no-textconv'];

async function addChanges(git: Git, commits: readonly GitCommit[]): Promise<void> {
  if (commits.length === 0) return;
  const text = (
    await git.rawBytes([...diffTree, '--numstat'], commits.map(({ id }) => `${id}\n`).join(''))
  ).toString();
  const byId = new Map(commits.map((commit) => [commit.id, commit]));
  let commit: GitCommit | undefined;
  for (const line of text.split('\n')) {
    const [added, removed, file] = line.split('\t');
    if (file === undefined) commit = byId.get(line.trim()) ?? commit;
    else if (commit) {
      commit.files.push(file);
      // A binary file has no lines.
      commit.added += Number(added) || 0;
      commit.removed += Number(removed) || 0;
    }
  }
}

async function addPatchIds(git: Git, commits: readonly GitCommit[]): Promise<void> {
  const patches = await git.rawBytes([...diffTree, '-p'], commits.map(({ id }) => `${id}\n`).join(''));
  const text = (await git.rawBytes(['patch-id', '--stable'], patches)).toString();
  const idOf = new Map(text.split('\n').map((line) => line.split(' ').reverse() as [string, string]));
  for (const commit of commits) commit.patchId = idOf.get(commit.id) ?? null;
}
