import { describe, expect, it } from 'vitest';
import { stopReasons } from '../../../../src/base/stop-reasons.ts';
import { renderKpi } from '../../../../src/cli/render-kpi.ts';
import { renderReport } from '../../../../src/cli/render-report.ts';
import { compareDocuments } from '../../../../src/metrics/kpi/compare-documents.ts';
import { costOf, type PriceTable } from '../../../../src/metrics/kpi/cost.ts';
import { fleetKpi } from '../../../../src/metrics/kpi/fleet-kpi.ts';
import { type KpiDocument, kpiDocument } from '../../../../src/metrics/kpi/kpi-document.ts';
import { type KpiTask, kpiTasks, withoutCopies } from '../../../../src/metrics/kpi/kpi-tasks.ts';
import { recentTasks } from '../../../../src/metrics/kpi/recent-tasks.ts';
import { parseTaskSelection } from '../../../../src/metrics/kpi/select-tasks.ts';
import { checkpoint, task, touched, worker } from './tasks.ts';

const minute = 60_000;
const prices: PriceTable = {
  version: '2026-11',
  currency: 'USD',
  models: {
    m: { input: 1, output: 10, cacheRead: 0.1, cacheWrite: 2 },
    m1: { input: 2, output: 20, cacheRead: 0.2, cacheWrite: 4 },
  },
};
const documentOf = (tasks: KpiTask[], isWhole = true) =>
  kpiDocument(tasks, { exposures: [], prices: null, isWhole });

describe('costOf', () => {
  it('adds types at their own prices, by the longest name that fits', () => {
    expect(costOf([worker('m1-20250101', 1e6)], prices)).toEqual({
      amount: (10 * 2 + 1e6 * 20 + 5000 * 0.2 + 100 * 4) / 1e6,
      currency: 'USD',
      priceTable: '2026-11',
      reason: null,
    });
  });
  it('is unknown, never less, where a price, a model or the table is missing', () => {
    expect(costOf([worker('m1', 1), worker('other', 1), worker(null, 1)], prices)).toMatchObject({
      amount: null,
      reason: 'price table 2026-11 has no price for other, an unnamed model',
    });
    const inputOnly = { ...prices, models: { m1: { input: 1, output: null, cacheRead: 0, cacheWrite: 0 } } };
    expect(costOf([worker('m1', 1)], inputOnly).reason).toBe(
      'price table 2026-11 has no price for output of m1',
    );
    expect(costOf([worker('m1', 0)], inputOnly).amount).toBeCloseTo(1e-5, 12);
    expect(costOf([worker('m1', 1)], null)).toMatchObject({ amount: null, priceTable: null });
    expect(costOf([], prices)).toMatchObject({
      amount: null,
      reason: 'the transcript records no token counts',
    });
  });
});

