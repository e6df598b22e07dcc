import { isSameAgain } from './find-green.ts';
import type { TimedCall } from './timed-call.ts';

/** The same call made again and again. */
export interface CallRun {
  kind: 'retry' | 'poll';
  first: TimedCall;
  /** Retries: from the first failure on; polls: from the first look on. Work clock. */
  startMs: number;
  lengthMs: number;
  tries: number;
  ok: boolean;
  /** What the first failure said. */
  failedText: string | null;
}

/** Calls of something else that may stand between two tries. */
const betweenTries = 3;
/** Commands that ask whether something is done. */
const waits =
  /(?:^|[;&|(]\s*)sleep\s+\d|\bwatch\s+-n|\btail\s+-[fF]|\bgh\s+run\s+(?:view(?!.*--log)|list|watch)\b|\bgh\s+pr\s+(?:checks|view)\b|\bkubectl\s+(?:get|rollout)\b|\b(?:docker|podman)\s+(?:compose\s+)?ps\b|\bcurl\b[^|;]*(?:health|ready|localhost|127\.0\.0\.1)|\bpgrep\b|\bsystemctl\s+(?:status|is-active)\b/;
const lookTools =
  /^(?:BashOutput|TaskOutput|AgentOutput\w*|write_stdin|wait\w*|read_(?:bash|terminal)\w*|get_output)$/i;

const failed = ({ outcome }: TimedCall) => outcome === 'x' || outcome === 'r';
const worked = ({ outcome }: TimedCall) => outcome === '.' || outcome === 'g' || outcome === 'e';

/**
 * Runs of one call: a **retry** begins with a failure and does the same, or nearly the same, again within a few calls
 * without a file changed in between; a **poll** looks three times or more, in the same words, whether something is done.
 * A call belongs to one run at most. Calls that all worked are no retry, however often they come.
 */
export function findRuns(calls: readonly TimedCall[]): CallRun[] {
  const taken = new Set<number>();
  const runs: CallRun[] = [];
  for (let index = 0; index < calls.length; index += 1) {
    const first = calls[index] as TimedCall;
    if (taken.has(index) || first.startMs === null || first.outcome === 'd' || first.outcome === '-')
      continue;
    const isLook = looksAgain(first);
    if (!isLook && !failed(first)) continue;
    const members = membersFrom(calls, index, taken, isLook);
    const tries = members.map((member) => calls[member] as TimedCall);
    // Two tries that differ are a call and its correction.
    const least = isLook || !tries.every((one) => wordsOf(one) === wordsOf(first)) ? 3 : 2;
    if (tries.length < least) continue;
    for (const member of members) taken.add(member);
    runs.push(runOf(tries, isLook));
  }
  return runs;
}

function looksAgain({ call }: TimedCall): boolean {
  return call.command === null ? lookTools.test(call.tool) : waits.test(call.command.slice(0, 1000));
}

/** A call in the words that count: how long was slept before it does not. */
function wordsOf({ call }: TimedCall): string {
  if (call.command === null) return `${call.tool} ${JSON.stringify(call.input)}`;
  return call.command.replace(/\bsleep\s+[\d.]+[smh]?\s*(?:&&|;)?\s*/g, '').trim();
}

function membersFrom(
  calls: readonly TimedCall[],
  start: number,
  taken: ReadonlySet<number>,
  isLook: boolean,
): number[] {
  const members = [start];
  for (let at = start + 1; at < calls.length; at += 1) {
    const last = members.at(-1) as number;
    if (at - last > betweenTries + 1) break;
    const next = calls[at] as TimedCall;
    const before = calls[last] as TimedCall;
    // A try that worked ends a retry; after a change the next try is a new attempt, not a retry.
    if (!isLook && (!failed(before) || next.outcome === 'e')) break;
    if (taken.has(at) || next.startMs === null || next.outcome === 'd' || next.outcome === '-') continue;
    const isAgain = isLook
      ? next.shape === before.shape && wordsOf(next) === wordsOf(before)
      : isSameAgain(before, next);
    if (isAgain) members.push(at);
  }
  return members;
}

function runOf(members: readonly TimedCall[], isLook: boolean): CallRun {
  const [first, last] = [members[0] as TimedCall, members.at(-1) as TimedCall];
  const startMs = (isLook ? first.startMs : (first.endMs ?? first.startMs)) ?? 0;
  const endMs = last.endMs ?? last.startMs ?? startMs;
  const failure = members.find(failed);
  return {
    kind: isLook ? 'poll' : 'retry',
    first,
    startMs,
    lengthMs: Math.max(0, endMs - startMs),
    tries: members.length,
    ok: worked(last),
    failedText: failure?.call.result?.text ?? null,
  };
}
