import { KaizenError } from '../../base/errors.ts';
import { listAgents, readAggregates, readExecutions } from '../../io/executions.ts';
import { exists } from '../../io/files.ts';
import { type RefreshedFile, refreshSummary } from '../../io/refresh-summary.ts';
import type { Repository } from '../../io/repository.ts';
import { tallyExecutions } from '../../io/tally-executions.ts';
import { goodDirections } from '../../metrics/agents/agent-definition.ts';
import { agentMetricsPaths } from '../../metrics/agents/agent-paths.ts';
import type { Execution } from '../../metrics/agents/executions/execution.ts';
import { withPrunedWeeks } from '../../metrics/agents/executions/long-trend.ts';
import { type AgentSummary, type AgentWeek, summaryOf } from '../../metrics/agents/executions/summary.ts';
import { readSoundDefinition } from '../agents/agent-definitions.ts';

/** What the metrics of an agent say, and what of its files could not be read. */
export interface ShownAgent {
  summary: AgentSummary;
  /** All weeks, those whose executions were pruned included. */
  weeks: AgentWeek[];
  /** Executions that were pruned. */
  pruned: number;
  skipped: number;
  duplicates: number;
  summaryFile: RefreshedFile['summary'];
  /** Why the agent's definition says nothing here; null when nothing is wrong with it. */
  problem: string | null;
}

/**
 * The metrics of an agent, with metrics good in the direction its definition gives them; a summary that is out of
 * date is written anew. An agent without metrics is KaizenError `not_found`.
 */
export async function showAgent(repository: Repository, agent: string): Promise<ShownAgent> {
  const { root } = repository;
  await requireAgent(root, agent);
  const { tally, skipped, duplicates, summary: summaryFile } = await refreshIfRecorded(repository, agent);
  const { definition, problem } = await readSoundDefinition(repository, agent);
  const summary = summaryOf(agent, tally, { directions: goodDirections(definition) });
  const { aggregates, skipped: skippedRows } = await readAggregates(root, agent);
  return {
    summary,
    weeks: withPrunedWeeks(summary.weeks, aggregates),
    pruned: aggregates.reduce((sum, one) => sum + one.executions, 0),
    skipped: skipped + skippedRows,
    duplicates,
    summaryFile,
    problem,
  };
}

/** The newest executions of an agent, newest first, and how many of all have a time after `now`. */
export async function showRecent(
  { root }: Repository,
  agent: string,
  options: { last: number; now: Date },
): Promise<{ recent: Execution[]; future: number }> {
  const { last } = options;
  const { tally } = tallyExecutions(root, agent);
  // The newest and those of the future; in a long file the others are not even parsed.
  const newestMs = last === 0 ? Number.POSITIVE_INFINITY : tally.success.window.atMsOfNewest(last);
  const sinceMs = Math.min(newestMs ?? Number.NEGATIVE_INFINITY, options.now.getTime());
  const now = options.now.toISOString();
  const { executions } = await readExecutions(root, agent, { sinceMs });
  return {
    recent: last === 0 ? [] : executions.slice(-last).reverse(),
    future: executions.filter((one) => one.timestamp > now).length,
  };
}

/** KaizenError `not_found` when nothing was ever recorded of an agent here. */
export async function requireAgent(root: string, agent: string): Promise<void> {
  const { agents } = await listAgents(root);
  // By the listing: where case is ignored, a folder 'coach' exists under the name 'Coach' too.
  if (agents.includes(agent)) return;
  throw new KaizenError('not_found', `no metrics of '${agent}' here`, {
    hint:
      agents.length === 0
        ? `\`kaizen metrics record ${agent} --success\` records its first execution.`
        : `There are metrics of: ${agents.join(', ')}.`,
  });
}

/** The tally of an agent; an agent with a folder but without a row gets no summary written. */
export async function refreshIfRecorded(repository: Repository, agent: string): Promise<RefreshedFile> {
  const recorded = await exists(`${repository.root}/${agentMetricsPaths(agent).executions}`);
  if (recorded && !repository.git?.bare) return refreshSummary(repository, agent);
  return { ...tallyExecutions(repository.root, agent), summary: 'left alone' };
}
