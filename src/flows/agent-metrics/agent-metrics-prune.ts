import type { Change } from '../../base/change.ts';
import { readConfig } from '../../io/config.ts';
import { listAgents, readAggregates } from '../../io/executions.ts';
import type { Repository } from '../../io/repository.ts';
import { rewriteExecutions } from '../../io/rewrite-executions.ts';
import { agentMetricsPaths } from '../../metrics/agents/agent-paths.ts';
import { type Aggregate, formatAggregate } from '../../metrics/agents/executions/aggregate.ts';
import { parseExecutionLine, parseExecutions } from '../../metrics/agents/executions/executions-text.ts';
import { planPrune } from '../../metrics/agents/executions/plan-prune.ts';
import { uniqueExecutions } from '../../metrics/agents/executions/summary.ts';
import { readAgentDefinition } from '../agents/agent-definitions.ts';
import { refreshIfRecorded, requireAgent } from './agent-metrics-show.ts';

/** What a prune did to one agent. */
export interface PrunedAgent {
  agent: string;
  retentionDays: number;
  /** Where the days come from. */
  retentionFrom: 'flag' | 'definition' | 'config';
  /** Executions before this Monday go. */
  before: string;
  removed: number;
  kept: number;
  aggregates: Aggregate[];
  changes: Change[];
}

/** What to prune. */
export interface PruneOptions {
  /** One agent, or all. */
  agent: string | undefined;
  /** Days from a flag; undefined: the agent's definition, else `metrics.retention_days`. */
  retentionDays: number | undefined;
  now: Date;
  dryRun: boolean;
}

/**
 * Folds executions of whole weeks beyond the retention into one row a week of `aggregates.jsonl`, then takes them out
 * of `executions.jsonl`. Interrupted between the two, the next prune ends it without counting them twice.
 */
export async function pruneAgents(repository: Repository, options: PruneOptions): Promise<PrunedAgent[]> {
  const { root } = repository;
  if (options.agent !== undefined) await requireAgent(root, options.agent);
  const agents = options.agent === undefined ? (await listAgents(root)).agents : [options.agent];
  const pruned: PrunedAgent[] = [];
  for (const agent of agents) pruned.push(await pruneAgent(repository, agent, options));
  return pruned;
}

async function pruneAgent(
  repository: Repository,
  agent: string,
  options: PruneOptions,
): Promise<PrunedAgent> {
  const retention = await retentionOf(repository, agent, options.retentionDays);
  const { aggregates: existing } = await readAggregates(repository.root, agent);
  const result: PrunedAgent = {
    ...{ agent, ...retention, before: '', removed: 0, kept: 0, aggregates: [], changes: [] },
  };
  const plan = (text: string) => {
    const executions = uniqueExecutions(parseExecutions(text, agent).rows.map((row) => row.execution));
    const { before, remove, aggregates } = planPrune(agent, executions, existing, {
      now: options.now,
      retentionDays: retention.retentionDays,
    });
    const kept = executions.length - remove.size;
    Object.assign(result, { before, removed: remove.size, kept, aggregates });
    if (remove.size === 0) return undefined;
    const lines = text.split('\n').filter((line) => {
      const parsed = parseExecutionLine(line, agent);
      return parsed.kind !== 'execution' || !remove.has(parsed.execution.id);
    });
    const path = agentMetricsPaths(agent).aggregates;
    const rows = aggregates.map(formatAggregate);
    const append: Change[] = rows.length === 0 ? [] : [{ kind: 'append', path, lines: rows }];
    return { text: lines.join('\n'), before: append };
  };
  result.changes = await rewriteExecutions(repository, agent, plan, options.dryRun);
  if (!options.dryRun && result.removed > 0) await refreshIfRecorded(repository, agent);
  return result;
}

async function retentionOf(
  repository: Repository,
  agent: string,
  flag: number | undefined,
): Promise<Pick<PrunedAgent, 'retentionDays' | 'retentionFrom'>> {
  if (flag !== undefined) return { retentionDays: flag, retentionFrom: 'flag' };
  const defined = (await readAgentDefinition(repository, agent))?.metrics?.retentionDays;
  if (defined !== undefined) return { retentionDays: defined, retentionFrom: 'definition' };
  const config = await readConfig(repository.root);
  return { retentionDays: config.metrics.retention_days, retentionFrom: 'config' };
}
