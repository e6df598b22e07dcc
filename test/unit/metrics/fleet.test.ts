import { describe, expect, it } from 'vitest';
import type { VerificationRecorded } from '../../../src/base/events.ts';
import { deliveredTo, readFleet } from '../../../src/metrics/fleet.ts';
import { profileSession } from '../../../src/outcomes/profile-session.ts';
import { sessionOf } from '../outcomes/sessions.ts';
import { exposed, harvested, observed, timeOf } from './events.ts';
import { checkpoint, task } from './kpi/tasks.ts';

describe('readFleet', () => {
  it('counts a resumed session once, by its largest transcript', () => {
    const small = observed('aaaaaaaa-1', { id: 'one', bytes: 100, turns: 1 });
    const large = observed('aaaaaaaa-1', { id: 'two', bytes: 900, turns: 7 });
    for (const events of [
      [small, large],
      [large, small],
      [large, small, large],
    ])
      expect(readFleet(events).sessions.map(({ row }) => row.turns)).toEqual([7]);
  });

  it('counts the profile of a resumed session once, and of a purged one not at all', () => {
    const profileOf = (id: string, bytes: number) => ({
      v: 1 as const,
      id: `${id}${bytes}`,
      ...profileSession(sessionOf([{ runs: 'make' }], { id }), { redact: (text) => text, now: timeOf(0) }),
      bytes,
    });
    const [small, large] = [profileOf('aaaaaaaa-1', 100), profileOf('aaaaaaaa-1', 900)];
    const gone = profileOf('bbbbbbbb-1', 10);
    const purge = { v: 1, id: 'p', at: timeOf(9), type: 'session.purged', by: 'me', reason: null } as const;
    for (const events of [
      [small, large, gone],
      [gone, large, small],
    ])
      expect(
        readFleet([...events, { ...purge, session: 'claude-code/bbbbbbbb' }]).profiles.map(
          ({ bytes }) => bytes,
        ),
      ).toEqual([900]);
  });

  it('takes the tasks of the largest transcript of a session, in any order of rows, and none of a purged one', () => {
    const row = (name: string, number: number, bytes: number) => ({
      v: 1 as const,
      id: `${name}${number}${bytes}`,
      at: timeOf(0),
      type: 'task.observed' as const,
      ...task(name, { number, bytes, key: `${name}${number}`, contentSha256: `${name}${bytes}` }),
    });
    const rows = [
      row('one', 1, 100),
      row('one', 1, 900),
      row('one', 2, 900),
      row('gone', 1, 50),
      row('two', 1, 10),
    ];
    const purge = { v: 1, id: 'p', at: timeOf(9), type: 'session.purged', by: 'me', reason: null } as const;
    for (const events of [rows, [...rows].reverse(), [...rows, ...rows]])
      expect(
        readFleet([...events, { ...purge, session: 'claude-code/gone' }]).tasks.map(
          ({ sessionId, number, bytes }) => [sessionId, number, bytes],
        ),
      ).toEqual([
        ['one', 1, 900],
        ['one', 2, 900],
        ['two', 1, 10],
      ]);
  });

  it('takes the row that knows the tree, where a session was harvested twice', () => {
    const row = (id: string, tree: string | null) => ({
      v: 1 as const,
      id,
      at: timeOf(0),
      type: 'task.observed' as const,
      ...task('one', { checkpoint: checkpoint(1000, { tree }) }),
    });
    for (const events of [
      [row('a', 't1'), row('b', null)],
      [row('a', null), row('b', 't1')],
    ])
      expect(readFleet(events).tasks.map(({ checkpoint: found }) => found?.tree)).toEqual(['t1']);
  });

  it('takes the last word on how a session was checked, and every record of a runner', () => {
    const record = (id: string, part: Partial<VerificationRecorded>): VerificationRecorded => ({
      v: 1,
      id,
      at: timeOf(1),
      type: 'verification.recorded',
      source: 'session',
      session: 'claude-code/one',
      sessionId: 'one',
      agent: 'claude-code',
      run: null,
      repo: null,
      tree: null,
      outcome: 'green',
      reason: null,
      checks: [],
      bytes: 100,
      ...part,
    });
    const runner = { source: 'runner', session: null, sessionId: null, agent: null, bytes: null } as const;
    const rows = [
      record('a', {}),
      record('b', { bytes: 900, outcome: 'red' }),
      record('c', { ...runner, tree: 't1' }),
      record('d', { ...runner, tree: 't2' }),
    ];
    for (const events of [rows, [...rows].reverse()])
      expect(
        readFleet(events)
          .verifications.map(({ id }) => id)
          .sort(),
      ).toEqual(['b', 'c', 'd']);
  });

  it('keeps equal ids of two agents apart and orders by start', () => {
    const events = [
      observed('s1', { id: 'a', startedAt: timeOf(2) }),
      observed('s1', { id: 'b', agent: 'codex', startedAt: timeOf(1) }),
    ];
    expect(readFleet(events).sessions.map(({ row, day }) => [row.agent, day])).toEqual([
      ['codex', '2026-03-03'],
      ['claude-code', '2026-03-04'],
    ]);
  });

  it('takes the UTC day of the start, and the row’s own time for a session without times', () => {
    const late = observed('a', { startedAt: '2026-03-02T23:30:00-05:00' });
    const timeless = observed('b', { startedAt: null, at: timeOf(5) });
    expect(readFleet([late, timeless]).sessions.map(({ day }) => day)).toEqual(['2026-03-03', '2026-03-07']);
  });

  it('forgets purged sessions everywhere', () => {
    const purge = {
      v: 1,
      id: 'p',
      at: timeOf(9),
      type: 'session.purged',
      session: 'claude-code/aaaaaaaa',
      by: 'me',
      reason: null,
    } as const;
    const fleet = readFleet([
      observed('aaaaaaaa-1'),
      harvested('aaaaaaaa-1', { factErrors: { f: ['k'] } }),
      observed('bbbbbbbb-1'),
      purge,
    ]);
    expect(fleet.sessions.map(({ row }) => row.sessionId)).toEqual(['bbbbbbbb-1']);
    expect(fleet.harvests).toEqual([]);
    expect(fleet.factErrors.size).toBe(0);
    expect(fleet.purges).toHaveLength(1);
  });

  it('joins exposures by session and keeps those without one', () => {
    const fleet = readFleet([
      exposed('s1', ['f1', '-f2'], { id: 'x1' }),
      exposed('s1', ['f1', 'f3'], { id: 'x2', at: timeOf(0, 12) }),
      exposed('s9', ['f1']),
      observed('s1'),
    ]);
    expect(fleet.sessions.map(deliveredTo)).toEqual([['f1', 'f3']]);
    expect(fleet.unobserved.map(({ sessionId }) => sessionId)).toEqual(['s9']);
  });

  it('gathers the failures facts stand on over all harvests', () => {
    const fleet = readFleet([
      harvested('s1', { factErrors: { f1: ['k1'] } }),
      harvested('s2', { factErrors: { f1: ['k2'], f2: ['k3'] } }),
    ]);
    expect([...fleet.factErrors].map(([id, keys]) => [id, [...keys]])).toEqual([
      ['f1', ['k1', 'k2']],
      ['f2', ['k3']],
    ]);
  });
});
