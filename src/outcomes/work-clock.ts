import { activeGapMs } from '../sessions/activity-clock.ts';
import type { Session, ToolCall } from '../sessions/session.ts';

/** Longest call that is believed: tools of agents give up after ten minutes, people who are asked do not. */
export const longestCallMs = 10 * 60_000;

/** Tools that ask a person, or hand the work to another agent: their time is not the tool's. */
const asking = /^(?:AskUserQuestion|ExitPlanMode|EnterPlanMode|request_user_input|ask_followup_question)$/;

/**
 * Milliseconds of work from the session's first event to a time of it; null for no time, or a session without times.
 * The clock stands still before a message a person types and while a person is asked, and a silence counts for five
 * minutes at most (a call that ran longer counts whole, up to ten).
 */
export function workClock(session: Session): (at: string | null) => number | null {
  const marks = marksOf(session);
  const times: number[] = [];
  const worked: number[] = [];
  let total = 0;
  let previous: number | undefined;
  for (const [time, capMs] of marks) {
    if (previous !== undefined) total += Math.min(time - previous, capMs);
    times.push(time);
    worked.push(total);
    previous = time;
  }
  return (at) => {
    const time = at === null ? Number.NaN : Date.parse(at);
    if (Number.isNaN(time) || times.length === 0) return null;
    const index = lastAtMost(times, time);
    return index < 0 ? 0 : (worked[index] as number);
  };
}

/** Each time of the session with how much of the silence before it counts, in order. */
function marksOf(session: Session): [time: number, capMs: number][] {
  const caps = new Map<number, number>();
  const note = (at: string | null, capMs: number) => {
    const time = at === null ? Number.NaN : Date.parse(at);
    if (Number.isNaN(time)) return;
    // Of several events at one time, one that a person caused says what the silence before it was.
    const before = caps.get(time);
    caps.set(time, before === undefined || capMs === 0 ? capMs : before === 0 ? 0 : Math.max(before, capMs));
  };
  const calls = new Map<string, ToolCall>(session.calls.map((call) => [call.id, call]));
  for (const event of session.events) {
    if (event.kind === 'meta') continue;
    if (event.kind === 'user') note(event.at, event.side || event.origin === 'injected' ? activeGapMs : 0);
    else if (event.kind === 'result')
      note(event.at, resultCap(event.id === null ? undefined : calls.get(event.id), event));
    else note(event.at, activeGapMs);
  }
  return [...caps].sort((a, b) => a[0] - b[0]);
}

function resultCap(
  call: ToolCall | undefined,
  result: { denied: 'person' | 'rule' | null; durationMs: number | null },
): number {
  if (result.denied === 'person' || (call && asking.test(call.tool))) return 0;
  const tookMs = result.durationMs ?? 0;
  return tookMs > activeGapMs && tookMs <= longestCallMs ? tookMs : activeGapMs;
}

/** Index of the last time that is not after `time`; −1 when all are. Times ascend. */
function lastAtMost(times: readonly number[], time: number): number {
  let [low, high] = [-1, times.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((times[middle] as number) <= time) low = middle;
    else high = middle;
  }
  return low;
}
