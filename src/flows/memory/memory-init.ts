import { utcDay } from '../../base/calendar.ts';
import type { Change } from '../../base/change.ts';
import { readTextIfExists } from '../../io/files.ts';
import { applyPlan } from '../../io/repository.ts';
import { newMemory } from '../../knowledge/agent-memory/new-memory.ts';
import { agentMetricsPaths } from '../../metrics/agents/agent-paths.ts';
import { summarise } from '../../metrics/agents/executions/summary.ts';
import { formatSummary } from '../../metrics/agents/executions/summary-file.ts';
import { describeUndo, type MemoryCall, memoryChanges, openMemory, readProject } from './memory-store.ts';

/** What `memory init` did. */
export interface InitReceipt {
  agent: string;
  path: string;
  /** `kept`: there was one; `disabled`: the agent's definition wants none. */
  memory: 'made' | 'replaced' | 'kept' | 'disabled';
  metrics: 'made' | 'kept' | 'not wanted';
  /** How to get a replaced memory back. */
  undo: string | null;
  changes: Change[];
}

/**
 * Makes the memory of an agent in the seed's layout and the folder of its metrics, each where it is missing; `force`
 * starts a memory over that is there.
 */
export async function initMemory(
  call: MemoryCall,
  name: string,
  options: { metrics: boolean; force: boolean },
): Promise<InitReceipt> {
  const opened = await openMemory(call.dir, name);
  const { repository, agent, path, text } = opened;
  const makes = !opened.disabled && (text === undefined || options.force);
  const memory = makes
    ? memoryChanges(opened, newMemory(agent, await readProject(repository), utcDay(call.now)))
    : [];
  const metrics = options.metrics ? await planMetrics(repository.root, agent) : [];
  const replaced = text !== undefined && memory.length > 0;
  const undo = replaced ? await describeUndo(repository, path, text) : undefined;
  const changes = [...memory, ...metrics];
  await applyPlan(repository, changes, call.dryRun);
  return {
    agent,
    path,
    memory: opened.disabled ? 'disabled' : replaced ? 'replaced' : text === undefined ? 'made' : 'kept',
    metrics: !options.metrics ? 'not wanted' : metrics.length > 0 ? 'made' : 'kept',
    undo: undo?.undo ?? null,
    changes,
  };
}

/** An empty log of executions and the summary that follows from it. */
async function planMetrics(root: string, agent: string): Promise<Change[]> {
  const paths = agentMetricsPaths(agent);
  if ((await readTextIfExists(`${root}/${paths.executions}`)) !== undefined) return [];
  const was = (await readTextIfExists(`${root}/${paths.summary}`)) ?? null;
  return [
    { kind: 'write', path: paths.executions, text: '', was: null },
    { kind: 'write', path: paths.summary, text: formatSummary(summarise(agent, [])), was },
  ];
}
