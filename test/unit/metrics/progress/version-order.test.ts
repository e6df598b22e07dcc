import { describe, expect, it } from 'vitest';
import { compareStable, isStable, stepBetween } from '../../../../src/metrics/progress/version-order.ts';

describe('versions', () => {
  it('are ordered by number, not by letter', () => {
    const npm = ['1.10.0', '0.9.9', '1.9.0', '2.0.0', '1.9.10', 'none'];
    expect(npm.sort((a, b) => compareStable(a, b, 'npm'))).toEqual([
      'none',
      '0.9.9',
      '1.9.0',
      '1.9.10',
      '1.10.0',
      '2.0.0',
    ]);
    const python = ['1!0.1', '2024.1', '1.0.post1', '1.0', '0.9'];
    expect(python.sort((a, b) => compareStable(a, b, 'pypi'))).toEqual([
      '0.9',
      '1.0',
      '1.0.post1',
      '2024.1',
      '1!0.1',
    ]);
    expect(compareStable('1.0', '1.0.0', 'pypi')).toBe(0);
    expect(compareStable('1.0.0+a', '1.0.0+b', 'npm')).toBe(0);
  });

  it('are stable or not by the rules of their ecosystem', () => {
    for (const version of ['1.0.0', 'v1.2.3', '1.2.3+build.5'])
      expect(isStable(version, 'npm'), version).toBe(true);
    for (const version of ['1.0.0-0', '1.0.0-rc.1', '1.0', 'latest', ''])
      expect(isStable(version, 'npm'), version).toBe(false);
    for (const version of ['1', '1.0', '1.0.post2', '1.0-1', '2024.10.1', '1.0+local'])
      expect(isStable(version, 'pypi'), version).toBe(true);
    for (const version of ['1.0a1', '1.0.dev3', '1.0-rc2', '1.0b', '1.0.post1.dev2', 'x'])
      expect(isStable(version, 'pypi'), version).toBe(false);
  });

  it('are apart by a major, minor or patch step', () => {
    expect(stepBetween('1.2.3', '2.0.0', 'npm')).toBe('major');
    expect(stepBetween('1.2.3', '1.3.0', 'npm')).toBe('minor');
    expect(stepBetween('1.2.3', '1.2.4', 'npm')).toBe('patch');
    expect(stepBetween('1.0', '1.0.0', 'pypi')).toBeNull();
    expect(stepBetween('2.0.0', '1.0.0', 'npm')).toBeNull();
  });
});
