import { FloatOverflow, fixed0, type PythonNumber, round1, sumNumbers, trueDivide } from './python-number.ts';
import { sortDescending } from './python-sort.ts';
import { firstCharacters, textOf } from './python-text.ts';
import { hashKey, isEqual, isTruthy, type PythonDict, type PythonValue } from './python-value.ts';
import { seedErrorKey } from './seed-error-key.ts';
import { badField, dictOf, fieldOf, listOf, numberOf } from './seed-fields.ts';

/** A waste pattern as the seed's script sees one. */
export interface SeedPattern {
  patternType: 'repeated_error' | 'slow_tool' | 'failed_retry' | 'manual_process';
  description: string;
  occurrences: number;
  /** Rounded to 0.1 before anything is computed from it. */
  totalTimeHours: number;
  affectedRepos: readonly Named[];
  /** At most five. */
  exampleSessions: readonly Named[];
}

/** A name from the input, which may be any JSON value, with the path at which a complaint would point. */
export interface Named {
  value: PythonValue;
  path: string;
}

/** An error, or a whole session of many calls with few tools. */
interface Sighting {
  sessionId: PythonValue;
  repo: PythonValue;
  /** Path of the session. */
  path: string;
}
interface ManualSession extends Sighting {
  calls: number;
  tools: number;
  durationMinutes: PythonValue;
}
/** A tool under the name it was first seen with: 1 and 1.0 are one tool. */
interface Tally {
  tool: PythonValue;
  /** Latencies in ms, or one 0 a retry run. */
  values: PythonNumber[];
}
interface Evidence {
  errors: Map<string, Sighting[]>;
  latencies: Map<string, Tally>;
  retries: Map<string, Tally>;
  manual: ManualSession[];
}

const everywhere: readonly Named[] = [{ value: 'global', path: '' }];

/**
 * The seed's `analyze_sessions`: repeated errors, slow tools, retries, manual sessions, by hours, most first. Reproduces
 * its weak points on purpose (spec 06). Where the script would end in a traceback: KaizenError `bad_input` with the path
 * of the field below `root`.
 */
export function findSeedPatterns(sessions: PythonValue, root: string): SeedPattern[] {
  const evidence: Evidence = { errors: new Map(), latencies: new Map(), retries: new Map(), manual: [] };
  listOf(sessions, root).forEach((session, at) => {
    collect(evidence, dictOf(session, `${root}[${at}]`), `${root}[${at}]`);
  });
  const patterns = [
    ...repeatedErrors(evidence.errors),
    ...slowTools(evidence.latencies),
    ...failedRetries(evidence.retries),
    ...evidence.manual.map(manualProcess),
  ];
  return sortDescending(patterns, (pattern) => pattern.totalTimeHours);
}

function collect(evidence: Evidence, session: PythonDict, path: string): void {
  const seen: Sighting = {
    sessionId: fieldOf(session, 'session_id', 'unknown'),
    repo: fieldOf(session, 'repo', 'global'),
    path,
  };
  listOf(fieldOf(session, 'errors', []), `${path}.errors`).forEach((error, at) => {
    const errorPath = `${path}.errors[${at}]`;
    const message = fieldOf(dictOf(error, errorPath), 'message', '');
    if (!isTruthy(message)) return;
    if (typeof message !== 'string') badField(`${errorPath}.message`, message, 'a text');
    const key = seedErrorKey(message);
    if (key !== '') gather(evidence.errors, key, () => []).push(seen);
  });
  const calls = listOf(fieldOf(session, 'tool_calls', []), `${path}.tool_calls`).map((call, at) =>
    dictOf(call, `${path}.tool_calls[${at}]`),
  );
  collectLatencies(evidence.latencies, calls, path);
  collectRetries(evidence.retries, calls, path);
  if (calls.length <= 10) return;
  const tools = new Set(
    calls.map((call, at) => keyOf(fieldOf(call, 'tool', null), `${path}.tool_calls[${at}].tool`)),
  );
  if (tools.size > 3) return;
  const durationMinutes = fieldOf(session, 'duration_minutes', 0n);
  evidence.manual.push({ ...seen, calls: calls.length, tools: tools.size, durationMinutes });
}

function collectLatencies(latencies: Map<string, Tally>, calls: readonly PythonDict[], path: string): void {
  calls.forEach((call, at) => {
    const callPath = `${path}.tool_calls[${at}]`;
    const latency = numberOf(fieldOf(call, 'latency_ms', 0n), `${callPath}.latency_ms`);
    if (!(latency > 0)) return;
    const tool = fieldOf(call, 'tool', 'unknown');
    gather(latencies, keyOf(tool, `${callPath}.tool`), () => ({ tool, values: [] })).values.push(latency);
  });
}

