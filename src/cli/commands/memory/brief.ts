import { counted } from '../../../base/text.ts';
import type { Command } from '../../command.ts';
import { numberFlag } from '../../flag-values.ts';
import { agentArg, callOf } from './calls.ts';

export const command: Command = {
  name: 'brief',
  summary: 'Print what an agent should know before it starts: its memory, how it did, and what to watch',
  description:
    'Front matter, Project Context, Watch Points, Open Threads, the findings and log lines most worth having, a Performance Summary with n and intervals, cross-checks between the two, and notes for the coach. Whole entries within the budget; recalled text stands between fences as data. Reads only. Exit code 1 when the agent has neither memory nor metrics.',
  args: [agentArg],
  flags: [
    {
      name: 'budget',
      value: '<tokens>',
      summary: 'Hard limit of the text',
      default: 'bootstrap.budget_tokens, 2000',
    },
    { name: 'last', value: '<n>', summary: 'Findings and log lines at most', default: 5 },
  ],
  examples: [
    ['Before a session', 'kaizen memory brief tdd-workflow'],
    ['In fewer tokens', 'kaizen memory brief tdd-workflow --budget 600'],
    ['For another program', 'kaizen memory brief tdd-workflow --json'],
  ],
  errors: ['usage', 'bad_input'],
  async run(ctx, [agent = ''], flags) {
    const { briefAgent } = await import('../../../flows/memory/memory-brief.ts');
    const { renderBrief } = await import('../../render-memory.ts');
    const brief = await briefAgent(callOf(ctx), agent, {
      budgetTokens: numberFlag(flags, 'budget', { min: 0, max: 20_000 }),
      last: numberFlag(flags, 'last', { min: 0, max: 1000 }) ?? 5,
    });
    if (brief.skipped > 0)
      ctx.note(
        `${counted(brief.skipped, 'line')} of the executions could not be read: \`kaizen metrics doctor\` says why.`,
      );
    const nothing = brief.memory === 'missing' && brief.executions === 0;
    return { data: brief, text: renderBrief(brief), exitCode: nothing ? 1 : 0 };
  },
};
