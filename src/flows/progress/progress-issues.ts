import { dayMs } from '../../base/calendar.ts';
import { type ForgeProvider, findForge } from '../../io/forge/find-forge.ts';
import { type IssueAnswer, readIssues } from '../../io/forge/issues.ts';
import type { Git } from '../../io/git.ts';
import type { Repository } from '../../io/repository.ts';
import {
  type DatedMessage,
  issueHistoryDays,
  issueMetrics,
  issueMetricsOfCommits,
  noIssueMetrics,
} from '../../metrics/progress/issue-metrics.ts';
import type { ProgressMetric } from '../../metrics/progress/progress-metric.ts';

/** Where issues are read from; `git`: from commit messages only. */
export interface IssueSettings {
  provider: ForgeProvider | 'git' | undefined;
  offline: boolean;
  env: Readonly<Record<string, string | undefined>>;
  signal?: AbortSignal | undefined;
}

/** Gives the issue metrics of a moment, for the history of a commit. */
export type IssueReader = (atMs: number, commit: string | null) => Promise<ProgressMetric[]>;

/**
 * Reads the issues once, back to what the earliest moment needs. Without a forge, or when it cannot be asked, the commit
 * messages of Git stand in, and say so.
 */
export async function openIssues(
  { git, root }: Repository,
  settings: IssueSettings,
  earliestMs: number,
): Promise<{ read: IssueReader; note: string | null }> {
  if (!git) return { read: async () => noIssueMetrics(`${root} is no Git repository.`), note: null };
  const fromGit: IssueReader = async (atMs, commit) =>
    commit === null
      ? noIssueMetrics('There is no commit yet.')
      : issueMetricsOfCommits(await messagesOf(git, commit, atMs), atMs);
  const { provider, offline, env, signal } = settings;
  if (provider === 'git' || offline) return { read: fromGit, note: null };
  const forge = findForge(await git.remoteUrl(), provider, env);
  if (!forge) return { read: fromGit, note: null };
  const since = new Date(earliestMs - issueHistoryDays * dayMs).toISOString().replace(/\.\d+Z$/, 'Z');
  const answer: IssueAnswer = await readIssues(forge, { since, signal });
  if ('unknown' in answer)
    return { read: fromGit, note: `Issues of ${forge.repo} are not known: ${answer.unknown}.` };
  const { issues, partial } = answer;
  const notes =
    partial === null ? [] : [`Only part of the issues of ${forge.repo} could be read: ${partial}.`];
  const source = { provider: forge.provider, partial: partial !== null, notes };
  return { read: async (atMs) => issueMetrics(issues, atMs, source), note: null };
}

/** Messages of the weeks that count, NUL-separated so that none can forge another. */
async function messagesOf(git: Git, commit: string, atMs: number): Promise<DatedMessage[]> {
  const since = Math.floor(atMs / 1000) - issueHistoryDays * 86_400;
  const listed = await git.rawBytes(['log', '-z', `--since=${since}`, '--format=%cI%n%B', commit]);
  return listed
    .toString('utf8')
    .split('\0')
    .filter(Boolean)
    .map((entry) => {
      const cut = entry.indexOf('\n');
      return { at: entry.slice(0, cut), text: entry.slice(cut + 1) };
    });
}