describe('kpiTasks', () => {
  it("adds a sub-agent's work to the task that ran it, and counts those without one", () => {
    const first = task('parent', { endedAt: '2026-03-02T10:10:00.000Z' });
    const second = task('parent', {
      number: 2,
      key: 'k2',
      startedAt: '2026-03-02T11:00:00.000Z',
      changes: null,
      checkpoint: null,
      size: null,
      stopReason: 'answered',
    });
    const child = (parentId: string) =>
      task('child', {
        parentId,
        startedAt: '2026-03-02T11:05:00.000Z',
        checkpoint: null,
        changes: { files: 30, linesAdded: 1, linesRemoved: 0, source: 'edits' },
      });
    const { tasks, orphans } = kpiTasks([first, child('parent'), second, child('gone')], []);
    expect(orphans).toBe(1);
    expect(tasks[0]).toEqual(first);
    expect(tasks[1]).toMatchObject({
      toolCalls: 16,
      tokens: { output: 2000 },
      size: 'large',
      outcome: 'stopped',
      stopReason: 'not_committed',
    });
    expect(tasks[1]?.workers.map((row) => row.worker)).toEqual(['main', 'sub-agent']);
    expect(tasks[1]?.checks).toEqual([
      { kind: 'test', attempts: 4, retries: 2, durationMs: 2 * minute, last: 'green' },
    ]);
  });
  it("counts a sub-agent's commit from the start of the task that ran it", () => {
    const open = task('parent', {
      checkpoint: null,
      outcome: 'stopped',
      stopReason: 'not_committed',
      activeMs: 4 * minute,
    });
    const child = task('child', {
      parentId: 'parent',
      startedAt: '2026-03-02T10:05:00.000Z',
      checkpoint: checkpoint(3 * minute),
    });
    expect(kpiTasks([open, child], []).tasks[0]).toMatchObject({
      outcome: 'complete',
      stopReason: 'complete',
      checkpoint: { verified: true, tvcMs: 8 * minute, tvcActiveMs: 4 * minute },
    });
    const unverified = task('parent', { checkpoint: checkpoint(null) });
    expect(kpiTasks([unverified, child], []).tasks[0]).toMatchObject({
      checkpoint: { verified: true, tvcMs: 8 * minute },
      otherCommits: [{ verified: false }],
    });
  });
  it("believes a runner's green record of the very tree, of the first commit that has one", () => {
    const other = { ...checkpoint(null), tree: 't2', wallMs: 7 * minute, activeMs: 6 * minute };
    const { tvcMs: _, tvcActiveMs: __, ...row } = other;
    const open = task('open', { checkpoint: checkpoint(null), otherCommits: [row] });
    const record = (tree: string, outcome: 'green' | 'red', source: 'runner' | 'session') => ({
      tree,
      outcome,
      source,
    });
    const verified = (records: ReturnType<typeof record>[]) => kpiTasks([open], records).tasks[0]?.checkpoint;
    expect(verified([record('t2', 'green', 'runner')])).toMatchObject({
      tree: 't2',
      verified: true,
      reason: 'runner',
      tvcMs: 7 * minute,
    });
    expect(verified([record('t2', 'red', 'runner'), record('t2', 'green', 'session')])).toMatchObject({
      verified: false,
    });
  });
  it('counts a task that several transcripts hold once, where most of it is known', () => {
    const copies = [task('a', { key: 'k' }), task('b', { key: 'k', bytes: 2000 }), task('c')];
    expect(withoutCopies(copies).map(({ sessionId }) => sessionId)).toEqual(['b', 'c']);
    expect(
      withoutCopies([task('b', { key: 'k' }), task('a', { key: 'k' })]).map(({ sessionId }) => sessionId),
    ).toEqual(['a']);
  });
});

