import { utcDay } from '../base/calendar.ts';
import { packetOpening } from '../base/packet-fence.ts';
import { compareText } from '../base/text.ts';
import { readEvents } from '../io/event-log.ts';
import { readTextIfExists } from '../io/files.ts';
import type { FoundTranscript } from '../io/find-transcripts.ts';
import type { Git } from '../io/git.ts';
import { readFacts } from '../io/read-facts.ts';
import { readSessionSummary } from '../io/read-session.ts';
import type { Repository } from '../io/repository.ts';
import type { Fact } from '../knowledge/fact.ts';
import type { Verdict } from '../metrics/verdict.ts';
import { bootstrap } from './bootstrap.ts';
import type { HarvestReceipt } from './harvest/harvest-receipt.ts';
import { harvest } from './harvest.ts';
import { measure } from './measure.ts';
import { chooseTranscripts } from './start/choose-transcripts.ts';
import { commitAll, makeRepository } from './start/make-repository.ts';

const windowDays = 28;
const dashboard = 'metrics/dashboard.md';

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

/** One packet, nothing withheld. */
export interface StartedPacket {
  repo: string;
  text: string;
  tokens: number;
  budgetTokens: number;
  shown: number;
  leftOut: number;
}

/** What the whole loop did, from the first transcript to the verdict. */
export interface StartReport {
  source: 'this machine' | 'samples';
  /** Transcripts on this machine by agent, those beyond the limit included. */
  found: Record<string, number>;
  root: string;
  sessions: StartedSession[];
  /** Files that gave no session, with the reason. */
  unread: Unread;
  facts: Fact[];
  /** What the next session in the repository with the most facts reads first; null when there is no fact to show. */
  packet: StartedPacket | null;
  /** Where the dashboard lies in the repository, and what it says. */
  proof: { dashboard: string; verdict: Verdict; windowDays: number };
}

/**
 * Runs the whole loop in a repository of its own: transcripts of this machine (else the samples) → facts → commit →
 * packet → measure. The samples are replayed as they happened, the packets some of them began with included; for
 * sessions of this machine no exposure is recorded, since nobody showed them anything. Nothing outside that
 * repository is written. Throws `usage` when `into` is not empty.
 */
export async function start(options: StartOptions): Promise<StartReport> {
  const chosen = await chooseTranscripts(options);
  const repository = await makeRepository(options.into);
  const git = repository.git as Git;
  const isReplay = chosen.source === 'samples';
  const { unread, now } = isReplay
    ? await replay(repository, chosen.files, options)
    : { unread: await harvestFiles(repository, chosen.files, options.now, options), now: options.now };
  options.progress('');
  const facts = (await readFacts(repository.root, git)).facts.map(({ fact }) => fact);
  await commitAll(git, 'knowledge: what these sessions teach');
  const packet = await packetFor(busiestRepo(facts), repository.root, now);
  const { measured } = await measure(repository, {
    asOf: utcDay(now),
    windowDays,
    dashboardPath: dashboard,
    snapshot: false,
    dryRun: false,
  });
  await commitAll(git, 'metrics: the first dashboard');
  return {
    source: chosen.source,
    found: chosen.found,
    root: repository.root,
    sessions: await readSessions(repository.root),
    unread,
    facts,
    packet,
    proof: { dashboard, verdict: measured.verdict, windowDays },
  };
}

type Unread = HarvestReceipt['failed'];

async function harvestFiles(
  repository: Repository,
  files: readonly FoundTranscript[],
  now: Date,
  { env, signal, progress }: StartOptions,
): Promise<Unread> {
  const receipt = await harvest(repository, {
    files: files.map((file) => ({ ...file, named: false })),
    now,
    env,
    signal,
    dryRun: false,
    progress: (done, total) => progress(`reading ${done} of ${total} sessions`),
  });
  return [...receipt.failed, ...receipt.skipped];
}

/**
 * The samples in the order they happened: each teaches what it teaches, and before those whose transcript holds a
 * packet that packet is made, so that the record of what was shown and withheld is there to measure.
 */
async function replay(
  repository: Repository,
  files: readonly FoundTranscript[],
  options: StartOptions,
): Promise<{ unread: Unread; now: Date }> {
  const dated = await Promise.all(
    files.map(async (file) => ({ file, summary: await readSessionSummary(file.file) })),
  );
  dated.sort((a, b) => compareText(a.summary.startedAt ?? '', b.summary.startedAt ?? ''));
  const unread: Unread = [];
  let now = options.now;
  for (const [at, { file, summary }] of dated.entries()) {
    options.progress(`replaying ${at + 1} of ${dated.length} sessions`);
    const began = new Date(summary.startedAt ?? options.now);
    if ((await readTextIfExists(file.file))?.includes(packetOpening))
      await bootstrap({
        ...packetRequest(repository.root, summary.repo, began),
        ...{ session: summary.id, agent: summary.agent, record: true, channel: 'hook' },
      });
    now = new Date(summary.endedAt ?? began);
    unread.push(...(await harvestFiles(repository, [file], now, { ...options, progress: () => {} })));
  }
  return { unread, now };
}

async function packetFor(repo: string | undefined, root: string, now: Date): Promise<StartedPacket | null> {
  if (repo === undefined) return null;
  const result = await bootstrap(packetRequest(root, repo, now));
  if (!result || result.packet.text === '') return null;
  const { packet, budget, selected } = result;
  const shown = packet.delivered.length;
  return {
    repo,
    text: packet.text,
    tokens: packet.tokens,
    budgetTokens: budget.tokens,
    shown,
    leftOut: selected.ranking.stock - shown,
  };
}

function packetRequest(root: string, repo: string | null, now: Date) {
  return {
    ...{ storeDir: root, projectDir: root, now, repo: repo ?? undefined, agent: undefined },
    ...{
      task: '',
      error: '',
      paths: [],
      budgetTokens: undefined,
      session: undefined,
      record: false,
      channel: 'cli' as const,
    },
  };
}

/** The repository with the most facts in use; of several the one learned about last. */
function busiestRepo(facts: readonly Fact[]): string | undefined {
  const known = new Map<string, { count: number; days: string[] }>();
  for (const { scope, status, lastConfirmed } of facts) {
    if (status !== 'active' || !scope.startsWith('repo:')) continue;
    const { count, days } = known.get(scope) ?? { count: 0, days: [] };
    known.set(scope, { count: count + 1, days: [...days, lastConfirmed ?? ''].sort(compareText) });
  }
  const [most] = [...known].sort(
    ([a, x], [b, y]) =>
      y.count - x.count || compareText(y.days.at(-1) ?? '', x.days.at(-1) ?? '') || compareText(a, b),
  );
  return most?.[0].slice('repo:'.length);
}

async function readSessions(root: string): Promise<StartedSession[]> {
  const { events } = await readEvents(root);
  const harvested = events.filter((event) => event.type === 'session.harvested');
  const factsOf = new Map(harvested.map((event) => [event.sessionId, event.factIds.length]));
  return events
    .filter((event) => event.type === 'session.observed')
    .map(({ session, sessionId, repo, startedAt, turns, toolCalls, errors, corrections }) => {
      const facts = factsOf.get(sessionId) ?? 0;
      return { key: session, repo, startedAt, turns, toolCalls, errors, corrections, facts };
    })
    .sort((a, b) => compareText(a.startedAt ?? '', b.startedAt ?? ''));
}
