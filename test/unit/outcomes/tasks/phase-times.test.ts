import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { observeTasks } from '../../../../src/outcomes/tasks/observe-tasks.ts';
import { readForTasks } from '../../../../src/outcomes/tasks/split-tasks.ts';
import { commits, edits, type Row, runs, timeline } from './timeline.ts';

const around = { repo: null, commits: null, redact: String, now: '2026-03-03T00:00:00.000Z', isLive: false };
const tasksOf = (rows: readonly Row[]) => {
  const session = timeline(rows);
  return observeTasks(session, readForTasks(session), around);
};
const seconds = (rows: readonly Row[]) => {
  const [task] = tasksOf([{ at: 0, user: 'x' }, ...rows]);
  return {
    ...Object.fromEntries(
      Object.entries(task?.phases ?? {}).map(([name, time]) => [name, time.durationMs / 1000]),
    ),
    total: (task?.totalMs ?? 0) / 1000,
    unattributed: (task?.unattributedMs ?? 0) / 1000,
    waiting: (task?.waitingMs ?? 0) / 1000,
    steps: task?.clockSteps,
  };
};

describe('phaseTimes', () => {
  it('parallel calls share their time: the one begun last has it', () => {
    expect(
      seconds([
        { at: 10, call: 'a', tool: 'Grep', input: {} },
        { at: 10, call: 'b', runs: 'npx vitest run' },
        { at: 30, result: 'b' },
        { at: 40, result: 'a' },
        { at: 40, says: 'ok' },
      ]),
    ).toEqual({ PLAN: 20, VERIFY: 20, total: 40, unattributed: 0, waiting: 0, steps: 0 });
  });

  it("a sub-agent's calls lie inside the call that runs it", () => {
    expect(
      seconds([
        { at: 10, call: 't', tool: 'Task', input: { description: 'write the parser' } }, // 0–10 PLAN
        ...runs(20, 20, 's1', 'npx vitest run').map((row) => ({ ...row, side: true })), // 20–40 VERIFY
        ...edits(50, 's2').map((row) => ({ ...row, side: true })), // 50–51 IMPLEMENT
        { at: 100, result: 't' }, // the rest of 10–100 is the Task's own
        { at: 100, says: 'done' },
      ]),
    ).toEqual({ PLAN: 79, VERIFY: 20, IMPLEMENT: 1, total: 100, unattributed: 0, waiting: 0, steps: 0 });
  });

  it('a clock set back is held, counted, and a measured duration believed over it', () => {
    const [task] = tasksOf([
      { at: 0, user: 'x' },
      { at: 100, call: 'b', runs: 'npx vitest run' },
      { at: 40, result: 'b', durationMs: 30_000 },
      { at: 110, says: 'ok' },
    ]);
    expect(task).toMatchObject({ clockSteps: 1, totalMs: 110_000 });
    // 0–100 writing the call, then 30 s measured although the clock says 0: Σ phases is 140 s, 30 s more than passed.
    expect(task?.phases.VERIFY?.durationMs).toBe(130_000);
    expect(task?.phases.PLAN?.durationMs).toBe(10_000);
    expect(task?.unattributedMs).toBe(-30_000);
  });

  it('a duration that spans the step of the clock is not believed', () => {
    const [task] = tasksOf([
      { at: 3600, user: 'x' },
      { at: 0, call: 'b', runs: 'npx vitest run' },
      { at: 3610, result: 'b', durationMs: 3_610_000 },
      { at: 3620, says: 'ok' },
    ]);
    expect(task).toMatchObject({ clockSteps: 1, totalMs: 20_000, unattributedMs: 0 });
    expect(task?.phases.VERIFY?.durationMs).toBe(10_000);
  });

  it('writing takes ten minutes at most, an instant tool one: beyond it nobody worked', () => {
    expect(seconds([{ at: 3600, says: 'back' }])).toEqual({
      PLAN: 600,
      total: 3600,
      unattributed: 3000,
      waiting: 0,
      steps: 0,
    });
    const asked = seconds([
      { at: 0, call: 'e', tool: 'Edit', input: { file_path: 'a', old_string: 'a', new_string: 'b' } },
      { at: 300, result: 'e' },
    ]);
    expect(asked).toEqual({ IMPLEMENT: 60, total: 300, unattributed: 240, waiting: 240, steps: 0 });
  });

  it.each<[string, Row[], string]>([
    ['installing before the first edit', runs(1, 9, 'i', 'npm ci'), 'INIT'],
    ['fetching a branch before the first edit', runs(1, 9, 'i', 'git fetch origin && git switch x'), 'INIT'],
    ['reading before the first edit', runs(1, 9, 'i', 'rg parser src'), 'PLAN'],
    ['the history before the first edit', runs(1, 9, 'i', 'git log --oneline'), 'PLAN'],
    ['types', runs(1, 9, 'i', 'npx tsc --noEmit'), 'VERIFY'],
    ['staging', runs(1, 9, 'i', 'git add -p'), 'CHECKPOINT'],
    ['a pull request', runs(1, 9, 'i', 'gh pr create --fill'), 'FINALIZE'],
    ['a shell line that writes', runs(1, 9, 'i', "cat > a.ts <<'EOF'\nx\nEOF"), 'IMPLEMENT'],
    [
      'a review by a sub-agent',
      [
        { at: 1, call: 'i', tool: 'Task', input: { subagent_type: 'code-reviewer' } },
        { at: 10, result: 'i' },
      ],
      'REVIEW',
    ],
  ])('%s', (_what, rows, phase) => {
    expect(seconds(rows)).toMatchObject({ [phase]: 10, total: 10 });
  });

  it('the same calls after an edit and after a commit', () => {
    const [task] = tasksOf([
      { at: 0, user: 'x' },
      ...edits(1, 'e'), // 0–2 IMPLEMENT
      ...runs(3, 1, 'a', 'npm ci'), // 2–4 IMPLEMENT
      ...runs(5, 1, 'b', 'git log --oneline'), // 4–6 REVIEW
      ...commits(8, 'c', '1a2b3c4'), // 6–10 CHECKPOINT
      ...runs(12, 1, 'd', 'git log --oneline'), // 10–13 FINALIZE
      ...edits(14, 'e2'), // 13–15 IMPLEMENT
      { at: 16, says: 'y' }, // 15–16 IMPLEMENT
    ]);
    const times = Object.entries(task?.phases ?? {}).map(([name, time]) => [
      name,
      time.durationMs / 1000,
      time.attempts,
    ]);
    expect(times).toEqual([
      ['IMPLEMENT', 7, 2],
      ['REVIEW', 2, 1],
      ['CHECKPOINT', 4, 1],
      ['FINALIZE', 3, 1],
    ]);
  });

  it('Σ phases + unattributed = total, whatever happened; without clock steps no sum exceeds it', () => {
    const step = fc.record({
      gap: fc.integer({ min: -30, max: 900 }),
      took: fc.integer({ min: 0, max: 1500 }),
      side: fc.boolean(),
      what: fc.constantFrom('user', 'says', 'edit', 'test', 'read', 'ask', 'commit', 'pending', 'interrupt'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.boolean(), (steps, forward) => {
        const rows: Row[] = [{ at: 0, user: 'x' }];
        let at = 0;
        const later: Row[] = [];
        steps.forEach(({ gap, took, side, what }, index) => {
          at = Math.max(0, at + (forward ? Math.abs(gap) : gap));
          const id = `c${index}`;
          const path = { file_path: 'a', old_string: 'a', new_string: 'b' };
          if (what === 'user') rows.push({ at, user: 'y' });
          else if (what === 'says') rows.push({ at, side, says: 'z' });
          else if (what === 'interrupt') rows.push({ at, interrupt: true });
          else {
            if (what === 'edit') rows.push({ at, side, call: id, tool: 'Edit', input: path });
            else if (what === 'read') rows.push({ at, side, call: id, tool: 'Read', input: path });
            else if (what === 'ask') rows.push({ at, side, call: id, tool: 'AskUserQuestion' });
            else rows.push({ at, side, call: id, runs: what === 'test' ? 'npm test' : 'git commit -m x' });
            const gives = what === 'commit' ? '[main 1a2b3c4] x' : '';
            if (what !== 'pending')
              later.push({ at: at + took, side, result: id, gives, durationMs: took * 1000 });
          }
        });
        const all = forward
          ? [...rows, ...later].sort((a, b) => (a.at ?? 0) - (b.at ?? 0))
          : [...rows, ...later];
        for (const task of tasksOf(all)) {
          const sum = Object.values(task.phases).reduce((total, { durationMs }) => total + durationMs, 0);
          expect(sum + (task.unattributedMs ?? Number.NaN)).toBe(task.totalMs);
          expect(Object.values(task.phases).every(({ durationMs }) => durationMs >= 0)).toBe(true);
          if (task.clockSteps > 0) continue;
          expect(task.unattributedMs).toBeGreaterThanOrEqual(task.waitingMs ?? 0);
          expect(task.activeMs).toBeLessThanOrEqual(task.totalMs as number);
          const { checkpoint } = task;
          expect(checkpoint?.wallMs ?? 0).toBeLessThanOrEqual(task.totalMs as number);
          expect(checkpoint?.activeMs ?? 0).toBeLessThanOrEqual(checkpoint?.wallMs ?? 0);
        }
      }),
      { numRuns: 150 },
    );
  });
});
