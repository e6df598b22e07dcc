import { rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Removes the folders of removed files, upwards below `root`, as far as they are empty now. */
export async function removeEmptyFolders(root: string, paths: readonly string[]): Promise<void> {
  for (const path of paths)
    for (let folder = dirname(path); folder !== '.' && folder !== '/'; folder = dirname(folder)) {
      const gone = await rmdir(join(root, folder)).then(
        () => true,
        // Not empty, or gone already: either way there is nothing to do above it.
        () => false,
      );
      if (!gone) break;
    }
}
