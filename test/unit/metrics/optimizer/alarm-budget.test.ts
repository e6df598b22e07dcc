import { describe, expect, it } from 'vitest';
import { chanceOf, type Question } from '../../../../src/metrics/optimizer/alarm-budget.ts';

const firstWeight = 6 / Math.PI ** 2;
const certain = Math.log(1e6);
/** The share of a question, from the chance that a known evidence has under it. */
const shareOf = (question: Question) =>
  1 / (1e6 * firstWeight * chanceOf(question, [{ t: 1, at: 0 }], () => certain));

describe('the budget of false alarms', () => {
  it('is shared out and not more than once', () => {
    const about = [
      ...(['success', 'primary', 'time', 'quality', 'cost', 'outliers'] as const).map((one) =>
        shareOf({ about: one }),
      ),
      // Lists divide their share endlessly: the first item's share over its weight is that of the list.
      ...(['secondary', 'spread', 'errors', 'missing'] as const).map(
        (one) => shareOf({ about: one }) / firstWeight,
      ),
    ];
    expect(about.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 9);
    for (const [part, beside] of [
      ['target', 'change beside a target'],
      ['floor', 'change beside a floor'],
    ] as const)
      expect(shareOf({ about: 'success', part }) + shareOf({ about: 'success', part: beside })).toBeCloseTo(
        shareOf({ about: 'success' }),
        9,
      );
  });
  it('by hand: evidence 1,000 at the second of two starts', () => {
    const starts = [
      { t: 1, at: 0 },
      { t: 2, at: 10 },
    ];
    const chance = chanceOf({ about: 'time' }, starts, (start) => (start.t === 2 ? Math.log(1000) : 0));
    expect(chance).toBeCloseTo(1 / (0.15 * (firstWeight + (firstWeight / 4) * 1000)), 9);
    expect(chanceOf({ about: 'time' }, starts, () => Number.NEGATIVE_INFINITY)).toBe(1);
    expect(chanceOf({ about: 'time' }, [], () => 0)).toBe(1);
    // Evidence too large for a number.
    expect(chanceOf({ about: 'time' }, starts, () => 5000)).toBe(0);
  });
});
