import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { locateStore } from '../io/locate-store.ts';
import { startDetached } from '../io/process.ts';

/**
 * Starts this program once more to build the index of a store, and does not wait for it. False when somebody builds
 * it already.
 */
export async function buildInBackground(storeDir: string): Promise<boolean> {
  const { localDir } = await locateStore(storeDir);
  const program = process.argv[1];
  if (program === undefined || existsSync(join(localDir, 'index.lock'))) return false;
  startDetached([
    process.execPath,
    program,
    ...['bootstrap', '--no-record', '--budget', '0', '--repo-dir', storeDir],
  ]);
  return true;
}
