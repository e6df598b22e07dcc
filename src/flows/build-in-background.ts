import { startDetached } from '../io/process.ts';

/** Starts this program once more to build the index of a store, and does not wait for it. */
export function buildInBackground(storeDir: string): void {
  const program = process.argv[1];
  if (program === undefined) return;
  startDetached([
    process.execPath,
    program,
    'bootstrap',
    '--no-record',
    '--budget',
    '0',
    '--repo-dir',
    storeDir,
  ]);
}
