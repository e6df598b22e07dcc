import { describe, expect, it } from 'vitest';
import { issueMetrics, issueMetricsOfCommits } from '../../../../src/metrics/progress/issue-metrics.ts';

const at = Date.parse('2026-06-30T00:00:00Z');
const day = (back: number) => new Date(at - back * 86_400_000).toISOString();
const source = { provider: 'gitea', partial: false, notes: [] };
const valuesOf = (metrics: { id: string; value: number | null }[]) =>
  Object.fromEntries(metrics.map(({ id, value }) => [id, value]));

describe('issueMetrics', () => {
  // Opened and closed so many days ago.
  const life: (readonly [number, number | null])[] = [
    [100, 90], // 10 days
    [50, 20], // 30 days
    [45, 40], // 5 days
    [40, null],
    [20, 18], // 2 days
    [16, 1], // 15 days
    [10, null],
    [5, null],
  ];
  const issues = life.map(([opened, closed], number) => ({
    number,
    createdAt: day(opened),
    closedAt: closed === null ? null : day(closed),
  }));

  it('counts by hand', () => {
    const metrics = issueMetrics(issues, at, source);
    expect(valuesOf(metrics)).toEqual({
      // Closed 20, 18 and 1 days ago; opened 20, 16, 10 and 5 days ago.
      issues_closed: 3,
      issue_closure_ratio: 3 / 4,
      // Opened 14 to 42 days ago: 40, 20 and 16; only the one of 2 days within 14.
      issue_closed_14d: 1 / 3,
      // Opened 30 to 58 days ago: 50, 45 and 40; those of 30 and 5 days.
      issue_closed_30d: 2 / 3,
      // Times 2 5 5+ 10 10+ 15 30 40+: survival 7/8, 6/8, 3/5, 2/5 at 15.
      issue_close_days: 15,
    });
    expect(metrics.map(({ method }) => method)).toEqual(new Array(5).fill('gitea-1'));
    expect(metrics[2]?.interval?.[0]).toBeGreaterThan(0);
  });

  it('gives the past what was known then, and does not depend on the order', () => {
    const then = at - 30 * 86_400_000;
    const known = issues.filter(({ createdAt }) => Date.parse(createdAt) <= then);
    const asKnown = known.map((one) => ({
      ...one,
      closedAt: one.closedAt !== null && Date.parse(one.closedAt) <= then ? one.closedAt : null,
    }));
    expect(issueMetrics([...issues].reverse(), then, source)).toEqual(issueMetrics(asKnown, then, source));
  });

  it('is unknown, not 0, where nothing was opened', () => {
    expect(valuesOf(issueMetrics([], at, source))).toEqual({
      issues_closed: 0,
      issue_closure_ratio: null,
      issue_closed_14d: null,
      issue_closed_30d: null,
      issue_close_days: null,
    });
    const open = [{ number: 1, createdAt: day(3), closedAt: null }];
    expect(issueMetrics(open, at, source)[4]?.reason).toBe('Fewer than half of 1 issues are closed.');
  });
});

describe('issueMetricsOfCommits', () => {
  it('counts what commit messages close, each issue once, and knows nothing of what was opened', () => {
    const metrics = issueMetricsOfCommits(
      [
        { at: day(1), text: 'fix: a\n\nCloses #1, fixes owner/name#2\nResolved: #3' },
        { at: day(2), text: 'again\n\ncloses #1' },
        { at: day(40), text: 'Closes #4' },
        { at: day(-2), text: 'Closes #5' },
        { at: day(3), text: 'See #6, discloses #7, closes 8, refs #9' },
      ],
      at,
    );
    expect(valuesOf(metrics)).toEqual({
      issues_closed: 3,
      issue_closure_ratio: null,
      issue_closed_14d: null,
      issue_closed_30d: null,
      issue_close_days: null,
    });
    expect(metrics[0]?.notes[0]).toContain('no issue tracker was asked');
    expect(metrics[1]?.reason).toContain('not which were opened');
    const silent = issueMetricsOfCommits([{ at: day(1), text: 'no issue' }], at);
    expect(silent[0]).toMatchObject({ value: null, reason: expect.stringContaining('names an issue') });
    const [old] = issueMetricsOfCommits([{ at: day(40), text: 'Closes #4' }], at);
    expect(old).toMatchObject({ value: 0, n: 1 });
  });
});
