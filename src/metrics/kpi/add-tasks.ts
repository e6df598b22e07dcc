import {
  type PhaseTime,
  type TaskFigures,
  type TaskPhase,
  taskPhases,
  touchKinds,
} from '../../base/event-task.ts';
import { addTokens } from '../../sessions/token-sum.ts';
import type { KpiTask } from './kpi-tasks.ts';

type Phases = Partial<Record<TaskPhase, PhaseTime>>;
type Checks = { attempts: number; retries: number; durationMs: number | null; checks: KpiTask['checks'] };

/** Times by phase, in the order of the vocabulary. */
export function addPhases(tasks: readonly KpiTask[]): Phases {
  const sum: Phases = {};
  for (const phase of taskPhases) {
    const times = tasks.flatMap((task) => task.phases[phase] ?? []);
    if (times.length === 0) continue;
    sum[phase] = times.reduce((a, b) => ({
      durationMs: a.durationMs + b.durationMs,
      attempts: a.attempts + b.attempts,
      calls: a.calls + b.calls,
    }));
  }
  return sum;
}

/** One row a worker and model. */
export function joinWorkers(workers: KpiTask['workers']): KpiTask['workers'] {
  const joined = new Map<string, KpiTask['workers'][number]>();
  for (const row of workers) {
    const key = `${row.worker}\n${row.model}`;
    const known = joined.get(key);
    const calls = known && known.calls !== null && row.calls !== null ? known.calls + row.calls : row.calls;
    joined.set(key, known ? { ...row, calls, tokens: addTokens(known.tokens, row.tokens) } : row);
  }
  return [...joined.values()];
}

/** All runs of checks; the time is that of the runs whose duration is known. */
export function addChecks(tasks: readonly KpiTask[]): Checks {
  const checks = tasks.flatMap((task) => task.checks);
  return {
    attempts: checks.reduce((sum, check) => sum + check.attempts, 0),
    retries: checks.reduce((sum, check) => sum + check.retries, 0),
    durationMs: addKnown(checks.map((check) => check.durationMs)),
    checks,
  };
}

/** Files and lines of the tasks whose changes are known; null when none are. */
export function addChanges(tasks: readonly KpiTask[]): TaskFigures['changes'] {
  const known = tasks.flatMap((task) => task.changes ?? []);
  if (known.length === 0) return null;
  return {
    files: known.reduce((sum, row) => sum + row.files, 0),
    linesAdded: known.reduce((sum, row) => sum + row.linesAdded, 0),
    linesRemoved: known.reduce((sum, row) => sum + row.linesRemoved, 0),
    source: known.every(({ source }) => source === 'git') ? 'git' : 'edits',
  };
}

/** Touches by kind; a kind is null when no task knows it. */
export function addTouches(tasks: readonly KpiTask[]): TaskFigures['touches'] {
  const byKind = Object.fromEntries(
    touchKinds.map((kind) => [kind, addKnown(tasks.map((task) => task.touches.byKind[kind]))]),
  ) as TaskFigures['touches']['byKind'];
  return { count: tasks.reduce((sum, task) => sum + task.touches.count, 0), byKind };
}

/** Sum of what is known; null when nothing is. */
export function addKnown(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}
