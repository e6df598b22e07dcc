import { isoWeek } from '../../base/text.ts';

const dayMs = 86_400_000;

/** The first moment of an ISO week `2026-W47` (Monday, UTC) in milliseconds. */
export function weekStartMs(week: string): number {
  const [year = 0, number = 0] = week.split('-W').map(Number);
  // The 4th of January lies in week 1.
  const fourth = Date.UTC(year, 0, 4);
  const weekday = new Date(fourth).getUTCDay() || 7;
  return fourth + (1 - weekday + (number - 1) * 7) * dayMs;
}

/** The last millisecond of an ISO week. */
export function weekEndMs(week: string): number {
  return weekStartMs(week) + 7 * dayMs - 1;
}

/** Every ISO week from the first to the last, both included; [] when the last comes before the first. */
export function weeksBetween(first: string, last: string): string[] {
  const weeks: string[] = [];
  for (let at = weekStartMs(first); at <= weekStartMs(last); at += 7 * dayMs)
    weeks.push(isoWeek(new Date(at).toISOString()));
  return weeks;
}
