import { lstat, readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Change } from '../base/change.ts';
import { KaizenError } from '../base/errors.ts';
import { applyChanges } from '../io/apply-changes.ts';
import { isAbsent, readTextIfExists } from '../io/files.ts';

/** A text file that the user names: `not_found`, `cannot_read`, or `bad_input` when it is not UTF-8. */
export async function readDocument(path: string): Promise<string> {
  const bytes = await readFile(path).catch((cause: Error) => {
    if (isAbsent(cause))
      throw new KaizenError('not_found', `There is no file ${path}`, {
        hint: 'Check the path: it starts at the folder you are in, or at the one of -C.',
        cause,
      });
    throw new KaizenError('cannot_read', `Cannot read ${path}: ${cause.message}`, { cause });
  });
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new KaizenError('bad_input', `${path} is not UTF-8 text`, { cause });
  }
}

/**
 * Writes a document where the user wants it, inside a repository or not; the folder must be there, and what lies there
 * must be a plain file (`cannot_write`). Unchanged files are left alone; gives what was or would be written.
 */
export async function writeDocument(path: string, text: string, dryRun: boolean): Promise<Change[]> {
  const folder = dirname(path);
  const [parent, file] = await Promise.all([folder, path].map((each) => lstat(each).catch(() => undefined)));
  if (!parent || (file && !file.isFile()))
    throw new KaizenError(
      'cannot_write',
      `Cannot write ${path}: ${parent ? 'it is no plain file' : 'its folder is not there'}`,
    );
  const was = (await readTextIfExists(path)) ?? null;
  const changes: Change[] = was === text ? [] : [{ kind: 'write', path: basename(path), text, was }];
  if (!dryRun) await applyChanges(folder, changes, { lockPath: `${path}.lock` });
  return changes;
}
