import { dayMs, utcDay } from '../base/calendar.ts';
import type { WorkProfile } from './work-profile.ts';

/** What was looked at: how many sessions, over how long. */
export interface ObservedSpan {
  sessions: number;
  /** Days (UTC) of the first and the last session; null when none has a date. */
  from: string | null;
  to: string | null;
  /** First to last session, at least one; null: too short to speak of a week, or without dates. */
  weeks: number | null;
  /** Why `weeks` is null. */
  reason: string | null;
  /** Work seen in all sessions, hours. */
  hours: number;
}

/** The sessions of the last `days` before the newest one; all when `days` is undefined. Undated ones stay. */
export function inWindow(profiles: readonly WorkProfile[], days: number | undefined): WorkProfile[] {
  const newest = latest(profiles);
  if (days === undefined || newest === null) return [...profiles];
  return profiles.filter(({ beganMs }) => beganMs === null || beganMs > newest - days * dayMs);
}

/**
 * How long the sessions were watched. `coverDays`: what an input without dates is said to cover. Less than a week is
 * not extrapolated to one.
 */
export function observedSpan(profiles: readonly WorkProfile[], coverDays?: number): ObservedSpan {
  const dated = profiles.flatMap(({ beganMs }) => (beganMs === null ? [] : [beganMs]));
  const hours = profiles.reduce((sum, { activeMs }) => sum + (activeMs ?? 0), 0) / 3_600_000;
  const span = { sessions: profiles.length, from: null, to: null, weeks: null, reason: null, hours };
  if (dated.length === 0 || dated.length < profiles.length / 2) {
    if (profiles.length === 0) return { ...span, reason: 'there are no sessions' };
    if (coverDays !== undefined) return { ...span, weeks: Math.max(1, coverDays / 7) };
    return { ...span, reason: 'the sessions have no dates; --window 30d says how long a time they cover' };
  }
  const first = dated.reduce((a, b) => Math.min(a, b));
  const last = latest(profiles) as number;
  const days = (last - first) / dayMs;
  const dates = { ...span, from: utcDay(first), to: utcDay(last) };
  if (days < 7)
    return {
      ...dates,
      reason: `only ${days < 1 ? 'one day' : `${Math.ceil(days)} days`} of sessions; a week is needed`,
    };
  return { ...dates, weeks: days / 7 };
}

function latest(profiles: readonly WorkProfile[]): number | null {
  return profiles.reduce<number | null>(
    (most, { beganMs }) => (beganMs === null ? most : Math.max(most ?? beganMs, beganMs)),
    null,
  );
}
