import { describe, expect, it } from 'vitest';
import type { HoldoutResult } from '../../../src/metrics/holdout.ts';
import type { SessionTrend } from '../../../src/metrics/session-trend.ts';
import { verdictOf } from '../../../src/metrics/verdict.ts';
import { firstVerdict, verdictShares } from '../../bench/verdict.ts';

const holdout = (verdict: HoldoutResult['verdict']): HoldoutResult => ({
  sessions: 300,
  pairs: 3000,
  held: 300,
  heldShare: 0.2,
  shownShare: 0.1,
  difference: 0.1,
  interval: [0.02, 0.18],
  detectable: 0.05,
  stockSlope: null,
  verdict,
  reason: 'Because.',
});
const trend = (
  state: SessionTrend['state'],
  series: SessionTrend['series'] = 'active minutes',
): SessionTrend => ({
  series,
  baseline: 30,
  after: 200,
  leftOut: 0,
  baselineUntil: '2026-01-31',
  change: state === 'worse' ? 0.3 : -0.3,
  interval: null,
  signal: null,
  state,
  reason: '',
});

describe('verdictOf', () => {
  it('claims benefit from the randomised hold-out only', () => {
    const cases: [HoldoutResult['verdict'], SessionTrend['state'][], string][] = [
      ['helps', ['no change seen', 'too few'], 'compounding'],
      ['helps', ['better', 'better'], 'compounding'],
      ['helps', ['worse', 'too few'], 'flat'],
      ['harms', ['better', 'better'], 'worse'],
      ['no effect seen', ['better', 'better'], 'flat'],
      ['no effect seen', ['worse', 'too few'], 'worse'],
      ['too few', ['better', 'better'], 'not enough data'],
      ['none', ['better', 'too few'], 'not enough data'],
      ['too few', ['worse', 'no change seen'], 'worse'],
      ['too few', ['worse', 'better'], 'not enough data'],
      ['too few', ['no change seen', 'no change seen'], 'flat'],
      ['too few', ['no change seen', 'too few'], 'not enough data'],
      ['broken', ['better', 'too few'], 'not enough data'],
    ];
    for (const [proof, [minutes, errors], expected] of cases) {
      const { verdict, sentence } = verdictOf(holdout(proof), [
        trend(minutes as SessionTrend['state']),
        trend(errors as SessionTrend['state'], 'repeated errors'),
      ]);
      expect([proof, minutes, errors, verdict]).toEqual([proof, minutes, errors, expected]);
      expect(sentence).toMatch(/^[A-Z].*\.$/);
    }
  });
  it('says the effect with its interval and n', () => {
    expect(verdictOf(holdout('helps'), []).sentence).toContain(
      '+10.0 points when withheld, 95 % interval +2.0 to +18.0, 3,000 pairs in 300 sessions',
    );
  });
});

/** Small versions of the tables that `test/bench/verdict.ts` prints; seeds are fixed, so these cannot flake. */
describe('verdicts over simulated fleets, looked at every 50 sessions', () => {
  it('no effect: at most 5 % are ever called compounding or worse', () => {
    const shares = verdictShares({ sessions: 600 }, 60);
    expect(shares.compounding + shares.worse).toBeLessThanOrEqual(0.05);
    const correlated = verdictShares({ sessions: 600, correlation: 0.6, sd: 1.2 }, 60);
    expect(correlated.compounding + correlated.worse).toBeLessThanOrEqual(0.05);
  });
  it('drift towards easier tasks is never called compounding', () => {
    expect(verdictShares({ sessions: 600, drift: -0.6 / 600 }, 30).compounding).toBe(0);
  });
  it('half of their errors prevented: found in all fleets', () => {
    expect(verdictShares({ sessions: 600, factEffect: 0.5 }, 20).compounding).toBeGreaterThanOrEqual(0.95);
  });
  it('facts that do harm are called worse', () => {
    expect(verdictShares({ sessions: 600, factEffect: -0.8 }, 10).worse).toBeGreaterThanOrEqual(0.9);
  });
  it('sessions that take twice as long are called worse even without a hold-out', () => {
    expect(
      verdictShares({ sessions: 600, withheld: 0, minutesEffect: Math.log(2), before: 100 }, 10).worse,
    ).toBeGreaterThanOrEqual(0.9);
  });
  it('one session, or none after the baseline, is not enough data', () => {
    expect(firstVerdict({ sessions: 1, seed: 1 }, 1).verdict).toBe('not enough data');
    expect(firstVerdict({ sessions: 60, seed: 1 }).verdict).toBe('not enough data');
  });
});
