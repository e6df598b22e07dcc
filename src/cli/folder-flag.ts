import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { KaizenError } from '../base/errors.ts';
import type { FlagValues } from './command.ts';
import { textFlag } from './flag-values.ts';

/** The folder a flag names, from where the user stands, who stands in it without the flag; `usage` when it is none. */
export function folderFlag(cwd: string, flags: FlagValues, name: string): string {
  const folder = textFlag(flags, name) ?? '.';
  const path = resolve(cwd, folder);
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory())
    throw new KaizenError('usage', `--${name} ${folder} is not a folder`, {
      hint: 'Name a folder that exists.',
    });
  return path;
}
