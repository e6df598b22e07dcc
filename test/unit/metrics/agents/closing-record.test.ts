import { describe, expect, it } from 'vitest';
import type { KaizenEvent } from '../../../../src/base/events.ts';
import { parseAgentDefinition } from '../../../../src/metrics/agents/agent-definition.ts';
import { closingRecord, eventsOfSession } from '../../../../src/metrics/agents/closing-record.ts';
import type { Execution, ExecutionDraft } from '../../../../src/metrics/agents/executions/execution.ts';
import { describeTestLoss, findTestLoss } from '../../../../src/metrics/agents/test-loss.ts';
import { observeSession } from '../../../../src/outcomes/observe-session.ts';
import { observeTasks } from '../../../../src/outcomes/tasks/observe-tasks.ts';
import { recordVerification } from '../../../../src/outcomes/tasks/record-verification.ts';
import { readForTasks } from '../../../../src/outcomes/tasks/split-tasks.ts';
import { type Step, sessionOf } from '../../outcomes/sessions.ts';

const definition = parseAgentDefinition(
  'a.md',
  `---
name: tdd-workflow
description: Use it.
version: 1.2.0
metrics:
  primary: { name: test_pass_rate, target: 1.0, direction: higher }
  secondary:
    - { name: cycle_time_s, direction: lower }
    - { name: tests_run, direction: higher }
---
Red, green, refactor.`,
);

/** The events a harvest makes of a session. */
function eventsOf(
  steps: Step[],
  options: { id?: string; repo?: string; start?: string } = {},
): KaizenEvent[] {
  const session = sessionOf(steps, options);
  const around = {
    repo: options.repo ?? 'acme/shop',
    redact: (text: string) => text,
    now: '2026-11-20T10:00:00Z',
  };
  const observed = observeSession(session, { usedFacts: [], ...around });
  const reading = readForTasks(session);
  const tasks = observeTasks(session, reading, { ...around, commits: null, isLive: false });
  const verification = recordVerification(session, reading, around);
  return [{ ...observed, repo: around.repo }, ...tasks, ...(verification ? [verification] : [])].map(
    (event, at) => ({
      v: 1,
      id: `${session.summary.id}-${at}-${session.summary.bytes}`,
      ...event,
    }),
  ) as KaizenEvent[];
}

const edit: Step = { tool: 'Edit', input: { file_path: 'src/cart.ts', old_string: 'a', new_string: 'b' } };
const ask: Step = { user: 'Round the total to whole cents, with a test.' };
const suite = (passed: number, failed = 0, skipped = 0): Step => ({
  runs: 'npm test',
  gives: `      Tests  ${failed ? `${failed} failed | ` : ''}${passed} passed${skipped ? ` | ${skipped} skipped` : ''} (${passed + failed + skipped})`,
  exitCode: failed ? 1 : 0,
});
const commit: Step = {
  runs: 'git commit -m "fix: round the total"',
  gives: '[main 1a2b3c4] fix: round the total\n 2 files changed, 9 insertions(+)',
};

function record(steps: Step[], options?: Parameters<typeof eventsOf>[1]) {
  return closingRecord(eventsOf(steps, options), definition);
}

