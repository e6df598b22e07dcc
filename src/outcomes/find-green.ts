import { isNearSame } from '../sessions/near-same.ts';
import { isLookingShape } from './call-shape.ts';
import type { TimedCall } from './timed-call.ts';

/** How a failure came to an end. */
export interface Green {
  /** Work-clock time from the failure to the end of the call that worked; null when none did, or without times. */
  ms: number | null;
  /** The same kind of call worked, the same arguments worked with another program, or a check came out green. */
  how: 'same' | 'other' | 'check' | null;
  /** A file was changed in between. */
  edited: boolean;
  /** The very same call worked. */
  unchanged: boolean;
  /** The command that worked, where it is the failed one with a difference. */
  fix: string | null;
}

/** Beyond this much work a later success has nothing to do with the failure. */
const longestMs = 45 * 60_000;
const longestCalls = 60;
/** A green check ends a failure of something else only when it follows soon. */
const checkWithin = 12;
const worked = (outcome: TimedCall['outcome']) => outcome === '.' || outcome === 'g' || outcome === 'e';

/**
 * The next green state after the failed call at `index`: the next success of its kind, or the next green check. What
 * is of its kind: a change of the same file by any tool; another call of the same tool; a command of the same program;
 * and for a command that only looked around, any command. A check ends only failures of commands that do something.
 */
export function findGreen(calls: readonly TimedCall[], index: number): Green {
  const failed = calls[index] as TimedCall;
  let edited = false;
  for (let at = index + 1; at < calls.length && at <= index + longestCalls; at += 1) {
    const next = calls[at] as TimedCall;
    if (next.call.side !== failed.call.side) continue;
    const ms = failed.endMs === null || next.endMs === null ? null : Math.max(0, next.endMs - failed.endMs);
    if (ms !== null && ms > longestMs) break;
    const how = worked(next.outcome) ? mended(failed, next) : null;
    if (how && !(how === 'check' && at > index + checkWithin)) {
      const unchanged = next.call.command !== null && next.call.command === failed.call.command;
      return { ms, how, edited, unchanged, fix: fixOf(failed, next, how) };
    }
    if (next.outcome === 'e') edited = true;
  }
  return { ms: null, how: null, edited, unchanged: false, fix: null };
}

/** The command that worked, where it is the failed one with a difference: something to learn from. */
function fixOf(failed: TimedCall, next: TimedCall, how: Green['how']): string | null {
  const fix = next.call.command;
  if (fix === failed.call.command || isLookingShape(failed.shape)) return null;
  return how === 'other' || (how === 'same' && isNearSame(failed.call, next.call)) ? fix : null;
}

function mended(failed: TimedCall, next: TimedCall): Green['how'] {
  const [a, b] = [failed.call, next.call];
  if (a.command === null) {
    if (b.command !== null) return null;
    const isSameFile = a.path !== null && a.path === b.path && next.outcome === 'e';
    return isSameFile || a.tool === b.tool ? 'same' : null;
  }
  if (b.command === null) return null;
  if (next.shape === failed.shape || isLookingShape(failed.shape)) return 'same';
  if (isSubstitute(a.command, b.command)) return 'other';
  return next.outcome === 'g' ? 'check' : null;
}

/** `python x.py` failed and `python3 x.py` worked: the same words with another program in front. */
function isSubstitute(a: string, b: string): boolean {
  const left = withoutProgram(a);
  return left !== '' && left === withoutProgram(b);
}

const withoutProgram = (command: string): string =>
  command
    .slice(0, 1000)
    .replace(/^\s*(?:cd\s+\S+\s*(?:&&|;)\s*)+/, '')
    .replace(/^\S+\s*/, '')
    .trim();

/** True when the second call does the same as the first, or nearly, in the same chain of the session. */
export function isSameAgain(first: TimedCall, next: TimedCall): boolean {
  return first.call.side === next.call.side && isNearSame(first.call, next.call);
}
