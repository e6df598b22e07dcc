import { describe, expect, it } from 'vitest';
import type { KaizenEvent } from '../../../src/base/events.ts';
import type { Fact } from '../../../src/knowledge/fact.ts';
import type { DefinitionId } from '../../../src/metrics/definitions.ts';
import { type FigureRow, measureFleet } from '../../../src/metrics/measurement.ts';
import { parseWindowDays, windowBefore, windowEnding } from '../../../src/metrics/window.ts';
import { factOf } from '../outcomes/sessions.ts';
import { exposed, observed, timeOf } from './events.ts';

const measured = (events: KaizenEvent[], facts: Fact[] = [], asOf = '2026-03-08') =>
  measureFleet({ events, facts, asOf, windowDays: 7 });
const row = (events: KaizenEvent[], id: DefinitionId, facts: Fact[] = []) =>
  measured(events, facts).figures.find((one) => one.window.id === id) as FigureRow;
const figure = (events: KaizenEvent[], id: DefinitionId, facts: Fact[] = []) => row(events, id, facts).window;

describe('windows', () => {
  it('are whole UTC days that end with the day given', () => {
    expect(windowEnding('2026-03-08', 7)).toEqual({ from: '2026-03-02', to: '2026-03-08', days: 7 });
    expect(windowBefore(windowEnding('2026-03-08', 7))).toEqual({
      from: '2026-02-23',
      to: '2026-03-01',
      days: 7,
    });
    expect(windowEnding('2026-03-08', 1)).toMatchObject({ from: '2026-03-08', to: '2026-03-08' });
  });
  it('are read as days or weeks', () => {
    expect(['7d', '2w', '30'].map((text) => parseWindowDays(text))).toEqual([7, 14, 30]);
    for (const bad of ['', '0', '-1', '1y', '7 d', '99999', 'd'])
      expect(() => parseWindowDays(bad)).toThrow(/--window/);
  });
  it('hold the sessions of both edge days and of no other', () => {
    const events = [-1, 0, 6, 7].map((day) =>
      observed(`s${day}`, { startedAt: timeOf(day, day === 6 ? 23 : 0) }),
    );
    expect(figure(events, 'sessions').value).toBe(2);
    expect(row(events, 'sessions').before.value).toBe(1);
    // A session after the day of the measurement does not exist for it.
    expect(row(events, 'sessions').all.value).toBe(3);
  });
});

