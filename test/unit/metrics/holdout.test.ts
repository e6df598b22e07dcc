import { describe, expect, it } from 'vitest';
import { addDays } from '../../../src/base/calendar.ts';
import type { KaizenEvent } from '../../../src/base/events.ts';
import { minimumDetectable } from '../../../src/base/statistics/sequence.ts';
import { readFleet } from '../../../src/metrics/fleet.ts';
import { estimateHoldout, type HoldoutUnit, holdoutUnits } from '../../../src/metrics/holdout.ts';
import { indexErrors } from '../../../src/outcomes/error-keys.ts';
import { randomFrom } from '../../bench/simulate-fleet.ts';
import { factOf } from '../outcomes/sessions.ts';
import { exposed, observed, timeOf } from './events.ts';

const facts = ['one', 'two', 'new'].map((name) =>
  factOf({
    id: name.repeat(4).slice(0, 10),
    firstSeen: name === 'new' ? '2026-03-20' : '2026-03-01',
    sources: [],
  }),
);
const ledger = new Map(facts.map((fact, i) => [fact.id, new Set([`key${i}`])]));
const unitsOf = (events: KaizenEvent[]) =>
  holdoutUnits(readFleet(events).sessions, indexErrors(facts, ledger));

describe('holdoutUnits', () => {
  const [one, two, fresh] = facts.map((fact) => fact.id) as [string, string, string];
  it('pairs each chosen fact whose error can recur with whether it did', () => {
    const events: KaizenEvent[] = [
      // The first time an error is seen there is nothing to recur.
      observed('s0', { startedAt: timeOf(0), errorFingerprints: { key0: 1 } }),
      exposed('s0', [one]),
      observed('s1', { startedAt: timeOf(1), errorFingerprints: { key0: 2 } }),
      exposed('s1', [one, `-${two}`, fresh, 'gonegonego']),
    ];
    expect(unitsOf(events)).toEqual([
      { day: '2026-03-03', stock: 30, pairs: [{ factId: one, held: false, q: 0.9, occurred: true }] },
    ]);
  });
  it('counts one assignment a session, however often it was made', () => {
    const events: KaizenEvent[] = [
      observed('s0', { startedAt: timeOf(0), errorFingerprints: { key0: 1, key1: 1, key2: 1 } }),
      observed('s1', { startedAt: timeOf(1) }),
      exposed('s1', [one, `-${two}`], { id: 'x1' }),
      exposed('s1', [one, `-${two}`, fresh], { id: 'x2', at: timeOf(1, 12), stock: 31 }),
    ];
    expect(unitsOf(events)[0]?.pairs.map(({ factId, held }) => [factId, held])).toEqual([
      [one, false],
      [two, true],
    ]);
  });
  it('leaves out facts newer than the session and draws without chance', () => {
    const certain = exposed('s1', [fresh, one]);
    certain.would = certain.would.map((chosen) => (chosen.id === one ? { ...chosen, q: 1 } : chosen));
    expect(
      unitsOf([
        observed('s0', { startedAt: timeOf(0), errorFingerprints: { key0: 1, key2: 1 } }),
        observed('s1', { startedAt: timeOf(1) }),
        certain,
      ]),
    ).toEqual([]);
  });
});

/** Units with known chances: `perDay` sessions a day of ten pairs each. */
function drawUnits(
  sessions: number,
  chance: { held: number; shown: number },
  seed: number,
  withheld = 0.1,
): HoldoutUnit[] {
  const random = randomFrom(seed);
  return Array.from({ length: sessions }, (_, i) => ({
    day: addDays('2026-01-01', Math.floor(i / 10)),
    stock: 20 + i,
    pairs: Array.from({ length: 10 }, (_, fact) => {
      const held = random() < withheld;
      return { factId: `f${fact}`, held, q: 0.9, occurred: random() < (held ? chance.held : chance.shown) };
    }),
  }));
}

