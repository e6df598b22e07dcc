import { describe, expect, it } from 'vitest';
import { falseProposals, judgeFleet } from '../../bench/propose.ts';

/** Small versions of what `test/bench/propose.ts` prints; seeds are fixed, so these cannot flake. */
describe('planted waste', () => {
  it('is found, ranked and priced', () => {
    const { correlation, costErrors } = judgeFleet(3, 120);
    expect(correlation).toBeGreaterThanOrEqual(0.9);
    expect(Math.max(...costErrors)).toBeLessThanOrEqual(0.2);
  });
  it('is not found where there is none', () => {
    expect([11, 12, 13].flatMap((seed) => falseProposals(seed, 50))).toEqual([]);
  });
});
