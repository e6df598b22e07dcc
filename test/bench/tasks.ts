import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { harvest } from '../../src/flows/harvest.ts';
import { openCommitFinder } from '../../src/flows/session-commits.ts';
import { readSessionTasks } from '../../src/flows/session-tasks.ts';
import { findTranscripts } from '../../src/io/find-transcripts.ts';
import { initGit } from '../../src/io/git.ts';
import { readSession } from '../../src/io/read-session.ts';
import { openRepository } from '../../src/io/repository.ts';
import type { Bench } from './figure.ts';

/** Rounds over the transcripts; the median of them is given. */
const rounds = 5;

/** What the events of tasks and checks cost a harvest, as a share of its CPU time (other programs do not count). */
export const bench: Bench = async () => {
  const corpus = ['claude-code', 'codex']
    .map((agent) => resolve('../shared/corpus', agent))
    .filter((dir) => existsSync(dir));
  if (corpus.length === 0) return undefined;
  const files = (await findTranscripts(corpus)).map((file) => ({ ...file, named: false }));
  const shares: number[] = [];
  const perSession: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const whole = await cpuMs(() => harvestAll(files));
    const folder = mkdtempSync(join(tmpdir(), 'kaizen-bench-'));
    const repository = await openRepository(folder);
    let own = 0;
    for (const { file } of files) {
      const session = await readSession(file).catch(() => undefined);
      if (!session) continue;
      const around = { repo: null, redact: String, now: '2026-11-20T00:00:00Z', isLive: false };
      own += await cpuMs(() => readSessionTasks(session, openCommitFinder(repository), around));
    }
    rmSync(folder, { recursive: true, force: true });
    shares.push((100 * own) / whole);
    perSession.push(own / files.length);
  }
  const middle = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
  const n = files.length;
  return [
    {
      name: 'share of a harvest',
      value: round1(middle(shares)),
      unit: '% CPU',
      n,
      note: `median of ${rounds} rounds`,
    },
    {
      name: 'a session',
      value: round1(middle(perSession)),
      unit: 'ms CPU',
      n,
      note: `median of ${rounds} rounds`,
    },
  ];
};

const round1 = (value: number) => Math.round(value * 10) / 10;

async function cpuMs(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

async function harvestAll(files: Parameters<typeof harvest>[1]['files']): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'kaizen-bench-'));
  await initGit(folder);
  await harvest(await openRepository(folder), {
    files,
    now: new Date('2026-11-20T00:00:00Z'),
    env: process.env,
    dryRun: false,
    signal: new AbortController().signal,
  });
  rmSync(folder, { recursive: true, force: true });
}
