import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KaizenError } from '../base/errors.ts';
import { readClosingQueue } from '../io/closing-queue.ts';
import { findTranscripts } from '../io/find-transcripts.ts';
import type { Git } from '../io/git.ts';
import { readPackagedAgents } from '../io/packaged-agents.ts';
import type { Repository } from '../io/repository.ts';
import { parseAgentDefinition } from '../metrics/agents/agent-definition.ts';
import type { Execution } from '../metrics/agents/executions/execution.ts';
import { type ShownAgent, showAgent, showRecent } from './agent-metrics/agent-metrics-show.ts';
import { type OptimizeReceipt, optimize } from './agent-metrics/optimize.ts';
import { type InstallReceipt, installAgent } from './agents/agent-install.ts';
import { enqueueEndedSession } from './agents/enqueue-closing.ts';
import type { HarvestReceipt } from './harvest/harvest-receipt.ts';
import { harvest } from './harvest.ts';
import { appendToMemory } from './memory/memory-append.ts';
import { type BriefReceipt, briefAgent } from './memory/memory-brief.ts';
import { initMemory } from './memory/memory-init.ts';
import { makeHistory } from './pilot/make-history.ts';
import { type PlannedSession, planSessions } from './pilot/plan-sessions.ts';
import { type WrittenSession, writeSession } from './pilot/write-transcript.ts';
import { type ProposeReceipt, propose } from './propose.ts';
import { makeRepository } from './start/make-repository.ts';

/** What to simulate. */
export interface PilotOptions {
  /** Sessions. */
  n: number;
  seed: number;
  /** A packaged agent whose sessions are recorded from their checks. */
  agent: string;
  /** Folder for the repository: new or empty. Absent: a temporary one. */
  into: string | undefined;
  now: Date;
  env: Readonly<Record<string, string | undefined>>;
  signal: AbortSignal;
}

/** What every step of the loop did, from made-up transcripts to proposals. */
export interface PilotReport {
  root: string;
  agent: string;
  seed: number;
  install: InstallReceipt;
  sessions: { green: number; red: number; deletesTest: number; folder: string };
  /** How often the hook was called (once more than there are sessions), and what waited for the harvest then. */
  hook: { calls: number; queued: number };
  harvest: Pick<HarvestReceipt, 'sessions' | 'facts' | 'closings'>;
  metrics: ShownAgent & { recent: Execution[]; future: number };
  optimized: OptimizeReceipt;
  brief: BriefReceipt;
  /** undefined when there was nothing to propose from. */
  proposals: ProposeReceipt | undefined;
}

/** A Watch Point the made-up team wrote down. */
const watchPoint = 'test_pass_rate: the month-end test of the calendar depends on the day it runs on';

/**
 * Runs the whole loop of a measured agent in a repository of its own, on made-up sessions that the seed decides: real
 * transcript files and a real Git history, then the flows that real sessions go through. Nothing outside that repository
 * is written. Throws `usage` for an agent whose sessions are not recorded from checks, or when `into` is not empty.
 */
export async function runPilot(options: PilotOptions): Promise<PilotReport> {
  const { n, seed, agent, now, env } = options;
  await refuseUnmeasured(agent);
  const repository = await makeRepository(options.into);
  const git = repository.git as Git;
  await git.raw(['remote', 'add', 'origin', 'https://git.example.com/acme/ledger.git']);
  const planned = planSessions(n, seed, now);
  const sessions = await writeSessions(repository, git, planned);
  const install = await installAgent(repository, agent, { claudeCode: true, hooks: true, dryRun: false });
  const call = { dir: repository.root, now, env, dryRun: false };
  await initMemory(call, agent, { metrics: true, force: false });
  await appendToMemory(call, agent, { section: 'Watch Points', text: watchPoint });
  const calls = await endSessions(repository, agent, sessions);
  const { entries } = await readClosingQueue(repository.localDir);
  const harvested = await harvestAll(repository, sessions, options);
  const count = (end: PlannedSession['end']) => planned.filter((session) => session.end === end).length;
  return {
    root: repository.root,
    agent,
    seed,
    install,
    sessions: {
      green: count('green'),
      red: count('red'),
      deletesTest: count('deletes_test'),
      folder: folderOf(repository),
    },
    hook: { calls, queued: entries.length },
    harvest: harvested,
    metrics: {
      ...(await showAgent(repository, agent)),
      ...(await showRecent(repository, agent, { last: 5, now })),
    },
    optimized: await optimize(repository, {
      agent,
      windowDays: undefined,
      min: undefined,
      seedCompat: false,
      now,
      dryRun: false,
    }),
    brief: await briefAgent(call, agent, { budgetTokens: undefined, last: 5 }),
    proposals: await proposeFrom(repository, options),
  };
}