describe('kpiDocument', () => {
  it('says how many calls of a session stand before its first message', () => {
    const tasks = [task('t', { toolCalls: 20 })];
    const document = (isWhole: boolean, sessionCalls: number | null) =>
      kpiDocument(tasks, { exposures: [], prices: null, isWhole, sessionCalls }).callsOutside;
    expect([document(true, 27), document(true, null), document(true, 5), document(false, 27)]).toEqual([
      7, 0, 0, 0,
    ]);
  });

  const second = task('one', {
    number: 2,
    key: 'k2',
    startedAt: '2026-03-02T10:30:00.000Z',
    endedAt: '2026-03-02T10:40:00.000Z',
    checkpoint: checkpoint(null),
  });
  it('of one task adds up, signed', () => {
    const document = documentOf([task('one')], false);
    expect(document).toMatchObject({
      id: 'claude-code/one#1',
      totalMs: 10 * minute,
      idleMs: minute,
      tvcMs: 8 * minute,
      verifiedTree: 't1',
    });
    const over = documentOf([
      task('one', {
        unattributedMs: -minute,
        phases: { PLAN: { durationMs: 11 * minute, attempts: 1, calls: 1 } },
      }),
    ]);
    expect(over.unattributedMs).toBe(-minute);
  });
  it('of several joins the segments: pauses between them are waiting, TVc is each their own', () => {
    const document = documentOf([task('one'), second]);
    expect(document).toMatchObject({
      id: 'claude-code/one',
      totalMs: 40 * minute,
      unattributedMs: 24 * minute,
      waitingMs: 22 * minute,
      idleMs: 2 * minute,
      tvcMs: null,
      milestones: { completed: 2, verified: 1, total: null },
      verify: { attempts: 4, retries: 2, durationMs: 2 * minute },
    });
    expect(document.unknown).toContainEqual({
      field: 'TVc',
      reason: 'the session has 2 tasks; each has its own',
    });
  });
  it('survives a stop reason it does not know, and a session without times', () => {
    const strange = documentOf([task('x', { stopReason: 'made_up' as never })]);
    expect(strange).toMatchObject({ stopReason: null, nextAction: 'none' });
    const timeless = documentOf([
      task('x', {
        startedAt: null,
        endedAt: null,
        totalMs: null,
        activeMs: null,
        unattributedMs: null,
        waitingMs: null,
        phases: {},
      }),
    ]);
    expect(timeless).toMatchObject({ totalMs: null, unattributedMs: null, idleMs: null });
  });
  it('suggests a command only with a plain id', () => {
    const stopped = (sessionId: string) =>
      documentOf([task('x', { sessionId, stopReason: 'cut_off', outcome: 'stopped' })]).suggestedCommand;
    expect(stopped('5a8e13d7')).toBe('claude --resume 5a8e13d7');
    expect(stopped('x; rm -rf /')).toBe('kaizen session show claude-code/x');
  });
  it('is told in about ten lines, nothing of a transcript escapes into the terminal', () => {
    const hostile = task('one', { title: 'a\u001b[31m\nb', touches: touched('message', 2) });
    const text = renderReport(
      { document: documentOf([hostile], false), source: 'event log', unreadLines: 0 },
      { color: false, kpiOnly: true },
    );
    expect(text).not.toContain('\u001b');
    expect(text.split('\n')).toEqual([
      'claude-code/one#1  acme/app · a␛[31m b',
      '  Total       10m (unattributed +2m: 1m waiting for a person, 1m idle) · 9m active',
      '  Outcome     complete · 1 commit, 1 verified',
      '  TVc         8m wall, 8m active · 1a2b3c4d verified: green test',
      '  Touches     2: 2 messages',
      '  Phases      PLAN=2m(x1) IMPLEMENT=6m(x2)',
      '  Workers     4 model calls, 8 tool calls · 10 in, 1.0k out, 5.0k cache read, 100 cache write · m1',
      '  Verify      2 attempts, 1 retry, 1m · last: test green',
      '  Changes     2 files, +20 −5 by Git · small',
      '  Reliability clean',
      '  Context     no packet recorded',
      '  Cost        unknown: no price table in .kaizen/config.yml (prices:)',
    ]);
  });
});

describe('compareDocuments', () => {
  const rowOf = (a: KpiDocument, b: KpiDocument, name: string) =>
    compareDocuments(a, b).rows.find((row) => row.name === name);
  const lasting = (ms: number) => documentOf([task('x', { totalMs: ms })]);
  it.each([
    [10_000, 12_000, false],
    [10_000, 12_001, true],
    [100, 900, false],
    [0, 5000, true],
    [20_000, 10_000, false],
  ])('%i → %i ms marked: %s', (a, b, marked) => {
    expect(rowOf(lasting(a), lasting(b), 'duration')).toMatchObject({ a, b, delta: b - a, marked });
  });
  it('folds the case of phase names, keeps their order, and calls an absent phase no time', () => {
    const lower = documentOf([task('x')]);
    lower.phases = {
      implement: { durationMs: 60_000, attempts: 3, calls: 1 },
      verify: { durationMs: 5, attempts: 1, calls: 1 },
      zeal: { durationMs: 1, attempts: 1, calls: 1 },
    } as never;
    const { rows } = compareDocuments(documentOf([task('x')]), lower);
    expect(rows.slice(-4).map(({ name, a, b, attemptsDelta }) => [name, a, b, attemptsDelta])).toEqual([
      ['PLAN', 120_000, 0, -1],
      ['IMPLEMENT', 360_000, 60_000, 1],
      ['VERIFY', 0, 5, 1],
      ['zeal'.toUpperCase(), 0, 1, 1],
    ]);
  });
  it('an unknown side is n/a, and more milestones are not worse', () => {
    expect(
      rowOf(documentOf([task('x')]), documentOf([task('x', { checkpoint: null })]), 'TVc'),
    ).toMatchObject({ b: null, delta: null, ratio: null, marked: false });
    expect(
      rowOf(documentOf([task('x', { checkpoint: null })]), documentOf([task('x')]), 'milestones'),
    ).toMatchObject({ delta: 1, marked: false });
  });
});

