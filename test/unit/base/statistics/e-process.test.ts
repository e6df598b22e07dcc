import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  logRateEvidence,
  logRiseEvidence,
  logShiftEvidence,
  sequentialScores,
  sequentialSpreadScores,
} from '../../../../src/base/statistics/e-process.ts';

/** C(n, k). */
const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n - 1, k - 1) * n) / k);

/** Every order of a list. */
function orders<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, at) =>
    orders([...items.slice(0, at), ...items.slice(at + 1)]).map((rest) => [item, ...rest]),
  );
}

describe('evidence against a rate', () => {
  it('is the mean likelihood ratio over the alternatives, by numerical integration', () => {
    for (const [k, n, rate] of [
      [10, 10, 0.5],
      [7, 12, 0.2],
      [0, 5, 0.3],
    ] as const) {
      // q = sin²(x) makes Jeffreys' prior uniform in x.
      const [from, to, steps] = [Math.asin(Math.sqrt(rate)), Math.PI / 2, 200_000];
      let sum = 0;
      for (let i = 0; i < steps; i += 1) {
        const q = Math.sin(from + ((i + 0.5) / steps) * (to - from)) ** 2;
        sum += (q / rate) ** k * ((1 - q) / (1 - rate)) ** (n - k);
      }
      expect(Math.exp(logRateEvidence(k, n, rate, 'above'))).toBeCloseTo(sum / steps, 4);
    }
  });

  it('is one on average at the rate itself, and less beyond it', () => {
    const mean = (truth: number, n: number) => {
      let sum = 0;
      for (let k = 0; k <= n; k += 1)
        sum +=
          choose(n, k) * truth ** k * (1 - truth) ** (n - k) * Math.exp(logRateEvidence(k, n, 0.3, 'above'));
      return sum;
    };
    expect(mean(0.3, 12)).toBeCloseTo(1, 9);
    expect(mean(0.2, 12)).toBeLessThan(1);
    expect(mean(0.5, 12)).toBeGreaterThan(2);
  });

  it('below is above of the other outcome', () => {
    expect(logRateEvidence(3, 10, 0.8, 'below')).toBe(logRateEvidence(7, 10, 0.19999999999999996, 'above'));
    expect(logRateEvidence(3, 10, 0.8, 'below')).toBeGreaterThan(Math.log(100));
    expect(logRateEvidence(0, 0, 0.8, 'below')).toBeCloseTo(0, 12);
  });
});

describe('evidence that a rate rose', () => {
  it('is at most one on average whatever the common rate, over every outcome', () => {
    for (const rate of [0.05, 0.3, 0.5, 0.9]) {
      let sum = 0;
      for (let a = 0; a <= 15; a += 1)
        for (let b = 0; b <= 8; b += 1)
          sum +=
            choose(15, a) *
            choose(8, b) *
            rate ** (a + b) *
            (1 - rate) ** (23 - a - b) *
            Math.exp(logRiseEvidence({ hits: a, n: 15 }, { hits: b, n: 8 }));
      expect(sum).toBeLessThanOrEqual(1);
    }
  });
  it('is large for a rise and nothing for a fall', () => {
    expect(logRiseEvidence({ hits: 5, n: 60 }, { hits: 21, n: 28 })).toBeGreaterThan(12);
    expect(logRiseEvidence({ hits: 30, n: 60 }, { hits: 5, n: 28 })).toBe(Number.NEGATIVE_INFINITY);
    expect(logRiseEvidence({ hits: 0, n: 0 }, { hits: 5, n: 5 })).toBe(Number.NEGATIVE_INFINITY);
  });
});

describe('sequential scores', () => {
  it('by hand: the mean of a normal over the cell of the rank', () => {
    const half = Math.sqrt(2 / Math.PI);
    // The first is alone: mean 0. The second is the upper or lower half.
    expect(sequentialScores([5, 7])[0]).toBeCloseTo(0, 12);
    expect(sequentialScores([5, 7])[1]).toBeCloseTo(half, 12);
    expect(sequentialScores([5, 3])[1]).toBeCloseTo(-half, 12);
    expect(sequentialScores([5, 5, 5])).toEqual([0, 0, 0]);
  });

  it('depend on the order of values only, not on their size', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -20, max: 20 }), { maxLength: 30 }), (values) => {
        expect(sequentialScores(values.map((value) => Math.exp(value / 5)))).toEqual(
          sequentialScores(values),
        );
      }),
    );
  });

  it('spread scores rank the distance from the median so far', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 25 }), (values) => {
        const seen = [...values].sort((a, b) => a - b);
        const middle =
          ((seen[Math.floor((seen.length - 1) / 2)] as number) +
            (seen[Math.ceil((seen.length - 1) / 2)] as number)) /
          2;
        const distances = values.map((value) => Math.abs(value - middle));
        expect(sequentialSpreadScores(values).at(-1)).toBeCloseTo(
          sequentialScores(distances).at(-1) as number,
          9,
        );
      }),
    );
  });

  it('betting on them is fair whatever the values: over every order, evidence is at most one on average', () => {
    for (const values of [
      [1, 2, 3, 4, 5, 6],
      [0, 0, 0, 0, 1, 1],
      [1, 1, 1, 1, 1, 1],
      [1, 2, 2, 9, 9, 100],
    ])
      for (const scoresOf of [sequentialScores, sequentialSpreadScores]) {
        const all = orders(values).map((order) => scoresOf(order).reduce((sum, score) => sum + score, 0));
        const mean =
          all.reduce((sum, one) => sum + Math.exp(logShiftEvidence(one, values.length)), 0) / all.length;
        expect(mean).toBeLessThanOrEqual(1);
        expect(mean).toBeGreaterThan(0.2);
      }
  });

  it('grows with a lasting shift and shrinks without', () => {
    expect(logShiftEvidence(40, 20)).toBeGreaterThan(30);
    expect(logShiftEvidence(0, 100)).toBeLessThan(0);
    expect(logShiftEvidence(-30, 20)).toBeLessThan(-3);
  });
});
