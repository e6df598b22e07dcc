import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addDays,
  dayOf,
  isoWeek,
  utcDay,
  weekEndMs,
  weekIndex,
  weekMs,
  weekStartMs,
  weeksBetween,
} from '../../../src/base/calendar.ts';

const moments = fc.integer({ min: Date.UTC(1900, 0, 1), max: Date.UTC(2199, 11, 31) });

describe('calendar', () => {
  it.each([
    ['2026-01-01', '2026-W01'],
    ['2027-01-03', '2026-W53'],
    ['2024-12-30', '2025-W01'],
    ['2026-11-20T23:59:59Z', '2026-W47'],
    ['1969-12-31', '1970-W01'],
  ])('gives the ISO week of %s', (day, week) => expect(isoWeek(day)).toBe(week));

  it('ends a week before the next begins, and finds both again by its name', () => {
    fc.assert(
      fc.property(moments, (ms) => {
        const week = isoWeek(new Date(ms).toISOString());
        const [start, end] = [weekStartMs(week), weekEndMs(week)];
        expect(start <= ms && ms <= end).toBe(true);
        expect(new Date(start).getUTCDay()).toBe(1);
        expect(isoWeek(new Date(end).toISOString())).toBe(week);
        expect(isoWeek(new Date(end + 1).toISOString())).not.toBe(week);
        expect(weekMs(weekIndex(ms))).toBe(start);
      }),
    );
  });

  it('lists the weeks from one to another over the end of a year', () => {
    expect(weeksBetween('2026-W52', '2027-W01')).toEqual(['2026-W52', '2026-W53', '2027-W01']);
    expect(weeksBetween('2027-W01', '2026-W52')).toEqual([]);
  });

  it('counts days in UTC, and knows no day of what is no time', () => {
    expect(addDays('2024-02-28', 2)).toBe('2024-03-01');
    expect(utcDay(new Date('2026-11-20T23:30:00-02:00'))).toBe('2026-11-21');
    expect(dayOf('2026-11-20T23:30:00-02:00')).toBe('2026-11-21');
    expect([dayOf('soon'), dayOf(null)]).toEqual([null, null]);
  });
});
