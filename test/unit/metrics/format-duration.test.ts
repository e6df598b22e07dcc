import { describe, expect, it } from 'vitest';
import { formatDuration, formatSeconds } from '../../../src/metrics/format-duration.ts';

describe('formatDuration', () => {
  it.each([
    [0, '0ms'],
    [999, '999ms'],
    [1000, '1s'],
    [59_499, '59s'],
    [59_500, '1m'],
    [61_000, '1m1s'],
    [3_600_000, '1h'],
    [7_500_000, '2h5m'],
    [-90_000, '−1m30s'],
    [3 * 86_400_000 + 4 * 3_600_000, '3d4h'],
  ])('%i ms is %s', (ms, text) => expect(formatDuration(ms)).toBe(text));
});

describe('formatSeconds', () => {
  it.each([
    [0.85, '850ms'],
    [4.23, '4.2s'],
    [59.94, '59.9s'],
    [59.96, '1m'],
    [1022.4, '17m2s'],
    [4000, '1h7m'],
    [7199, '2h'],
  ])('%f s is %s', (seconds, text) => expect(formatSeconds(seconds)).toBe(text));
});
