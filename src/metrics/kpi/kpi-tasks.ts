import type { TaskCommit, TaskWorker } from '../../base/event-task.ts';
import type { TaskObserved, VerificationRecorded } from '../../base/events.ts';
import { addTokens } from '../../outcomes/tasks/count-workers.ts';
import { sizeOfTask } from '../../outcomes/tasks/size-of-task.ts';

/** A task as the KPIs count it; the event without its row's own fields. */
export type KpiTask = Omit<TaskObserved, 'v' | 'id' | 'at' | 'type'>;

/**
 * Tasks as they are counted: what a sub-agent with a transcript of its own did is added to the task that ran it, and a
 * commit whose tree a runner found green is verified by that record. Sub-agents whose task is not known are left out.
 */
export function kpiTasks(
  tasks: readonly KpiTask[],
  verifications: readonly Pick<VerificationRecorded, 'source' | 'outcome' | 'tree'>[],
): { tasks: KpiTask[]; orphans: number } {
  const greenTrees = new Set(
    verifications.flatMap((row) =>
      row.source === 'runner' && row.outcome === 'green' ? (row.tree ?? []) : [],
    ),
  );
  const own = tasks
    .filter(({ parentId }) => parentId === null)
    .map((task) => verifiedByRunner(task, greenTrees));
  const at = new Map(own.map((task, index) => [task, index]));
  const merged = [...own];
  let orphans = 0;
  for (const child of tasks) {
    if (child.parentId === null) continue;
    const parent = parentOf(child, own);
    const index = parent && at.get(parent);
    if (index === undefined) orphans += 1;
    else merged[index] = withSubAgent(merged[index] as KpiTask, child);
  }
  return { tasks: merged, orphans };
}

/**
 * Every task once: a fork or a copy of a transcript repeats the tasks before the fork under their keys. The version of
 * which most is known stays, of equal ones the one of the first session by name.
 */
export function withoutCopies(tasks: readonly KpiTask[]): KpiTask[] {
  const byKey = new Map<string, KpiTask>();
  for (const task of tasks) {
    const before = byKey.get(task.key);
    const isBetter =
      !before ||
      task.bytes > before.bytes ||
      (task.bytes === before.bytes && task.sessionId < before.sessionId);
    if (isBetter) byKey.set(task.key, task);
  }
  return tasks.filter((task) => byKey.get(task.key) === task);
}

/** The parent session's last task that had begun by then. */
function parentOf(child: KpiTask, tasks: readonly KpiTask[]): KpiTask | undefined {
  return tasks.findLast(
    (task) =>
      task.sessionId === child.parentId &&
      task.agent === child.agent &&
      (child.startedAt === null || task.startedAt === null || task.startedAt <= child.startedAt),
  );
}

function withSubAgent(task: KpiTask, child: KpiTask): KpiTask {
  const changes =
    task.changes?.source === 'git' || child.changes === null
      ? task.changes
      : {
          files: (task.changes?.files ?? 0) + child.changes.files,
          linesAdded: (task.changes?.linesAdded ?? 0) + child.changes.linesAdded,
          linesRemoved: (task.changes?.linesRemoved ?? 0) + child.changes.linesRemoved,
          source: 'edits' as const,
        };
  const wasAnswer = task.stopReason === 'answered' && changes !== null;
  return {
    ...task,
    workers: [...task.workers, ...child.workers.map((row): TaskWorker => ({ ...row, worker: 'sub-agent' }))],
    tokens:
      child.tokens === null ? task.tokens : task.tokens ? addTokens(task.tokens, child.tokens) : child.tokens,
    toolCalls: task.toolCalls + child.toolCalls,
    changes,
    size: sizeOfTask(changes),
    reliability: {
      apiErrors: task.reliability.apiErrors + child.reliability.apiErrors,
      toolErrors: task.reliability.toolErrors + child.reliability.toolErrors,
      compactions: task.reliability.compactions + child.reliability.compactions,
    },
    ...(wasAnswer && { outcome: 'stopped' as const, stopReason: 'not_committed' as const }),
  };
}

function verifiedByRunner(task: KpiTask, greenTrees: ReadonlySet<string>): KpiTask {
  if (task.checkpoint === null || task.checkpoint.verified) return task;
  const { tvcMs: _, tvcActiveMs: __, ...first } = task.checkpoint;
  const commits: TaskCommit[] = [first, ...task.otherCommits];
  const found = commits.find(({ tree }) => tree !== null && greenTrees.has(tree));
  if (!found) return task;
  return {
    ...task,
    checkpoint: {
      ...found,
      verified: true,
      reason: 'runner',
      tvcMs: found.wallMs,
      tvcActiveMs: found.activeMs,
    },
    otherCommits: commits.filter((commit) => commit !== found),
  };
}
