import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cusum, xmrLimits, xmrSignals } from '../../../../src/base/statistics/control-chart.ts';
import { median, medianInterval, midRanks, quantile } from '../../../../src/base/statistics/describe.ts';
import {
  betaI,
  gammaP,
  logGamma,
  normalCdf,
  normalQuantile,
  tCritical,
  tTwoSided,
} from '../../../../src/base/statistics/distributions.ts';
import {
  benjaminiHochberg,
  clopperPearson,
  fisherExact,
  newcombe,
  poissonInterval,
  wilson,
} from '../../../../src/base/statistics/proportion.ts';
import { minimumDetectable, sequenceMargin, sequenceRho } from '../../../../src/base/statistics/sequence.ts';
import { kendallTrend, spearman, theilSen } from '../../../../src/base/statistics/trend.ts';
import {
  brunnerMunzel,
  hodgesLehmann,
  mannWhitney,
  permutationTest,
  welch,
} from '../../../../src/base/statistics/two-sample.ts';

describe('distributions', () => {
  it('give values of the printed tables', () => {
    expect(logGamma(5)).toBeCloseTo(Math.log(24), 12);
    expect(normalCdf(1.96)).toBeCloseTo(0.9750021, 7);
    expect(normalCdf(-8)).toBeCloseTo(6.220960574271786e-16, 25);
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963985, 8);
    expect(normalQuantile(0.025)).toBeCloseTo(-1.959963985, 8);
    expect(tCritical(0.05, 10)).toBeCloseTo(2.228139, 5);
    expect(tCritical(0.05, 1)).toBeCloseTo(12.7062, 3);
    expect(tTwoSided(2.228139, 10)).toBeCloseTo(0.05, 6);
    // I_x(1, b) = 1 − (1 − x)^b and P(1, x) = 1 − e^−x
    expect(betaI(0.3, 1, 4)).toBeCloseTo(1 - 0.7 ** 4, 12);
    expect(gammaP(1, 2)).toBeCloseTo(1 - Math.exp(-2), 12);
  });
});

describe('describe', () => {
  it('type 7 quantiles and mid ranks by hand', () => {
    expect(quantile([1, 2, 3, 4], 0.25)).toBe(1.75);
    expect(median([3, 1, 2])).toBe(2);
    expect(median([])).toBeUndefined();
    expect(midRanks([10, 20, 10, 30])).toEqual([1.5, 3, 1.5, 4]);
  });
  it('the median’s interval are the order statistics of the binomial', () => {
    // n = 10: P(X ≤ 1) = 11/1024 ≤ 2.5 %, P(X ≤ 2) = 56/1024 > 2.5 % → 2nd and 9th.
    expect(medianInterval([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])).toEqual([2, 9]);
    expect(medianInterval([1, 2, 3, 4, 5])).toBeUndefined();
    // Normal approximation for a large sample: ranks n/2 ± 1.96·√n/2.
    const many = Array.from({ length: 3000 }, (_, i) => i + 1);
    const [low, high] = medianInterval(many) ?? [0, 0];
    expect(low).toBeCloseTo(1500 - 53, -1);
    expect(high).toBe(3001 - low);
    expect(medianInterval([1, 2, 3, 4, 5, 6])).toEqual([1, 6]);
  });
});

