import type { Command } from '../../command.ts';
import { switchFlag } from '../../flag-values.ts';
import { changesForJson } from '../knowledge/calls.ts';
import { callOf } from './calls.ts';

export const command: Command = {
  name: 'lint',
  summary: 'Check the memories, and mend what needs no decision',
  description:
    'Looks for merge conflict marks, missing or unreadable front matter, a count that does not fit the log, days that are none or in the future, sections that stand twice or are missing, hidden characters and secrets, each with its line. --fix settles the conflicts that two closed sessions make and rewrites the fields that follow from the rest; it never touches what a person wrote. Exit code 1 when there are problems; hints do not count.',
  args: [{ name: 'agent', summary: 'Name of the agent; all of them when left out' }],
  flags: [{ name: 'fix', summary: 'Mend the front matter and settle conflicts of closed sessions' }],
  examples: [
    ['Check every memory, as CI does', 'kaizen memory lint'],
    ['After a merge', 'kaizen memory lint tdd-workflow --fix'],
  ],
  writes: true,
  errors: ['usage', 'not_found', 'bad_config', 'changed_meanwhile'],
  async run(ctx, [agent], flags) {
    const { lintMemories } = await import('../../../flows/memory/memory-lint.ts');
    const { renderMemoryLint } = await import('../../render-memory.ts');
    const fix = switchFlag(flags, 'fix');
    const lint = await lintMemories(callOf(ctx), agent, { fix });
    const errors = lint.memories.reduce(
      (sum, { findings, unreadable }) =>
        sum + findings.filter(({ level }) => level === 'error').length + (unreadable === null ? 0 : 1),
      0,
    );
    return {
      data: { memories: lint.memories, errors, changes: changesForJson(lint.changes) },
      text: renderMemoryLint(lint, { color: ctx.color, dryRun: ctx.dryRun }),
      exitCode: errors > 0 ? 1 : 0,
    };
  },
};
