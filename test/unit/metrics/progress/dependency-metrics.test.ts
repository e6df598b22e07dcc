import { describe, expect, it } from 'vitest';
import {
  ageOf,
  dependencyMetrics,
  type Release,
} from '../../../../src/metrics/progress/dependency-metrics.ts';

const locked = (version: string) => ({
  ecosystem: 'npm' as const,
  name: 'a',
  version,
  host: null,
  elsewhere: null,
});
const releases = (dates: Record<string, string>): Release[] =>
  Object.entries(dates).map(([version, at]) => ({ version, at, withdrawn: false }));
const at = Date.parse('2026-01-01T00:00:00Z');
const year = 365.2425;

describe('ageOf', () => {
  it('is the time from the release of the locked version to that of the latest stable one', () => {
    // 2024-01-01 to 2025-01-01 are 366 days, to the moment 2026-01-01 another 365.
    const found = ageOf(
      locked('1.0.0'),
      {
        releases: releases({
          '1.0.0': '2024-01-01T00:00:00Z',
          '1.1.0': '2024-06-01T00:00:00Z',
          '2.0.0': '2025-01-01T00:00:00Z',
          '3.0.0-rc.1': '2025-06-01T00:00:00Z',
        }),
      },
      at,
    );
    expect(found).toMatchObject({ latest: '2.0.0', releasesBehind: 2, step: 'major', reason: null });
    expect(found.libyears).toBeCloseTo(366 / year, 9);
    expect(found.pulseYears).toBeCloseTo(365 / year, 9);
  });

  it('does not know what came later, and so gives the past its own age', () => {
    const dates = releases({
      '1.0.0': '2024-01-01T00:00:00Z',
      '2.0.0': '2025-01-01T00:00:00Z',
      '3.0.0': '2026-06-01T00:00:00Z',
    });
    expect(ageOf(locked('1.0.0'), { releases: dates }, at).latest).toBe('2.0.0');
    expect(ageOf(locked('1.0.0'), { releases: dates }, Date.parse('2024-12-01')).libyears).toBe(0);
    expect(ageOf(locked('3.0.0'), { releases: dates }, at)).toMatchObject({
      libyears: null,
      reason: 'the registry dates this version later than it was used',
    });
  });

  it('counts a backport that is younger than the latest, and a pre-release ahead of it, as not behind in time', () => {
    const dates = releases({
      '1.0.1': '2025-05-01T00:00:00Z',
      '2.0.0': '2025-01-01T00:00:00Z',
      '3.0.0-beta.1': '2025-06-01T00:00:00Z',
    });
    expect(ageOf(locked('1.0.1'), { releases: dates }, at)).toMatchObject({
      libyears: 0,
      releasesBehind: 1,
      step: 'major',
    });
    expect(ageOf(locked('3.0.0-beta.1'), { releases: dates }, at)).toMatchObject({ libyears: 0, step: null });
  });

  it('says what it cannot know', () => {
    const withdrawn = [{ version: '1.0.0', at: '2024-01-01T00:00:00Z', withdrawn: true }];
    const reasons = [
      ageOf(locked('1.0.0'), { unknown: 'no answer', failed: true }, at),
      ageOf(locked('9.0.0'), { releases: releases({ '1.0.0': '2024-01-01T00:00:00Z' }) }, at),
      ageOf(locked('1.0.0'), { releases: [{ version: '1.0.0', at: null, withdrawn: false }] }, at),
      ageOf(locked('1.0.0-a'), { releases: releases({ '1.0.0-a': '2024-01-01T00:00:00Z' }) }, at),
      ageOf(locked('1.0.0'), { releases: withdrawn }, at),
    ].map(({ libyears, reason }) => [libyears, reason]);
    expect(reasons).toEqual([
      [null, 'no answer'],
      [null, 'the registry does not know this version, or not its date'],
      [null, 'the registry does not know this version, or not its date'],
      [null, 'there are only pre-releases or withdrawn versions'],
      [null, 'there are only pre-releases or withdrawn versions'],
    ]);
  });

  it('does not trust a mirror that dates most releases at the hour it copied them', () => {
    const dates = Object.fromEntries(
      Array.from({ length: 9 }, (_, minor) => [`1.${minor}.0`, `2025-03-01T10:0${minor}:00Z`]),
    );
    expect(ageOf(locked('1.2.0'), { releases: releases(dates) }, at).reason).toContain('within one hour');
    // The latest needs no date to be the latest.
    expect(ageOf(locked('1.8.0'), { releases: releases(dates) }, at)).toMatchObject({
      libyears: 0,
      pulseYears: null,
    });
  });
});

describe('dependencyMetrics', () => {
  it('sums what is known, and is partial where a registry failed', () => {
    const known = ageOf(
      locked('1.0.0'),
      { releases: releases({ '1.0.0': '2024-01-01T00:00:00Z', '2.0.0': '2025-01-01T00:00:00Z' }) },
      at,
    );
    const fresh = ageOf(locked('2.0.0'), { releases: releases({ '2.0.0': '2025-01-01T00:00:00Z' }) }, at);
    const failed = ageOf(locked('1.0.0'), { unknown: 'no connection', failed: true }, at);
    const [libyears, drift, pulse] = dependencyMetrics([known, fresh, failed], ['a note']);
    expect(libyears).toMatchObject({ n: 2, denominator: 2, partial: true });
    expect(libyears?.value).toBeCloseTo(366 / year, 9);
    expect(drift?.value).toBeCloseTo(183 / year, 9);
    expect(pulse?.value).toBeCloseTo(365 / year, 9);
    expect(libyears?.notes).toEqual([
      'a note',
      '1 of 3 dependencies not dated (a): no connection.',
      '1 of 2 are behind: 1 by a major version, 0 by a minor, 0 by a patch.',
    ]);
    expect(dependencyMetrics([], [])[0]).toMatchObject({
      value: null,
      reason: 'No lock file pins a direct dependency.',
    });
    expect(dependencyMetrics([failed], [])[0]).toMatchObject({ value: null, partial: true });
  });
});
