import { addDays } from '../base/calendar.ts';
import { KaizenError } from '../base/errors.ts';
import type { FleetSession } from './fleet.ts';

/** Whole UTC days, both ends included, `YYYY-MM-DD`. */
export interface Window {
  from: string;
  to: string;
  days: number;
}

/** The `days` UTC days that end with the day of `now`. */
export function windowEnding(nowDay: string, days: number): Window {
  return { from: addDays(nowDay, 1 - days), to: nowDay, days };
}

/** The window of equal length right before. */
export function windowBefore(window: Window): Window {
  return windowEnding(addDays(window.from, -1), window.days);
}

/** True when the session started in the window. */
export function isIn(window: Window, session: FleetSession): boolean {
  return session.day >= window.from && session.day <= window.to;
}

/** Days of `--window` (or another flag): `7d`, `4w` or a plain number of days, 1 to 3660. Anything else is KaizenError `usage`. */
export function parseWindowDays(text: string, flag = 'window'): number {
  const match = /^(\d{1,4})([dw]?)$/.exec(text.trim());
  const days = match ? Number(match[1]) * (match[2] === 'w' ? 7 : 1) : 0;
  if (days < 1 || days > 3660)
    throw new KaizenError(
      'usage',
      `--${flag} cannot be '${text}'; it is a number of days such as 7d, or of weeks such as 4w, up to 3660 days`,
    );
  return days;
}