describe('estimateHoldout', () => {
  it('says what is missing instead of an estimate', () => {
    expect(estimateHoldout([])).toMatchObject({
      verdict: 'none',
      difference: null,
      interval: null,
      heldShare: null,
    });
    const few = estimateHoldout(drawUnits(60, { held: 0.5, shown: 0.1 }, 1));
    expect(few).toMatchObject({ verdict: 'too few', difference: null, interval: null });
    expect(few.reason).toMatch(/60 of 100 sessions/);
    expect(
      estimateHoldout(
        drawUnits(60, { held: 0.5, shown: 0.1 }, 1).map((unit) => ({ ...unit, day: '2026-01-01' })),
      ).reason,
    ).toMatch(/1 of 7 days/);
  });
  it('is close to the truth and covers it', () => {
    let [sum, covered] = [0, 0];
    for (let seed = 1; seed <= 60; seed += 1) {
      const { difference, interval } = estimateHoldout(drawUnits(400, { held: 0.2, shown: 0.1 }, seed));
      sum += difference as number;
      if (interval && interval[0] <= 0.1 && interval[1] >= 0.1) covered += 1;
    }
    expect(sum / 60).toBeCloseTo(0.1, 1.7);
    expect(covered).toBeGreaterThanOrEqual(57);
  });
  it('A/A: drawn again and again over the same sessions, one look errs about as often as it says', () => {
    const units = drawUnits(300, { held: 0.2, shown: 0.2 }, 21);
    const random = randomFrom(77);
    let wrong = 0;
    for (let draw = 0; draw < 400; draw += 1) {
      const again = units.map((unit) => ({
        ...unit,
        pairs: unit.pairs.map((pair) => ({ ...pair, held: random() < 0.1 })),
      }));
      const { difference, detectable } = estimateHoldout(again);
      const standardError = (detectable as number) / minimumDetectable(1);
      if (Math.abs(difference as number) > 1.96 * standardError) wrong += 1;
    }
    expect(wrong / 400).toBeGreaterThan(0.02);
    expect(wrong / 400).toBeLessThan(0.065);
  });
  it('finds help, harm and nothing', () => {
    expect(estimateHoldout(drawUnits(800, { held: 0.25, shown: 0.1 }, 3)).verdict).toBe('helps');
    expect(estimateHoldout(drawUnits(800, { held: 0.1, shown: 0.25 }, 3)).verdict).toBe('harms');
    expect(estimateHoldout(drawUnits(3000, { held: 0.3, shown: 0.3 }, 3)).verdict).toBe('no effect seen');
    const open = estimateHoldout(drawUnits(150, { held: 0.15, shown: 0.15 }, 3));
    expect(open.verdict).toBe('too few');
    expect(open.reason).toMatch(/more sessions would show a halving/);
    expect(open.detectable).toBeGreaterThan(0);
  });
  it('reports nothing when the draw was not the one it was set to', () => {
    const broken = estimateHoldout(drawUnits(400, { held: 0.2, shown: 0.1 }, 4, 0.3));
    expect(broken).toMatchObject({ verdict: 'broken', difference: null });
  });
  it('sees an effect that grows with the stock', () => {
    const random = randomFrom(9);
    const units = Array.from(
      { length: 3000 },
      (_, i): HoldoutUnit => ({
        day: addDays('2026-01-01', Math.floor(i / 10)),
        stock: i + 1,
        pairs: Array.from({ length: 10 }, (_, fact) => {
          const held = random() < 0.1;
          const effect = 0.04 * Math.log1p(i + 1);
          return { factId: `f${fact}`, held, q: 0.9, occurred: random() < 0.4 - (held ? 0 : effect) };
        }),
      }),
    );
    const { stockSlope } = estimateHoldout(units);
    expect(stockSlope?.interval[0]).toBeGreaterThan(0);
    expect(estimateHoldout(drawUnits(150, { held: 0.2, shown: 0.1 }, 1)).stockSlope).toBeNull();
  });
});
