import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chargeTime } from '../../../src/proposals/charge-time.ts';
import { observedSpan } from '../../../src/proposals/observed-span.ts';
import type { Pattern, PatternKind } from '../../../src/proposals/pattern.ts';
import { rateOf } from '../../../src/proposals/price-pattern.ts';
import { costlyFleet, profileOf, proposalsIn } from './profiles.ts';

const patternOf = (kind: PatternKind, stretches: [at: number, from: number, to: number][]): Pattern => ({
  kind,
  key: 'k',
  keys: ['k'],
  repo: null,
  stretches: stretches.map(([at, fromMs, toMs]) => ({
    at,
    fromMs,
    toMs,
    line: 1,
    measured: true,
    ended: true,
  })),
  detail: { kind: 'retry', shape: '$ x', tries: 1, succeeded: 1, error: null },
});

describe('chargeTime', () => {
  it('charges a failure before the tries it led to, and tells what is shared', () => {
    const error = patternOf('error', [[0, 10, 50]]);
    const retry = patternOf('retry', [[0, 20, 80]]);
    const charges = chargeTime([retry, error]);
    expect(charges.get(error)?.ownMs).toEqual([40]);
    expect(charges.get(retry)).toMatchObject({ ownMs: [30], sharedMs: 30, sharedWith: error });
  });

  it('gives the inner of two failures its own time, and the outer what is around it', () => {
    const outer = patternOf('error', [[0, 0, 100]]);
    const inner = patternOf('error', [[0, 20, 50]]);
    const charges = chargeTime([outer, inner]);
    expect([charges.get(outer)?.ownMs, charges.get(inner)?.ownMs]).toEqual([[70], [30]]);
  });

  it('counts every moment once, whatever overlaps', () => {
    const stretch = fc
      .tuple(fc.nat(2), fc.nat(60), fc.nat(60))
      .map(([at, a, b]): [number, number, number] => [at, Math.min(a, b), Math.max(a, b)]);
    const pattern = fc
      .tuple(
        fc.constantFrom<PatternKind>('error', 'retry', 'poll', 'slow'),
        fc.array(stretch, { maxLength: 8 }),
      )
      .map(([kind, stretches]) => patternOf(kind, stretches));
    fc.assert(
      fc.property(fc.array(pattern, { maxLength: 6 }), (patterns) => {
        const union = new Set(
          patterns.flatMap(({ stretches }) =>
            stretches.flatMap(({ at, fromMs, toMs }) =>
              Array.from({ length: toMs - fromMs }, (_, ms) => `${at} ${fromMs + ms}`),
            ),
          ),
        );
        const charges = chargeTime(patterns);
        const own = [...charges.values()].flatMap(({ ownMs }) => ownMs).reduce((sum, ms) => sum + ms, 0);
        expect(own).toBe(union.size);
      }),
    );
  });
});

describe('pricing', () => {
  it('gives a month from the weeks observed, with the interval of a compound Poisson sum', () => {
    // Ten sessions of half an hour each in five weeks: 5 h ÷ 5 × 4.345; √Σx²/Σx = 1/√10.
    const { low, mid, high } = rateOf(
      Array.from({ length: 10 }, () => 0.5),
      5,
    );
    expect(mid).toBeCloseTo(4.345, 10);
    expect(low).toBeCloseTo(4.345 * Math.exp(-1.96 / Math.sqrt(10)), 10);
    expect(high).toBeCloseTo(4.345 * Math.exp(1.96 / Math.sqrt(10)), 10);
  });

  it('prices by hand: 29 h in four weeks', () => {
    const profiles = costlyFleet('fatal: the area is locked', 29, 1, { others: 30 });
    const { proposals } = proposalsIn(profiles);
    expect(proposals).toHaveLength(1);
    const price = proposals[0]?.price;
    // Sessions on days 0 to 28: four weeks.
    expect(price?.hours).toBeCloseTo(29, 6);
    expect(price?.monthly?.mid).toBeCloseTo((29 / 4) * 4.345, 6);
    expect(price?.saving?.mid).toBeCloseTo((29 / 4) * 4.345 * 0.6, 6);
    expect(price?.net?.mid).toBeCloseTo((29 / 4) * 12 * 0.6 - 3.5 - (0.25 * 12) / 4.345, 6);
    expect(price).toMatchObject({ sessions: 29, measured: 29, confidence: 'high', priority: 'critical' });
    expect(price?.breakEvenWeeks?.mid).toBeLessThan(1);
    expect(price?.breakEvenWeeks?.low).toBeLessThan(price?.breakEvenWeeks?.mid as number);
    expect(price?.breakEvenWeeks?.high).toBeGreaterThan(price?.breakEvenWeeks?.mid as number);
  });

  it('refuses to make a week out of less than one, and a date out of nothing', () => {
    const few = costlyFleet('fatal: the area is locked', 5, 1);
    const { proposals, span } = proposalsIn(few);
    expect(span).toMatchObject({ weeks: null, reason: 'only 4 days of sessions; a week is needed' });
    expect(proposals[0]?.price).toMatchObject({
      monthly: null,
      net: null,
      breakEvenWeeks: null,
      priority: 'low',
    });
    const undated = [1, 2, 3].map((n) => profileOf(n, { began: null }));
    expect(observedSpan(undated).weeks).toBeNull();
    expect(observedSpan(undated, 30).weeks).toBeCloseTo(30 / 7, 10);
  });

  it('is never critical on a doubtful figure, and never pays on a small one', () => {
    const assumed = costlyFleet('fatal: the area is locked', 29, 1).map((profile) => ({
      ...profile,
      errors: profile.errors.map((error) => ({ ...error, basis: 'assumed' as const })),
    }));
    expect(proposalsIn(assumed).proposals[0]?.price).toMatchObject({ confidence: 'low', priority: 'high' });
    const small = proposalsIn(costlyFleet('fatal: the area is locked', 29, 0.01)).proposals[0]?.price;
    expect(small?.net?.mid).toBeLessThan(0);
    expect(small?.priority).toBe('low');
  });
});
