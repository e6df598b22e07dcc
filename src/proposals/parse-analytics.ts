import { dayMs } from '../base/calendar.ts';
import { KaizenError } from '../base/errors.ts';
import { isObject } from '../base/is-object.ts';
import { clipEnd } from '../base/text.ts';
import { callShape } from '../outcomes/call-shape.ts';
import { findGreen } from '../outcomes/find-green.ts';
import { findRuns } from '../outcomes/find-runs.ts';
import type { TimedCall } from '../outcomes/timed-call.ts';
import { errorFingerprint } from '../sessions/error-fingerprint.ts';
import { commandOf, pathOf } from '../sessions/tool-call.ts';
import type { ProfileError, WorkProfile } from './work-profile.ts';

/** An analytics file as profiles, and what of it could not be used. */
export interface Analytics {
  profiles: WorkProfile[];
  /** Where (`sessions[3].errors[0].message`) and why; at most the first hundred are kept. */
  skipped: { path: string; reason: string }[];
  skippedCount: number;
  /** Calls that do not say whether they worked: retries cannot be told from them. */
  callsWithoutOutcome: number;
}

/** Charged for a failure whose end the file does not tell: the five minutes of the script this replaces. */
const assumedMs = 5 * 60_000;
const keptSkips = 100;
/** Stands for the call of a failure that names none. */
export const noCall = '(a call)';

type Row = Record<string, unknown>;

/**
 * Reads session analytics: a list of sessions, or an object with `sessions`. Of a session `session_id`, `repo`,
 * `duration_minutes`, `started_at` (or `timestamp`), `errors[]` (`message`, `tool`, `resolved_after_ms`) and
 * `tool_calls[]` (`tool`, `latency_ms`, `success` or `error`, `args`) are used, each where it is there and of its kind;
 * anything else is counted as skipped. KaizenError `bad_input` for what is no JSON or holds no list of sessions.
 */
export function parseAnalytics(text: string, name: string, redact: (text: string) => string): Analytics {
  const reader = new AnalyticsReader(redact);
  const sessions = sessionsIn(text, name);
  const profiles = sessions.flatMap((session, index) => reader.session(session, `sessions[${index}]`) ?? []);
  return {
    profiles,
    skipped: reader.skipped,
    skippedCount: reader.skippedCount,
    callsWithoutOutcome: reader.callsWithoutOutcome,
  };
}

function sessionsIn(text: string, name: string): unknown[] {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (cause) {
    throw new KaizenError('bad_input', `${name} is not valid JSON: ${(cause as Error).message}`, { cause });
  }
  const sessions = isObject(value) ? value.sessions : value;
  if (Array.isArray(sessions)) return sessions;
  if (isObject(value) && sessions === undefined) return [];
  throw new KaizenError(
    'bad_input',
    `${name}: ${isObject(value) ? 'sessions is not a list' : 'the top level is neither a list of sessions nor an object with `sessions`'}`,
    {
      hint: 'The file holds [{"session_id": …, "errors": […], "tool_calls": […]}], or that list under "sessions".',
    },
  );
}

class AnalyticsReader {
  readonly skipped: Analytics['skipped'] = [];
  skippedCount = 0;
  callsWithoutOutcome = 0;
  private readonly redact: (text: string) => string;

  constructor(redact: (text: string) => string) {
    this.redact = redact;
  }

  session(value: unknown, path: string): WorkProfile | undefined {
    if (!isObject(value)) return this.skip(path, 'is not an object');
    const id = value.session_id ?? value.id;
    const hasId = (typeof id === 'string' && id !== '') || typeof id === 'number';
    if (!hasId && id !== undefined) this.skip(`${path}.session_id`, 'is neither text nor number');
    const calls = this.calls(value.tool_calls, `${path}.tool_calls`);
    const lastMs = calls.at(-1)?.endMs ?? 0;
    const minutes = this.amount(value.duration_minutes, `${path}.duration_minutes`);
    const shapes = new Map<string, number>();
    const shapeOf = (shape: string) => {
      if (!shapes.has(shape)) shapes.set(shape, shapes.size);
      return shapes.get(shape) as number;
    };
    const templates: Record<string, string> = {};
    const columns = {
      shape: calls.map(({ shape }) => shapeOf(shape)),
      startMs: calls.map(({ startMs }) => startMs ?? 0),
      tookMs: calls.map(({ tookMs }) => tookMs),
      line: calls.map(() => 0),
      outcome: calls.map(({ outcome }) => outcome).join(''),
    };
    const noteError = (message: string) => {
      const { key, template } = errorFingerprint(message);
      templates[key] ??= clipEnd(this.redact(template), 160);
      return key;
    };
    const told = this.toldErrors(value.errors, `${path}.errors`, lastMs).map(
      ({ message, tool, ...error }) => ({
        ...error,
        key: noteError(message),
        shape: shapeOf(tool),
      }),
    );
    const failed = told.length > 0 ? [] : failedCalls(calls, shapeOf, noteError);
    return {
      session: hasId ? clipEnd(this.redact(String(id)), 80) : `session ${path}`,
      repo: this.repo(value.repo, `${path}.repo`),
      clock: 'told',
      beganMs: this.time(value, path),
      activeMs: minutes === null ? lastMs : Math.max(minutes * 60_000, lastMs),
      calls: columns,
      errors: [...told, ...failed],
      runs: findRuns(calls).map((run) => ({
        line: 0,
        shape: shapeOf(run.first.shape),
        kind: run.kind,
        startMs: run.startMs,
        lengthMs: run.lengthMs,
        tries: run.tries,
        ok: run.ok,
        key: run.failedText ? noteError(run.failedText) : null,
        did: null,
      })),
      templates,
      shapes: [...shapes.keys()],
      cut: { calls: 0, errors: 0, runs: 0 },
    };
  }

