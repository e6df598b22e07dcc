import type { Command } from '../../command.ts';
import { openTarget, targetFlag } from './calls.ts';

export const command: Command = {
  name: 'list',
  summary: 'List the agents with metrics in this repository',
  description:
    'One row an agent: executions, success rate, median time and mean of the primary metric, each with its trend (↑ ↓ → or ? for too few), and the day of the last execution.',
  flags: [targetFlag],
  examples: [
    ['Every agent', 'kaizen metrics list'],
    ['For a script', 'kaizen metrics list --json'],
  ],
  errors: ['usage', 'cannot_read'],
  async run(ctx, _, flags) {
    const { listAgentMetrics } = await import('../../../flows/agent-metrics/agent-metrics-list.ts');
    const { formatSummary } = await import('../../../metrics/agents/executions/summary-file.ts');
    const { renderMeasuredAgents } = await import('../../render-agent-metrics.ts');
    const { agents, unsafe } = await listAgentMetrics(await openTarget(ctx, flags));
    if (unsafe.length > 0)
      ctx.note(
        `Left out, since they cannot be names of agents: ${unsafe.map((name) => JSON.stringify(name)).join(', ')}`,
      );
    const data = {
      agents: agents.map(({ summary, skipped }) => ({
        ...JSON.parse(formatSummary(summary)),
        skipped_lines: skipped,
      })),
      unsafe,
    };
    if (agents.length === 0)
      return {
        data,
        text: 'No agent has metrics here. `kaizen metrics record <agent> --success` records a first execution.',
      };
    return {
      data,
      text: renderMeasuredAgents(agents, { color: ctx.color, columns: process.stdout.columns || 100 }),
    };
  },
};
