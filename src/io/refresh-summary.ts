import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KaizenError } from '../base/errors.ts';
import { agentMetricsFolder, agentMetricsPaths } from '../metrics/agents/agent-paths.ts';
import { summaryOf } from '../metrics/agents/executions/summary.ts';
import { formatSummary } from '../metrics/agents/executions/summary-file.ts';
import { refuseLinks } from './append-rows.ts';
import { applyChanges } from './apply-changes.ts';
import { summaryLock } from './execution-locks.ts';
import { readTextIfExists } from './files.ts';
import { withLockIfFree } from './lock.ts';
import type { Repository } from './repository.ts';
import { type TalliedFile, tallyExecutions } from './tally-executions.ts';

/** A summary is made in seconds; a lock older than this was left by a machine that is gone. */
const staleAfterMs = 60_000;

/** An agent's tally, with what happened to its `summary.json`. */
export interface RefreshedFile extends TalliedFile {
  /** `left alone`: another process writes it just now, or nothing may be written here. */
  summary: 'up to date' | 'written' | 'left alone';
}

/**
 * Derives `summary.json` of an agent from its executions and writes it where it differs: after an append, and
 * wherever it is found out of date. Of several processes one writes, the others do not wait: whoever holds the lock
 * looks again after letting go, so the last row is in the summary when all have returned. A summary that cannot be
 * written is no error: it is derived, and the next call writes it.
 */
export async function refreshSummary(repository: Repository, agent: string): Promise<RefreshedFile> {
  const { root } = repository;
  const paths = agentMetricsPaths(agent);
  const lock = summaryLock(repository, agent);
  for (;;) {
    const size = sizeOf(join(root, paths.executions));
    const held = await withLockIfFree(lock, staleAfterMs, async () => {
      const tallied = tallyExecutions(root, agent);
      const text = formatSummary(summaryOf(agent, tallied.tally));
      return { ...tallied, summary: await writeSummary(root, paths.summary, text, `${lock}.apply`) };
    }).catch(ignoreReadOnly);
    if (!held) return { ...tallyExecutions(root, agent), summary: 'left alone' };
    if (sizeOf(join(root, paths.executions)) === size) return held.result;
  }
}

async function writeSummary(
  root: string,
  path: string,
  text: string,
  lockPath: string,
): Promise<RefreshedFile['summary']> {
  const was = (await readTextIfExists(join(root, path))) ?? null;
  if (was === text) return 'up to date';
  try {
    await applyChanges(root, [{ kind: 'write', path, text, was }], { lockPath });
    return 'written';
  } catch (error) {
    const later = ['changed_meanwhile', 'cannot_write', 'locked'];
    if (!(error instanceof KaizenError) || !later.includes(error.code)) throw error;
    return 'left alone';
  }
}

/** Where nothing may be written, not even a lock, the figures can still be shown. */
function ignoreReadOnly(error: unknown): undefined {
  const code = error instanceof KaizenError ? error.code : (error as NodeJS.ErrnoException).code;
  if (!['cannot_write', 'EACCES', 'EPERM', 'EROFS'].includes(code ?? '')) throw error;
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

const attributes = `# Rows that branches append are joined. Summary and analysis follow from rows: the next kaizen command writes them anew.
*/executions.jsonl merge=union
*/aggregates.jsonl merge=union
*/recommendations.jsonl merge=union
*/summary.json merge=union
*/analysis.json merge=union
`;

/**
 * Tells Git to join the rows of branches. Written once, where there is no such file; a person may change it. Not
 * through a plan: plans never write Git's own files, and this is the one that is ours.
 */
export function keepUnionMerge(root: string): void {
  const path = `${agentMetricsFolder}/.gitattributes`;
  refuseLinks(root, path);
  if (existsSync(join(root, path))) return;
  try {
    mkdirSync(join(root, agentMetricsFolder), { recursive: true });
    writeFileSync(join(root, path), attributes, { flag: 'wx' });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return;
    throw new KaizenError('cannot_write', `Cannot write ${path}: ${(cause as Error).message}`, { cause });
  }
}
