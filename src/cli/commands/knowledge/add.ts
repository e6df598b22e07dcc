import { KaizenError } from '../../../base/errors.ts';
import { terminalSafe } from '../../../base/text.ts';
import { type Category, categories, type Subject } from '../../../knowledge/fact.ts';
import type { Command, FlagValues } from '../../command.ts';
import { numberFlag, switchFlag, textFlag, textFlags } from '../../flag-values.ts';
import { byFlag, callOf, changesForJson } from './calls.ts';

export const command: Command = {
  name: 'add',
  summary: 'Write down a fact that you know yourself',
  description:
    'Writes one fact with trust human: it is in use at once, and no harvest changes its words. One claim per fact, said so that somebody who was not there can use it.',
  args: [{ name: 'title', summary: 'The claim in one line of at most 120 characters', required: true }],
  flags: [
    { name: 'body', value: '<text>', summary: '1–5 sentences: what to do and why; - reads stdin' },
    {
      name: 'category',
      value: '<name>',
      summary: 'What kind of knowledge',
      choices: categories,
      default: 'fact',
    },
    {
      name: 'scope',
      value: '<scope>',
      summary: 'global, <owner>/<name> or agent:<name> (default: this repository)',
    },
    { name: 'tag', value: '<word>', repeat: true, summary: 'A word to group it by' },
    { name: 'path', value: '<path>', repeat: true, summary: 'A file it is about' },
    {
      name: 'keyword',
      value: '<text>',
      repeat: true,
      summary: 'An error text, command or flag to find it by',
    },
    { name: 'says', value: '<key=value>', summary: 'What it says about what: "package manager=pnpm"' },
    { name: 'supersedes', value: '<id>', repeat: true, summary: 'A fact it replaces' },
    { name: 'confidence', value: '<0.1-0.95>', summary: 'How sure you are (default: 0.9)' },
    { name: 'pin', summary: 'It counts at least 0.7 however old it gets' },
    { name: 'evidence', value: '<text>', summary: 'What it rests on: a link, a commit, a sentence' },
    byFlag,
  ],
  examples: [
    [
      'A pitfall of this repository',
      'kaizen knowledge add "Integration tests need Docker running" --category pitfall --body "Start Docker before npm run test:it; without it every test times out after 60 s." --keyword "ECONNREFUSED /var/run/docker.sock"',
    ],
    [
      'A decision that holds everywhere',
      'kaizen knowledge add "Dates are stored as UTC" --category decision --scope global',
    ],
  ],
  writes: true,
  errors: ['usage', 'bad_input', 'changed_meanwhile'],
  async run(ctx, [title = ''], flags) {
    const { addFact } = await import('../../../flows/knowledge/knowledge-add.ts');
    const { renderChanges } = await import('../../render-knowledge.ts');
    const body = textFlag(flags, 'body');
    const result = await addFact(
      callOf(ctx),
      {
        title,
        body: body === '-' ? await ctx.readStdin() : body,
        category: (textFlag(flags, 'category') ?? 'fact') as Category,
        scope: textFlag(flags, 'scope'),
        tags: textFlags(flags, 'tag'),
        paths: textFlags(flags, 'path'),
        keywords: textFlags(flags, 'keyword'),
        subject: subjectOf(flags),
        supersedes: textFlags(flags, 'supersedes'),
        confidence: numberFlag(flags, 'confidence', { min: 0.1, max: 0.95, whole: false }),
        pinned: switchFlag(flags, 'pin'),
        evidence: textFlag(flags, 'evidence'),
      },
      textFlag(flags, 'by'),
    );
    const { fact, path } = result.added;
    const similar = result.similar.map(
      ({ stored, overlap }) =>
        `Looks like ${stored.fact.id} “${stored.fact.title}” (${Math.round(overlap * 100)} % of the words); \`kaizen knowledge merge ${fact.id} ${stored.fact.id}\` joins them.`,
    );
    const lines = [`${ctx.dryRun ? 'Would add' : 'Added'} ${fact.id} ${fact.title}`, `  ${path}`, ...similar];
    return {
      data: {
        fact: { ...fact, path },
        similar: result.similar.map(({ stored, overlap }) => ({ id: stored.fact.id, overlap })),
        changes: changesForJson(result.changes),
      },
      text: terminalSafe([...lines, ...renderChanges(result, ctx.dryRun)].join('\n')),
    };
  },
};

function subjectOf(flags: FlagValues): Subject | undefined {
  const text = textFlag(flags, 'says');
  if (text === undefined) return undefined;
  const at = text.indexOf('=');
  const key = text.slice(0, at).trim();
  const value = text.slice(at + 1).trim();
  if (at < 1 || !key || !value)
    throw new KaizenError(
      'usage',
      `--says cannot be '${text}'; write key=value, as in "package manager=pnpm"`,
    );
  return { key, value };
}
