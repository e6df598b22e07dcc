import { describe, expect, it } from 'vitest';
import { readFleet } from '../../../src/metrics/fleet.ts';
import { profileSession } from '../../../src/outcomes/profile-session.ts';
import { sessionsOf } from '../../../src/proposals/pattern.ts';
import { errorPatterns } from '../../../src/proposals/patterns/error-patterns.ts';
import { runPatterns } from '../../../src/proposals/patterns/run-patterns.ts';
import { slowPatterns } from '../../../src/proposals/patterns/slow-patterns.ts';
import { profilesOf } from '../../../src/proposals/work-profile.ts';
import { sessionOf } from '../outcomes/sessions.ts';
import { profileOf, proposalsIn } from './profiles.ts';

const locked = 'fatal: the area <value> is locked by <n>';

describe('errorPatterns', () => {
  it('takes wordings for one failure, and three times in one session for one session', () => {
    const once = { at: 10 };
    const profiles = [
      profileOf(1, { errors: [1, 2, 3].map((n) => ({ template: locked, at: 10 * n })) }),
      profileOf(2, { errors: [{ ...once, template: 'fatal: the area <value> is locked by nobody' }] }),
      profileOf(3, { errors: [{ ...once, template: 'error: nothing like it' }] }),
    ];
    const patterns = errorPatterns(profiles);
    expect(patterns.map((pattern) => [pattern.stretches.length, sessionsOf(pattern)])).toEqual([
      [4, 2],
      [1, 1],
    ]);
    expect(patterns[0]?.keys).toHaveLength(2);
    expect(proposalsIn(profiles).proposals).toEqual([]);
  });

  it('tells missing programs apart, whatever mining would say, and time-outs by what ran', () => {
    const missing = (n: number, program: string) =>
      profileOf(n, { errors: [{ template: `bash: line <n>: ${program}: command not found`, at: 1 }] });
    expect(errorPatterns([missing(1, 'docker'), missing(2, 'redis-cli')]).map(({ key }) => key)).toEqual([
      'missing:docker',
      'missing:redis-cli',
    ]);
    const timeout = (n: number, shape: string) =>
      profileOf(n, { errors: [{ template: 'Command timed out after <n>m', at: 1, shape }] });
    expect(errorPatterns([timeout(1, '$ find'), timeout(2, '$ nix fmt'), timeout(3, '$ find')])).toHaveLength(
      2,
    );
  });

  it('charges a failure that nothing ended with its own call, and says so', () => {
    const [pattern] = errorPatterns([
      profileOf(1, { errors: [{ template: locked, at: 100, took: 7, green: null }] }),
    ]);
    expect(pattern?.stretches).toMatchObject([{ fromMs: 93_000, toMs: 100_000, ended: false }]);
  });

  it('collects the fixes that sessions show, most often seen first', () => {
    const fix = (n: number, did: string, fix: string) =>
      profileOf(n, { errors: [{ template: locked, at: 1, did, fix, how: 'other' }] });
    const [pattern] = errorPatterns([
      fix(1, 'python x.py', 'python3 x.py'),
      fix(2, 'python x.py --all', 'uv run x.py'),
      fix(3, 'python x.py', 'python3 x.py'),
    ]);
    expect(pattern?.detail).toMatchObject({
      endings: { again: 0, other: 3, edited: 0, none: 0, untold: 0 },
      fixes: [
        { fix: 'python3 x.py', sessions: 2 },
        { fix: 'uv run x.py', sessions: 1 },
      ],
    });
  });
});

describe('runPatterns', () => {
  it('keeps retried commands by repository, and polls and tools together', () => {
    const run = (n: number, shape: string, repo: string, kind: 'retry' | 'poll') =>
      profileOf(n, { repo, runs: [{ shape, kind, start: 1, length: 9 }] });
    const keys = runPatterns([
      run(1, '$ npm test', 'a/a', 'retry'),
      run(2, '$ npm test', 'b/b', 'retry'),
      run(3, 'Read .ts', 'a/a', 'retry'),
      run(4, 'Read .ts', 'b/b', 'retry'),
      run(5, '$ gh run view', 'a/a', 'poll'),
      run(6, '$ gh run view', 'b/b', 'poll'),
    ]).map(({ kind, key, stretches }) => [kind, key, stretches.length]);
    expect(keys).toEqual([
      ['retry', 'a/a $ npm test', 1],
      ['retry', 'b/b $ npm test', 1],
      ['retry', 'Read .ts', 2],
      ['poll', '$ gh run view', 2],
    ]);
  });
});

