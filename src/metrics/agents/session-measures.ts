import type { SessionObserved, TaskObserved, VerificationRecorded } from '../../base/events.ts';
import { median } from '../../base/statistics/describe.ts';
import type { MetricDirection } from './metric-direction.ts';
import { testsOfSession } from './session-tests.ts';

/** What the log knows of one session, in its largest version. */
export interface SessionEvents {
  observed: SessionObserved;
  verification: VerificationRecorded | undefined;
  tasks: readonly TaskObserved[];
}

/** A figure that Kaizen takes from the events of a session, never from what the agent says of itself. */
export interface SessionMeasure {
  unit: 'share' | 'seconds' | 'count' | 'tokens';
  direction: MetricDirection;
  /** What it is, in a line. */
  meaning: string;
  /** Its value, or why it is not known. */
  measure(session: SessionEvents): number | { reason: string };
}

/** The metrics a definition can name and have measured; others must be recorded by hand. */
export const sessionMeasures: Readonly<Record<string, SessionMeasure>> = {
  test_pass_rate: {
    unit: 'share',
    direction: 'higher',
    meaning: 'tests passed ÷ (passed + failed) after the last change; skipped are not passed',
    measure: ({ verification }) => {
      const tests = testsOfSession(verification);
      return 'reason' in tests ? tests : tests.passed / tests.run;
    },
  },
  tests_run: {
    unit: 'count',
    direction: 'higher',
    meaning: 'tests that passed or failed after the last change',
    measure: ({ verification }) => {
      const tests = testsOfSession(verification);
      return 'reason' in tests ? tests : tests.run;
    },
  },
  check_pass_rate: {
    unit: 'share',
    direction: 'higher',
    meaning: 'checks (test, build, types, lint) green ÷ green or red after the last change',
    measure: ({ verification }) => {
      const known = (verification?.checks ?? []).filter(({ outcome }) => outcome !== 'unknown');
      if (known.length === 0) return { reason: verification?.reason ?? 'no check ran' };
      return known.filter(({ outcome }) => outcome === 'green').length / known.length;
    },
  },
  first_check_green: {
    unit: 'share',
    direction: 'higher',
    meaning: '1 when the first check after the first change was green, else 0',
    measure: ({ observed }) =>
      observed.firstCheck === null
        ? { reason: 'no check with a known result' }
        : Number(observed.firstCheck === 'green'),
  },
  cycle_time_s: {
    unit: 'seconds',
    direction: 'lower',
    meaning: 'from the request to the verified commit (TVc), the median over the tasks of the session',
    measure: ({ tasks }) => medianSeconds(tasks.map(({ checkpoint }) => checkpoint?.tvcMs ?? null)),
  },
  active_cycle_time_s: {
    unit: 'seconds',
    direction: 'lower',
    meaning: 'cycle_time_s without pauses (every gap counts 5 minutes at most)',
    measure: ({ tasks }) => medianSeconds(tasks.map(({ checkpoint }) => checkpoint?.tvcActiveMs ?? null)),
  },
  active_time_s: {
    unit: 'seconds',
    direction: 'lower',
    meaning: 'time of the session without pauses (every gap counts 5 minutes at most)',
    measure: ({ observed }) =>
      observed.activeMs === null ? { reason: 'the transcript has no times' } : observed.activeMs / 1000,
  },
  tool_error_rate: {
    unit: 'share',
    direction: 'lower',
    meaning: 'tool calls that failed ÷ tool calls',
    measure: ({ observed }) =>
      observed.toolCalls === 0 ? { reason: 'no tool was called' } : observed.errors / observed.toolCalls,
  },
  repeated_errors: {
    unit: 'count',
    direction: 'lower',
    meaning: 'failures whose like was seen before in the same session',
    measure: ({ observed }) =>
      Object.values(observed.errorFingerprints).reduce((sum, times) => sum + times - 1, 0),
  },
  corrections: {
    unit: 'count',
    direction: 'lower',
    meaning: 'times a person corrected the agent',
    measure: ({ observed }) => observed.corrections,
  },
  tokens_total: {
    unit: 'tokens',
    direction: 'lower',
    meaning: 'tokens of all types',
    measure: ({ observed: { tokens } }) =>
      tokens === null
        ? { reason: 'the transcript has no token counts' }
        : tokens.input + tokens.output + tokens.cacheRead + tokens.cacheWrite,
  },
  verified_task_rate: {
    unit: 'share',
    direction: 'higher',
    meaning: 'tasks with a commit that a green check covers ÷ tasks with a commit',
    measure: ({ tasks }) => {
      const committed = tasks.filter(({ checkpoint }) => checkpoint !== null);
      if (committed.length === 0) return { reason: 'no commit' };
      return committed.filter(({ checkpoint }) => checkpoint?.verified).length / committed.length;
    },
  },
};

function medianSeconds(timesMs: readonly (number | null)[]): number | { reason: string } {
  const middle = median(timesMs.filter((ms) => ms !== null));
  return middle === undefined ? { reason: 'no commit that a green check covers' } : middle / 1000;
}