describe('fleetKpi', () => {
  const tasks = [
    task('a', { checkpoint: checkpoint(4 * minute) }),
    task('b', { checkpoint: checkpoint(6 * minute), touches: touched('message', 2) }),
    task('c', { checkpoint: checkpoint(8 * minute), size: 'medium' }),
    task('d', { checkpoint: checkpoint(null), touches: touched('denial', 1) }),
    task('e', { checkpoint: null, outcome: 'stopped', stopReason: 'not_committed', totalMs: 30 * minute }),
    task('f', { checkpoint: null, changes: null, size: null, stopReason: 'answered' }),
    task('g', { checkpoint: null, outcome: 'running', stopReason: null }),
  ];
  const kpi = fleetKpi(tasks, prices, 2);
  it('counts finished tasks that changed something, and tells the others apart', () => {
    expect(kpi.tasks).toEqual({
      total: 7,
      finished: 5,
      running: 1,
      withoutChange: 1,
      verified: 3,
      unverified: 1,
      uncommitted: 1,
      orphans: 2,
    });
    expect(kpi.success).toMatchObject({ hits: 4, n: 5 });
    expect(kpi.verifiedShare).toMatchObject({ hits: 3, n: 4 });
    expect(kpi.touchFree).toMatchObject({
      value: 0.4,
      hits: 2,
      n: 5,
      bySize: {
        small: { hits: 1, n: 4 },
        medium: { hits: 1, n: 1 },
        large: { value: null, n: 0, interval: null },
      },
    });
    expect(kpi.stopReasons).toEqual([
      { code: 'complete', count: 4 },
      { code: 'answered', count: 1 },
      { code: 'not_committed', count: 1 },
    ]);
  });
  it('counts what it does not list', () => {
    const codes = [
      'complete',
      'answered',
      'not_committed',
      'cut_off',
      'left_red',
      'worker_failed',
      'user_denied',
    ];
    const tasks = codes.map((stopReason, at) => task(`r${at}`, { stopReason } as Partial<KpiTask>));
    const some = fleetKpi([...tasks, ...tasks.slice(0, 5)], null);
    expect([some.stopReasons.length, some.otherReasons]).toEqual([5, 2]);
    expect(fleetKpi(tasks.slice(0, 5), null).otherReasons).toBe(0);
  });
  it('keeps what was not reached: by hand S(4) = 4/5, S(6) = 3/5, S(8) = 2/5', () => {
    // d (10 min) and e (30 min) are open; dropping them would give a median of 6 minutes.
    expect(kpi.tvc.wall).toMatchObject({ median: 8 * minute, n: 5, events: 3 });
    expect(kpi.tvc.bySize.small).toMatchObject({ median: 6 * minute, n: 4, events: 2 });
  });
  it('costs every task, failures included, per verified one', () => {
    expect(kpi.cost.amount).toBeCloseTo((7 * (10 * 2 + 1000 * 20 + 5000 * 0.2 + 100 * 4)) / 1e6, 12);
    expect(kpi.cost.perVerifiedCommit).toBeCloseTo((kpi.cost.amount as number) / 3, 12);
    expect(fleetKpi(tasks, null).cost).toMatchObject({ amount: null, perVerifiedCommit: null });
  });
  it('of nothing is unknown, not zero', () => {
    const none = fleetKpi([], prices);
    expect(none).toMatchObject({
      success: { value: null },
      touchFree: { value: null },
      duration: { p50: null, max: null },
      tokens: { sum: null },
    });
    expect(none.tvc.wall).toEqual({ median: null, interval: [null, null], n: 0, events: 0 });
  });
  it('is the same in any order', () => {
    expect(fleetKpi([...tasks].reverse(), prices, 2)).toEqual(kpi);
  });
  it('is told on a page', () => {
    const window = { from: '2026-03-01', to: '2026-03-30', days: 30, most: 50, leftOut: 0 };
    const text = renderKpi({ window, repo: null, unreadLines: 0, ...kpi }, { color: false });
    expect(text).toMatchSnapshot();
    const empty = renderKpi(
      { window, repo: 'acme/app', unreadLines: 0, ...fleetKpi([], null) },
      { color: false },
    );
    expect(empty).toContain('No task began in these days.');
  });
});

