import { describe, expect, it } from 'vitest';
import { observeTasks, type TaskSurroundings } from '../../../../src/outcomes/tasks/observe-tasks.ts';
import { recordVerification } from '../../../../src/outcomes/tasks/record-verification.ts';
import { readForTasks } from '../../../../src/outcomes/tasks/split-tasks.ts';
import type { Session } from '../../../../src/sessions/session.ts';
import { commits, edits, greenTests, type Row, redTests, runs, timeAt, timeline } from './timeline.ts';

const around: TaskSurroundings = {
  repo: 'acme/app',
  commits: null,
  redact: (text) => text,
  now: '2026-03-03T00:00:00.000Z',
  isLive: false,
};
const observe = (session: Session, part: Partial<TaskSurroundings> = {}) =>
  observeTasks(session, readForTasks(session), { ...around, ...part });
const observeRows = (rows: readonly Row[], part: Partial<TaskSurroundings> = {}) =>
  observe(timeline(rows), part);

/** Worked by hand: every second of it belongs to the phase named on its right. */
const oneTask: Row[] = [
  { at: 0, user: 'Mend the parser\nplease' },
  { at: 10, call: 'r', tool: 'Read', input: { file_path: 'src/a.ts' } }, // 0–12 PLAN
  { at: 12, result: 'r' },
  ...edits(30, 'e1'), // 12–31 IMPLEMENT
  ...runs(40, 30, 'v1', 'npx vitest run', redTests, 1), // 31–70 VERIFY
  ...edits(90, 'e2'), // 70–91 IMPLEMENT
  ...runs(95, 25, 'v2', 'npx vitest run', greenTests), // 91–120 VERIFY
  ...runs(130, 1, 'd', 'git diff'), // 120–131 REVIEW
  ...commits(140, 'c', '1a2b3c4'), // 131–142 CHECKPOINT
  { at: 150, says: 'The parser is mended.' }, // 142–150 FINALIZE
];

describe('a task worked by hand', () => {
  const [task, ...rest] = observeRows(oneTask);

  it('gives every second to its phase', () => {
    expect(rest).toEqual([]);
    expect(task?.phases).toEqual({
      PLAN: { durationMs: 12_000, attempts: 1, calls: 1 },
      IMPLEMENT: { durationMs: 40_000, attempts: 2, calls: 2 },
      VERIFY: { durationMs: 68_000, attempts: 2, calls: 2 },
      REVIEW: { durationMs: 11_000, attempts: 1, calls: 1 },
      CHECKPOINT: { durationMs: 11_000, attempts: 1, calls: 1 },
      FINALIZE: { durationMs: 8_000, attempts: 1, calls: 0 },
    });
    expect(task).toMatchObject({ totalMs: 150_000, activeMs: 150_000, unattributedMs: 0, waitingMs: 0 });
  });

  it('has its time to verified commit, checks, changes and size', () => {
    expect(task).toMatchObject({
      title: 'Mend the parser',
      startedAt: timeAt(0),
      endedAt: timeAt(150),
      checkpoint: {
        commit: '1a2b3c4',
        tree: null,
        at: timeAt(142),
        verified: true,
        reason: 'green test',
        tvcMs: 142_000,
        tvcActiveMs: 142_000,
      },
      otherCommits: [],
      checks: [{ kind: 'test', attempts: 2, retries: 1, durationMs: 55_000, last: 'green' }],
      changes: { files: 1, linesAdded: 2, linesRemoved: 1, source: 'git' },
      size: 'small',
      outcome: 'complete',
      stopReason: 'complete',
      touches: { count: 0 },
      reliability: { apiErrors: 0, toolErrors: 1, compactions: 0 },
    });
  });
});

