import type { TaskCheck, TaskCheckpoint, TaskCommit, TaskWorker } from '../../base/event-task.ts';
import { sizeOfTask } from '../../outcomes/tasks/size-of-task.ts';
import { addTokens } from '../../sessions/token-sum.ts';
import type { KpiTask } from './kpi-tasks.ts';

/**
 * A task with what a sub-agent with a transcript of its own did for it: its tokens, calls, checks, changes and commits.
 * Its time is inside the task's already, as the call that ran it.
 */
export function withSubAgent(task: KpiTask, child: KpiTask): KpiTask {
  const changes = addChanges(task.changes, child.changes);
  const later = commitsOf(child).map((commit) => timedFrom(task, commit));
  const commits = [...commitsOf(task), ...later].sort(byTime);
  const found = commits.find(({ verified }) => verified) ?? commits[0];
  return {
    ...task,
    workers: [...task.workers, ...child.workers.map((row): TaskWorker => ({ ...row, worker: 'sub-agent' }))],
    tokens:
      child.tokens === null ? task.tokens : task.tokens ? addTokens(task.tokens, child.tokens) : child.tokens,
    toolCalls: task.toolCalls + child.toolCalls,
    checks: addChecks(task.checks, child.checks),
    changes,
    size: sizeOfTask(changes),
    reliability: {
      apiErrors: task.reliability.apiErrors + child.reliability.apiErrors,
      toolErrors: task.reliability.toolErrors + child.reliability.toolErrors,
      compactions: task.reliability.compactions + child.reliability.compactions,
    },
    checkpoint: found ? asCheckpoint(found) : null,
    otherCommits: commits.filter((commit) => commit !== found),
    ...endOf(task, commits.length > 0, changes !== null),
  };
}

const byTime = (a: TaskCommit, b: TaskCommit) =>
  (a.wallMs ?? Number.MAX_VALUE) - (b.wallMs ?? Number.MAX_VALUE);

/** Every commit of a task, the one it is measured by first. */
export function commitsOf({ checkpoint, otherCommits }: KpiTask): TaskCommit[] {
  if (checkpoint === null) return otherCommits;
  const { tvcMs: _, tvcActiveMs: __, ...first } = checkpoint;
  return [first, ...otherCommits];
}

/** Of the active time up to a sub-agent's commit only the most it can be is known: no more than passed. */
function timedFrom(task: KpiTask, commit: TaskCommit): TaskCommit {
  const known = commit.at !== null && task.startedAt !== null;
  const wallMs = known
    ? Math.max(0, Date.parse(commit.at as string) - Date.parse(task.startedAt as string))
    : null;
  return { ...commit, wallMs, activeMs: wallMs === null ? null : Math.min(wallMs, task.activeMs ?? wallMs) };
}

/** A commit as the one a task is measured by. */
export function asCheckpoint(commit: TaskCommit): TaskCheckpoint {
  const { verified, wallMs, activeMs } = commit;
  return { ...commit, tvcMs: verified ? wallMs : null, tvcActiveMs: verified ? activeMs : null };
}

/** A task that changed or committed nothing itself did so by its sub-agent. */
function endOf(
  task: KpiTask,
  isCommitted: boolean,
  isChanged: boolean,
): Pick<KpiTask, 'outcome' | 'stopReason'> {
  if (task.outcome === 'running') return { outcome: 'running', stopReason: null };
  if (isCommitted) return { outcome: 'complete', stopReason: 'complete' };
  if (task.stopReason === 'answered' && isChanged) return { outcome: 'stopped', stopReason: 'not_committed' };
  return { outcome: task.outcome, stopReason: task.stopReason };
}

function addChanges(own: KpiTask['changes'], more: KpiTask['changes']): KpiTask['changes'] {
  if (own === null || more === null) return own ?? more;
  return {
    files: own.files + more.files,
    linesAdded: own.linesAdded + more.linesAdded,
    linesRemoved: own.linesRemoved + more.linesRemoved,
    source: own.source === 'git' && more.source === 'git' ? 'git' : 'edits',
  };
}

function addChecks(own: readonly TaskCheck[], more: readonly TaskCheck[]): TaskCheck[] {
  const sum = new Map(own.map((check) => [check.kind, check]));
  for (const check of more) {
    const known = sum.get(check.kind);
    sum.set(check.kind, known ? addCheck(known, check) : check);
  }
  return [...sum.values()];
}

function addCheck(own: TaskCheck, more: TaskCheck): TaskCheck {
  const times = [own.durationMs, more.durationMs].filter((ms) => ms !== null);
  return {
    kind: own.kind,
    attempts: own.attempts + more.attempts,
    retries: own.retries + more.retries,
    durationMs: times.length === 0 ? null : times.reduce((sum, ms) => sum + ms, 0),
    last: own.last,
  };
}