describe('recentTasks', () => {
  it('takes the newest of the window and says how many are left out', () => {
    const on = (day: string) =>
      task(day, { startedAt: `${day}T00:00:00.000Z`, repo: day < '2026-03-05' ? 'acme/app' : 'acme/web' });
    const tasks = ['2026-02-01', '2026-03-02', '2026-03-04', '2026-03-06', '2026-03-31'].map(on);
    const found = recentTasks(tasks, { asOf: '2026-03-30', days: 30, most: 2 });
    expect(found).toMatchObject({ window: { from: '2026-03-01' }, leftOut: 1 });
    expect(found.tasks.map(({ sessionId }) => sessionId)).toEqual(['2026-03-06', '2026-03-04']);
    expect(
      recentTasks(tasks, { asOf: '2026-03-30', days: 30, most: 9, repo: 'acme/app' }).tasks,
    ).toHaveLength(2);
    expect(
      recentTasks([task('x', { startedAt: null })], { asOf: '2026-03-30', days: 9999, most: 9 }).tasks,
    ).toEqual([]);
  });
});

describe('parseTaskSelection', () => {
  const fits = (text: string, part: Partial<KpiTask>) =>
    parseTaskSelection(text).filters.every((filter) => filter(task('x', part)));
  it('narrows by every filter and lists names', () => {
    expect(fits('2026-03-01..2026-03-31,agent:claude-code,repo:acme/app,model:m,size:small', {})).toBe(true);
    expect(fits('2026-03-03..', {})).toBe(false);
    expect(fits('..2026-03-02', {})).toBe(true);
    expect(fits('..2026-03-02', { startedAt: null })).toBe(false);
    expect(fits('model:n', {})).toBe(false);
    expect(fits('agent:codex', {})).toBe(false);
    expect(parseTaskSelection('a#1, b').names).toEqual(['a#1', 'b']);
  });
  it.each(['', ' , ', '..'])('refuses %j', (text) => {
    if (text === '..') expect(parseTaskSelection(text).names).toEqual(['..']);
    else expect(() => parseTaskSelection(text)).toThrow(/cannot be/);
  });
  it.each([
    ['2026-13-01..', 'the day 2026-13-01 does not exist'],
    ['..2026-02-30', 'the day 2026-02-30 does not exist'],
    ['2026-03-02..2026-03-01', 'ends before it begins'],
    ['size:huge', "size: cannot be 'huge'"],
  ])('refuses %s, which no task could be in', (text, message) => {
    expect(() => parseTaskSelection(text)).toThrow(message);
  });
});

describe('stopReasons', () => {
  it('holds every reason of the background with the exit codes it names', () => {
    const codes = Object.fromEntries(
      Object.entries(stopReasons).map(([code, { exitCode }]) => [code, exitCode]),
    );
    expect(codes).toMatchObject({
      complete: 0,
      time_budget_exceeded: 124,
      max_ticks_reached: 125,
      stalled_timeout: 126,
      guard_violation: 2,
      lockfile_changed: 3,
      dirty_tree: 4,
      parallel_file_collision: 5,
      verification_failed_max_retries: 10,
      review_loop_detected: 20,
      review_rejected: 21,
      implement_blocked: 30,
      worker_failed: 31,
      worker_call_timeout: 32,
      user_interrupt: 130,
    });
    const resumable = Object.entries(stopReasons).filter(([, { autoResumable }]) => autoResumable);
    expect(resumable.map(([code]) => code)).toEqual(['stalled_timeout', 'worker_call_timeout']);
  });
});
