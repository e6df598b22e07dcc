import { openSync, readdirSync, readFileSync } from 'node:fs';
import { access, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KaizenError } from '../base/errors.ts';
import { compareText } from '../base/text.ts';

/** True for the error codes that mean "there is no such file". */
export function isAbsent(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/** Whether there is something at `path` that this user may see. */
export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** The file as UTF-8 text, or undefined when there is none; a file that is there but cannot be read is an error. */
export async function readTextIfExists(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (isAbsent(cause)) return undefined;
    throw new KaizenError('cannot_read', `Cannot read ${path}: ${(cause as Error).message}`, { cause });
  }
}

/** `readTextIfExists` at once, for the hook path, where a turn of the event loop for every file counts. */
export function readTextIfExistsSync(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if (isAbsent(cause)) return undefined;
    throw new KaizenError('cannot_read', `Cannot read ${path}: ${(cause as Error).message}`, { cause });
  }
}

/** A file opened for reading, which the caller closes; undefined when there is none. */
export function openIfExistsSync(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch (cause) {
    if (isAbsent(cause)) return undefined;
    throw new KaizenError('cannot_read', `Cannot read ${path}: ${(cause as Error).message}`, { cause });
  }
}

/** The names in a folder, sorted, at once; none when it is not there. */
export function listNamesSync(dir: string): string[] {
  try {
    return readdirSync(dir).sort(compareText);
  } catch (cause) {
    if (isAbsent(cause)) return [];
    throw new KaizenError('cannot_read', `Cannot list ${dir}: ${(cause as Error).message}`, { cause });
  }
}

/**
 * All regular files below `dir` as full paths, sorted; symbolic links are neither followed nor listed, `.git` is
 * not entered. A folder that is not there has no files.
 */
export async function listFiles(dir: string, options: { extension?: string } = {}): Promise<string[]> {
  const found: string[] = [];
  const pending = [dir];
  while (pending.length > 0) {
    const current = pending.pop() as string;
    for (const entry of await readFolder(current)) {
      const path = join(current, entry.name);
      if (entry.isDirectory()) {
        if (entry.name !== '.git') pending.push(path);
      } else if (entry.isFile() && (!options.extension || entry.name.endsWith(options.extension))) {
        found.push(path);
      }
    }
  }
  return found.sort(compareText);
}

/** The names of the folders in a folder, sorted; none when it is not there. */
export async function listFolders(dir: string): Promise<string[]> {
  const entries = await readFolder(dir);
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort(compareText);
}

async function readFolder(dir: string) {
  try {
    return await readdir(dir, { withFileTypes: true });
  } catch (cause) {
    if (isAbsent(cause)) return [];
    throw new KaizenError('cannot_read', `Cannot list ${dir}: ${(cause as Error).message}`, { cause });
  }
}
