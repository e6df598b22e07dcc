import { describe, expect, it } from 'vitest';
import { shortCount } from '../../../src/cli/format-figures.ts';

describe('a count in few characters', () => {
  it.each([
    [0, '0'],
    [999, '999'],
    [1000, '1.0k'],
    [12_345, '12.3k'],
    [99_949, '99.9k'],
    [99_960, '100k'],
    [999_499, '999k'],
    [999_600, '1.0M'],
    [999_499_999, '999M'],
    [999_600_000, '1.0G'],
    [12_345_678_901, '12.3G'],
  ])('%d is %s', (count, shown) => {
    expect(shortCount(count)).toBe(shown);
  });
});
