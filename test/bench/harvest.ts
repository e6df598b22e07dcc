import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { harvest } from '../../src/flows/harvest.ts';
import { findTranscripts } from '../../src/io/find-transcripts.ts';
import { initGit } from '../../src/io/git.ts';
import { openRepository } from '../../src/io/repository.ts';
import type { Bench } from './figure.ts';

/** Real transcripts, read, redacted, extracted and written into an empty repository, once. */
export const bench: Bench = async () => {
  const corpus = ['claude-code', 'codex']
    .map((agent) => resolve('../shared/corpus', agent))
    .filter((dir) => existsSync(dir));
  if (corpus.length === 0) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'kaizen-bench-'));
  await initGit(folder);
  const files = (await findTranscripts(corpus)).map((file) => ({ ...file, named: false }));
  const began = performance.now();
  const receipt = await harvest(await openRepository(folder), {
    files,
    now: new Date('2026-11-20T00:00:00Z'),
    env: process.env,
    dryRun: false,
    signal: new AbortController().signal,
  });
  const seconds = (performance.now() - began) / 1000;
  rmSync(folder, { recursive: true, force: true });
  const megabytes = files.reduce((sum, file) => sum + file.bytes, 0) / 1e6;
  const note = `${Math.round(megabytes)} MB of real transcripts, one process, ${receipt.items.length} facts`;
  return [
    {
      name: 'harvest',
      value: Math.round((megabytes / seconds) * 10) / 10,
      unit: 'MB/s',
      n: receipt.sessions.harvested,
      note,
    },
  ];
};