describe('figures by hand', () => {
  it('first-try success: 3 of 4 known, 1 unknown left out', () => {
    const events = (['green', 'green', 'green', 'red', null] as const).map((firstCheck, i) =>
      observed(`s${i}`, { firstCheck }),
    );
    const found = figure(events, 'first_try');
    expect(found).toMatchObject({ value: 0.75, n: 4, coverage: { usable: 4, total: 5 } });
    // Wilson 3 of 4: 30.1 to 95.4 %.
    expect(found.interval?.[0]).toBeCloseTo(0.301, 3);
    expect(found.interval?.[1]).toBeCloseTo(0.954, 3);
  });

  it('completion: ended by itself and last check not red', () => {
    const events = [
      observed('a', { termination: 'clean', lastCheck: 'green' }),
      observed('b', { termination: 'awaiting_user', lastCheck: null }),
      observed('c', { termination: 'awaiting_user', lastCheck: 'red' }),
      observed('d', { termination: 'aborted' }),
      observed('e', { termination: 'clean', toolCalls: 0 }),
    ];
    expect(figure(events, 'completion')).toMatchObject({
      value: 0.5,
      n: 4,
      coverage: { usable: 4, total: 5 },
    });
  });

  it('recurrence: error events seen in an earlier session, split by whether a fact existed', () => {
    const about = (id: string, firstSeen: string, part: Partial<Fact> = {}) =>
      factOf({
        id,
        firstSeen,
        keywords: [],
        sources: [
          { ...(factOf({}).sources[0] as Fact['sources'][number]), session: 'x/1', quote: 'nothing' },
        ],
        ...part,
      });
    const events: KaizenEvent[] = [
      observed('s1', { startedAt: timeOf(0), errorFingerprints: { known: 3, other: 1 } }),
      observed('s2', { startedAt: timeOf(1), errorFingerprints: { known: 2, fresh: 1 } }),
      observed('s3', { startedAt: timeOf(3), errorFingerprints: { other: 1, known: 1 } }),
      { ...harvestRow(), factErrors: { knownknown: ['known'] } },
    ];
    const facts = [about('knownknown', '2026-03-03')];
    // Events 9; again: s2 known 2, s3 other 1 + known 1. The fact (3 March) is older than s3 (5 March) only.
    expect(figure(events, 'recurrence', facts)).toMatchObject({ value: 4 / 9, n: 9 });
    expect(figure(events, 'recurrence_known', facts)).toMatchObject({ value: 1 / 9 });
    expect(figure(events, 'recurrence_unknown', facts)).toMatchObject({ value: 3 / 9 });
    const retired = [about('knownknown', '2026-03-03', { status: 'archived' })];
    expect(figure(events, 'recurrence_known', retired).value).toBe(0);
    // Seen earlier in the same session is no recurrence.
    expect(figure([observed('one', { errorFingerprints: { k: 5 } })], 'recurrence')).toMatchObject({
      value: 0,
      n: 5,
    });
  });

  it('hit rate: sessions that used one of the facts delivered to them', () => {
    const facts = [
      factOf({ id: 'oldoldoldo', firstSeen: '2026-03-01' }),
      factOf({ id: 'newnewnewn', firstSeen: '2026-03-04' }),
    ];
    const use = (id: string) => [{ id, how: 'cited' as const }];
    const events: KaizenEvent[] = [
      observed('hit', { usedFacts: use('oldoldoldo') }),
      exposed('hit', ['oldoldoldo']),
      observed('miss'),
      exposed('miss', ['oldoldoldo']),
      // Newer than the session, not delivered to it, withheld from it: never hits.
      observed('newer', { usedFacts: use('newnewnewn') }),
      exposed('newer', ['newnewnewn']),
      observed('other', { usedFacts: use('oldoldoldo') }),
      exposed('other', ['newnewnewn']),
      observed('held', { usedFacts: use('oldoldoldo') }),
      exposed('held', ['-oldoldoldo']),
      observed('none'),
    ];
    expect(figure(events, 'hit_rate', facts)).toMatchObject({
      value: 0.25,
      n: 4,
      coverage: { usable: 4, total: 6 },
    });
    expect(measured(events, facts).used).toEqual([
      expect.objectContaining({ id: 'oldoldoldo', used: 1, shown: 2 }),
    ]);
  });

  it('velocity, coverage, age and rates', () => {
    const facts = [
      ...Array.from({ length: 10 }, (_, i) =>
        factOf({ id: `active${i}`.padEnd(10, 'x'), firstSeen: '2026-03-03', lastConfirmed: '2026-02-26' }),
      ),
      factOf({ id: 'candidatec', status: 'candidate', firstSeen: '2026-03-03' }),
      factOf({
        id: 'earlierear',
        scope: 'repo:acme/web',
        firstSeen: '2026-01-01',
        lastConfirmed: '2026-03-06',
      }),
    ];
    const events = [
      observed('a', { errorFingerprints: { x: 2 } }),
      observed('b', { repo: 'acme/web', activeMs: 1_800_000 }),
      observed('c', { repo: null, activeMs: null, tokens: null }),
    ];
    expect(figure(events, 'velocity_day', facts)).toMatchObject({ value: 10 / 7, n: 10 });
    // 250,000 tokens a session that says (cache reads left out): 0.5 million.
    expect(figure(events, 'velocity_tokens', facts)).toMatchObject({
      value: 20,
      coverage: { usable: 2, total: 3 },
    });
    expect(figure(events, 'coverage', facts)).toMatchObject({
      value: 0.5,
      n: 2,
      interval: null,
      coverage: { usable: 2, total: 3 },
    });
    expect(figure(events, 'knowledge_age', facts)).toMatchObject({ value: 10, n: 11 });
    expect(figure(events, 'error_rate', facts)).toMatchObject({ value: 2 / 1.5, n: 2 });
    expect(figure(events, 'active_minutes', facts)).toMatchObject({
      value: 45,
      n: 2,
      interval: null,
      reason: 'fewer than 6 sessions: no interval',
    });
    expect(row(events, 'knowledge_age', facts).before).toMatchObject({
      value: null,
      reason: expect.stringContaining('--compare'),
    });
  });

  it('unknown is null with a reason, never 0', () => {
    for (const events of [[], [observed('only', { toolCalls: 0, activeMs: null, tokens: null, repo: null })]])
      for (const { window } of measured(events).figures) {
        if (window.id === 'sessions' || window.id === 'velocity_day') continue;
        expect(window).toMatchObject({ value: null, interval: null });
        expect(window.reason).toMatch(/\w/);
      }
  });
});

