import { mkdir, mkdtemp, readdir, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { KaizenError } from '../../base/errors.ts';
import { isAbsent } from '../../io/files.ts';
import { type Git, initGit } from '../../io/git.ts';
import { openRepository, type Repository } from '../../io/repository.ts';

const hint = 'Name a new or empty folder with --into.';

/** A new repository in a temporary folder, or in `into`, which must be new or empty (else `usage`). */
export async function makeRepository(into: string | undefined): Promise<Repository> {
  if (into === undefined) {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'kaizen-start-')));
    await initGit(folder);
    return openRepository(folder, { needGit: true });
  }
  const folder = resolve(into);
  const entries = await readdir(folder).catch((error: unknown) => {
    if (isAbsent(error)) return [];
    throw new KaizenError('usage', `${into} is no folder`, { hint, cause: error });
  });
  if (entries.length > 0) throw new KaizenError('usage', `${into} is not empty`, { hint });
  await mkdir(folder, { recursive: true }).catch((cause: Error) => {
    throw new KaizenError('cannot_write', `cannot make ${into}: ${cause.message}`, { cause });
  });
  await initGit(folder);
  return openRepository(folder, { needGit: true });
}

/** Commits everything, with the user's identity or, where there is none, one of our own. */
export async function commitAll(git: Git, message: string): Promise<void> {
  await git.raw(['add', '--all']);
  const email = await git.raw(['config', '--get', 'user.email']).catch(() => '');
  if (email.trim() === '') {
    await git.raw(['config', 'user.name', 'kaizen start']);
    await git.raw(['config', 'user.email', 'kaizen@localhost']);
  }
  await git.raw(['commit', '--quiet', '--allow-empty', '-m', message]);
}
