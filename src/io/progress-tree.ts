import { realpathSync } from 'node:fs';
import { readWithin } from './code-index.ts';
import { readBlobs } from './code-index-blobs.ts';
import { type ListedFile, type Listing, listCommit, listFolder, listWorkTree } from './code-index-listing.ts';
import type { Repository } from './repository.ts';

/** The files of a work tree, a commit or a plain folder, and a way to read them. */
export interface SourceTree {
  /** null for a folder that is no repository, and before the first commit. */
  commit: string | null;
  files: readonly ListedFile[];
  leftOut: Listing['leftOut'];
  /** Gives the bytes of each file once; null where it is larger than `mostBytes`, undefined where it cannot be read. */
  read(
    files: readonly ListedFile[],
    mostBytes: number,
    each: (file: ListedFile, bytes: Uint8Array | null | undefined) => void,
  ): Promise<void>;
}

/**
 * The tree of a commit, else the work tree (HEAD of a bare repository, a plain folder). Files that are as Git has them
 * are read from Git, so that a clean work tree and its commit give the same bytes whatever the line ends on disk.
 */
export async function openSourceTree(repository: Repository, commit?: string): Promise<SourceTree> {
  const { git, root } = repository;
  const head = commit ?? (git ? await git.head() : null);
  const fromCommit = git !== undefined && (commit !== undefined || git.bare);
  const listing = !git
    ? await listFolder(root)
    : fromCommit
      ? head === null
        ? { files: [], root: null, leftOut: new Map() }
        : await listCommit(git, head)
      : await listWorkTree(git);
  return {
    commit: head,
    files: listing.files,
    leftOut: listing.leftOut,
    async read(files, mostBytes, each) {
      const ofBlob = new Map<string, ListedFile[]>();
      for (const file of files) {
        if (git && file.oid !== null) ofBlob.set(file.oid, [...(ofBlob.get(file.oid) ?? []), file]);
        else each(file, readWithin(root, realpathSync(root), file.path, mostBytes));
      }
      if (git)
        await readBlobs(git, [...ofBlob.keys()], mostBytes, (oid, bytes) => {
          for (const file of ofBlob.get(oid) ?? []) each(file, bytes);
        });
    },
  };
}
