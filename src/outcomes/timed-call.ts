import { checkOutcome } from '../sessions/check-commands.ts';
import type { ToolCall } from '../sessions/session.ts';
import { callShape } from './call-shape.ts';
import { changesFiles } from './changes-files.ts';
import { longestCallMs } from './work-clock.ts';

/** A call of a session with what a profile keeps of it. */
export interface TimedCall {
  call: ToolCall;
  shape: string;
  /** Work clock when it began and when its result came; null without a time. */
  startMs: number | null;
  endMs: number | null;
  tookMs: number | null;
  /** As in `SessionProfiled.calls.outcome`. */
  outcome: '.' | 'x' | 'g' | 'r' | 'e' | 'd' | '-';
}

/** The call on the work clock. */
export function timedCall(call: ToolCall, clock: (at: string | null) => number | null): TimedCall {
  const { result } = call;
  const startMs = clock(call.at);
  const endMs = clock(result?.at ?? null);
  const toldMs = result?.durationMs ?? null;
  const spanMs = startMs === null || endMs === null ? null : Math.max(0, endMs - startMs);
  const isAsked = result?.denied === 'person' || (toldMs !== null && toldMs > longestCallMs);
  // What the tool says of itself holds also where several calls of one message ran side by side.
  const tookMs = isAsked
    ? null
    : toldMs === null
      ? spanMs
      : spanMs === null
        ? toldMs
        : Math.min(toldMs, spanMs);
  return { call, shape: callShape(call), startMs, endMs, tookMs, outcome: outcomeOf(call) };
}

function outcomeOf(call: ToolCall): TimedCall['outcome'] {
  const { result } = call;
  if (result === null) return '-';
  if (result.denied) return 'd';
  const check = checkOutcome(call);
  if (check) return check === 'green' ? 'g' : 'r';
  if (result.isError) return 'x';
  return changesFiles(call) ? 'e' : '.';
}
