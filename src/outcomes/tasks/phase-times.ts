import type { PhaseTime, TaskPhase } from '../../base/event-task.ts';
import type { ToolCall } from '../../sessions/session.ts';
import { timeMs } from '../../transcripts/json-shape.ts';
import { longestCallMs } from '../work-clock.ts';
import type { TimedEvent } from './hold-clock.ts';
import { isPersonMessage } from './person-message.ts';
import { otherwise, phaseOfCall, subAgentTools, type TaskProgress } from './phase-of-call.ts';

/** Where the time of a task went. Σ phases + unattributedMs = totalMs; waitingMs is a part of unattributedMs. */
export interface PhaseTimes {
  totalMs: number;
  phases: Partial<Record<TaskPhase, PhaseTime>>;
  unattributedMs: number;
  waitingMs: number;
}

/** What the times are made from, for one task. */
export interface PhaseInput {
  events: readonly TimedEvent[];
  /** The call an event begins, or the one its result ends. */
  callOf(event: TimedEvent['event']): ToolCall | undefined;
  changes(call: ToolCall): boolean;
  commits(call: ToolCall): boolean;
  checks(call: ToolCall): boolean;
  /** Times ran backwards somewhere: a duration the harness measured by itself is then believed over them. */
  hasClockSteps: boolean;
}

/** A stretch of time that belongs to a phase (or, with null, to a person). Later ones lie inside earlier ones. */
interface Span {
  from: number;
  to: number;
  phase: TaskPhase | null;
  /** Place of its call among those that begin at the same time. */
  order: number;
}

/** Writing an answer or a call takes no longer; what is beyond it is a machine that slept or a service that failed. */
const longestWritingMs = 10 * 60_000;
/** Tools that answer at once: what is beyond it is a person who was asked for permission, as beyond `longestCallMs` for others. */
const instantMs = 60_000;
const instantTools =
  /^(?:read|edit|multiedit|write|notebookedit|glob|grep|ls|todo\w*|task(?:create|update|list|get)|update_plan|apply_patch|view_image)$/i;
const askingTools = /^(?:askuserquestion|exitplanmode|enterplanmode|request_user_input)$/i;

/**
 * Assigns every moment of a task to at most one phase: a call takes from its start to its result, and the writing of
 * a call counts with it. Where calls overlap (in parallel, or inside a sub-agent's), a moment belongs to the one that
 * began last, the innermost; so phases never add up to more than the total. The time between an answer and the next
 * message is waiting for a person and belongs to none. Undefined without times.
 */
export function phaseTimes(input: PhaseInput): PhaseTimes | undefined {
  const { events } = input;
  const first = events.find(({ ms }) => ms !== null)?.ms;
  const last = events.at(-1)?.ms;
  if (first === undefined || first === null || last === undefined || last === null) return undefined;
  const { spans, phases, measuredExtraMs } = readSpans(input, first);
  const waitingMs = assign(spans, phases);
  for (const [phase, extra] of measuredExtraMs) timeOf(phases, phase).durationMs += extra;
  const attributed = Object.values(phases).reduce((sum, time) => sum + time.durationMs, 0);
  const totalMs = last - first;
  return { totalMs, phases, unattributedMs: totalMs - attributed, waitingMs };
}

type Phases = Partial<Record<TaskPhase, PhaseTime>>;

function timeOf(phases: Phases, phase: TaskPhase): PhaseTime {
  const known = phases[phase] ?? { durationMs: 0, attempts: 0, calls: 0 };
  phases[phase] = known;
  return known;
}

