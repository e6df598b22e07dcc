import type { Command } from '../../command.ts';
import { numberFlag, switchFlag, textFlag } from '../../flag-values.ts';
import { openTarget, targetFlag } from './calls.ts';

export const command: Command = {
  name: 'optimize',
  summary: 'Find what is wrong with agents, and whether earlier advice helped',
  description:
    "Looks at the executions of one agent or of all: success, time, quality, tokens and the primary metric against the target of .kaizen/config.yml, then of the agent's front matter, else against its own past. A recommendation needs evidence that at most 5 % of stable agents ever show, however often they are looked at; versions and models are never mixed. Below 10 executions nothing is said. Writes .kaizen/metrics/optimizer/analysis.json and appends what is new to recommendations.jsonl; after its check date a recommendation is judged by the data.",
  args: [{ name: 'agent', summary: 'Name of the agent; all agents with metrics when left out' }],
  flags: [
    targetFlag,
    {
      name: 'window',
      value: '<days>',
      summary: 'Days to look at (30d, 8w), begun on a Monday',
      default: '30d',
    },
    {
      name: 'min',
      value: '<n>',
      summary: 'Fewest executions of a version and model, 10 or more',
      default: 10,
    },
    {
      name: 'seed-compat',
      summary: 'Where no target is set, use 30 s and 80 % success as the script this replaces did',
    },
  ],
  examples: [
    ['Every agent', 'kaizen metrics optimize'],
    [
      'One agent over a quarter, without writing',
      'kaizen metrics optimize tdd-workflow --window 90d --dry-run',
    ],
    ['For a script', 'kaizen metrics optimize --json'],
  ],
  writes: true,
  errors: ['usage', 'not_found', 'bad_config', 'cannot_read', 'cannot_write'],
  async run(ctx, [agent], flags) {
    const { parseWindowDays } = await import('../../../metrics/window.ts');
    const { parseAgentName } = await import('../../../metrics/agents/agent-name.ts');
    const { optimize } = await import('../../../flows/agent-metrics/optimize.ts');
    const { optimizedData, renderOptimized } = await import('../../render-optimize.ts');
    const window = textFlag(flags, 'window');
    const repository = await openTarget(ctx, flags);
    const receipt = await optimize(repository, {
      agent: agent === undefined ? undefined : parseAgentName(agent),
      windowDays: window === undefined ? undefined : parseWindowDays(window),
      min: numberFlag(flags, 'min', { min: 10, max: 100_000 }),
      seedCompat: switchFlag(flags, 'seed-compat'),
      now: ctx.now,
      dryRun: ctx.dryRun,
    });
    return {
      data: optimizedData(receipt),
      text: renderOptimized(receipt, { color: ctx.color, dryRun: ctx.dryRun }),
    };
  },
};