describe('two samples', () => {
  it('Mann–Whitney by hand', () => {
    const test = mannWhitney([1, 2], [3, 4]);
    expect(test).toMatchObject({ uA: 0, probLess: 1 });
    // 6 splits, the extreme one and its mirror: 2/6.
    expect(test?.pExact).toBeCloseTo(1 / 3, 12);
    expect(mannWhitney([1], [])).toBeUndefined();
    expect(mannWhitney([5, 5], [5, 5])).toMatchObject({ probLess: 0.5, pAsymptotic: 1, pExact: null });
  });
  it('are symmetric and agree on φ', () => {
    const sample = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        const [ab, ba] = [mannWhitney(a, b), mannWhitney(b, a)];
        expect(ab?.pAsymptotic).toBeCloseTo(ba?.pAsymptotic as number, 10);
        expect((ab?.probLess as number) + (ba?.probLess as number)).toBeCloseTo(1, 10);
        const munzel = brunnerMunzel(a, b);
        if (munzel) {
          expect(munzel.probLess).toBeCloseTo(ab?.probLess as number, 10);
          expect(munzel.interval[0]).toBeLessThanOrEqual(munzel.probLess + 1e-12);
          expect(munzel.interval[1]).toBeGreaterThanOrEqual(munzel.probLess - 1e-12);
        }
        expect(hodgesLehmann(a, b)).toBeCloseTo(-(hodgesLehmann(b, a) as number), 10);
      }),
    );
  });
  it('permutation, Hodges–Lehmann and Welch by hand', () => {
    // 3 of the 20 splits of {1…6} in threes have a mean difference as low as or lower: only 1 → p = 2/20.
    expect(permutationTest([1, 2, 3], [4, 5, 6])).toBeCloseTo(0.1, 12);
    expect(hodgesLehmann([1, 2], [4, 8])).toBe(4.5);
    // Means 2 and 5, variances 1 and 1, n = 3: se = √(2/3), df = 4, t = 3.674.
    const test = welch([1, 2, 3], [4, 5, 6]);
    expect(test?.difference).toBe(3);
    expect(test?.df).toBeCloseTo(4, 10);
    expect(test?.p).toBeCloseTo(0.02131164, 6);
    expect(test?.interval[0]).toBeCloseTo(3 - 2.776445 * Math.sqrt(2 / 3), 5);
    expect(welch([1], [2, 3])).toBeUndefined();
    expect(welch([1, 1], [1, 1])).toBeUndefined();
  });
});

describe('proportions', () => {
  it('Newcombe’s own example: 56/70 against 48/80', () => {
    // Newcombe 1998, table II (a), method 10: 0.0524 to 0.3339.
    const { difference, interval } = newcombe(48, 80, 56, 70) ?? { difference: 0, interval: [0, 0] };
    expect(difference).toBeCloseTo(0.2, 10);
    expect(interval[0]).toBeCloseTo(0.0524, 4);
    expect(interval[1]).toBeCloseTo(0.3339, 4);
  });
  it('intervals hold the estimate and are undefined for nothing', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 60 }), (n, some) => {
        const k = Math.min(n, some);
        for (const interval of [wilson(k, n), clopperPearson(k, n)]) {
          expect(interval?.[0]).toBeLessThanOrEqual(k / n + 1e-12);
          expect(interval?.[1]).toBeGreaterThanOrEqual(k / n - 1e-12);
        }
      }),
    );
    expect(wilson(0, 0)).toBeUndefined();
    expect(newcombe(0, 0, 1, 2)).toBeUndefined();
  });
  it('Fisher’s tea tasting, Garwood’s zero and Benjamini–Hochberg by hand', () => {
    // 3 of 4 cups right: (16 + 16 + 1 + 1) / 70.
    expect(fisherExact(3, 1, 1, 3)).toBeCloseTo(34 / 70, 10);
    expect(poissonInterval(0)[1]).toBeCloseTo(-Math.log(0.025), 8);
    expect(benjaminiHochberg([0.01, 0.04, 0.03])).toEqual([0.03, 0.04, 0.04]);
    expect(benjaminiHochberg([])).toEqual([]);
  });
});

describe('trends', () => {
  it('by hand', () => {
    expect(theilSen([1, 3, 5])).toBe(2);
    expect(theilSen([1])).toBeUndefined();
    expect(kendallTrend([1, 2, 3])).toMatchObject({ tau: 1 });
    expect(kendallTrend([1, 2, 3])?.p).toBeCloseTo(1 / 3, 12);
    expect(kendallTrend([2, 2])).toBeUndefined();
    expect(spearman([1, 2, 3], [3, 2, 1])).toBe(-1);
    expect(spearman([1, 1], [1, 2])).toBeUndefined();
  });
});

