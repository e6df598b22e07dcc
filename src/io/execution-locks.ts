import { join } from 'node:path';
import { sha256Hex } from '../base/text.ts';
import type { Repository } from './repository.ts';

/** Work trees share the folder of locks, but not the files these are for. */
function lockPath({ localDir, root }: Repository, agent: string, what: string): string {
  return join(localDir, 'agent-metrics', `${sha256Hex(root).slice(0, 12)}-${agent}.${what}.lock`);
}

/** Held by writers of executions who must see each other's rows, and while the file is rewritten. */
export function appendLock(repository: Repository, agent: string): string {
  return lockPath(repository, agent, 'append');
}

/** Held by whoever writes the summary. */
export function summaryLock(repository: Repository, agent: string): string {
  return lockPath(repository, agent, 'summary');
}
