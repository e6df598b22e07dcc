import { listFactFiles } from './fact-blobs.ts';
import { foldersOf } from './fact-folders.ts';
import type { IndexDatabase } from './fact-index-database.ts';
import { buildFolderIndex, buildIndex, updateFromFolders, updateIndex } from './fact-index-refresh.ts';
import type { StorePlace } from './locate-store.ts';
import type { OpenFactsRequest } from './open-facts.ts';

/**
 * Brings an open index to the state of the store. `moved`: another process did, look again; `stale`: it must be built
 * anew; `too large`: that would read more files than the request allows.
 */
export async function refreshIndex(
  index: IndexDatabase,
  place: StorePlace,
  request: OpenFactsRequest,
): Promise<'current' | 'moved' | 'stale' | 'too large'> {
  const most = request.mostFiles ?? Number.POSITIVE_INFINITY;
  if (place.git?.head) {
    const source = {
      root: place.root,
      localDir: place.localDir,
      git: await place.git.open(),
      commit: place.git.head,
    };
    if (!(await updateIndex(index, source))) return 'stale';
    return index.getMeta('commit') === place.git.head ? 'current' : 'moved';
  }
  if (index.getMeta('commit') !== 'folder') return 'stale';
  return (await updateFromFolders(index, place.root, foldersOf(place.root, request.scopes), most))
    ? 'current'
    : 'too large';
}

/** Builds the index of the store; false when that would read more files than the request allows. */
export async function buildStoreIndex(place: StorePlace, request: OpenFactsRequest): Promise<boolean> {
  if (!place.git?.head) {
    await buildFolderIndex(place.localDir);
    return true;
  }
  const { head: commit } = place.git;
  const git = await place.git.open();
  if (request.mostFiles !== undefined && (await listFactFiles(git, commit)).length > request.mostFiles)
    return false;
  await buildIndex({ root: place.root, localDir: place.localDir, git, commit });
  return true;
}