describe('waiting, touches and pauses', () => {
  const rows: Row[] = [
    { at: 0, version: '1.0.0' },
    { at: 0, user: 'Add a cache' },
    { at: 20, says: 'Which one?' }, // 0–20 PLAN
    { at: 80, user: 'In memory' }, // 20–80 waiting; message 1
    { at: 90, call: 'p', tool: 'ExitPlanMode', input: { plan: 'x' } }, // 80–90 PLAN
    { at: 150, result: 'p', gives: 'User has approved your plan.' }, // 90–150 waiting; approval 1
    { at: 155, call: 'e0', tool: 'Edit', input: { file_path: 'a', old_string: 'a', new_string: 'b' } }, // 150–155
    { at: 160, result: 'e0', denied: 'person' }, // 155–160 PLAN; denial 1
    { at: 160, interrupt: true }, // the same keystroke
    { at: 170, user: 'Not there' }, // message 2; nobody was waited for by the agent
    ...edits(180, 'e1'), // 170–181 IMPLEMENT
    { at: 200, interrupt: true }, // interrupt 1
    { at: 800, version: '1.0.1' },
    { at: 810, user: 'Go on', origin: 'typed' }, // message 3, resume 1
    { at: 820, says: 'Done' }, // 810–820 IMPLEMENT
  ];
  const [task] = observeRows(rows);

  it('counts every kind of touch once', () => {
    expect(task?.touches).toEqual({
      count: 7,
      byKind: { message: 3, approval: 1, denial: 1, interrupt: 1, resume: 1, manual_commit: null },
    });
    expect(task?.unknown).toContainEqual({
      field: 'manual commits',
      reason: 'the repository is not on this machine',
    });
  });

  it('tells waiting for a person from work', () => {
    // 60 for an answer, 60 for the plan, 10 after the refusal, 610 after the interruption.
    expect(task?.waitingMs).toBe(740_000);
    expect(task?.totalMs).toBe(820_000);
    const phases = Object.values(task?.phases ?? {}).reduce((sum, { durationMs }) => sum + durationMs, 0);
    expect(phases + (task?.unattributedMs ?? 0)).toBe(820_000);
    // The pause of 600 s counts 300.
    expect(task?.activeMs).toBe(820_000 - 310_000);
  });

  it('ends without a commit: censored, left uncommitted', () => {
    expect(task).toMatchObject({ checkpoint: null, outcome: 'stopped', stopReason: 'not_committed' });
  });

  it('takes a slash command for a message, and not one that only sets the harness', () => {
    const command = (name: string) => `<command-name>/${name}</command-name><command-args>now</command-args>`;
    const [first] = observeRows([
      { at: 0, user: command('deploy'), origin: 'command' },
      { at: 5, says: 'ok' },
      { at: 9, user: command('model'), origin: 'command' },
      { at: 12, user: command('verify'), origin: 'command' },
      { at: 15, says: 'ok' },
    ]);
    expect(first?.title).toBe('/deploy now');
    expect(first?.touches.byKind.message).toBe(1);
    const [plan] = observeRows([
      { at: 0, user: 'Implement the following plan:\n\n# Plan: a cache\n- x' },
      { at: 1, says: 'ok' },
    ]);
    expect(plan?.title).toBe('Implement the following plan: # Plan: a cache');
  });
});

describe('which commit is verified', () => {
  const verdict = (rows: Row[]) => observeRows([{ at: 0, user: 'x' }, ...rows])[0]?.checkpoint;
  const test = (at: number, id: string, gives = greenTests, exitCode = 0) =>
    runs(at, 1, id, 'npx vitest run', gives, exitCode);

  it.each<[string, Row[], boolean]>([
    ['green test', [...edits(1, 'e'), ...test(3, 't'), ...commits(5, 'c', '1a2b3c4')], true],
    ['edited after the check', [...test(1, 't'), ...edits(3, 'e'), ...commits(5, 'c', '1a2b3c4')], false],
    ['after red', [...edits(1, 'e'), ...test(3, 't', redTests, 1), ...commits(5, 'c', '1a2b3c4')], false],
    ['no check', [...edits(1, 'e'), ...commits(5, 'c', '1a2b3c4')], false],
    [
      'check unclear',
      [...edits(1, 'e'), ...runs(3, 1, 't', 'npx vitest run | tail -1', ''), ...commits(5, 'c', '1a2b3c4')],
      false,
    ],
    [
      'after red',
      [
        ...edits(1, 'e'),
        ...runs(3, 1, 'l', 'npx eslint .', '✖ 2 problems (2 errors, 0 warnings)', 1),
        ...test(4, 't'),
        ...commits(6, 'c', '1a2b3c4'),
      ],
      false,
    ],
    [
      'green test',
      [...edits(1, 'e'), ...runs(3, 5, 'c', 'npm test && git commit -am x', '[main 1a2b3c4] x')],
      true,
    ],
    [
      'no check',
      [...edits(1, 'e'), ...runs(3, 5, 'c', 'npm test; git commit -am x', '[main 1a2b3c4] x')],
      false,
    ],
  ])('%s', (reason, rows, verified) => {
    expect(verdict(rows)).toMatchObject({ reason, verified, tvcMs: verified ? expect.any(Number) : null });
  });

  it('measures by the first verified commit, whatever came before it', () => {
    const [task] = observeRows([
      { at: 0, user: 'x' },
      ...edits(1, 'e'),
      ...commits(5, 'c1', 'aaaaaaa'),
      ...test(10, 't'),
      ...commits(12, 'c2', 'bbbbbbb'),
      ...commits(20, 'c3', 'ccccccc'),
    ]);
    expect(task?.checkpoint).toMatchObject({ commit: 'bbbbbbb', tvcMs: 14_000 });
    expect(task?.otherCommits.map(({ commit, verified }) => [commit, verified])).toEqual([
      ['aaaaaaa', false],
      ['ccccccc', true],
    ]);
  });
});

