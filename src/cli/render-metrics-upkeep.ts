import { counted, terminalSafe } from '../base/text.ts';
import type { MetricsCheckup } from '../flows/agent-metrics/agent-metrics-doctor.ts';
import type { PrunedAgent } from '../flows/agent-metrics/agent-metrics-prune.ts';
import { agentMetricsPaths } from '../metrics/agents/agent-paths.ts';
import { formatNumber } from '../metrics/format-figure.ts';

/** What a prune took and left, an agent a line. */
export function renderPruned(pruned: readonly PrunedAgent[], dryRun: boolean): string {
  if (pruned.length === 0) return 'No agent has metrics here.';
  const lines = pruned.map(({ agent, removed, kept, before, aggregates, retentionDays, retentionFrom }) => {
    const rule = `${retentionDays} days (${retentionFrom})`;
    if (removed === 0) return `${agent}: nothing is older than ${rule}; ${counted(kept, 'execution')} kept`;
    const did = dryRun ? 'would be folded' : 'folded';
    const into =
      aggregates.length === 0
        ? 'taken out again: their weeks are folded already'
        : `${did} into ${counted(aggregates.length, 'week')} of ${agentMetricsPaths(agent).aggregates}`;
    return `${agent}: ${counted(removed, 'execution')} from before ${before} ${into}; ${formatNumber(kept)} kept, ${rule}`;
  });
  return terminalSafe(lines.join('\n'));
}

const words = {
  fixed: 'fixed',
  fixable: '--fix puts it right',
  'by hand': 'to do by hand',
  note: 'no harm',
} as const;

/** What a look at the metrics found, one finding a line. */
export function renderCheckup({ agents, findings }: MetricsCheckup): string {
  const looked = agents === 0 ? 'No agent has metrics here.' : `Looked at ${counted(agents, 'agent')}.`;
  if (findings.length === 0) return agents === 0 ? looked : `${looked} Nothing is wrong.`;
  const lines = findings.map(({ agent, what, count, detail, state }) => {
    const many = count > 1 ? `${formatNumber(count)} × ` : '';
    return `${agent ?? '.kaizen/metrics'}: ${many}${what}: ${detail} [${words[state]}]`;
  });
  return terminalSafe([...lines, looked].join('\n'));
}
