import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { KaizenError } from '../../base/errors.ts';
import type { Command, CommandContext, FlagValues } from '../command.ts';
import { numberFlag, switchFlag, textFlag, textFlags } from '../flag-values.ts';

export const command: Command = {
  name: 'pack',
  summary: 'Find the files and lines a task is about, within a token budget',
  description:
    'Ranks the source files of a repository for a task by its words, symbols, paths and Git history, each file with why. Reads the work tree as it is; the index is kept in the Git directory and only changed files are read again. Writes nothing to the repository.',
  flags: [
    {
      name: 'task',
      value: '<text>',
      summary: 'What is to be done, an issue or an error; - reads it from stdin',
    },
    { name: 'query-file', value: '<file>', summary: 'Read the task from a file' },
    { name: 'repo', value: '<folder>', summary: 'The repository', default: '.' },
    { name: 'top', value: '<k>', summary: 'How many files to give', default: 20 },
    {
      name: 'budget-tokens',
      value: '<n>',
      summary: 'Most tokens of the packed code; 0 gives the ranking only',
      default: 8000,
    },
    {
      name: 'token-factor',
      value: '<x>',
      summary: 'Tokens of your model for one of o200k_base: 1.2 is safe for Claude',
      default: 1,
    },
    { name: 'explain', summary: 'Show the ranking and why, instead of the code' },
    { name: 'allow', value: '<glob>', summary: 'Only files of this pattern', repeat: true },
    { name: 'deny', value: '<glob>', summary: 'Never files of this pattern, allowed or not', repeat: true },
  ],
  examples: [
    ['Files for a task', 'kaizen pack --task "fix(router): trailing slash is lost in nested routes"'],
    ['Why these files', 'kaizen pack --task "fix the login redirect" --explain'],
    [
      'From a pasted issue, 4,000 tokens, as JSON',
      'kaizen pack --query-file issue.md --budget-tokens 4000 --json',
    ],
  ],
  errors: ['usage', 'cannot_read'],
  async run(ctx, _args, flags) {
    const { openRepository } = await import('../../io/repository.ts');
    const { packCode } = await import('../../flows/pack.ts');
    const { receiptLine, renderPack } = await import('../render-pack.ts');
    const task = await readTask(ctx, flags);
    const repository = await openRepository(resolve(ctx.cwd, textFlag(flags, 'repo') ?? '.'));
    const { openCodeMask } = await import('../../flows/open-redactor.ts');
    const pack = await packCode(repository, {
      task,
      budgetTokens: numberFlag(flags, 'budget-tokens', { min: 0, max: 1_000_000 }) ?? 8000,
      tokenFactor: numberFlag(flags, 'token-factor', { min: 0.5, max: 4, whole: false }) ?? 1,
      redact: await openCodeMask(repository, ctx.env),
      top: numberFlag(flags, 'top', { min: 1, max: 10_000 }) ?? 20,
      allow: textFlags(flags, 'allow'),
      deny: textFlags(flags, 'deny'),
    });
    const explain = switchFlag(flags, 'explain');
    if (!ctx.json && !explain && pack.text !== '') ctx.note(receiptLine(pack));
    return renderPack(pack, { color: ctx.color, explain });
  },
};

async function readTask(ctx: CommandContext, flags: FlagValues): Promise<string> {
  const task = textFlag(flags, 'task');
  const file = textFlag(flags, 'query-file');
  if ((task === undefined) === (file === undefined))
    throw new KaizenError('usage', 'say the task with --task or with --query-file', {
      hint: 'For example: kaizen pack --task "fix the login redirect"',
    });
  if (file === undefined) return task === '-' ? ctx.readStdin() : (task as string);
  try {
    return await readFile(resolve(ctx.cwd, file), 'utf8');
  } catch (cause) {
    throw new KaizenError('cannot_read', `Cannot read ${file}: ${(cause as Error).message}`, { cause });
  }
}
