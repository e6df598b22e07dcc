import { describe, expect, it } from 'vitest';
import { decayedConfidence } from '../../../src/knowledge/decay.ts';

const fact = { confidence: 0.9, firstSeen: '2026-01-01', lastConfirmed: '2026-02-02', pinned: false };

/** Closed form: confidence − 0.05 × rate × days / 7, not below its floor. */
describe('confidence on a day', () => {
  it.each([
    // day, anchor, expected for 0.9 confirmed on 2026-02-02
    ['2026-02-02', 'unknown', 0.9],
    ['2026-02-09', 'unknown', 0.85],
    ['2026-03-30', 'unknown', 0.5],
    ['2026-04-27', 'unknown', 0.3],
    ['2026-05-25', 'unknown', 0.1],
    ['2026-06-08', 'unknown', 0.1],
    ['2027-02-02', 'unknown', 0.1],
    ['2026-02-16', 'unchanged', 0.85],
    ['2026-06-22', 'unchanged', 0.4],
    ['2026-02-09', 'changed', 0.8],
    ['2026-03-30', 'changed', 0.1],
    ['2026-04-27', 'changed', 0.1],
    ['2026-02-05', 'unknown', 0.9 - (0.05 * 3) / 7],
  ] as const)('%s, files %s: %f', (day, anchor, expected) => {
    expect(decayedConfidence(fact, day, anchor)).toBeCloseTo(expected, 10);
  });

  it('does not rise when the clock stands before the confirmation', () => {
    expect(decayedConfidence(fact, '2025-12-01')).toBe(0.9);
  });

  it('does not lift a fact that was less sure from the start', () => {
    expect(decayedConfidence({ ...fact, confidence: 0.05 }, '2027-02-02')).toBe(0.05);
  });

  it('is at least 0.7 for a pinned fact', () => {
    expect(decayedConfidence({ ...fact, pinned: true }, '2027-02-02')).toBe(0.7);
    expect(decayedConfidence({ ...fact, pinned: true }, '2026-02-09')).toBeCloseTo(0.85, 10);
    expect(decayedConfidence({ ...fact, pinned: true, confidence: 0.5 }, '2027-02-02')).toBe(0.7);
  });

  it('counts from the first day when it was never confirmed, and not at all without a day', () => {
    expect(decayedConfidence({ ...fact, lastConfirmed: null }, '2026-01-15')).toBeCloseTo(0.8, 10);
    expect(decayedConfidence({ ...fact, lastConfirmed: null, firstSeen: null }, '2030-01-01')).toBe(0.9);
  });
});
