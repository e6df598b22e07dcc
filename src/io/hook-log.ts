import { appendFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { terminalSafe } from '../base/text.ts';
import { locateStore } from './locate-store.ts';

const mostBytes = 64 * 1024;

/** Adds a line to the hook log of the store, which `doctor` shows. A log that cannot be written is given up silently. */
export async function appendHookLog(at: { cwd: string; now: Date }, message: string): Promise<void> {
  try {
    const { localDir } = await locateStore(at.cwd);
    const path = join(localDir, 'hook.log');
    mkdirSync(localDir, { recursive: true });
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    if (size > mostBytes) writeFileSync(path, secondHalf(readFileSync(path, 'utf8')));
    appendFileSync(
      path,
      `${at.now.toISOString()} ${terminalSafe(message).replace(/\s+/g, ' ').slice(0, 500)}\n`,
    );
  } catch {
    // A hook must not fail for its log.
  }
}

function secondHalf(text: string): string {
  return text.slice(text.indexOf('\n', text.length / 2) + 1);
}