/** Runs of three or more calls of one tool, whether they failed or not. */
function collectRetries(retries: Map<string, Tally>, calls: readonly PythonDict[], path: string): void {
  let previous: PythonValue = null;
  let streak = 0;
  const endStreak = (at: number) => {
    if (streak < 3) return;
    const tool = previous;
    const key = keyOf(tool, `${path}.tool_calls[${at - 1}].tool`);
    gather(retries, key, () => ({ tool, values: [] })).values.push(0n);
  };
  calls.forEach((call, at) => {
    const tool = fieldOf(call, 'tool', 'unknown');
    if (isEqual(tool, previous)) streak += 1;
    else {
      endStreak(at);
      streak = 1;
    }
    previous = tool;
  });
  endStreak(calls.length);
}

function keyOf(value: PythonValue, path: string): string {
  return hashKey(value) ?? badField(path, value, 'a name');
}

function gather<T>(map: Map<string, T>, key: string, first: () => T): T {
  const found = map.get(key) ?? first();
  map.set(key, found);
  return found;
}

function* repeatedErrors(errors: Map<string, Sighting[]>): Generator<SeedPattern> {
  for (const [key, seen] of errors) {
    if (seen.length < 3) continue;
    const repos = new Map(
      seen.map(({ repo, path }) => [keyOf(repo, `${path}.repo`), { value: repo, path: `${path}.repo` }]),
    );
    yield {
      patternType: 'repeated_error',
      description: `Error: ${firstCharacters(key, 100)}`,
      occurrences: seen.length,
      totalTimeHours: round1((seen.length * 5) / 60),
      affectedRepos: [...repos.values()],
      exampleSessions: seen.slice(0, 5).map(nameOfSession),
    };
  }
}

function* slowTools(latencies: Map<string, Tally>): Generator<SeedPattern> {
  for (const { tool, values } of latencies.values()) {
    if (values.length < 5) continue;
    const { averageMs, totalMs } = orTooLarge(`the latencies of tool '${textOf(tool)}'`, () => {
      const total = sumNumbers(values);
      return { averageMs: trueDivide(total, BigInt(values.length)), totalMs: total };
    });
    if (!(averageMs > 5000)) continue;
    yield {
      patternType: 'slow_tool',
      description: `Tool '${textOf(tool)}' averages ${fixed0(averageMs)}ms latency`,
      occurrences: values.length,
      totalTimeHours: round1(orTooLarge('', () => trueDivide(totalMs, 1000n)) / 3600),
      affectedRepos: everywhere,
      exampleSessions: [],
    };
  }
}

function* failedRetries(retries: Map<string, Tally>): Generator<SeedPattern> {
  for (const { tool, values } of retries.values()) {
    if (values.length < 2) continue;
    yield {
      patternType: 'failed_retry',
      description: `Tool '${textOf(tool)}' had ${values.length} retry sequences (3+ consecutive calls)`,
      occurrences: values.length,
      totalTimeHours: round1((values.length * 10) / 60),
      affectedRepos: everywhere,
      exampleSessions: [],
    };
  }
}

function manualProcess(session: ManualSession): SeedPattern {
  const durationPath = `${session.path}.duration_minutes`;
  const minutes = numberOf(session.durationMinutes, durationPath);
  const hours = orTooLarge(durationPath, () => trueDivide(minutes, 60n));
  return {
    patternType: 'manual_process',
    description: `Session ${shortId(session)}: ${session.calls} tool calls with only ${session.tools} unique tools`,
    occurrences: 1,
    totalTimeHours: round1(hours),
    affectedRepos: [{ value: session.repo, path: `${session.path}.repo` }],
    exampleSessions: [nameOfSession(session)],
  };
}

/** `session_id[:12]`, which works on texts and on lists. */
function shortId({ sessionId, path }: Sighting): string {
  if (typeof sessionId === 'string') return firstCharacters(sessionId, 12);
  if (Array.isArray(sessionId)) return textOf(sessionId.slice(0, 12));
  return badField(`${path}.session_id`, sessionId, 'a text');
}

function nameOfSession({ sessionId, path }: Sighting): Named {
  return { value: sessionId, path: `${path}.session_id` };
}

function orTooLarge<T>(path: string, compute: () => T): T {
  try {
    return compute();
  } catch (error) {
    if (error instanceof FloatOverflow) badField(path, undefined, 'a smaller number');
    throw error;
  }
}