describe('slowPatterns', () => {
  const calls = (took: readonly number[], shape = '$ deploy') =>
    took.map((seconds, index) => profileOf(index, { calls: [[shape, 100, seconds]] }));
  const repeat = (n: number, value: number) => Array.from({ length: n }, () => value);

  it('sees a tail that a mean hides, and charges the excess over the median', () => {
    const [pattern] = slowPatterns(calls([...repeat(18, 0.01), 40, 40]));
    expect(pattern?.detail).toMatchObject({ medianMs: 10, p95Ms: 40_000, referenceMs: 10, calls: 20 });
    expect(pattern?.stretches.map(({ fromMs, toMs }) => toMs - fromMs)).toEqual([39_990, 39_990]);
  });

  it('is not misled by one outlier among few, and says when n is too small for a 95th percentile', () => {
    expect(slowPatterns(calls([...repeat(4, 0.01), 30]))).toEqual([]);
    expect(slowPatterns(calls([...repeat(9, 1), 30, 40]))[0]?.detail).toMatchObject({ p95Ms: null });
  });

  it('keeps quiet about ordinary spread, approvals, other agents and calls that fail', () => {
    const spread = Array.from({ length: 60 }, (_, index) => 20 * Math.exp(0.4 * Math.sin(index)));
    expect(slowPatterns(calls(spread))).toEqual([]);
    const hanging = [...repeat(18, 1), 400, 400, 400];
    for (const shape of ['Edit .ts', 'Task', 'AskUserQuestion', '$ sleep', '$ gh pr checks'])
      expect(slowPatterns(calls(hanging, shape))).toEqual([]);
    expect(
      slowPatterns(
        hanging.map((took, n) => profileOf(n, { calls: [['$ deploy', 0, took, took > 1 ? 'x' : '.']] })),
      ),
    ).toEqual([]);
  });

  it('measures a tool that got slower against what it was, and one that always is against a budget', () => {
    const [grown] = slowPatterns(calls([...repeat(30, 2), ...repeat(31, 25)]));
    expect(grown?.detail).toMatchObject({ standing: false, referenceMs: 2000 });
    const [standing] = slowPatterns(calls(repeat(20, 200), '$ npm test'));
    expect(standing?.detail).toMatchObject({ standing: true, isCheck: true, referenceMs: 90_000 });
  });
});

describe('profilesOf', () => {
  it('counts what two forks of one session share once', () => {
    const steps = [{ runs: 'deploy', gives: 'fatal: the area is locked', exitCode: 1 }, { runs: 'deploy' }];
    const row = (id: string) =>
      profileSession(sessionOf(steps, { id }), { redact: (text) => text, now: '2026-12-01T00:00:00Z' });
    const [first, second] = profilesOf([row('aaaaaaaa'), row('bbbbbbbb')]);
    expect([first?.errors.length, second?.errors.length]).toEqual([1, 0]);
    expect([first?.calls.outcome, second?.calls.outcome]).toEqual(['x.', '']);
  });

  it('gives the same proposals in any order of the log', () => {
    const events = Array.from({ length: 12 }, (_, n) => ({
      v: 1 as const,
      id: `e${n}`,
      ...profileSession(
        sessionOf(
          [
            { runs: 'deploy', gives: `fatal: the area ${n % 2 ? 'north' : 'south'} is locked`, exitCode: 1 },
            { runs: 'cat log' },
            { runs: 'deploy' },
          ],
          { id: `s${n}`, start: new Date(Date.UTC(2026, 2, 1 + n)).toISOString() },
        ),
        { redact: (text) => text, now: '' },
      ),
    }));
    const told = (rows: typeof events) => {
      const profiles = profilesOf(readFleet(rows).profiles);
      return proposalsIn(profiles).proposals.map(({ id, title, price }) => [id, title, price]);
    };
    expect(told(events)).toHaveLength(1);
    expect(told([...events].reverse())).toEqual(told(events));
    expect(told([...events.slice(5), ...events.slice(0, 5)])).toEqual(told(events));
  });

  it('takes a local clone for the one repository of its name, and for none of two', () => {
    const rows = (...repos: string[]) =>
      repos.map((repo, n) => ({
        ...profileSession(sessionOf([{ runs: 'x' }], { id: `${n}`, start: `2026-03-0${n + 1}T10:00:00Z` }), {
          redact: (text) => text,
          now: '',
        }),
        repo,
      }));
    expect(profilesOf(rows('local/app', 'acme/app')).map(({ repo }) => repo)).toEqual([
      'acme/app',
      'acme/app',
    ]);
    expect(profilesOf(rows('local/app', 'acme/app', 'me/app'))[0]?.repo).toBe('local/app');
  });
});
