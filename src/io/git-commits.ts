import { dayMs } from '../base/calendar.ts';
import type { GitCommit } from '../outcomes/tasks/join-commits.ts';
import type { Git } from './git.ts';

/** Which commits are wanted. */
export interface CommitQuery {
  /** Ids, abbreviated or whole, on a branch or left behind by an amend or a rebase. */
  ids: readonly string[];
  /** Commits written in this stretch of time, both ends included, in milliseconds; null: none but the ids. */
  range: { from: number; to: number } | null;
  /** Branch the session worked on; null when its transcript names none. */
  branch: string | null;
}

/** A rebase gives a commit a later date: it is looked for up to a month after it was written. */
const rewrittenWithinMs = 30 * dayMs;
/** Commits of one stretch of time are read up to so many, the newest. */
const maxCommits = 20_000;
const maxDetailed = 200;
const format = [
  '%H',
  '%T',
  '%at',
  '%ct',
  '%P',
  '%an <%ae> %cn <%ce>',
  '%(trailers:key=Co-Authored-By,valueonly,separator=%x01)',
  '%s',
].join('%x00');
/** Squash merges of a forge are committed by the forge. */
const programs =
  /\b(?:claude|codex|copilot|cursor|aider|gemini|devin|opencode|openhands|windsurf|amp)\b|\[bot\]|<noreply@(?:github|gitlab)\.com>/i;

/**
 * The commits asked for, with what they changed. Two to five short Git commands, none of which runs a program that a
 * configuration names. What Git cannot resolve is left out; a repository without a commit has none.
 */
export async function readCommits(git: Git, { ids, range, branch }: CommitQuery): Promise<GitCommit[]> {
  const listed = range === null ? [] : await listWritten(git, { ids, range, branch });
  const missing = ids.filter((id) => !listed.some((commit) => commit.id.startsWith(id)));
  const named = await readNamed(git, missing);
  const commits = [...listed, ...named.filter(({ id }) => !listed.some((commit) => commit.id === id))];
  const isOwn = ({ id }: GitCommit) => ids.some((own) => id.startsWith(own));
  const own = commits.filter(isOwn);
  // All the others are looked into only when one of them may be what became of an own commit.
  const isSettled = ids.length > 0 && own.length >= ids.length && own.every(({ reachable }) => reachable);
  const detailed = (isSettled ? own : commits).filter(({ isMerge }) => !isMerge).slice(0, maxDetailed);
  await addChanges(git, detailed);
  if (detailed.some(({ reachable }) => !reachable)) await addPatchIds(git, detailed);
  return commits;
}

/** On some branch and written (by its author's time, which amend and rebase keep) in the stretch. */
async function listWritten(
  git: Git,
  { ids, range: { from, to }, branch }: CommitQuery & { range: { from: number; to: number } },
): Promise<GitCommit[]> {
  const seconds = (ms: number) => Math.floor(ms / 1000);
  const limits = [
    `--since=${seconds(from) - 2}`,
    `--until=${seconds(to + rewrittenWithinMs)}`,
    `--max-count=${maxCommits}`,
  ];
  const text = await readOr(git, [
    'rev-list',
    '--branches',
    '--remotes',
    '--tags',
    ...limits,
    `--format=${format}`,
  ]);
  const listed = parseCommits(text).filter(
    ({ authoredMs }) => authoredMs >= from - 2000 && authoredMs <= to + 2000,
  );
  // Only of commits that may be a person's does anybody ask which branch they are on.
  const isOpen = ({ id, isMerge, isAutomated }: GitCommit) =>
    !isMerge && !isAutomated && !ids.some((own) => id.startsWith(own));
  if (!listed.some(isOpen)) return listed;
  const onBranch = new Set(
    (await readOr(git, ['rev-list', ...limits, await refOf(git, branch)])).split('\n'),
  );
  return listed.map((commit) => ({ ...commit, isOnBranch: onBranch.has(commit.id) }));
}

/** The branch where it is here, or as a remote has it; else what is checked out. */
async function refOf(git: Git, branch: string | null): Promise<string> {
  if (branch === null || !/^\w[\w./+-]{0,200}$/.test(branch)) return 'HEAD';
  const refs = [`refs/heads/${branch}`, `refs/remotes/origin/${branch}`];
  const found = (await readOr(git, ['for-each-ref', '--format=%(refname)', ...refs])).split('\n');
  return refs.find((ref) => found.includes(ref)) ?? 'HEAD';
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
  return parseCommits(text).map((commit) => ({ ...commit, reachable: !unreachable.has(commit.id) }));
}

/** stdout, or nothing where Git says no: before the first commit it has nothing to list. */
async function readOr(git: Git, args: readonly string[]): Promise<string> {
  return git.rawBytes(args).then(String, () => '');
}

function parseCommits(text: string): GitCommit[] {
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
        changes: null,
        isMerge: (parents ?? '').includes(' '),
        isAutomated: programs.test(author ?? '') || programs.test(trailers ?? ''),
        isOnBranch: false,
        patchId: null,
        reachable: true,
      },
    ];
  });
}

const diffTree = ['diff-tree', '--stdin', '-r', '--root', '--no-renames', '--no-ext-diff', '--no-textconv'];

/** In a partial clone Git stops at the first commit it cannot compare: then the next ones are asked for one by one. */
async function addChanges(git: Git, commits: readonly GitCommit[]): Promise<void> {
  const texts = await compare(git, commits, '--numstat').then(
    (text) => [text],
    () =>
      Promise.all(
        commits.slice(0, maxSingly).map((commit) => compare(git, [commit], '--numstat').catch(() => '')),
      ),
  );
  const byId = new Map(commits.map((commit) => [commit.id, commit]));
  let commit: GitCommit | undefined;
  for (const line of texts.join('\n').split('\n')) {
    const [added, removed, file] = line.split('\t');
    if (file === undefined) {
      commit = byId.get(line.trim()) ?? commit;
      if (byId.has(line.trim()) && commit) commit.changes = { files: [], added: 0, removed: 0 };
    } else if (commit?.changes) {
      commit.changes.files.push(file);
      // A binary file has no lines.
      commit.changes.added += Number(added) || 0;
      commit.changes.removed += Number(removed) || 0;
    }
  }
}

const maxSingly = 30;

async function compare(git: Git, commits: readonly GitCommit[], how: '--numstat' | '-p'): Promise<string> {
  if (commits.length === 0) return '';
  return String(await git.rawBytes([...diffTree, how], commits.map(({ id }) => `${id}\n`).join('')));
}

async function addPatchIds(git: Git, commits: readonly GitCommit[]): Promise<void> {
  const patches = await compare(git, commits, '-p').catch(() => '');
  const text = patches === '' ? '' : String(await git.rawBytes(['patch-id', '--stable'], patches));
  const idOf = new Map(text.split('\n').map((line) => line.split(' ').reverse() as [string, string]));
  for (const commit of commits) commit.patchId = idOf.get(commit.id) ?? null;
}
