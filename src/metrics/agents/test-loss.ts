import { compareText } from '../../base/text.ts';
import type { Execution, ExecutionDraft } from './executions/execution.ts';

/** A pass rate that looks better because fewer tests stand behind it. */
export interface TestLoss {
  /** Where the larger number was: earlier in the same session, or in the session before. */
  than: 'earlier in the session' | 'the session before';
  /** The record it is compared with; null within a session. */
  id: string | null;
  before: { run: number; rate: number };
  now: { run: number; rate: number };
}

interface Counts {
  run: number;
  rate: number;
}

/**
 * The guard of `test_pass_rate`: a rise of the rate together with a fall of the number of tests that ran. A test was
 * deleted or skipped, or fewer were run; the rate is not comparable either way, and a person looks at the diff. Compared
 * with the largest run earlier in the session, and with the record before of the same repository.
 */
export function findTestLoss(draft: ExecutionDraft, earlier: readonly Execution[]): TestLoss | undefined {
  const now = countsOf(draft.metadata?.tests);
  if (!now) return undefined;
  const within = countsOf(draft.metadata?.most_tests);
  if (within && isLoss(within, now)) return { than: 'earlier in the session', id: null, before: within, now };
  const at = draft.timestamp ?? '\uffff';
  const last = earlier
    .filter(
      ({ timestamp, repo, sessionUid }) =>
        timestamp < at && repo === draft.repo && sessionUid !== draft.sessionUid,
    )
    .filter(({ metadata }) => countsOf(metadata?.tests) !== undefined)
    .sort((a, b) => compareText(a.timestamp, b.timestamp) || compareText(a.id, b.id))
    .at(-1);
  const before = countsOf(last?.metadata?.tests);
  return last && before && isLoss(before, now)
    ? { than: 'the session before', id: last.id, before, now }
    : undefined;
}

/** The draft with its flag where the guard finds a loss, and the loss. */
export function guardDraft(
  draft: ExecutionDraft,
  earlier: readonly Execution[],
): { draft: ExecutionDraft; loss: TestLoss | undefined } {
  const loss = findTestLoss(draft, earlier);
  if (!loss) return { draft, loss };
  const { than, before, now } = loss;
  const flag = { kind: 'fewer_tests', than, before, now };
  return { draft: { ...draft, metadata: { ...draft.metadata, flag } }, loss };
}

/** The loss in a sentence. */
export function describeTestLoss({ than, before, now }: TestLoss): string {
  const share = (rate: number) => `${(rate * 100).toFixed(1).replace(/\.0$/, '')} %`;
  return `the pass rate rose from ${share(before.rate)} to ${share(now.rate)} while the tests that ran fell from ${before.run} to ${now.run} (compared with ${than}): a test was removed or skipped, or fewer were run`;
}

function isLoss(before: Counts, now: Counts): boolean {
  return now.run < before.run && now.rate > before.rate;
}

function countsOf(value: unknown): Counts | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { passed, failed } = value as { passed?: unknown; failed?: unknown };
  if (typeof passed !== 'number' || typeof failed !== 'number' || passed + failed <= 0) return undefined;
  return { run: passed + failed, rate: passed / (passed + failed) };
}
