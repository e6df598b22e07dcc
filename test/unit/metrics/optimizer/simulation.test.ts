import { describe, expect, it } from 'vitest';
import {
  type Case,
  changes,
  delays,
  falseFindings,
  naiveFindings,
  stable,
} from '../../../bench/optimizer.ts';

// The same agents every time; `npm run bench -- optimizer` has more of them and prints the tables.
const weekly = stable.filter((one) => one.everyDays === undefined && one.truth.correlation === undefined);

describe('fifty weekly looks', () => {
  it('at most 5 % of agents that do not change get any recommendation', () => {
    const wrong = weekly.map((one) => falseFindings(one, 3));
    expect(wrong.flat().length).toBeLessThanOrEqual(0.05 * 3 * weekly.length);
  });
  it('neither do those whose neighbouring runs are alike', () => {
    const alike = stable.find(({ truth }) => truth.correlation === 0.6) as Case;
    expect(falseFindings(alike, 16).length).toBeLessThanOrEqual(1);
  });
  it('plain intervals would blame most of those on their target', () => {
    expect(naiveFindings(stable[0] as Case, 20)).toBeGreaterThan(8);
  });
  it('what doubles or halves is seen within weeks', () => {
    const medianDelay = (name: string) => {
      const one = changes.find((change) => change.name.startsWith(name)) as Case;
      const { weeks } = delays(one, 5);
      expect(weeks.length).toBe(5);
      return weeks.sort((a, b) => a - b)[2] as number;
    };
    expect(medianDelay('success 90 % → 40 % (target')).toBeLessThanOrEqual(3);
    expect(medianDelay('time × 2 (no target)')).toBeLessThanOrEqual(4);
    expect(medianDelay('tokens × 2')).toBeLessThanOrEqual(4);
  });
});