describe('the record of a session', () => {
  it('is made of its checks, times, tokens and commit', () => {
    const { draft, unknown } = record([ask, edit, suite(11, 1), edit, suite(12), commit], {
      id: 'abc',
    });
    expect(draft).toMatchObject({
      agent: 'tdd-workflow',
      agentVersion: '1.2.0',
      success: true,
      timestamp: '2026-03-02T10:05:00.000Z',
      executionTimeS: 300,
      primaryMetric: { name: 'test_pass_rate', value: 1, target: 1 },
      secondaryMetrics: { tests_run: 12, cycle_time_s: 300 },
      idempotencyKey: 'claude-code/abc',
      sessionUid: 'abc',
      repo: 'acme/shop',
      metadata: {
        source: 'verification record',
        tests: { passed: 12, failed: 0, skipped: 0, run: 12 },
        checks: [{ kind: 'test', command: 'npm test', outcome: 'green' }],
      },
    });
    expect(unknown.map(({ field }) => field)).toEqual(['tokens']);
  });

  it('takes no word of the agent for a result', () => {
    const steps = [ask, edit, suite(11, 1), { says: 'All 12 tests pass now. Success!' }];
    expect(record(steps).draft).toMatchObject({
      success: false,
      errorType: 'test_red',
      primaryMetric: { value: 11 / 12 },
    });
  });

  it('is not made where no check said anything after the last change', () => {
    for (const [steps, reason] of [
      [[ask, edit], 'no check ran in the session'],
      [[ask, edit, suite(12), edit], 'edited after the check'],
    ] as [Step[], string][]) {
      const { draft, unknown } = record(steps);
      expect(draft).toBeNull();
      expect(unknown).toContainEqual({ field: 'success', reason });
    }
    expect(closingRecord([], definition)).toEqual({
      draft: null,
      unknown: [{ field: 'session', reason: 'it is not in the event log' }],
    });
  });

  it.each([
    ['no tests were found', { runs: 'npx vitest run', gives: 'Tests  0 passed (0)', exitCode: 0 }],
    ['every test was skipped', { runs: 'npx vitest run', gives: '      Tests  3 skipped (3)', exitCode: 0 }],
    ['the test runner printed no counts that are known', { runs: 'npm test', gives: 'done', exitCode: 0 }],
  ] as [string, Step][])('has no pass rate, rather than a perfect one, when %s', (reason, run) => {
    const { draft, unknown } = record([ask, edit, run, { runs: 'npx tsc --noEmit', gives: '' }]);
    expect(draft?.primaryMetric).toBeUndefined();
    expect(draft?.secondaryMetrics?.tests_run).toBeUndefined();
    expect(unknown).toContainEqual({ field: 'test_pass_rate', reason });
  });

  it('counts skipped tests as not passed, and overlapping runs once', () => {
    const one: Step = { runs: 'npx vitest run cart', gives: '      Tests  3 passed (3)' };
    const { draft } = record([ask, edit, one, suite(9, 0, 4)]);
    expect(draft?.metadata?.tests).toEqual({ passed: 9, failed: 0, skipped: 4, run: 9 });
    const api: Step = {
      runs: 'cd api && npm test',
      gives: '      Tests  1 failed | 4 passed (5)',
      exitCode: 1,
    };
    expect(record([ask, edit, suite(9), api]).draft?.metadata?.tests).toEqual({
      passed: 13,
      failed: 1,
      skipped: 0,
      run: 14,
    });
  });

  it('has no pass rate when a run failed without counts, however green the others are', () => {
    const broken: Step = { runs: 'go test ./...', gives: './cart.go:3:1: syntax error', exitCode: 1 };
    const { draft, unknown } = record([ask, edit, suite(12), broken]);
    expect(draft).toMatchObject({ success: false });
    expect(draft?.primaryMetric).toBeUndefined();
    expect(unknown).toContainEqual({
      field: 'test_pass_rate',
      reason: 'a test run failed without saying how many tests',
    });
  });

  it('says that a session was interrupted, and judges it by its checks all the same', () => {
    const events = eventsOf([ask, edit, suite(11, 1)]);
    const cut = events.map((event) =>
      event.type === 'task.observed' ? { ...event, stopReason: 'user_interrupt' as const } : event,
    );
    expect(closingRecord(cut, definition).draft).toMatchObject({
      success: false,
      metadata: { interrupted: 'user_interrupt' },
    });
  });

  it('of a session in two repositories has no rate that would mix their tests', () => {
    const here = eventsOf([ask, edit, suite(12)], { id: 'x' });
    const there = eventsOf([ask, edit, suite(3)], { id: 'x', repo: 'acme/api' }).map((event) => ({
      ...event,
      id: `${event.id}-api`,
    }));
    const { draft, unknown } = closingRecord([...here, ...there], definition);
    expect(draft?.primaryMetric).toBeUndefined();
    expect(draft?.repo).toBeUndefined();
    expect(unknown).toContainEqual({
      field: 'repo',
      reason: 'the session worked in several repositories: acme/api, acme/shop',
    });
  });

  it('names metrics that Kaizen cannot measure', () => {
    const other = parseAgentDefinition(
      'a.md',
      '---\nname: a\ndescription: b\nmetrics:\n  primary: { name: joy, target: 1, direction: higher }\n---\nx',
    );
    expect(closingRecord(eventsOf([ask, edit, suite(2)]), other).unknown).toContainEqual({
      field: 'joy',
      reason: 'Kaizen does not measure it',
    });
  });

  it('does not depend on the order of the rows, on repeated rows or on an earlier, shorter transcript', () => {
    const steps = [ask, edit, suite(11, 1), edit, suite(12), commit];
    const whole = eventsOf(steps, { id: 'abc' });
    const early = eventsOf(steps.slice(0, 3), { id: 'abc' }).map((event) => ({
      ...event,
      id: `early-${event.id}`,
      ...('bytes' in event ? { bytes: 10 } : {}),
      ...('contentSha256' in event ? { contentSha256: 'e'.repeat(64) } : {}),
    })) as KaizenEvent[];
    const wanted = closingRecord(whole, definition);
    expect(wanted.draft?.success).toBe(true);
    for (const events of [
      [...whole].reverse(),
      [...whole, ...whole],
      [...early, ...whole],
      [...whole, ...early],
    ])
      expect(closingRecord(events, definition)).toEqual(wanted);
  });

  it('is of one session, found by id or key', () => {
    const events = [...eventsOf([ask], { id: 'aaaaaaaa-1' }), ...eventsOf([ask], { id: 'aaaaaaaa-2' })];
    expect(
      new Set(eventsOfSession(events, 'aaaaaaaa-2').map((event) => 'sessionId' in event && event.sessionId)),
    ).toEqual(new Set(['aaaaaaaa-2']));
    expect(eventsOfSession(events, 'claude-code/nothing')).toEqual([]);
  });
});

