import { KaizenError } from '../../base/errors.ts';
import type { Command } from '../command.ts';
import { numberFlag, repoFlag, switchFlag } from '../flag-values.ts';

export const command: Command = {
  name: 'search',
  summary: 'Look up an error or a topic in the facts',
  description:
    'Finds facts by their words, identifiers, paths and quoted evidence: those of this repository first, then those about agents and about everything, then other repositories. It says plainly when no fact is about it, and then ends with exit code 1.',
  args: [
    {
      name: 'words',
      summary: 'An error message or words; - reads them from stdin',
      required: true,
      variadic: true,
    },
  ],
  flags: [
    { name: 'repo', value: '<owner/name>', summary: 'Only this repository (with agent and global facts)' },
    { name: 'limit', value: '<n>', summary: 'Show at most n facts', default: 5 },
    { name: 'all', summary: 'Also facts that wait for review or were set aside' },
  ],
  examples: [
    ['What is known about an error', 'kaizen search "Config files are not trusted"'],
    ['The same for the last line of a log', 'tail -1 build.log | kaizen search -'],
    [
      'As JSON, in another repository of the store',
      'kaizen search "flaky checkout test" --repo acme/shop --json',
    ],
  ],
  errors: ['usage'],
  async run(ctx, words, flags) {
    const text = words.length === 1 && words[0] === '-' ? await ctx.readStdin() : words.join(' ');
    if (text.trim() === '') throw new KaizenError('usage', 'there is nothing to search for');
    const { searchFacts } = await import('../../flows/search.ts');
    const result = await searchFacts({
      dir: ctx.cwd,
      text,
      now: ctx.now,
      repo: repoFlag(flags),
      limit: numberFlag(flags, 'limit', { min: 1, max: 100 }) ?? 5,
      all: switchFlag(flags, 'all'),
    });
    const { renderSearch } = await import('../render-search.ts');
    return renderSearch(result, { color: ctx.color });
  },
};
