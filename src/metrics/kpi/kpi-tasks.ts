import type { TaskObserved, VerificationRecorded } from '../../base/events.ts';
import { asCheckpoint, commitsOf, withSubAgent } from './add-sub-agent.ts';

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
  const own = tasks.filter(({ parentId }) => parentId === null);
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
  return { tasks: merged.map((task) => verifiedByRunner(task, greenTrees)), orphans };
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

function verifiedByRunner(task: KpiTask, greenTrees: ReadonlySet<string>): KpiTask {
  if (task.checkpoint === null || task.checkpoint.verified) return task;
  const commits = commitsOf(task);
  const found = commits.find(({ tree }) => tree !== null && greenTrees.has(tree));
  if (!found) return task;
  return {
    ...task,
    checkpoint: asCheckpoint({ ...found, verified: true, reason: 'runner' }),
    otherCommits: commits.filter((commit) => commit !== found),
  };
}
