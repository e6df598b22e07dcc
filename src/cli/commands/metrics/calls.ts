import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { KaizenError } from '../../../base/errors.ts';
import type { Repository } from '../../../io/repository.ts';
import type { CommandContext, FlagSpec, FlagValues } from '../../command.ts';
import { textFlag } from '../../flag-values.ts';

/** The flag every metrics command has: the seed's name for the project root. */
export const targetFlag: FlagSpec = {
  name: 'target',
  short: 't',
  value: '<folder>',
  summary: 'Root of the project (the same as --repo-dir)',
};

/** The repository a metrics command works on. */
export async function openTarget(ctx: CommandContext, flags: FlagValues): Promise<Repository> {
  const { openRepository } = await import('../../../io/repository.ts');
  const target = textFlag(flags, 'target');
  if (target === undefined) return openRepository(ctx.cwd);
  const folder = resolve(ctx.cwd, target);
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new KaizenError('usage', `--target ${target} is not a folder`, {
      hint: 'Name a folder that exists.',
    });
  return openRepository(folder);
}
