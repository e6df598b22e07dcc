import type { Command } from '../../command.ts';
import { textFlag } from '../../flag-values.ts';
import { openTarget, targetFlag } from './calls.ts';

export const command: Command = {
  name: 'prune',
  summary: 'Fold old executions into one row a week, so that long trends stay',
  description:
    "Executions of whole weeks beyond the retention leave executions.jsonl; before that, each week becomes a row of aggregates.jsonl with counts, times, quality and tokens. The retention is that of --older-than, else of the agent's definition (metrics.retention_days), else metrics.retention_days of .kaizen/config.yml (180 days).",
  args: [{ name: 'agent', summary: 'One agent; without it all' }],
  flags: [targetFlag, { name: 'older-than', value: '<days>', summary: 'Retention of this run (90d, 26w)' }],
  examples: [
    ['What would go', 'kaizen metrics prune --dry-run'],
    ['One agent, a quarter kept', 'kaizen metrics prune tdd-workflow --older-than 90d'],
  ],
  writes: true,
  errors: ['usage', 'not_found', 'bad_config', 'bad_agent', 'locked', 'cannot_write'],
  async run(ctx, [agent], flags) {
    const { parseAgentName } = await import('../../../metrics/agents/agent-name.ts');
    const { parseWindowDays } = await import('../../../metrics/window.ts');
    const { formatAggregate } = await import('../../../metrics/agents/executions/aggregate.ts');
    const { pruneAgents } = await import('../../../flows/agent-metrics/agent-metrics-prune.ts');
    const { renderPruned } = await import('../../render-metrics-upkeep.ts');
    const olderThan = textFlag(flags, 'older-than');
    const pruned = await pruneAgents(await openTarget(ctx, flags), {
      agent: agent === undefined ? undefined : parseAgentName(agent),
      retentionDays: olderThan === undefined ? undefined : parseWindowDays(olderThan, 'older-than'),
      now: ctx.now,
      dryRun: ctx.dryRun,
    });
    return {
      data: {
        dry_run: ctx.dryRun,
        agents: pruned.map((one) => ({
          agent: one.agent,
          retention_days: one.retentionDays,
          retention_from: one.retentionFrom,
          before: one.before === '' ? null : one.before,
          removed: one.removed,
          kept: one.kept,
          weeks: one.aggregates.map((row) => JSON.parse(formatAggregate(row))),
          changes: one.changes.map(({ kind, path }) => ({ kind, path })),
        })),
      },
      text: renderPruned(pruned, ctx.dryRun),
    };
  },
};
