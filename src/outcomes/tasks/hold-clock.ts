import { activeGapMs } from '../../sessions/activity-clock.ts';
import type { TranscriptEvent } from '../../transcripts/event.ts';
import { timeMs } from '../../transcripts/json-shape.ts';

/** An event with its time in milliseconds; null before the first time of the transcript. */
export interface TimedEvent {
  event: TranscriptEvent;
  ms: number | null;
}

/** Lines written at once may be some milliseconds out of order; beyond this the clock was set back. */
const jitterMs = 1000;

/**
 * The events with a clock that never runs back: a time before the one already reached is held at it, and counted when
 * it cannot be jitter. Prompts and notifications are told where they reached the agent, under the earlier time they
 * were queued at; that is no step of the clock.
 */
export function holdClock(events: readonly TranscriptEvent[]): { events: TimedEvent[]; steps: number } {
  let reached: number | null = null;
  let steps = 0;
  const timed = events.map((event): TimedEvent => {
    const ms = event.at === null ? null : timeMs(event.at);
    if (ms !== null) {
      const isLate = event.kind === 'user';
      if (reached !== null && ms < reached - jitterMs && !isLate && event.kind !== 'meta' && !event.side)
        steps += 1;
      if (event.kind !== 'meta' || reached === null) reached = Math.max(reached ?? ms, ms);
    }
    return { event, ms: reached };
  });
  return { events: timed, steps };
}

/** Time worked up to a moment: gaps between events count 5 minutes at most, as in a session's active time. */
export function activeUntil(events: readonly TimedEvent[], untilMs: number): number {
  let active = 0;
  let before: number | null = null;
  for (const { ms, event } of events) {
    if (ms === null || event.kind === 'meta') continue;
    const at = Math.min(ms, untilMs);
    if (before !== null && at > before) active += Math.min(at - before, activeGapMs);
    before = Math.max(before ?? at, at);
    if (ms >= untilMs) return active;
  }
  if (before !== null && untilMs > before) active += Math.min(untilMs - before, activeGapMs);
  return active;
}
