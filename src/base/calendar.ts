/** Milliseconds of a day (UTC: none is longer). */
export const dayMs = 86_400_000;

/** 1970-01-05, the first Monday of the epoch, in milliseconds. */
const firstMondayMs = 4 * dayMs;

/** The UTC day `YYYY-MM-DD` of an ISO time, or null when it is none. */
export function dayOf(iso: string | null | undefined): string | null {
  if (!iso) return null;
  const ms = Date.parse(iso);
  return Number.isNaN(ms) ? null : utcDay(ms);
}

/** The UTC day `YYYY-MM-DD` of a moment. */
export function utcDay(moment: Date | number): string {
  return new Date(moment).toISOString().slice(0, 10);
}

/** A day some days later (or earlier). */
export function addDays(day: string, days: number): string {
  return utcDay(Date.parse(day) + days * dayMs);
}

/** The ISO 8601 week `2026-W47` (UTC) of an ISO time or day. */
export function isoWeek(iso: string): string {
  // The year of a week is that of its Thursday.
  const thursday = new Date(weekMs(weekIndex(Date.parse(iso))) + 3 * dayMs);
  const year = thursday.getUTCFullYear();
  const week = Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / (7 * dayMs)) + 1;
  return `${year}-W${String(week).padStart(2, '0')}`;
}

/** Weeks, Monday to Sunday (UTC), from the first Monday of 1970 to that of a moment: grows by one a week. */
export function weekIndex(ms: number): number {
  return Math.floor((ms - firstMondayMs) / (7 * dayMs));
}

/** The first millisecond of the week with this index. */
export function weekMs(index: number): number {
  return index * 7 * dayMs + firstMondayMs;
}

/** The first millisecond (Monday, UTC) of an ISO week `2026-W47`. */
export function weekStartMs(week: string): number {
  const [year = 0, number = 0] = week.split('-W').map(Number);
  // The 4th of January lies in week 1.
  return weekMs(weekIndex(Date.UTC(year, 0, 4)) + number - 1);
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