/** Before anything is made: an agent that comes with Kaizen, whose sessions are recorded from what their checks said. */
async function refuseUnmeasured(agent: string): Promise<void> {
  const packaged = await readPackagedAgents();
  const measured = [...packaged].flatMap(([name, text]) =>
    parseAgentDefinition(`${name}.md`, text).metrics?.collection === 'per_execution' ? [name] : [],
  );
  if (measured.includes(agent)) return;
  const problem = packaged.has(agent)
    ? `the sessions of ${agent} are not recorded from their checks`
    : `no packaged agent is called '${agent}'`;
  throw new KaizenError('usage', problem, { hint: `Simulate one of: ${measured.join(', ')}.` });
}

/** Beside the other local files of the clone: the transcripts are never committed. */
const folderOf = (repository: Repository) => join(repository.localDir, 'pilot');

type FiledSession = WrittenSession & { session: PlannedSession; file: string };

/** The history of the project, and the transcripts that tell of it. */
async function writeSessions(
  repository: Repository,
  git: Git,
  planned: readonly PlannedSession[],
): Promise<FiledSession[]> {
  const drafts = planned.map((session) => ({ session, ...writeSession(session, repository.root, '') }));
  const commits = drafts.flatMap(({ session, commitMs }) =>
    commitMs === null ? [] : [{ session, atMs: commitMs }],
  );
  const startMs = (planned[0]?.startMs ?? 0) - 3_600_000;
  const ids = await makeHistory(git, startMs, commits);
  const folder = folderOf(repository);
  await mkdir(folder, { recursive: true });
  const filed: FiledSession[] = [];
  for (const session of planned) {
    const written = writeSession(session, repository.root, (ids.get(session.id) ?? '').slice(0, 7));
    const file = join(folder, `${session.id}.jsonl`);
    await writeFile(file, `${written.lines.join('\n')}\n`);
    filed.push({ session, file, ...written });
  }
  return filed;
}

/** Calls the hook at the end of every session as the host would, and once more for the first: hosts do that. */
async function endSessions(
  repository: Repository,
  agent: string,
  sessions: readonly FiledSession[],
): Promise<number> {
  const ends = [...sessions.slice(0, 1), ...sessions];
  for (const { session, file, endMs } of ends) {
    const input = {
      session_id: session.id,
      transcript_path: file,
      cwd: repository.root,
      hook_event_name: 'SessionEnd',
      reason: 'prompt_input_exit',
      agent_type: agent,
    };
    await enqueueEndedSession({
      cwd: repository.root,
      now: new Date(endMs),
      input: Promise.resolve(JSON.stringify(input)),
    });
  }
  return ends.length;
}

async function harvestAll(
  repository: Repository,
  sessions: readonly FiledSession[],
  { now, env, signal }: PilotOptions,
): Promise<PilotReport['harvest']> {
  const found = await findTranscripts(sessions.map(({ file }) => file));
  const receipt = await harvest(repository, {
    files: found.map((file) => ({ ...file, named: true })),
    now,
    env,
    dryRun: false,
    signal,
  });
  return { sessions: receipt.sessions, facts: receipt.facts, closings: receipt.closings };
}

function proposeFrom(
  repository: Repository,
  { now, env }: PilotOptions,
): Promise<ProposeReceipt | undefined> {
  return propose({
    dir: repository.root,
    source: { kind: 'log' },
    windowDays: undefined,
    thresholdHours: 0.5,
    top: 3,
    hourlyRate: 50,
    currency: 'USD',
    horizonWeeks: 12,
    recordsDir: undefined,
    now,
    env,
    dryRun: false,
  });
}
