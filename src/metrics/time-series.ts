import { addDays, isoWeek, weeksBetween } from '../base/calendar.ts';
import { median } from '../base/statistics/describe.ts';
import type { SessionRecurrence } from './recurrence.ts';

/** Values of one week or day; null where fewer than 3 sessions tell. A period without sessions has no point at all. */
export interface SeriesPoint {
  /** `2026-W47` or `2026-11-20`. */
  period: string;
  sessions: number;
  /** Shares 0–1. */
  recurrence: number | null;
  firstTry: number | null;
  /** Median active minutes. */
  minutes: number | null;
}

/** A history cut into periods, oldest first, at most 12 of them. */
export interface TimeSeries {
  unit: 'week' | 'day';
  points: SeriesPoint[];
  /** Periods between the first and last point in which there was no session. */
  gaps: string[];
}

const most = 12;
/** A rate of fewer sessions than this is an anecdote; its point stays unknown. */
const fewestSessions = 3;
/** Charts with fewer points say nothing. */
export const fewestPoints = 6;

/** The last 12 weeks with sessions; days where there are not yet 6 weeks of them. */
export function timeSeries(history: readonly SessionRecurrence[]): TimeSeries {
  const weeks = pointsBy(history, (entry) => isoWeek(entry.session.day));
  const unit = weeks.length >= fewestPoints ? 'week' : 'day';
  const points = (unit === 'week' ? weeks : pointsBy(history, (entry) => entry.session.day)).slice(-most);
  return { unit, points, gaps: gapsBetween(unit, points) };
}

function pointsBy(
  history: readonly SessionRecurrence[],
  periodOf: (entry: SessionRecurrence) => string,
): SeriesPoint[] {
  const groups = new Map<string, SessionRecurrence[]>();
  for (const entry of history) {
    const period = periodOf(entry);
    const group = groups.get(period);
    if (group) group.push(entry);
    else groups.set(period, [entry]);
  }
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([period, entries]) => pointOf(period, entries));
}

function pointOf(period: string, entries: readonly SessionRecurrence[]): SeriesPoint {
  const events = entries.reduce((sum, entry) => sum + entry.events, 0);
  const again = entries.reduce((sum, entry) => sum + entry.known + entry.unknown, 0);
  const checked = entries.filter((entry) => entry.session.row.firstCheck !== null);
  const green = checked.filter((entry) => entry.session.row.firstCheck === 'green').length;
  const enough = (sessions: number) => sessions >= fewestSessions;
  const failing = entries.filter((entry) => entry.events > 0);
  const minutes = entries.flatMap(({ session }) =>
    session.row.activeMs ? [session.row.activeMs / 60_000] : [],
  );
  return {
    period,
    sessions: entries.length,
    recurrence: enough(failing.length) ? again / events : null,
    firstTry: enough(checked.length) ? green / checked.length : null,
    minutes: (enough(minutes.length) ? median(minutes) : undefined) ?? null,
  };
}

function gapsBetween(unit: TimeSeries['unit'], points: readonly SeriesPoint[]): string[] {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return [];
  const have = new Set(points.map((point) => point.period));
  const between = unit === 'week' ? weeksBetween : daysBetween;
  return between(first.period, last.period).filter((period) => !have.has(period));
}

function daysBetween(first: string, last: string): string[] {
  const days: string[] = [];
  for (let day = first; day <= last; day = addDays(day, 1)) days.push(day);
  return days;
}
