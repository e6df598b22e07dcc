import { dayMs } from '../../base/calendar.ts';
import { wilson } from '../../base/statistics/proportion.ts';
import { survivalMedian } from '../../base/statistics/survival.ts';
import { knownMetric, type ProgressMetric, type ProgressMetricId, unknownMetric } from './progress-metric.ts';

/** An issue as far as its life goes; times are ISO 8601. */
export interface Issue {
  number: number;
  createdAt: string;
  closedAt: string | null;
}

/** Where issues were read from, and what of them is missing. */
export interface IssueSource {
  /** `github`, `gitea`, `gitlab`. */
  provider: string;
  partial: boolean;
  notes: readonly string[];
}

const periodDays = 28;
/** Issues opened longer ago say nothing of how long it takes now. */
const medianDays = 180;
/** How far back issues matter at a moment: the cohort of 30 days, and the median. */
export const issueHistoryDays = medianDays;

const ids: readonly ProgressMetricId[] = [
  'issues_closed',
  'issue_closure_ratio',
  'issue_closed_14d',
  'issue_closed_30d',
  'issue_close_days',
];

/**
 * How issues stood at a moment: what happened later is not known then. An issue that was closed and opened again counts
 * as the forge has it now, by its last closing.
 */
export function issueMetrics(issues: readonly Issue[], atMs: number, source: IssueSource): ProgressMetric[] {
  const seen = issues.flatMap(({ createdAt, closedAt }) => {
    const [opened, closed] = [Date.parse(createdAt), closedAt === null ? Number.NaN : Date.parse(closedAt)];
    return opened <= atMs ? [{ opened, closed: closed <= atMs ? closed : null }] : [];
  });
  const counted = { method: `${source.provider}-1`, partial: source.partial, notes: source.notes };
  const within = (ms: number | null, fromDays: number, toDays = 0) =>
    ms !== null && ms > atMs - fromDays * dayMs && ms <= atMs - toDays * dayMs;
  const closed = seen.filter((one) => within(one.closed, periodDays)).length;
  const opened = seen.filter((one) => within(one.opened, periodDays)).length;
  const cohort = (id: ProgressMetricId, days: number) => {
    const those = seen.filter((one) => within(one.opened, days + periodDays, days));
    const done = those.filter((one) => one.closed !== null && one.closed - one.opened <= days * dayMs).length;
    const of = { ...counted, n: those.length, numerator: done, denominator: those.length };
    return those.length === 0
      ? unknownMetric(
          id,
          counted.method,
          `No issue was opened in the 28 days that ended ${days} days before.`,
          of,
        )
      : knownMetric(id, done / those.length, { ...of, interval: wilson(done, those.length) ?? null });
  };
  const ratio = { ...counted, n: opened + closed, numerator: closed, denominator: opened };
  return [
    knownMetric('issues_closed', closed, { ...counted, n: seen.length }),
    opened === 0
      ? unknownMetric('issue_closure_ratio', counted.method, 'No issue was opened in the 28 days.', ratio)
      : knownMetric('issue_closure_ratio', closed / opened, ratio),
    cohort('issue_closed_14d', 14),
    cohort('issue_closed_30d', 30),
    medianMetric(
      seen.filter((one) => within(one.opened, medianDays)),
      atMs,
      counted,
    ),
  ];
}

function medianMetric(
  seen: readonly { opened: number; closed: number | null }[],
  atMs: number,
  counted: { method: string; partial: boolean; notes: readonly string[] },
): ProgressMetric {
  const id = 'issue_close_days';
  const found = survivalMedian(
    seen.map(({ opened, closed }) => ({
      time: ((closed ?? atMs) - opened) / dayMs,
      censored: closed === null,
    })),
  );
  const of = { ...counted, n: seen.length, numerator: found?.events ?? 0, denominator: seen.length };
  if (!found)
    return unknownMetric(id, counted.method, `No issue was opened in the last ${medianDays} days.`, of);
  if (found.median === null)
    return unknownMetric(id, counted.method, `Fewer than half of ${seen.length} issues are closed.`, of);
  const [low, high] = found.interval;
  return knownMetric(id, found.median, {
    ...of,
    interval: low === null || high === null ? null : [low, high],
  });
}

/** All of them unknown for one reason. */
export function noIssueMetrics(reason: string, failed = false): ProgressMetric[] {
  return ids.map((id) => unknownMetric(id, 'no-issues', reason, { partial: failed }));
}

const closing = /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)\b:?\s+(?:[\w.-]+\/[\w.-]+)?#(\d+)/gi;

/** A commit's message with the time of its committer. */
export interface DatedMessage {
  at: string;
  text: string;
}

/**
 * What Git alone tells: issues that commit messages say they close (`Closes #12`, the words of GitHub, Gitea and GitLab),
 * each once, at its last closing. Git does not know what was opened; where nobody writes such words, it knows nothing.
 */
export function issueMetricsOfCommits(commits: readonly DatedMessage[], atMs: number): ProgressMetric[] {
  const closedAt = new Map<string, number>();
  for (const { at, text } of commits) {
    const ms = Date.parse(at);
    if (!(ms <= atMs)) continue;
    for (const [, number = ''] of text.matchAll(closing))
      closedAt.set(number, Math.max(ms, closedAt.get(number) ?? 0));
  }
  const method = 'git-trailers-1';
  const notes = ['Counted from words such as "Closes #12" in commit messages: no issue tracker was asked.'];
  const value = [...closedAt.values()].filter((ms) => ms > atMs - periodDays * dayMs).length;
  return [
    closedAt.size === 0
      ? unknownMetric(
          'issues_closed',
          method,
          `No commit of the last ${medianDays} days names an issue that it closes, and no issue tracker was asked.`,
        )
      : knownMetric('issues_closed', value, { n: closedAt.size, method, notes }),
    ...ids
      .slice(1)
      .map((id) => unknownMetric(id, method, 'Git tells which issues were closed, not which were opened.')),
  ];
}