describe('control charts', () => {
  const flat = Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? 9 : 11));
  it('XmR limits and signals by hand', () => {
    const limits = xmrLimits(flat);
    expect(limits).toMatchObject({ mean: 10, mrBar: 2, lower: 10 - 5.32, upper: 15.32 });
    if (!limits) throw new Error('limits');
    expect(xmrSignals(limits, [10, 16])).toEqual([{ index: 1, rule: 'limit', side: 'above' }]);
    expect(xmrSignals(limits, [9, 9, 9, 9, 9, 9, 9])).toEqual([]);
    expect(xmrSignals(limits, [11, 9, 9, 9, 9, 9, 9, 9, 9])).toEqual([
      { index: 8, rule: 'run', side: 'below' },
    ]);
    // A value on the mean ends a run.
    expect(xmrSignals(limits, [9, 9, 9, 9, 10, 9, 9, 9, 9])).toEqual([]);
    expect(xmrLimits([1])).toBeUndefined();
  });
  it('CUSUM sees a lasting shift of one deviation in about ten points and nothing without spread', () => {
    const sd = Math.sqrt(20 / 19);
    const shifted = Array.from({ length: 20 }, () => 10 + 0.99 * sd);
    // z = .99 each time: the sum grows by .49 a point and passes 5 at the 11th.
    expect(cusum(flat, shifted)?.alarm).toEqual({ index: 10, rule: 'cusum', side: 'above' });
    expect(cusum(flat, flat)?.alarm).toBeUndefined();
    expect(cusum([1, 1, 1], [2])).toBeUndefined();
  });
});

describe('the confidence sequence', () => {
  it('is the formula of spec 04', () => {
    // ρ² = (−2 ln .05 + ln(−2 ln .05 + 1)) / 1000 = (5.991465 + 1.944690) / 1000
    expect(sequenceRho(0.05, 1000) ** 2).toBeCloseTo(0.007936155, 8);
    // n = 1,000: nρ² + 1 = 8.936155; 2·8.936155/(1000·7.936155)·ln(√8.936155/.05) = 0.00921...
    const expected = Math.sqrt(((2 * 8.936155) / (1000 * 7.936155)) * Math.log(Math.sqrt(8.936155) / 0.05));
    expect(sequenceMargin(1000, 1)).toBeCloseTo(expected, 6);
    expect(sequenceMargin(1000, 2)).toBeCloseTo(2 * expected, 6);
    // Wider than one fixed look (1.96/√n), and shrinking.
    expect(expected).toBeGreaterThan(1.96 / Math.sqrt(1000));
    expect(sequenceMargin(4000, 1)).toBeLessThan(expected);
  });
  it('excludes the truth in at most 5 % of streams looked at every 10 observations', () => {
    let seed = 12345;
    const uniform = () => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return (seed + 0.5) / 4294967296;
    };
    const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
    let wrong = 0;
    for (let stream = 0; stream < 300; stream += 1) {
      let [sum, squares, excluded] = [0, 0, false];
      for (let n = 1; n <= 2000; n += 1) {
        const value = normal();
        sum += value;
        squares += value * value;
        if (n < 100 || n % 10 !== 0) continue;
        const sd = Math.sqrt((squares - (sum * sum) / n) / (n - 1));
        if (Math.abs(sum / n) > sequenceMargin(n, sd)) excluded = true;
      }
      if (excluded) wrong += 1;
    }
    expect(wrong / 300).toBeLessThanOrEqual(0.05);
  });
  it('minimum detectable effect is 2.8 standard errors', () => {
    expect(minimumDetectable(1)).toBeCloseTo(2.8016, 4);
  });
});
