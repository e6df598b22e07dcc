import type { TaskCheckpoint, TaskCommit, TaskFigures } from '../../base/event-task.ts';
import type { TaskObserved } from '../../base/events.ts';
import { clipEnd, sha256Hex } from '../../base/text.ts';
import type { Session } from '../../sessions/session.ts';
import { countChecks } from './check-runs.ts';
import { countEdits } from './count-changes.ts';
import { countTouches } from './count-touches.ts';
import { countWorkers } from './count-workers.ts';
import { endOfTask } from './end-of-task.ts';
import { activeUntil } from './hold-clock.ts';
import { findGitCommit, type GitCommit, manualCommits } from './join-commits.ts';
import { askedLine } from './person-message.ts';
import { phaseTimes } from './phase-times.ts';
import { sizeOfTask } from './size-of-task.ts';
import { type MadeCommit, type SessionReading, splitTasks, type TaskSlice } from './split-tasks.ts';
import { unknownOfTask } from './unknown-of-task.ts';

/** What is known beside the transcript. */
export interface TaskSurroundings {
  /** `owner/name` the session is about. */
  repo: string | null;
  /** Commits of the local Git around the session's time, and those its transcript names; null when not at hand. */
  commits: readonly GitCommit[] | null;
  redact(text: string): string;
  /** Stands in for transcripts without times. */
  now: string;
  /** The transcript is still being written: its last task may be running. */
  isLive: boolean;
}

/** A task before the log gives it version and row id. */
export type NewTask = Omit<TaskObserved, 'v' | 'id'>;

/** Most commits written beside the checkpoint. */
const maxOtherCommits = 20;

/**
 * The tasks of a session with their KPIs, as the events a harvest appends. Pure: the same transcript with the same Git
 * gives the same rows. A sub-agent's transcript gives one row that counts with its parent's task; a transcript in
 * which nobody asked for anything and nothing was called gives none.
 */
export function observeTasks(session: Session, reading: SessionReading, around: TaskSurroundings): NewTask[] {
  const slices = splitTasks(reading);
  const joined = joinAll(reading, around.commits);
  const ofSession = new Set(
    [...joined.values()].flatMap((git) => [git.commit.id, git.followed?.id ?? git.commit.id]),
  );
  const prompts = session.events.flatMap((event) =>
    event.kind === 'user' || event.kind === 'compact' ? [event.text] : [],
  );
  return slices.map((slice, index) =>
    observeTask(session, slice, {
      reading,
      around,
      joined,
      ofSession,
      prompts,
      number: index + 1,
      isLast: index === slices.length - 1,
    }),
  );
}

type Joined = ReadonlyMap<MadeCommit, NonNullable<ReturnType<typeof findGitCommit>>>;

interface Whole {
  reading: SessionReading;
  around: TaskSurroundings;
  joined: Joined;
  /** Ids in Git of the commits that the session made. */
  ofSession: ReadonlySet<string>;
  prompts: readonly string[];
  number: number;
  isLast: boolean;
}

function joinAll({ commits }: SessionReading, git: readonly GitCommit[] | null): Joined {
  const joined = new Map<MadeCommit, NonNullable<ReturnType<typeof findGitCommit>>>();
  for (const made of [...commits.values()].flat()) {
    const found = git === null ? undefined : findGitCommit(made, git);
    if (found) joined.set(made, found);
  }
  return joined;
}

function observeTask(session: Session, slice: TaskSlice, whole: Whole): NewTask {
  const { summary } = session;
  const { reading, around } = whole;
  const { events, calls } = slice;
  const from = events.find(({ ms }) => ms !== null)?.ms ?? null;
  const to = events.at(-1)?.ms ?? null;
  const times = phaseTimes({
    events,
    callOf: reading.callOf,
    changes: (call) => reading.edits.has(call),
    commits: (call) => reading.commits.has(call),
    checks: (call) => reading.runs.has(call),
    hasClockSteps: reading.clockSteps > 0,
  });
  const made = calls.flatMap((call) => reading.commits.get(call) ?? []);
  const { checkpoint, otherCommits } = checkpointOf(
    made.map((one) => commitRow(one, slice, whole.joined, from)),
  );
  const changes = changesOf(slice, made, whole);
  const runs = calls.flatMap((call) => reading.runs.get(call) ?? []);
  const asked = slice.asked ? askedLine(slice.asked) : null;
  const startedAt = isoOf(from);
  const task: Omit<NewTask, 'unknown'> = {
    at: isoOf(to) ?? around.now,
    type: 'task.observed' as const,
    session: summary.key,
    sessionId: summary.id,
    agent: summary.agent,
    parentId: slice.asked ? null : summary.parentId,
    repo: around.repo,
    key: sha256Hex(`${startedAt ?? summary.id}\n${asked ?? `${summary.id} ${whole.number}`}`).slice(0, 16),
    number: whole.number,
    title: asked === null ? null : clipEnd(around.redact(asked), 80),
    startedAt,
    endedAt: isoOf(to),
    totalMs: times?.totalMs ?? null,
    activeMs: to === null ? null : activeUntil(events, to),
    phases: times?.phases ?? {},
    unattributedMs: times?.unattributedMs ?? null,
    waitingMs: times?.waitingMs ?? null,
    touches: touchesOf(slice, whole, from, to),
    ...countWorkers(events),
    toolCalls: calls.length,
    checks: countChecks(runs),
    changes,
    reliability: {
      apiErrors: events.filter(({ event }) => event.kind === 'api_error').length,
      toolErrors: calls.filter(({ result }) => result?.isError && !result.collateral && !result.denied)
        .length,
      compactions: events.filter(({ event }) => event.kind === 'compact').length,
    },
    checkpoint,
    otherCommits: otherCommits.slice(0, maxOtherCommits),
    size: sizeOfTask(changes),
    ...endOfTask(session, slice, {
      hasCommit: made.length > 0,
      hasEdited: calls.some((call) => reading.edits.has(call)),
      isLast: whole.isLast,
      isLive: around.isLive,
      lastCheck: runs.at(-1)?.outcome ?? null,
    }),
    clockSteps: reading.clockSteps,
    contentSha256: summary.contentSha256,
    bytes: summary.bytes,
  };
  return { ...task, unknown: unknownOfTask(task, around.commits !== null) };
}

