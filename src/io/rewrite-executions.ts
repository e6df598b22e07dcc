import { closeSync, fstatSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { Change } from '../base/change.ts';
import { KaizenError } from '../base/errors.ts';
import { agentMetricsPaths } from '../metrics/agents/agent-paths.ts';
import { appendLastingRow, refuseLinks } from './append-rows.ts';
import { applyChanges } from './apply-changes.ts';
import { appendLock } from './execution-locks.ts';
import { openIfExistsSync } from './files.ts';
import { withLock } from './lock.ts';
import type { Repository } from './repository.ts';

/** What a rewrite wants of a file: its new text, and what must be written before it is replaced. */
export interface Rewrite {
  text: string;
  before: Change[];
}

/** A row is rarely appended while its file is rewritten; as often in a row never. */
const maxTries = 20;

/**
 * Rewrites the executions of an agent, the one thing that is not an append. Writers that append meanwhile lose
 * nothing: a change seen before the file is replaced begins it anew, and rows that still reached the old file are
 * carried over. `plan` gives undefined where nothing is to be done. Returns what was (or, in a dry run, would be)
 * changed.
 */
export async function rewriteExecutions(
  repository: Repository,
  agent: string,
  plan: (text: string) => Rewrite | undefined,
  dryRun: boolean,
): Promise<Change[]> {
  const { root, git } = repository;
  const path = agentMetricsPaths(agent).executions;
  refuseLinks(root, path);
  if (dryRun) return changesOf(path, readOpen(join(root, path)), plan) ?? [];
  if (git?.bare)
    throw new KaizenError('not_a_repository', `${root} is bare: there is no work tree to write to`, {
      hint: 'Run it in a clone and push what it writes.',
    });
  const lock = appendLock(repository, agent);
  return withLock(lock, async () => {
    for (let i = 0; i < maxTries; i += 1) {
      const changes = await replaceOnce(repository, path, plan, `${lock}.apply`);
      if (changes) return changes;
    }
    throw new KaizenError('changed_meanwhile', `${path} is being written to all the time`);
  });
}

/** undefined when somebody appended before the file was replaced: nothing was written. */
async function replaceOnce(
  { root }: Repository,
  path: string,
  plan: (text: string) => Rewrite | undefined,
  lockPath: string,
): Promise<Change[] | undefined> {
  const old = openIfExistsSync(join(root, path));
  if (old === undefined) return [];
  try {
    const bytes = readFrom(old, 0);
    const changes = changesOf(path, bytes.toString('utf8'), plan);
    if (!changes) return [];
    try {
      await applyChanges(root, changes, { lockPath });
    } catch (error) {
      if (error instanceof KaizenError && error.code === 'changed_meanwhile') return undefined;
      throw error;
    }
    // Rows that reached the old file between the comparison and the rename.
    for (const row of readFrom(old, bytes.length).toString('utf8').split('\n'))
      if (row.trim() !== '') appendLastingRow(root, path, row, { sync: false });
    return changes;
  } finally {
    closeSync(old);
  }
}

function changesOf(
  path: string,
  text: string | undefined,
  plan: (text: string) => Rewrite | undefined,
): Change[] | undefined {
  const rewrite = text === undefined ? undefined : plan(text);
  if (!rewrite || text === undefined) return undefined;
  return [...rewrite.before, { kind: 'write', path, text: rewrite.text, was: text }];
}

function readOpen(path: string): string | undefined {
  const file = openIfExistsSync(path);
  if (file === undefined) return undefined;
  try {
    return readFrom(file, 0).toString('utf8');
  } finally {
    closeSync(file);
  }
}

/** V8 holds no longer text. */
const maxTextBytes = 500_000_000;

function readFrom(file: number, from: number): Buffer {
  const size = Math.max(0, fstatSync(file).size - from);
  if (size > maxTextBytes)
    throw new KaizenError('cannot_read', `a file of ${size} bytes is too large to be rewritten`, {
      hint: 'Split it by hand: its lines may stand in any order. Reading and recording work at any size.',
    });
  const bytes = Buffer.alloc(size);
  let filled = 0;
  while (filled < bytes.length) {
    const read = readSync(file, bytes, filled, bytes.length - filled, from + filled);
    if (read === 0) break;
    filled += read;
  }
  return bytes.subarray(0, filled);
}