describe('the guard of the pass rate', () => {
  const stored = (draft: ExecutionDraft | null, id: string): Execution => ({
    ...(draft as ExecutionDraft),
    id,
    timestamp: draft?.timestamp as string,
  });

  it('flags an agent that deletes the failing test, also within one session', () => {
    const { draft } = record([
      ask,
      suite(11, 1),
      { runs: 'git rm test/cart-total.test.ts' },
      edit,
      suite(11),
      commit,
    ]);
    const loss = findTestLoss(draft as ExecutionDraft, []);
    expect(loss).toMatchObject({
      than: 'earlier in the session',
      before: { run: 12 },
      now: { run: 11, rate: 1 },
    });
    expect(describeTestLoss(loss as NonNullable<typeof loss>)).toMatch(
      /^the pass rate rose from 91\.7 % to 100 % while the tests that ran fell from 12 to 11/,
    );
  });

  it('flags it against the session before, of the same repository only', () => {
    const before = stored(record([ask, edit, suite(11, 1)], { id: 'one' }).draft, 'e1');
    const later = { id: 'two', start: '2026-03-03T10:00:00Z' };
    const after = record([ask, edit, suite(11)], later).draft as ExecutionDraft;
    expect(findTestLoss(after, [before])).toMatchObject({ than: 'the session before', id: 'e1' });
    expect(findTestLoss(after, [{ ...before, repo: 'acme/api' }])).toBeUndefined();
    expect(findTestLoss(after, [{ ...before, timestamp: '2026-03-04T10:00:00.000Z' }])).toBeUndefined();
  });

  it('flags skipping instead of deleting', () => {
    const { draft } = record([ask, suite(11, 1), edit, suite(11, 0, 1)]);
    expect(findTestLoss(draft as ExecutionDraft, [])).toBeDefined();
  });

  it('is silent when tests are added, mended, or removed without a gain', () => {
    for (const steps of [
      [ask, suite(12), edit, suite(12, 1), edit, suite(13)],
      [ask, suite(11, 1), edit, suite(12)],
      [ask, suite(12), edit, suite(10)],
      [ask, edit, suite(3)],
    ])
      expect(findTestLoss(record(steps).draft as ExecutionDraft, [])).toBeUndefined();
  });
});
