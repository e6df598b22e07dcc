import { mkdir, mkdtemp, readdir, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { KaizenError } from '../base/errors.ts';
import type { SessionHarvested, SessionObserved } from '../base/events.ts';
import { compareText } from '../base/text.ts';
import { readEvents } from '../io/event-log.ts';
import { type FoundTranscript, findLocalTranscripts, findTranscripts } from '../io/find-transcripts.ts';
import { type Git, initGit } from '../io/git.ts';
import { readFacts } from '../io/read-facts.ts';
import { openRepository, type Repository } from '../io/repository.ts';
import type { Fact } from '../knowledge/fact.ts';
import { harvest } from './harvest.ts';
import type { HarvestReceipt } from './harvest-receipt.ts';

/** Larger transcripts are left to `kaizen harvest`: the first look shall take seconds. */
const largestBytes = 20 * 1024 * 1024;

export interface StartOptions {
  /** Use the bundled samples even when this machine has transcripts. */
  samples: boolean;
  /** Most transcripts of this machine, newest first. */
  limit: number;
  /** Folder for the repository: new or empty. Absent: a temporary one. */
  into: string | undefined;
  now: Date;
  env: Readonly<Record<string, string | undefined>>;
  signal: AbortSignal;
  progress(text: string): void;
}

/** One session as the log tells it. */
export interface StartedSession {
  key: string;
  repo: string | null;
  startedAt: string | null;
  turns: number;
  toolCalls: number;
  errors: number;
  corrections: number;
  facts: number;
}

/** What the whole loop did, from the first transcript to the verdict. */
export interface StartReport {
  source: 'this machine' | 'samples';
  /** Transcripts on this machine by agent, those beyond the limit included. */
  found: Record<string, number>;
  root: string;
  sessions: StartedSession[];
  failed: HarvestReceipt['failed'];
  facts: Fact[];
}

interface Chosen {
  source: StartReport['source'];
  found: Record<string, number>;
  files: FoundTranscript[];
}

/**
 * Runs the whole loop in a repository of its own: transcripts of this machine (else the samples) → facts → commit →
 * packet → measure. Nothing outside that repository is written. Throws `usage` when `into` is not empty.
 */
export async function start(options: StartOptions): Promise<StartReport> {
  const chosen = await chooseTranscripts(options);
  const repository = await makeRepository(options.into);
  const failed = await harvestAll(repository, chosen, options);
  options.progress('');
  const { facts } = await readFacts(repository.root, repository.git);
  const { events } = await readEvents(repository.root);
  await commitAll(repository.git as Git, 'kaizen start: what these sessions teach');
  return {
    source: chosen.source,
    found: chosen.found,
    root: repository.root,
    sessions: sessionsOf(
      events.filter((event) => event.type === 'session.observed'),
      events.filter((event) => event.type === 'session.harvested'),
    ),
    failed,
    facts: facts.map(({ fact }) => fact),
  };
}

async function chooseTranscripts(options: StartOptions): Promise<Chosen> {
  const local = await findLocalTranscripts(options.env);
  const found: Record<string, number> = {};
  for (const { agent } of local) found[agent ?? 'unknown'] = (found[agent ?? 'unknown'] ?? 0) + 1;
  const usable = local.filter((file) => file.bytes > 0 && file.bytes <= largestBytes);
  if (!options.samples && usable.length > 0) {
    const newest = usable.sort((a, b) => compareText(b.modifiedAt, a.modifiedAt)).slice(0, options.limit);
    return { source: 'this machine', found, files: newest };
  }
  return { source: 'samples', found, files: await findTranscripts([fileURLToPath(samplesFolder)]) };
}

/** The samples lie in src/ of the package, beside the built program as well as beside the source. */
const samplesFolder = new URL('../../src/samples/', import.meta.url);

async function makeRepository(into: string | undefined): Promise<Repository> {
  if (into === undefined) {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'kaizen-start-')));
    await initGit(folder);
    return openRepository(folder, { needGit: true });
  }
  const folder = resolve(into);
  const entries = await readdir(folder).catch(() => []);
  if (entries.length > 0)
    throw new KaizenError('usage', `${into} is not empty`, {
      hint: 'Name a new or empty folder with --into.',
    });
  await mkdir(folder, { recursive: true });
  await initGit(folder);
  return openRepository(folder, { needGit: true });
}

async function harvestAll(
  repository: Repository,
  chosen: Chosen,
  options: StartOptions,
): Promise<HarvestReceipt['failed']> {
  const { now, env, signal } = options;
  const receipt = await harvest(repository, {
    files: chosen.files.map((file) => ({ ...file, named: false })),
    now,
    env,
    signal,
    dryRun: false,
    progress: (done, total) => options.progress(`reading ${done} of ${total} sessions`),
  });
  return receipt.failed;
}

async function commitAll(git: Git, message: string): Promise<void> {
  await git.raw(['add', '--all']);
  const email = await git.raw(['config', '--get', 'user.email']).catch(() => '');
  if (email.trim() === '') {
    await git.raw(['config', 'user.name', 'kaizen start']);
    await git.raw(['config', 'user.email', 'kaizen@localhost']);
  }
  await git.raw(['commit', '--quiet', '--allow-empty', '-m', message]);
}

function sessionsOf(
  observed: readonly SessionObserved[],
  harvested: readonly SessionHarvested[],
): StartedSession[] {
  const factsOf = new Map(harvested.map((event) => [event.sessionId, event.factIds.length]));
  return observed
    .map(({ session, sessionId, repo, startedAt, turns, toolCalls, errors, corrections }) => {
      const facts = factsOf.get(sessionId) ?? 0;
      return { key: session, repo, startedAt, turns, toolCalls, errors, corrections, facts };
    })
    .sort((a, b) => compareText(a.startedAt ?? '', b.startedAt ?? ''));
}
