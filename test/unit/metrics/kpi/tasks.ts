import type { TaskObserved } from '../../../../src/base/events.ts';
import type { KpiTask } from '../../../../src/metrics/kpi/kpi-tasks.ts';

const minute = 60_000;

/** A verified task of ten minutes on 2026-03-02 in a session of its own, with any part replaced. */
export function task(name: string, part: Partial<KpiTask> = {}): KpiTask {
  return {
    session: `claude-code/${name.slice(0, 8)}`,
    sessionId: name,
    agent: 'claude-code',
    parentId: null,
    repo: 'acme/app',
    key: `key-${name}`,
    number: 1,
    title: `Do ${name}`,
    startedAt: '2026-03-02T10:00:00.000Z',
    endedAt: '2026-03-02T10:10:00.000Z',
    totalMs: 10 * minute,
    activeMs: 9 * minute,
    phases: {
      PLAN: { durationMs: 2 * minute, attempts: 1, calls: 3 },
      IMPLEMENT: { durationMs: 6 * minute, attempts: 2, calls: 5 },
    },
    unattributedMs: 2 * minute,
    waitingMs: minute,
    touches: {
      count: 0,
      byKind: { message: 0, approval: 0, denial: 0, interrupt: 0, resume: 0, manual_commit: 0 },
    },
    workers: [worker('m1', 1000)],
    tokens: { input: 10, output: 1000, cacheRead: 5000, cacheWrite: 100 },
    toolCalls: 8,
    checks: [{ kind: 'test', attempts: 2, retries: 1, durationMs: minute, last: 'green' }],
    changes: { files: 2, linesAdded: 20, linesRemoved: 5, source: 'git' },
    reliability: { apiErrors: 0, toolErrors: 0, compactions: 0 },
    checkpoint: checkpoint(8 * minute),
    otherCommits: [],
    size: 'small',
    outcome: 'complete',
    stopReason: 'complete',
    clockSteps: 0,
    unknown: [],
    contentSha256: `sha-${name}`,
    bytes: 1000,
    ...part,
  };
}

/** The checkpoint of a task: verified after so long, or (null) unverified. */
export function checkpoint(tvcMs: number | null, part: Partial<TaskObserved['checkpoint'] & object> = {}) {
  return {
    commit: '1a2b3c4d',
    tree: 't1',
    at: '2026-03-02T10:08:00.000Z',
    verified: tvcMs !== null,
    reason: tvcMs === null ? 'no check' : 'green test',
    wallMs: tvcMs ?? 5 * minute,
    activeMs: tvcMs ?? 5 * minute,
    tvcMs,
    tvcActiveMs: tvcMs,
    ...part,
  };
}

export function worker(model: string | null, output: number): KpiTask['workers'][number] {
  return { worker: 'main', model, calls: 4, tokens: { input: 10, output, cacheRead: 5000, cacheWrite: 100 } };
}

/** Touches of one kind. */
export function touched(kind: keyof KpiTask['touches']['byKind'], n: number): KpiTask['touches'] {
  return {
    count: n,
    byKind: { message: 0, approval: 0, denial: 0, interrupt: 0, resume: 0, manual_commit: 0, [kind]: n },
  };
}
