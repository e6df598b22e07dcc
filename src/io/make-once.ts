import { randomBytes } from 'node:crypto';
import { link, mkdir, rename, unlink, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isAbsent, readTextIfExists } from './files.ts';

/**
 * The text kept in `path`, or `made` when there is none yet. It is written whole beside its place and linked into
 * it, so that of several processes at once one makes it, all get the same, and nobody reads half of it. An empty
 * file (left by a full disk) is replaced. Readable by its owner only.
 */
export async function makeOnce(path: string, made: string): Promise<string> {
  const temporary = `${path}.${randomBytes(4).toString('hex')}.tmp`;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(temporary, `${made}\n`, { flag: 'wx', mode: 0o600 });
  try {
    await link(temporary, path);
    return made;
  } catch {
    // Somebody was first; or the file is empty, or this file system has no links, and then ours takes the place.
    const theirs = (await readTextIfExists(path))?.trim();
    if (theirs) return theirs;
    await rename(temporary, path);
    return made;
  } finally {
    await unlink(temporary).catch((error: unknown) => {
      if (!isAbsent(error)) throw error;
    });
  }
}
