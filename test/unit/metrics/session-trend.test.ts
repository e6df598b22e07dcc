import { describe, expect, it } from 'vitest';
import { readFleet } from '../../../src/metrics/fleet.ts';
import { recurrenceOf } from '../../../src/metrics/recurrence.ts';
import { sessionTrend } from '../../../src/metrics/session-trend.ts';
import { randomFrom } from '../../bench/simulate-fleet.ts';
import { exposed, observed, timeOf } from './events.ts';

/** Sessions whose minutes are log-normal around the given medians. */
function history(
  minutes: readonly number[],
  options: { repoOf?: (i: number) => string; exposedFrom?: number } = {},
) {
  const random = randomFrom(5);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const events = minutes.flatMap((median, i) => [
    observed(`s${i}`, {
      startedAt: timeOf(i / 10),
      activeMs: median * 60_000 * Math.exp(0.5 * normal()),
      repo: options.repoOf?.(i) ?? 'acme/app',
    }),
    ...(i >= (options.exposedFrom ?? Number.POSITIVE_INFINITY) ? [exposed(`s${i}`, ['f'])] : []),
  ]);
  return recurrenceOf(readFleet(events).sessions, new Map());
}
const many = (count: number, value: number) => Array.from({ length: count }, () => value);

describe('sessionTrend', () => {
  it('waits for a baseline of 20 and 50 sessions after it', () => {
    expect(sessionTrend('active minutes', history(many(10, 5)))).toMatchObject({
      state: 'too few',
      baseline: 10,
      after: 0,
      interval: null,
      reason: '10 of 20 sessions for a baseline so far.',
    });
    expect(sessionTrend('active minutes', history(many(60, 5)))).toMatchObject({
      state: 'too few',
      baseline: 20,
      after: 40,
    });
    expect(sessionTrend('active minutes', [])).toMatchObject({ state: 'too few', baselineUntil: null });
  });
  it('freezes the sessions before the first injection as the baseline, up to 100', () => {
    expect(sessionTrend('active minutes', history(many(200, 5), { exposedFrom: 70 })).baseline).toBe(70);
    expect(sessionTrend('active minutes', history(many(300, 5), { exposedFrom: 150 })).baseline).toBe(100);
    expect(sessionTrend('active minutes', history(many(200, 5), { exposedFrom: 3 })).baseline).toBe(20);
  });
  it('finds sessions twice as long, and half as long', () => {
    const slower = sessionTrend(
      'active minutes',
      history([...many(60, 5), ...many(150, 10)], { exposedFrom: 60 }),
    );
    expect(slower.state).toBe('worse');
    expect(slower.change).toBeGreaterThan(0.5);
    expect(slower.signal).toMatchObject({ side: 'above' });
    expect(
      sessionTrend('active minutes', history([...many(60, 10), ...many(150, 5)], { exposedFrom: 60 })).state,
    ).toBe('better');
  });
  it('sees no change when there is none and enough data to see one', () => {
    expect(sessionTrend('active minutes', history(many(1500, 5), { exposedFrom: 100 }))).toMatchObject({
      state: 'no change seen',
    });
  });
  it('does not take more work in a slow repository for slower work', () => {
    const repoOf = (i: number) =>
      i < 60 ? (i % 6 === 0 ? 'acme/slow' : 'acme/fast') : i % 6 === 0 ? 'acme/fast' : 'acme/slow';
    const minutes = Array.from({ length: 260 }, (_, i) => (repoOf(i) === 'acme/slow' ? 60 : 5));
    expect(sessionTrend('active minutes', history(minutes, { repoOf, exposedFrom: 60 })).state).not.toBe(
      'worse',
    );
  });
  it('leaves out repositories without a baseline, and says when those are most', () => {
    const repoOf = (i: number) => (i < 60 ? 'acme/old' : i % 3 === 0 ? 'acme/old' : 'acme/new');
    const trend = sessionTrend('active minutes', history(many(300, 5), { repoOf, exposedFrom: 60 }));
    expect(trend).toMatchObject({
      state: 'too few',
      leftOut: 160,
      reason: 'Most sessions are in repositories that had no baseline.',
    });
  });
  it('says nothing without any variation', () => {
    const events = Array.from({ length: 90 }, (_, i) =>
      observed(`s${i}`, { startedAt: timeOf(i / 10), activeMs: 60_000 }),
    );
    expect(sessionTrend('active minutes', recurrenceOf(readFleet(events).sessions, new Map())).state).toBe(
      'too few',
    );
  });
});
