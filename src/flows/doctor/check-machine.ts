import { access, constants } from 'node:fs/promises';
import { dirname } from 'node:path';
import { KaizenError } from '../../base/errors.ts';
import { exists } from '../../io/files.ts';
import { findLocalTranscripts } from '../../io/find-transcripts.ts';
import { runProcess } from '../../io/process.ts';
import type { Repository } from '../../io/repository.ts';
import { openDatabase } from '../../io/sqlite.ts';
import { type Finding, ok } from './finding.ts';

export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const enough = major > 20 || (major === 20 && minor >= 19);
  return enough
    ? ok(version)
    : { state: 'broken', detail: `${version} is too old`, fix: 'Install Node 20.19 or newer.' };
}

export async function checkGit(): Promise<Finding> {
  const result = await runProcess({ argv: ['git', '--version'], timeoutMs: 5_000 }).catch(() => undefined);
  const version = result?.stdout.toString('utf8').match(/\d+\.\d+(\.\d+)?/)?.[0];
  if (!version) return { state: 'broken', detail: 'not found', fix: 'Install Git 2.28 or newer.' };
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 2 || minor >= 28
    ? ok(version)
    : { state: 'broken', detail: `${version} is too old`, fix: 'Install Git 2.28 or newer.' };
}

export async function checkWritable({ root, localDir, git }: Repository): Promise<Finding> {
  if (git?.bare)
    return {
      state: 'off',
      detail: 'a bare repository has no work tree to write to',
      fix: 'Work in a clone.',
    };
  for (const folder of [root, await nearestFolder(localDir)]) {
    const writable = await access(folder, constants.W_OK).then(
      () => true,
      () => false,
    );
    if (!writable)
      return {
        state: 'broken',
        detail: `${folder} cannot be written`,
        fix: 'Give this user the right to write there.',
      };
  }
  return ok('the repository and its local folder');
}

async function nearestFolder(path: string): Promise<string> {
  return (await exists(path)) || dirname(path) === path ? path : nearestFolder(dirname(path));
}

export async function checkTranscripts(env: Readonly<Record<string, string | undefined>>): Promise<Finding> {
  const found = await findLocalTranscripts(env);
  if (found.length === 0)
    return {
      state: 'off',
      detail: 'no agent keeps transcripts in its usual folder on this machine',
      fix: 'kaizen harvest <files…>',
    };
  const counts = new Map<string, number>();
  for (const { agent } of found) counts.set(agent ?? 'unknown', (counts.get(agent ?? 'unknown') ?? 0) + 1);
  return ok(`${[...counts].map(([agent, n]) => `${n} ${agent}`).join(', ')} on this machine`);
}

export function checkSqlite(): Finding {
  try {
    const database = openDatabase(':memory:');
    const version = database.prepare('SELECT sqlite_version() AS version').get()?.version;
    database.close();
    return ok(String(version));
  } catch (error) {
    if (!(error instanceof KaizenError && error.code === 'no_sqlite')) throw error;
    return {
      state: 'off',
      detail: 'none: facts are read from their files every time, which is slower',
      fix: error.hint,
    };
  }
}