function harvestRow() {
  return {
    v: 1,
    id: 'h',
    at: timeOf(1),
    type: 'session.harvested',
    session: 'claude-code/s1',
    sessionId: 's1',
    agent: 'claude-code',
    repo: null,
    branch: null,
    contentSha256: 'x',
    extractor: '1',
    outcome: 'harvested',
    reason: null,
    facts: { new: 1, confirmed: 0, quarantined: 0, rejected: 0 },
    factIds: ['knownknown'],
    factErrors: {},
  } as const satisfies KaizenEvent;
}

describe('changes between windows', () => {
  const sessions = (firstDay: number, green: number, red: number, minutes: number, repo = 'acme/app') =>
    Array.from({ length: green + red }, (_, i) =>
      observed(`${firstDay}-${repo}-${i}`, {
        repo,
        startedAt: timeOf(firstDay + (i % 5)),
        firstCheck: i < green ? 'green' : 'red',
        activeMs: minutes * 60_000 * (0.8 + 0.1 * (i % 5)),
      }),
    );
  it('says too few below 20 a side', () => {
    expect(row([...sessions(-7, 10, 9, 10), ...sessions(0, 15, 10, 10)], 'first_try').change.state).toBe(
      'too few',
    );
  });
  it('finds a large change, with Newcombe’s interval', () => {
    const { change } = row([...sessions(-7, 10, 40, 10), ...sessions(0, 40, 10, 10)], 'first_try');
    expect(change).toMatchObject({ state: 'better', kind: 'points' });
    expect(change.difference).toBeCloseTo(0.6, 10);
    expect(change.interval?.[0]).toBeGreaterThan(0.4);
  });
  it('sees no change where there is none', () => {
    expect(row([...sessions(-7, 25, 25, 10), ...sessions(0, 26, 24, 10)], 'first_try').change.state).toBe(
      'no change seen',
    );
  });
  it('does not take a change of the mix of repositories for a change of speed', () => {
    // Each repository is as fast as before; the slow one got more sessions.
    const events = [
      ...sessions(-7, 40, 0, 10, 'acme/fast'),
      ...sessions(-7, 10, 0, 60, 'acme/slow'),
      ...sessions(0, 10, 0, 10, 'acme/fast'),
      ...sessions(0, 40, 0, 60, 'acme/slow'),
    ];
    const { window, before, change } = row(events, 'active_minutes');
    expect([before.value, window.value]).toEqual([11, 54]);
    expect(change.state).toBe('no change seen');
    const slower = row([...sessions(-7, 40, 0, 10), ...sessions(0, 40, 0, 20)], 'active_minutes').change;
    expect(slower.state).toBe('worse');
    expect(slower.difference).toBeCloseTo(1, 5);
  });
});