function readSpans(input: PhaseInput, first: number) {
  const spans: Span[] = [];
  const phases: Phases = {};
  const measuredExtraMs: [TaskPhase, number][] = [];
  const progress: TaskProgress = { hasEdited: false, isCommitted: false };
  const open = new Map<ToolCall, Omit<Span, 'to'>>();
  let inPhase: TaskPhase | undefined;
  /** Since when the agent has the floor, and the writing since then that no call has claimed yet. */
  let floor = first;
  let writing: Span[] = [];
  /** Since when the agent does nothing unless a person says something. */
  let stoppedAt: number | null = null;
  const claim = (phase: TaskPhase | null) => {
    for (const span of writing) spans.push({ ...span, phase });
    writing = [];
  };
  const write = (ms: number) => {
    if (ms > floor)
      writing.push({ from: Math.max(floor, ms - longestWritingMs), to: ms, phase: null, order: 0 });
    floor = Math.max(floor, ms);
  };
  const enter = (phase: TaskPhase) => {
    const time = timeOf(phases, phase);
    if (phase !== inPhase) time.attempts += 1;
    inPhase = phase;
    return time;
  };
  const answer = () => {
    if (writing.length > 0) enter(otherwise(progress));
    claim(otherwise(progress));
  };
  for (const { event, ms } of input.events) {
    if (ms === null) continue;
    if (event.kind === 'call') {
      const call = input.callOf(event);
      if (!call) continue;
      const phase = phaseOfCall(call, { changes: input.changes(call), checks: input.checks(call) }, progress);
      if (!event.side) {
        write(ms);
        claim(phase);
        stoppedAt = null;
      }
      const isAsking = askingTools.test(call.tool);
      if (!isAsking) enter(phase).calls += 1;
      open.set(call, { from: ms, phase: isAsking ? null : phase, order: open.size });
    } else if (event.kind === 'result') {
      const call = input.callOf(event);
      const started = call && open.get(call);
      if (!call || !started) continue;
      open.delete(call);
      spans.push(...spansOfCall(call, started, ms));
      const measured = call.result?.durationMs ?? 0;
      // A result that brings the clock forward again measured the step, not the call.
      const isBehind = event.at !== null && (timeMs(event.at) ?? ms) < ms;
      if (input.hasClockSteps && isBehind && started.phase !== null && measured > ms - started.from)
        measuredExtraMs.push([started.phase, measured - (ms - started.from)]);
      if (input.changes(call)) Object.assign(progress, { hasEdited: true, isCommitted: false });
      if (input.commits(call)) progress.isCommitted = true;
      if (!event.side) floor = Math.max(floor, ms);
    } else if (event.kind === 'assistant' && !event.side) {
      write(ms);
      stoppedAt = ms;
    } else if (event.kind === 'api_error' && !event.side) stoppedAt = ms;
    else if ((event.kind === 'user' || event.kind === 'interrupt') && !event.side) {
      answer();
      // What a harness puts in front of a prompt comes with it: the wait is for the prompt.
      const isAsked = isPersonMessage(event);
      if (isAsked && stoppedAt !== null) spans.push({ from: stoppedAt, to: ms, phase: null, order: 0 });
      floor = Math.max(floor, ms);
      if (isAsked) stoppedAt = null;
      else if (event.kind === 'interrupt') stoppedAt = ms;
    }
  }
  answer();
  return { spans, phases, measuredExtraMs };
}

function spansOfCall(call: ToolCall, began: Omit<Span, 'to'>, to: number): Span[] {
  const { from, phase } = began;
  const longest = subAgentTools.has(call.tool)
    ? Number.POSITIVE_INFINITY
    : instantTools.test(call.tool)
      ? instantMs
      : longestCallMs;
  if (phase === null || to - from <= longest) return [{ ...began, to }];
  return [
    { ...began, to: to - longest, phase: null },
    { ...began, from: to - longest, to },
  ];
}

/** Adds to every phase the moments in which its span is the one that began last; gives the time that waited for a person. */
function assign(spans: readonly Span[], phases: Phases): number {
  const starts = spans
    .filter(({ from, to }) => to > from)
    .sort((a, b) => a.from - b.from || a.order - b.order);
  const edges = [...new Set(starts.flatMap(({ from, to }) => [from, to]))].sort((a, b) => a - b);
  let active: Span[] = [];
  let next = 0;
  let waitingMs = 0;
  for (let i = 0; i + 1 < edges.length; i += 1) {
    const [at, until] = [edges[i] as number, edges[i + 1] as number];
    active = active.filter(({ to }) => to > at);
    while (next < starts.length && (starts[next] as Span).from === at) active.push(starts[next++] as Span);
    const working = active.findLast(({ phase }) => phase !== null);
    if (working?.phase) timeOf(phases, working.phase).durationMs += until - at;
    else if (active.length > 0) waitingMs += until - at;
  }
  return waitingMs;
}
