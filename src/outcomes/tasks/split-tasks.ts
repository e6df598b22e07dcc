import type { Session, ToolCall } from '../../sessions/session.ts';
import type { TranscriptEvent } from '../../transcripts/event.ts';
import { changesFiles } from '../changes-files.ts';
import { BackgroundCalls } from './background-calls.ts';
import { type CheckRun, checkRunOf, type Standing, StandingWatch } from './check-runs.ts';
import { findCommits, type SeenCommit } from './find-commits.ts';
import { holdClock, type TimedEvent } from './hold-clock.ts';
import { commandName, isPersonMessage } from './person-message.ts';

/** A commit of a session: what was seen, when, and how the work stood. Times in milliseconds. */
export interface MadeCommit {
  seen: SeenCommit;
  calledMs: number | null;
  ms: number | null;
  standing: Standing;
}

/** A session with everything that its tasks need to know of the whole. */
export interface SessionReading {
  events: readonly TimedEvent[];
  clockSteps: number;
  /** The call an event begins, or whose result it is. */
  callOf(event: TranscriptEvent): ToolCall | undefined;
  edits: ReadonlySet<ToolCall>;
  commits: ReadonlyMap<ToolCall, readonly MadeCommit[]>;
  /** Calls that ran a verification command. */
  runs: ReadonlyMap<ToolCall, CheckRun>;
  /** Messages with which a person took the session up again after it was left. */
  resumes: ReadonlySet<TranscriptEvent>;
  /** How the work stood at the end. */
  standing: Standing;
}

/** One task of a session. */
export interface TaskSlice {
  events: readonly TimedEvent[];
  calls: readonly ToolCall[];
  /** The message it began with; null when nobody asked (a sub-agent's transcript). */
  asked: TranscriptEvent | null;
}

/** Reads a session once: clock, edits, commits with the state of the checks at each. */
export function readForTasks(session: Session): SessionReading {
  const { events, steps } = holdClock(session.events);
  const callOf = openCallFinder(session);
  const edits = new Set<ToolCall>();
  const commits = new Map<ToolCall, MadeCommit[]>();
  const runs = new Map<ToolCall, CheckRun>();
  const calledMs = new Map<ToolCall, number | null>();
  const watch = new StandingWatch();
  const background = new BackgroundCalls();
  /** Takes what a call (as `said` ended) checked and committed; `at` is the call the session shows it at. */
  const take = (at: ToolCall, said: ToolCall, ms: number | null, run: CheckRun | undefined) => {
    const seen = findCommits(said);
    // `npm test && git commit`: the commit is there, so the check was green.
    const checkedBefore = seen.some((one) => one.checkedBefore);
    if (run && checkedBefore) watch.check({ ...run, outcome: 'green' });
    if (seen.length > 0) {
      const times = { calledMs: calledMs.get(said) ?? calledMs.get(at) ?? null, ms };
      const standing = watch.now();
      commits.set(
        at,
        seen.map((one) => ({ seen: one, ...times, standing })),
      );
      watch.commit();
    }
    if (run && !checkedBefore) watch.check(run);
  };
  for (const timed of events) {
    const { event, ms } = timed;
    const call = callOf(event);
    const settled = background.end(timed, call, edits.size);
    if (settled) {
      const run = checkRunOf(settled.call);
      if (run) runs.set(settled.begun, run);
      take(call ?? settled.begun, settled.call, ms, settled.isOvertaken ? undefined : run);
    }
    if (!call) continue;
    if (event.kind === 'call') {
      calledMs.set(call, ms);
      const run = checkRunOf(call);
      if (run) runs.set(call, run);
    } else if (event.kind === 'result') {
      background.begin(call, calledMs.get(call) ?? null, edits.size);
      if (changesFiles(call, session.summary.cwd)) {
        edits.add(call);
        watch.edit();
      }
      take(call, call, ms, runs.get(call));
    }
  }
  return {
    events,
    clockSteps: steps,
    runs,
    callOf,
    edits,
    commits,
    resumes: findResumes(events),
    standing: watch.now(),
  };
}

/**
 * The tasks of a session: each begins with a message of a person and goes on until the first message after a commit.
 * A transcript without any message (a sub-agent's) is one task that nobody asked for; one without calls is none.
 */
export function splitTasks(reading: SessionReading): TaskSlice[] {
  const { events, callOf, commits } = reading;
  const slices: { events: TimedEvent[]; asked: TranscriptEvent | null }[] = [];
  let isCommitted = false;
  for (const timed of events) {
    const { event } = timed;
    if (isPersonMessage(event) && (slices.length === 0 || isCommitted)) {
      slices.push({ events: [], asked: event });
      isCommitted = false;
    }
    slices.at(-1)?.events.push(timed);
    const call = event.kind === 'result' ? callOf(event) : undefined;
    if (call && commits.has(call)) isCommitted = true;
  }
  if (slices.length === 0 && events.some(({ event }) => event.kind === 'call'))
    slices.push({ events: [...events], asked: null });
  return slices.map(({ events: own, asked }) => ({
    events: own,
    asked,
    calls: own.flatMap(({ event }) => (event.kind === 'call' ? (callOf(event) ?? []) : [])),
  }));
}

/** By the event itself: it is asked for each of them several times. */
function openCallFinder({ calls, events }: Session): SessionReading['callOf'] {
  const begun = new Map(calls.map((call) => [`${call.src.line} ${call.id}`, call]));
  const ended = new Map<string, ToolCall>();
  for (const call of calls) {
    if (!call.result) continue;
    ended.set(`${call.result.src.line} ${call.id}`, call);
    // Formats that do not link results to calls.
    ended.set(`${call.result.src.line} null`, call);
  }
  const found = new Map<TranscriptEvent, ToolCall>();
  for (const event of events) {
    if (event.kind !== 'call' && event.kind !== 'result') continue;
    const call = (event.kind === 'call' ? begun : ended).get(`${event.src.line} ${event.id}`);
    if (call) found.set(event, call);
  }
  return (event) => found.get(event);
}

/** The first message after the agent was left, its session taken up by a command, or its program replaced by another version. */
function findResumes(events: readonly TimedEvent[]): Set<TranscriptEvent> {
  const resumes = new Set<TranscriptEvent>();
  let hasBegun = false;
  let hasLeft = false;
  let version: string | undefined;
  for (const { event } of events) {
    const command = commandName(event);
    if (command === 'exit' || command === 'quit' || command === 'resume' || command === 'continue')
      hasLeft = hasBegun;
    else if (event.kind === 'meta' && event.meta.agentVersion !== undefined) {
      if (version !== undefined && version !== event.meta.agentVersion) hasLeft = hasBegun;
      version = event.meta.agentVersion;
    } else if (isPersonMessage(event)) {
      if (hasLeft) resumes.add(event);
      hasBegun = true;
      hasLeft = false;
    }
  }
  return resumes;
}