  private toldErrors(value: unknown, path: string, lastMs: number) {
    return this.list(value, path).flatMap((item, index) => {
      const place = `${path}[${index}]`;
      const row = typeof item === 'string' ? { message: item } : item;
      if (!isObject(row)) return this.skip(place, 'is neither an object nor a text') ?? [];
      const { message } = row;
      if (typeof message !== 'string') return this.skip(`${place}.message`, 'is not a text') ?? [];
      if (message.trim() === '') return [];
      const measuredMs = this.amount(row.resolved_after_ms ?? null, `${place}.resolved_after_ms`);
      const error: Omit<ProfileError, 'key' | 'shape'> & { message: string; tool: string } = {
        message,
        tool: typeof row.tool === 'string' && row.tool !== '' ? this.redact(row.tool).slice(0, 60) : noCall,
        line: 0,
        // The file does not say when: each after all calls, so that nothing overlaps.
        atMs: lastMs + index * dayMs,
        tookMs: null,
        greenMs: measuredMs ?? assumedMs,
        // Nor how it ended.
        green: null,
        edited: false,
        did: null,
        fix: null,
        basis: measuredMs === null ? 'assumed' : 'measured',
      };
      return [error];
    });
  }

  private calls(value: unknown, path: string): TimedCall[] {
    let clockMs = 0;
    return this.list(value, path).flatMap((item, index) => {
      const place = `${path}[${index}]`;
      if (!isObject(item)) return this.skip(place, 'is not an object') ?? [];
      if (typeof item.tool !== 'string' || item.tool.trim() === '')
        return this.skip(`${place}.tool`, 'is not a text') ?? [];
      const tookMs = this.amount(item.latency_ms ?? null, `${place}.latency_ms`);
      const startMs = clockMs;
      clockMs += tookMs ?? 0;
      const input = isObject(item.args) ? item.args : isObject(item.input) ? item.input : {};
      const outcome = outcomeOf(item);
      if (outcome === '-') this.callsWithoutOutcome += 1;
      const tool = this.redact(item.tool).slice(0, 60);
      const call: TimedCall['call'] = {
        id: place,
        tool,
        input,
        command: commandOf(item.tool, input),
        path: pathOf(item.tool, input),
        src: { file: '', line: 0 },
        at: null,
        side: false,
        result: {
          text: typeof item.error === 'string' ? item.error : '',
          src: { file: '', line: 0 },
          at: null,
          isError: outcome === 'x',
          exitCode: null,
          durationMs: tookMs,
          denied: null,
          deniedSaid: null,
          collateral: false,
        },
      };
      return [{ call, shape: this.redact(callShape(call)), startMs, endMs: clockMs, tookMs, outcome }];
    });
  }

  private list(value: unknown, path: string): unknown[] {
    if (Array.isArray(value)) return value;
    if (value !== undefined && value !== null) this.skip(path, 'is not a list');
    return [];
  }

  private amount(value: unknown, path: string): number | null {
    if (value === undefined || value === null) return null;
    if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
    this.skip(path, 'is not a number of at least 0');
    return null;
  }

  private repo(value: unknown, path: string): string | null {
    if (value === undefined || value === null || value === '' || value === 'global') return null;
    if (typeof value === 'string') return clipEnd(this.redact(value), 80);
    this.skip(path, 'is not a text');
    return null;
  }

  private time(row: Row, path: string): number | null {
    const name = ['started_at', 'start_time', 'timestamp', 'created_at', 'date'].find(
      (key) => row[key] !== undefined && row[key] !== null,
    );
    if (name === undefined) return null;
    const value = row[name];
    const ms =
      typeof value === 'string'
        ? Date.parse(value)
        : typeof value === 'number'
          ? value > 1e11
            ? value
            : value * 1000
          : Number.NaN;
    if (ms > 0 && ms < 4e12) return ms;
    this.skip(`${path}.${name}`, 'is not a time');
    return null;
  }

  private skip(path: string, reason: string): undefined {
    this.skippedCount += 1;
    if (this.skipped.length < keptSkips) this.skipped.push({ path, reason });
  }
}

function outcomeOf(call: Row): TimedCall['outcome'] {
  if (typeof call.success === 'boolean') return call.success ? '.' : 'x';
  if (typeof call.is_error === 'boolean') return call.is_error ? 'x' : '.';
  if (typeof call.error === 'string') return call.error === '' ? '.' : 'x';
  if (typeof call.error === 'boolean') return call.error ? 'x' : '.';
  if (typeof call.status === 'string')
    return /^(?:ok|success|succeeded|passed|done)$/i.test(call.status) ? '.' : 'x';
  return '-';
}

/** The failures that calls themselves tell, measured on the sequence of calls. */
function failedCalls(
  calls: readonly TimedCall[],
  shapeOf: (shape: string) => number,
  noteError: (message: string) => string,
): ProfileError[] {
  return calls.flatMap((timed, index) => {
    const message = timed.call.result?.text ?? '';
    if (timed.outcome !== 'x' || message === '') return [];
    const green = findGreen(calls, index);
    return [
      {
        line: 0,
        shape: shapeOf(timed.shape),
        atMs: timed.endMs ?? 0,
        key: noteError(message),
        tookMs: timed.tookMs,
        greenMs: green.ms,
        green: green.how,
        edited: green.edited,
        did: null,
        fix: null,
        basis: 'measured',
      },
    ];
  });
}