const isoOf = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

function commitRow(made: MadeCommit, slice: TaskSlice, joined: Joined, from: number | null): TaskCommit {
  const git = joined.get(made);
  const ms = madeAt(made, git?.commit);
  const to = slice.events.at(-1)?.ms ?? null;
  // Git keeps whole seconds: a commit cannot come before its task, nor after the last that is known of it.
  const atMs = ms === null || from === null || to === null ? null : Math.min(Math.max(ms, from), to);
  return {
    commit: git?.followed?.id ?? git?.commit.id ?? made.seen.id,
    tree: git?.commit.tree ?? null,
    at: isoOf(ms),
    verified: made.standing.outcome === 'green',
    reason: made.standing.reason,
    wallMs: atMs === null || from === null ? null : atMs - from,
    activeMs: atMs === null || from === null ? null : activeUntil(slice.events, atMs),
  };
}

/** Committer time as Git has it; a rebase gave the commit another one, so it must lie within the call. */
function madeAt({ calledMs, ms }: MadeCommit, git: GitCommit | undefined): number | null {
  if (!git || calledMs === null || ms === null) return ms;
  return git.committedMs >= calledMs - 2000 && git.committedMs <= ms + 2000 ? git.committedMs : ms;
}

/** The first verified commit, else the first; TVc is the time to it, and null when it is not verified. */
function checkpointOf(rows: readonly TaskCommit[]): {
  checkpoint: TaskCheckpoint | null;
  otherCommits: TaskCommit[];
} {
  const found = rows.find(({ verified }) => verified) ?? rows[0];
  if (!found) return { checkpoint: null, otherCommits: [] };
  const { verified, wallMs, activeMs } = found;
  return {
    checkpoint: { ...found, tvcMs: verified ? wallMs : null, tvcActiveMs: verified ? activeMs : null },
    otherCommits: rows.filter((row) => row !== found),
  };
}

function touchesOf(
  slice: TaskSlice,
  { reading, around, ofSession, prompts }: Whole,
  from: number | null,
  to: number | null,
): TaskFigures['touches'] {
  const seen = countTouches(slice.events, reading);
  const manual =
    around.commits === null || from === null || to === null
      ? null
      : manualCommits(around.commits, { commits: ofSession, prompts }, from, to).length;
  const count = Object.values(seen).reduce((sum, n) => sum + n, 0) + (manual ?? 0);
  return { count, byKind: { ...seen, manual_commit: manual } };
}

/** What Git says of the task's commits; where one of them is not known to it, what the edits show. */
function changesOf(
  slice: TaskSlice,
  made: readonly MadeCommit[],
  { reading, joined }: Whole,
): TaskFigures['changes'] {
  const edits = countEdits(slice.calls.filter((call) => reading.edits.has(call)));
  const known = made.flatMap((one) => {
    const git = joined.get(one)?.commit.changes;
    if (git) return { names: git.files, files: git.files.length, added: git.added, removed: git.removed };
    return one.seen.changes ? { names: null, ...one.seen.changes } : [];
  });
  if (made.length === 0 || known.length < made.length) {
    const { hasHidden: _, ...lines } = edits;
    return edits.files === 0 && !edits.hasHidden ? null : { ...lines, source: 'edits' };
  }
  const names = new Set(known.flatMap((one) => one.names ?? []));
  const isNamed = known.every((one) => one.names !== null);
  return {
    // Without names the commits may share files: no fewer than the largest has.
    files: isNamed ? names.size : Math.max(...known.map((one) => one.files), edits.files),
    linesAdded: known.reduce((sum, one) => sum + one.added, 0),
    linesRemoved: known.reduce((sum, one) => sum + one.removed, 0),
    source: 'git',
  };
}
