import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { medianInterval } from '../../../../src/base/statistics/describe.ts';
import { kaplanMeier, survivalMedian, type TimeToEvent } from '../../../../src/base/statistics/survival.ts';

const times = (events: readonly number[], censored: readonly number[]): TimeToEvent[] => [
  ...censored.map((time) => ({ time, censored: true })),
  ...events.map((time) => ({ time, censored: false })),
];
/** Weeks of remission under 6-mercaptopurine (Freireich 1963), the textbook case; curve and band from scipy 1.17. */
const sixMp = times([6, 6, 6, 7, 10, 13, 16, 22, 23], [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]);
/** Unmaintained group of the AML trial (Miller 1997). */
const aml = times([5, 5, 8, 8, 12, 23, 27, 30, 33, 43, 45], [16]);

describe('kaplanMeier', () => {
  it('gives the published curve', () => {
    const expected: [number, number][] = [
      [6, 0.8571428571428571],
      [7, 0.8067226890756302],
      [10, 0.7529411764705881],
      [13, 0.6901960784313724],
      [16, 0.6274509803921567],
      [22, 0.53781512605042],
      [23, 0.4481792717086834],
    ];
    const steps = kaplanMeier(sixMp);
    expect(steps.map(({ time }) => time)).toEqual(expected.map(([time]) => time));
    for (const [index, { survival }] of steps.entries())
      expect(survival).toBeCloseTo(expected[index]?.[1] as number, 12);
    // Standard errors as in Kleinbaum & Klein, Survival Analysis, 2.IV.
    expect(
      steps.map(({ survival, greenwood }) => Math.round(1e4 * survival * Math.sqrt(greenwood)) / 1e4),
    ).toEqual([0.0764, 0.0869, 0.0963, 0.1068, 0.1141, 0.1282, 0.1346]);
  });
});

describe('survivalMedian', () => {
  it('gives the published median and log−log interval', () => {
    expect(survivalMedian(sixMp)).toEqual({ median: 23, interval: [13, null], n: 21, events: 9 });
    expect(survivalMedian(aml)).toEqual({ median: 23, interval: [5, 33], n: 12, events: 11 });
  });
  it('is open where too few were reached, and undefined without any', () => {
    expect(survivalMedian(times([1], [2, 3, 4]))).toMatchObject({ median: null, n: 4, events: 1 });
    expect(survivalMedian(times([], [2, 3]))).toEqual({
      median: null,
      interval: [null, null],
      n: 2,
      events: 0,
    });
    expect(survivalMedian([])).toBeUndefined();
  });
  it('without censoring is the middle value, and lies in its interval', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 9, maxLength: 60 }), (values) => {
        const sorted = [...values].sort((a, b) => a - b);
        const found = survivalMedian(times(values, []));
        expect(found?.median).toBe(sorted[Math.ceil(values.length / 2) - 1]);
        const [low, high] = found?.interval ?? [];
        expect(low ?? 0).toBeLessThanOrEqual(found?.median as number);
        expect(high ?? Infinity).toBeGreaterThanOrEqual(found?.median as number);
        expect(medianInterval(values)).toBeDefined();
      }),
    );
  });
  it('censoring an observation never shortens the median', () => {
    const one = fc.record({ time: fc.integer({ min: 1, max: 50 }), censored: fc.boolean() });
    fc.assert(
      fc.property(fc.array(one, { minLength: 1, maxLength: 40 }), fc.nat(39), (all, at) => {
        const open = all.map((time, index) =>
          index === at % all.length ? { ...time, censored: true } : time,
        );
        const before = survivalMedian(all)?.median ?? Infinity;
        expect(survivalMedian(open)?.median ?? Infinity).toBeGreaterThanOrEqual(before);
      }),
    );
  });
});
