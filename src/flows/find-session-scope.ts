import { isAbsolute, relative } from 'node:path';
import { KaizenError } from '../base/errors.ts';
import { localRepoName, repoNameOf } from '../base/repo-name.ts';
import { exists } from '../io/files.ts';
import { type Git, openGit } from '../io/git.ts';
import type { Repository } from '../io/repository.ts';
import type { Scope } from '../knowledge/fact.ts';
import type { Session } from '../sessions/session.ts';

/** Finds the repository a session is about; remembers what it asked Git. */
export interface ScopeFinder {
  find(session: Session): Promise<Scope>;
}

/**
 * The scope of a session's facts: the repository its transcript names, else the remote of the folder it worked in
 * (when that folder is here), else `--repo`, else this repository's own name when the session worked inside it, else
 * a stable local name from the folder's last part. Never global: nobody said that it holds everywhere.
 */
export function openScopeFinder(repository: Repository, givenRepo: string | undefined): ScopeFinder {
  const remotes = new Map<string, Promise<string | undefined>>();
  const remoteOf = (folder: string) => {
    const known = remotes.get(folder) ?? readRemoteName(folder);
    remotes.set(folder, known);
    return known;
  };
  return {
    async find(session) {
      const cwd = homeFolder(session);
      const named =
        session.summary.repo ??
        (cwd === undefined ? undefined : await remoteOf(cwd)) ??
        givenRepo ??
        undefined;
      if (named) return `repo:${named}`;
      if (cwd !== undefined && isInside(cwd, repository.root)) return `repo:${await ownName(repository)}`;
      return `repo:${localRepoName(cwd)}`;
    },
  };
}

/** The folder the session started in, or one above it that it went to later: sub-folders are no other project. */
export function homeFolder(session: Session): string | undefined {
  const folders = session.events.flatMap((event) =>
    event.kind === 'meta' && event.meta.cwd ? [event.meta.cwd] : [],
  );
  const first = folders[0] ?? session.summary.cwd ?? undefined;
  if (first === undefined) return undefined;
  return folders.reduce(
    (home, folder) => (home.startsWith(`${folder}/`) || home.startsWith(`${folder}\\`) ? folder : home),
    first,
  );
}

async function readRemoteName(folder: string): Promise<string | undefined> {
  const git = await openSessionGit(folder);
  const url = await git?.remoteUrl().catch(unlessGit(null));
  return url ? repoNameOf(url) : undefined;
}

/** The repository of the folder a transcript names, when it is on this machine and Git trusts and reads it. */
export async function openSessionGit(folder: string): Promise<Git | undefined> {
  if (!isAbsolute(folder) || !(await exists(folder))) return undefined;
  return openGit(folder).catch(unlessGit(undefined));
}

/** What Git cannot tell of a folder that others wrote down is not known; anything else is a bug. */
function unlessGit<T>(unknown: T): (error: unknown) => T {
  return (error) => {
    if (error instanceof KaizenError) return unknown;
    throw error;
  };
}

/** The repository's own name: its remote's, else a stable local one. */
export async function ownName(repository: Repository): Promise<string> {
  const url = await repository.git?.remoteUrl();
  return (url ? repoNameOf(url) : undefined) ?? localRepoName(repository.root);
}

/** True for the folder itself and what lies below. */
export function isInside(folder: string, root: string): boolean {
  if (!isAbsolute(folder)) return false;
  const path = relative(root, folder);
  return path === '' || (!path.startsWith('..') && !isAbsolute(path));
}
