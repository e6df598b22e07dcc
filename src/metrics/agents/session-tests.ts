import type { RecordedCheck, VerificationRecorded } from '../../base/events.ts';

/** The tests a session ended with. Skipped ones are not passed. */
export interface SessionTests {
  passed: number;
  failed: number;
  skipped: number;
  /** passed + failed. */
  run: number;
}

/**
 * The tests in a session's last verification. A test file, its package and the whole suite are often run one after the
 * other, so runs in one folder overlap and are not added: the largest counts, with the most failures any of them had.
 * Folders (`cd api && …`) hold different tests and are added. When nothing can be said, the reason; a run that found no
 * test is unknown, not perfect.
 */
export function testsOfSession(
  verification: VerificationRecorded | undefined,
): SessionTests | { reason: string } {
  const runs = (verification?.checks ?? []).filter(({ kind }) => kind === 'test');
  if (runs.length === 0) return { reason: 'no test ran after the last change' };
  const counted = runs.flatMap(({ command, tests }) => (tests ? [{ folder: folderOf(command), tests }] : []));
  if (counted.length === 0) return { reason: 'the test runner printed no counts that are known' };
  const total: SessionTests = { passed: 0, failed: 0, skipped: 0, run: 0 };
  for (const folder of new Set(counted.map((run) => run.folder))) {
    const own = counted.filter((run) => run.folder === folder).map(({ tests }) => tests);
    const largest = own.reduce((most, tests) => (ran(tests) > ran(most) ? tests : most));
    total.passed += largest.passed;
    total.failed += Math.max(...own.map(({ failed }) => failed));
    total.skipped += largest.skipped;
  }
  total.run = total.passed + total.failed;
  const redWithoutCounts = runs.some(({ outcome, tests }) => outcome === 'red' && !tests);
  if (redWithoutCounts && total.failed === 0)
    return { reason: 'a test run failed without saying how many tests' };
  if (total.run > 0) return total;
  return { reason: total.skipped > 0 ? 'every test was skipped' : 'no tests were found' };
}

const ran = ({ passed, failed }: NonNullable<RecordedCheck['tests']>) => passed + failed;

/** Where a command line runs its tests: `cd x &&`, `--prefix x`, `-C x`; empty for the folder the session stands in. */
function folderOf(command: string): string {
  const named =
    /(?:^|&&\s*|;\s*)cd\s+("[^"]+"|'[^']+'|[^\s;&|]+)/.exec(command) ??
    /\s(?:--prefix|--cwd|-C)[ =](\S+)/.exec(command);
  return (named?.[1] ?? '').replace(/^["']|["']$/g, '').replace(/\/$/, '');
}
