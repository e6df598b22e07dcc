import { stripStyles } from '../../sessions/check-output.ts';
import type { SeenCommit } from './find-commits.ts';

/** A commit as the local Git knows it. Times in milliseconds. */
export interface GitCommit {
  id: string;
  tree: string;
  authoredMs: number;
  committedMs: number;
  subject: string;
  /** Null for a merge, and where the clone lacks what it would take to know. */
  changes: { files: string[]; added: number; removed: number } | null;
  isMerge: boolean;
  /** A trailer, the author or the committer names an agent, a bot or a forge. */
  isAutomated: boolean;
  /** On the branch the session worked on (or, where that is gone, on the one checked out). */
  isOnBranch: boolean;
  /** `git patch-id --stable`; null when it was not asked for. */
  patchId: string | null;
  /** On some branch; false for what an amend or a rebase left behind. */
  reachable: boolean;
}

/** A commit of the transcript: where it was made, and what is known of it. */
export interface TaskCommitSource {
  seen: SeenCommit;
  calledMs: number | null;
  ms: number | null;
}

/** Seconds of slack when a commit that printed no id is looked for by its time. */
const slackMs = 2000;

/**
 * The commit in Git that a commit of the transcript is: by its id, else (rebased, amended, or never printed) by its
 * author's time within the call and its subject where that was printed. `followed`: what it is called on a branch now,
 * when an amend or a rebase gave it another id but left its tree or its patch.
 */
export function findGitCommit(
  source: TaskCommitSource,
  commits: readonly GitCommit[],
): { commit: GitCommit; followed: GitCommit | null } | undefined {
  const { seen } = source;
  const byId = seen.id === null ? undefined : commits.find(({ id }) => id.startsWith(seen.id as string));
  if (byId) return { commit: byId, followed: byId.reachable ? null : (successor(byId, commits) ?? null) };
  const { calledMs, ms } = source;
  if (calledMs === null || ms === null) return undefined;
  const candidates = commits.filter(
    (commit) =>
      // Git keeps whole seconds.
      commit.authoredMs >= calledMs - slackMs &&
      commit.authoredMs <= ms + slackMs &&
      (seen.subject === null || stripStyles(seen.subject).trim() === commit.subject.trim()),
  );
  return candidates.length === 1 ? { commit: candidates[0] as GitCommit, followed: null } : undefined;
}

/** The commit on a branch with the same tree or the same patch. */
function successor(left: GitCommit, commits: readonly GitCommit[]): GitCommit | undefined {
  const others = commits.filter((commit) => commit.reachable && commit.id !== left.id && !commit.isMerge);
  return (
    others.find((commit) => commit.tree === left.tree && commit.authoredMs === left.authoredMs) ??
    others.find((commit) => left.patchId !== null && commit.patchId === left.patchId) ??
    others.find((commit) => commit.tree === left.tree)
  );
}

/**
 * Commits in a stretch of time, on the branch of the session, that no line of its transcript made and no program
 * signed: a person's own. Other branches belong to other work. A commit named after a prompt was made by a hook that
 * keeps every turn (`prompts`: what was said in the session).
 */
export function manualCommits(
  commits: readonly GitCommit[],
  session: { commits: ReadonlySet<string>; prompts: readonly string[] },
  from: number,
  to: number,
): GitCommit[] {
  const heads = new Set(session.prompts.map(headOf));
  return commits.filter(
    (commit) =>
      commit.isOnBranch &&
      !commit.isMerge &&
      !commit.isAutomated &&
      !session.commits.has(commit.id) &&
      !heads.has(headOf(commit.subject)) &&
      // A rebase later keeps the author's time: what was written in the range counts, not what was moved in it.
      commit.authoredMs > from &&
      commit.authoredMs < to,
  );
}

/** Enough of a text to know it again when a subject line cuts it off. */
const headOf = (text: string): string => text.trim().replace(/\s+/g, ' ').slice(0, 40).toLowerCase();
