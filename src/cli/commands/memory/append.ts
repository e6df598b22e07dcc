import { KaizenError } from '../../../base/errors.ts';
import type { Command } from '../../command.ts';
import { textFlag } from '../../flag-values.ts';
import { changesForJson } from '../knowledge/calls.ts';
import { agentArg, callOf } from './calls.ts';

export const command: Command = {
  name: 'append',
  summary: "Add an entry to a section of an agent's memory",
  description:
    'The entry becomes one line at the end of the section, written like the entries there; hidden characters go, secrets are masked, and no other byte of the file changes but `last_updated`. Sections: context, findings, worked, watch, threads, or the title of any section the file has.',
  args: [
    agentArg,
    { name: 'text', summary: 'What to remember; - reads stdin', required: true, variadic: true },
  ],
  flags: [{ name: 'section', short: 's', value: '<name>', summary: 'Where it goes', default: 'findings' }],
  examples: [
    ['A finding', 'kaizen memory append tdd-workflow "The integration tests need Docker running"'],
    ['A risk', 'kaizen memory append tdd-workflow --section watch "orders.test.ts is flaky on two workers"'],
  ],
  writes: true,
  errors: ['usage', 'not_found', 'bad_input', 'bad_agent', 'changed_meanwhile'],
  async run(ctx, [agent = '', ...words], flags) {
    const text = words.length === 1 && words[0] === '-' ? await ctx.readStdin() : words.join(' ');
    if (text.trim() === '')
      throw new KaizenError('usage', 'Say what to remember, after the name of the agent');
    const { appendToMemory } = await import('../../../flows/memory/memory-append.ts');
    const { renderAppend } = await import('../../render-memory.ts');
    const section = textFlag(flags, 'section') ?? 'findings';
    const receipt = await appendToMemory(callOf(ctx), agent, { section, text });
    return {
      data: { ...receipt, changes: changesForJson(receipt.changes) },
      text: renderAppend(receipt, ctx.dryRun),
    };
  },
};