describe('commands in the background', () => {
  const started = (at: number): Row[] =>
    runs(
      at,
      0,
      'bg',
      'npx vitest run',
      'Command running in background with ID: b7f. Output is being written to: /x',
    );
  const output = (at: number, exitCode: number, said: string): Row[] => [
    { at, call: 'o', tool: 'TaskOutput', input: { task_id: 'b7f' } },
    {
      at: at + 1,
      result: 'o',
      gives: `<retrieval_status>success</retrieval_status>\n<task_id>b7f</task_id>\n<status>completed</status>\n<exit_code>${exitCode}</exit_code>\n<output>\n${said}</output>`,
    },
  ];
  const told = (at: number): Row[] => [
    {
      at,
      origin: 'injected',
      user: '<task-notification>\n<task-id>b7f</task-id>\n<status>completed</status>\n<summary>Background command "test" completed (exit code 0)</summary></task-notification>',
    },
  ];
  const checkpointOf = (rows: Row[]) =>
    observeRows([{ at: 0, user: 'x' }, ...edits(1, 'e'), ...rows, ...commits(60, 'c', '1a2b3c4')])[0];
  it('are judged by what they said in the end', () => {
    const task = checkpointOf([...started(5), ...output(40, 0, greenTests)]);
    expect(task?.checkpoint).toMatchObject({ verified: true, reason: 'green test' });
    expect(task?.checks).toEqual([
      { kind: 'test', attempts: 1, retries: 0, durationMs: 36_000, last: 'green' },
    ]);
    expect(checkpointOf([...started(5), ...output(40, 1, redTests)])?.checkpoint?.reason).toBe('after red');
    expect(checkpointOf([...started(5), ...told(40)])?.checkpoint?.verified).toBe(true);
  });
  it('say nothing of what was changed while they ran, nor before they ended', () => {
    expect(
      checkpointOf([...started(5), ...edits(20, 'e2'), ...output(40, 0, greenTests)])?.checkpoint?.reason,
    ).toBe('edited after the check');
    expect(checkpointOf(started(5))?.checkpoint?.reason).toBe('check unclear');
  });
  it('may be the commit itself', () => {
    const rows = [
      ...runs(
        5,
        0,
        'bg',
        'git commit -m x',
        'Command running in background with ID: b7f. Output is being written to: /x',
      ),
      ...output(20, 0, '[STARTED] lint\n[main 5d6e7f8] x\n 1 file changed, 1 insertion(+)'),
    ];
    expect(checkpointOf(rows)?.checkpoint).toMatchObject({ commit: '5d6e7f8', wallMs: 21_000 });
  });
});

