import type { RecordedCheck, VerificationRecorded } from '../../base/events.ts';
import { clipEnd } from '../../base/text.ts';
import type { Session } from '../../sessions/session.ts';
import { readTestCounts } from '../../sessions/test-counts.ts';
import type { CheckRun } from './check-runs.ts';
import type { SessionReading } from './split-tasks.ts';

/** Most checks recorded: the last ones. */
const maxChecks = 20;

/**
 * How a session's work stood at its end: the last state of each check that ran after the last change to a file, with
 * the tests its runner counted. Undefined when the session ran no check at all. Nothing the agent says enters it.
 */
export function recordVerification(
  session: Session,
  { standing, runs }: Pick<SessionReading, 'standing' | 'runs'>,
  around: { repo: string | null; redact(text: string): string; now: string },
): Omit<VerificationRecorded, 'v' | 'id'> | undefined {
  if (runs.size === 0) return undefined;
  const { summary } = session;
  return {
    at: summary.endedAt ?? summary.startedAt ?? around.now,
    type: 'verification.recorded',
    source: 'session',
    session: summary.key,
    sessionId: summary.id,
    agent: summary.agent,
    run: null,
    repo: around.repo,
    tree: null,
    outcome: standing.outcome,
    reason: standing.outcome === 'unknown' ? reasonOf(standing.reason) : null,
    checks: standing.runs.slice(-maxChecks).map((run) => recordedCheck(run, around.redact)),
    mostTests: mostTests(runs.values()),
    bytes: summary.bytes,
  };
}

/** A session recorded here ran checks, so `no check` would be read as a falsehood: none ran since the last commit. */
function reasonOf(reason: string): string {
  return reason === 'no check' ? 'no check ran after the last change' : reason;
}

/** Of the test runs of a session that ran most, the counts of the worst; null when none printed any. */
function mostTests(runs: Iterable<CheckRun>): RecordedCheck['tests'] {
  let most: RecordedCheck['tests'] = null;
  for (const run of runs) {
    const tests = testsOf(run);
    if (!tests) continue;
    const more = most === null ? 1 : tests.passed + tests.failed - (most.passed + most.failed);
    if (more > 0 || (more === 0 && tests.failed > (most?.failed ?? 0))) most = tests;
  }
  return most;
}

function testsOf({ call, kind }: CheckRun): RecordedCheck['tests'] {
  return (kind === 'test' && call.result && readTestCounts(call.result.text)) || null;
}

function recordedCheck(run: CheckRun, redact: (text: string) => string): RecordedCheck {
  const { call, kind, outcome } = run;
  return {
    kind,
    command: clipEnd(redact(run.command).replace(/\s+/g, ' ').trim(), 160),
    outcome,
    durationMs: call.result?.durationMs ?? null,
    tests: testsOf(run),
  };
}
