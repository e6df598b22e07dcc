import { isAbsolute, relative, resolve, sep } from 'node:path';
import { KaizenError } from '../base/errors.ts';
import type { CommandContext } from './command.ts';

/** Where a page is written, relative to the root with forward slashes; `usage` when that lies outside or is no .md. */
export function outputPath(
  ctx: Pick<CommandContext, 'cwd'>,
  root: string,
  output: string | undefined,
  fallback: string,
): string {
  if (output === undefined) return fallback;
  const path = relative(root, resolve(ctx.cwd, output));
  if (path === '' || path.startsWith('..') || isAbsolute(path) || !path.endsWith('.md'))
    throw new KaizenError('usage', `--output cannot be '${output}'; name a .md file inside the repository`);
  return path.split(sep).join('/');
}
