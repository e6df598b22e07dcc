import type { Command } from '../../command.ts';
import { numberFlag } from '../../flag-values.ts';
import { openTarget, targetFlag } from './calls.ts';

export const command: Command = {
  name: 'show',
  summary: 'Show what the executions of an agent come to, and the newest',
  description:
    'Success rate with its 95 % interval, times, quality and the primary metric against its target, each with its trend: the newest 20 executions against the 20 before (halves where there are fewer; below 5 on a side: too few). An arrow needs an interval that excludes 0 and a change of at least 5 points or 5 %; where nothing changed, about one trend in twenty still shows one. A summary.json that is out of date is written anew.',
  args: [{ name: 'agent', summary: 'Name of the agent', required: true }],
  flags: [
    targetFlag,
    { name: 'last', value: '<n>', summary: 'How many of the newest executions to show', default: 10 },
  ],
  examples: [
    ['One page', 'kaizen metrics show tdd-workflow'],
    ['The figures for a script', 'kaizen metrics show tdd-workflow --last 0 --json'],
  ],
  errors: ['usage', 'not_found', 'cannot_read'],
  async run(ctx, [agent = ''], flags) {
    const { parseAgentName } = await import('../../../metrics/agents/agent-name.ts');
    const { showAgent, showRecent } = await import('../../../flows/agent-metrics/agent-metrics-show.ts');
    const { formatSummary } = await import('../../../metrics/agents/executions/summary-file.ts');
    const { renderAgentMetrics, rowOf } = await import('../../render-agent-metrics.ts');
    const repository = await openTarget(ctx, flags);
    const shown = await showAgent(repository, parseAgentName(agent));
    const last = numberFlag(flags, 'last', { min: 0, max: 10_000 }) ?? 10;
    const recent = await showRecent(repository, agent, { last, now: ctx.now });
    const { skipped, duplicates, pruned, summaryFile, summary, weeks, problem } = shown;
    if (problem !== null) ctx.note(`Warning: the definition was left out: ${problem}`);
    return {
      data: {
        summary: JSON.parse(formatSummary({ ...summary, weeks })),
        recent: recent.recent.map(rowOf),
        pruned_executions: pruned,
        unread: { lines: skipped, duplicates, future: recent.future },
        summary_file: summaryFile,
      },
      text: renderAgentMetrics(
        { ...shown, ...recent },
        { color: ctx.color, columns: process.stdout.columns || 100 },
      ),
    };
  },
};