describe('where a task begins and ends', () => {
  it('the first message after a commit begins the next', () => {
    const tasks = observeRows([
      { at: 0, user: 'one' },
      ...edits(1, 'e1'),
      ...commits(5, 'c1', 'aaaaaaa'),
      ...runs(10, 1, 'p', 'git push'),
      { at: 12, says: 'pushed' },
      { at: 60, user: 'two' },
      { at: 62, says: 'why?' },
      { at: 70, user: 'because' },
      { at: 75, says: 'I see' },
    ]);
    expect(
      tasks.map(({ number, title, totalMs, stopReason }) => [number, title, totalMs, stopReason]),
    ).toEqual([
      [1, 'one', 12_000, 'complete'],
      [2, 'two', 15_000, 'answered'],
    ]);
    expect(tasks[0]?.phases.FINALIZE?.calls).toBe(1);
    expect(new Set(tasks.map(({ key }) => key)).size).toBe(2);
  });

  it('the same task in a copy of the transcript has the same key, another start another', () => {
    const key = (rows: Row[], id: string) => observe(timeline(rows, { id }))[0]?.key;
    const [first, later]: Row[][] = [
      [
        { at: 0, user: 'x' },
        { at: 5, says: 'a' },
      ],
      [{ at: 1, user: 'x' }],
    ];
    expect(key(first as Row[], 'one-00000')).toBe(key(first as Row[], 'two-00000'));
    expect(key(first as Row[], 'one-00000')).not.toBe(key(later as Row[], 'one-00000'));
  });

  it.each<[string, string, Row[]]>([
    ['user_interrupt', 'stopped', [...edits(1, 'e'), { at: 5, interrupt: true }]],
    [
      'user_denied',
      'stopped',
      [
        { at: 1, call: 'b', runs: 'rm x' },
        { at: 2, result: 'b', denied: 'person' },
      ],
    ],
    ['worker_failed', 'stopped', [...edits(1, 'e'), { at: 5, apiError: 'overloaded' }]],
    ['cut_off', 'stopped', [...edits(1, 'e'), { at: 5, call: 'b', runs: 'sleep 9' }]],
    [
      'left_red',
      'stopped',
      [...edits(1, 'e'), ...runs(3, 1, 't', 'npm test', redTests, 1), { at: 6, says: 'hm' }],
    ],
    ['not_committed', 'stopped', [...edits(1, 'e'), { at: 6, says: 'done' }]],
    ['answered', 'complete', [{ at: 6, says: 'It is so.' }]],
  ])('%s', (stopReason, outcome, rows) => {
    expect(observeRows([{ at: 0, user: 'x' }, ...rows])[0]).toMatchObject({ outcome, stopReason });
  });

  it('is running while the transcript is being written, and reads a torn one', () => {
    const rows: Row[] = [{ at: 0, user: 'x' }, ...edits(1, 'e')];
    expect(observe(timeline(rows, { isTorn: true }), { isLive: true })[0]).toMatchObject({
      outcome: 'running',
      stopReason: null,
    });
    expect(observe(timeline(rows, { isTorn: true }))[0]).toMatchObject({
      stopReason: 'cut_off',
      totalMs: 2000,
    });
  });

  it('is none without a message or a call, and one that nobody asked for in a sub-agent', () => {
    expect(observeRows([])).toEqual([]);
    expect(observeRows([{ at: 0, says: 'hello' }])).toEqual([]);
    const child = observe(
      timeline([{ at: 0, user: 'look', origin: 'injected' }, ...edits(1, 'e')], { parentId: 'p' }),
    );
    expect(child).toMatchObject([{ parentId: 'p', title: null, number: 1 }]);
  });

  it('knows nothing of time without times, and says so', () => {
    const [task] = observeRows([
      { at: null, user: 'x' },
      { at: null, says: 'y' },
    ]);
    expect(task).toMatchObject({
      totalMs: null,
      activeMs: null,
      unattributedMs: null,
      phases: {},
      tokens: null,
    });
    expect(task?.unknown.map(({ field }) => field)).toEqual(['time', 'tokens', 'size']);
  });
});

describe('workers', () => {
  it('adds tokens by worker and model, a repeated response once with its largest counts', () => {
    const [task] = observeRows([
      { at: 0, user: 'x' },
      { at: 1, usage: { input: 5, output: 1, cacheRead: 100 }, response: 'a' },
      { at: 2, usage: { input: 5, output: 9, cacheRead: 100 }, response: 'a' },
      { at: 3, usage: { output: 2 }, response: 'b' },
      { at: 4, side: true, usage: { output: 7 }, response: 'c', model: 'm2' },
      { at: 5, says: 'y' },
    ]);
    expect(task?.workers).toEqual([
      {
        worker: 'main',
        model: 'm1',
        calls: 2,
        tokens: { input: 5, output: 11, cacheRead: 100, cacheWrite: 0 },
      },
      {
        worker: 'sub-agent',
        model: 'm2',
        calls: 1,
        tokens: { input: 0, output: 7, cacheRead: 0, cacheWrite: 0 },
      },
    ]);
    expect(task?.tokens).toEqual({ input: 5, output: 18, cacheRead: 100, cacheWrite: 0 });
  });
});

describe('the verification record of a session', () => {
  const record = (rows: Row[]) => {
    const session = timeline([{ at: 0, user: 'x' }, ...rows]);
    return recordVerification(session, readForTasks(session), around);
  };
  it('holds the last state of each check after the last edit, with its tests', () => {
    const rows = [
      ...runs(1, 1, 'l', 'npx eslint .', ''),
      ...edits(3, 'e'),
      ...runs(5, 2, 't1', 'npx vitest run', redTests, 1),
      ...runs(8, 3, 't2', 'npx vitest run', greenTests),
    ];
    expect(record(rows)).toMatchObject({
      source: 'session',
      outcome: 'green',
      reason: null,
      tree: null,
      checks: [
        {
          kind: 'test',
          command: 'npx vitest run',
          outcome: 'green',
          durationMs: 3000,
          tests: { passed: 3, failed: 0, skipped: 0 },
        },
      ],
    });
  });
  it('is unknown with the reason when nothing was checked since, and is not made without a check', () => {
    expect(record([...runs(1, 1, 't', 'npm test', greenTests), ...edits(3, 'e')])).toMatchObject({
      outcome: 'unknown',
      reason: 'edited after the check',
      checks: [],
    });
    expect(record([...edits(3, 'e')])).toBeUndefined();
  });
});
