import { listAgents } from '../../io/executions.ts';
import type { Repository } from '../../io/repository.ts';
import { type AgentSummary, summaryOf } from '../../metrics/agents/executions/summary.ts';
import { refreshIfRecorded } from './agent-metrics-show.ts';

/** An agent with metrics, as a list shows it. */
export interface MeasuredAgent {
  summary: AgentSummary;
  skipped: number;
}

/** Every agent with metrics in the repository, by name; folders whose name cannot be that of an agent are named. */
export async function listAgentMetrics(
  repository: Repository,
): Promise<{ agents: MeasuredAgent[]; unsafe: string[] }> {
  const { agents, unsafe } = await listAgents(repository.root);
  const listed: MeasuredAgent[] = [];
  for (const agent of agents) {
    const { tally, skipped } = await refreshIfRecorded(repository, agent);
    listed.push({ summary: summaryOf(agent, tally), skipped });
  }
  return { agents: listed, unsafe };
}
