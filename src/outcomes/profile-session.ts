import type { SessionProfiled } from '../base/events.ts';
import { clipEnd, foldSpace } from '../base/text.ts';
import { errorFingerprint } from '../sessions/error-fingerprint.ts';
import { harnessNoise } from '../sessions/harness-noise.ts';
import type { Session } from '../sessions/session.ts';
import { findGreen } from './find-green.ts';
import { findRuns } from './find-runs.ts';
import { fitProfile } from './fit-profile.ts';
import { textsBeforeCalls } from './observe-session.ts';
import { type TimedCall, timedCall } from './timed-call.ts';
import { workClock } from './work-clock.ts';

/** A profile before it is written: the log gives version and row id. */
export type ProfileDraft = Omit<SessionProfiled, 'v' | 'id'>;

/** Errors kept of one session, in their order. */
const maxErrors = 60;
const maxRuns = 40;

/**
 * How a session spent its time, as the event harvest appends. `redact` is applied to every text in it: shapes, error
 * templates, and the commands that failed and worked. `now` stands in for transcripts without times.
 */
export function profileSession(
  session: Session,
  options: { redact: (text: string) => string; now: string },
): ProfileDraft {
  const { summary } = session;
  const clock = workClock(session);
  const calls = session.calls.map((call) => timedCall(call, clock));
  const shapes = new Map<string, number>();
  const shapeOf = (timed: TimedCall) => {
    const known = shapes.get(timed.shape);
    if (known !== undefined) return known;
    shapes.set(timed.shape, shapes.size);
    return shapes.size - 1;
  };
  const tell = (text: string | null) =>
    text === null ? null : clipEnd(options.redact(foldSpace(text.slice(0, 2000))), 120);
  const templates: Record<string, string> = {};
  const table = tableOf(calls, shapeOf);
  const found = findErrors(session, calls);
  const errors = found.slice(0, maxErrors).map(({ timed, green }) => {
    const { key, template } = errorFingerprint(timed.call.result?.text ?? '');
    templates[key] ??= clipEnd(options.redact(template), 160);
    return {
      line: timed.call.result?.src.line ?? timed.call.src.line,
      shape: shapeOf(timed),
      atMs: timed.endMs ?? 0,
      key,
      tookMs: timed.tookMs,
      greenMs: green.ms,
      green: green.how,
      edited: green.edited,
      did: tell(timed.call.command),
      fix: tell(green.fix),
    };
  });
  const runs = findRuns(calls).map((run) => ({
    line: run.first.call.src.line,
    shape: shapeOf(run.first),
    kind: run.kind,
    startMs: run.startMs,
    lengthMs: run.lengthMs,
    tries: run.tries,
    ok: run.ok,
    key: run.failedText === null ? null : errorFingerprint(run.failedText).key,
    did: tell(run.first.call.command),
  }));
  return fitProfile({
    at: summary.endedAt ?? summary.startedAt ?? options.now,
    type: 'session.profiled',
    session: summary.key,
    sessionId: summary.id,
    agent: summary.agent,
    repo: summary.repo,
    startedAt: summary.startedAt,
    contentSha256: summary.contentSha256,
    bytes: summary.bytes,
    activeMs: clock(summary.endedAt),
    shapes: [...shapes.keys()].map((shape) => clipEnd(options.redact(shape), 70)),
    calls: table,
    errors,
    templates,
    runs: runs.slice(0, maxRuns),
    cut: { calls: 0, errors: found.length - errors.length, runs: Math.max(0, runs.length - maxRuns) },
  });
}

function tableOf(
  calls: readonly TimedCall[],
  shapeOf: (timed: TimedCall) => number,
): SessionProfiled['calls'] {
  const table: SessionProfiled['calls'] = { shape: [], startMs: [], tookMs: [], line: [], outcome: '' };
  let [startMs, line] = [0, 0];
  for (const timed of calls) {
    const start = timed.startMs ?? startMs;
    table.shape.push(shapeOf(timed));
    table.startMs.push(start - startMs);
    table.tookMs.push(timed.tookMs);
    table.line.push(timed.call.src.line - line);
    table.outcome += timed.outcome;
    [startMs, line] = [start, timed.call.src.line];
  }
  return table;
}

/** Failures that say nothing about wasted time: what was looked for is not there, a person stepped in, it was meant. */
const expected = new Set([
  'a person refused the call',
  'the failure is not its own',
  'a question to the user',
  'a sibling call failed',
  'stopped by a person',
  'exit 1 with empty output',
  'a search or comparison that found nothing',
  'a failure that was announced',
]);

/** Commands that say by their exit code that the CI is red: that is no failure of theirs. */
const reportsState = /^\$ gh (?:pr checks|run watch)$/;

/**
 * The session's failures with how each became green. A red check that a change to the code mended is the work itself
 * and no waste; one that the very same command turned green without a change is flaky, and a failure like any.
 */
function findErrors(session: Session, calls: readonly TimedCall[]) {
  const said = textsBeforeCalls(session);
  return calls.flatMap((timed, index) => {
    const { call } = timed;
    if ((!call.result?.isError && timed.outcome !== 'r') || reportsState.test(timed.shape)) return [];
    const noise = call.result?.isError ? harnessNoise(call, said.get(call.id)) : undefined;
    if (noise !== undefined && expected.has(noise)) return [];
    if (!saysSomething(errorFingerprint(call.result?.text ?? '').template)) return [];
    const green = findGreen(calls, index);
    if (timed.outcome === 'r' && (green.edited || !green.unchanged)) return [];
    return [{ timed, green }];
  });
}

/** `Error`, `<n> failing`, or nothing at all: too little to call two failures the same. */
function saysSomething(template: string): boolean {
  const words = template.replace(/<\w+>/g, ' ').match(/[A-Za-z]{3,}/g) ?? [];
  return words.length >= 2 || /\b(?:E[A-Z]{3,}|ERR_\w+|TS\d{4,5})\b/.test(template);
}
