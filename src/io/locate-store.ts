import { basename, dirname, join, resolve } from 'node:path';
import { localRepoName, repoNameOf } from '../base/repo-name.ts';
import { findRepository } from './find-repository.ts';
import type { Git } from './git.ts';

/** Where the facts are: a repository as it stands now, or a plain folder. */
export interface StorePlace {
  root: string;
  /** Caches of this clone. */
  localDir: string;
  /** Git's own files of this worktree; undefined in a plain folder. */
  gitDir: string | undefined;
  /** Names this repository's own facts go by, best first: its remote, and local names. */
  repoNames: string[];
  /** undefined in a plain folder. */
  git: StoreGit | undefined;
}

/** What is known of the repository without asking Git. */
export interface StoreGit {
  head: string | null;
  bare: boolean;
  sparse: boolean;
  /** For what only Git can say; loads what starts processes. */
  open(): Promise<Git>;
}

/**
 * The store around `dir`, without starting a process where Git's own files are plain to read. A folder outside any
 * repository is a store too.
 */
export async function locateStore(dir: string): Promise<StorePlace> {
  const found = findRepository(dir);
  if (found) {
    const { head, bare, sparse } = found;
    const open = async () => (await import('./git.ts')).gitAt(found);
    return placeOf(found, { head, bare, sparse, open }, found.remoteUrl);
  }
  const { openGit } = await import('./git.ts');
  const git = await openGit(dir);
  if (git) {
    const known = {
      head: await git.head(),
      bare: git.bare,
      sparse: await isSparse(git),
      open: async () => git,
    };
    return placeOf(git, known, await git.remoteUrl());
  }
  const root = resolve(dir);
  return {
    root,
    localDir: join(root, '.kaizen', 'local'),
    gitDir: undefined,
    repoNames: [localRepoName(root)],
    git: undefined,
  };
}

function placeOf(
  { root, gitDir, commonDir }: Pick<Git, 'root' | 'gitDir' | 'commonDir'>,
  git: StoreGit,
  url: string | null,
): StorePlace {
  // All worktrees of a repository share its name: that of the folder its Git directory lies in.
  const main = basename(commonDir) === '.git' ? dirname(commonDir) : root;
  const remote = url === null ? undefined : repoNameOf(url);
  const names = [...(remote === undefined ? [] : [remote]), localRepoName(root), localRepoName(main)];
  return {
    root,
    localDir: join(commonDir, 'kaizen'),
    gitDir,
    repoNames: [...new Set(names)],
    git,
  };
}

async function isSparse(git: Git): Promise<boolean> {
  const value = await git.rawBytes(['config', '--get', 'core.sparseCheckout']).catch(() => undefined);
  return value?.toString('utf8').trim() === 'true';
}
