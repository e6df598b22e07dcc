import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ContextExposed, KaizenEvent, SessionObserved } from '../../../src/base/events.ts';
import { emptyBook, enterEvents, trustFactor, trustFactors } from '../../../src/outcomes/usage-book.ts';

const day2000 = Date.UTC(2000, 0, 1) / 86_400_000;

function exposed(
  session: string,
  would: [fact: string, held: boolean][],
  at = '2026-11-01T08:00:00Z',
): ContextExposed {
  return {
    v: 1,
    id: `e-${session}`,
    type: 'context.exposed',
    at,
    session: null,
    sessionId: session,
    agent: 'codex',
    repo: null,
    channel: 'hook',
    storeCommit: null,
    stock: 40,
    selector: 'v1',
    budgetTokens: 2000,
    packetTokens: 900,
    would: would.map(([id, held], n) => ({ id, rank: n + 1, score: 1, tokens: 50, held, q: 0.9 })),
    delivered: would.flatMap(([id, held]) => (held ? [] : [id])),
    leftOut: 0,
  };
}

function observed(session: string, given: Partial<SessionObserved> = {}): SessionObserved {
  return {
    v: 1,
    id: `o-${session}`,
    type: 'session.observed',
    at: '2026-11-01T09:00:00Z',
    sessionId: session,
    agent: 'codex',
    startedAt: '2026-11-01T08:00:00Z',
    endedAt: '2026-11-01T08:30:00Z',
    errorFingerprints: {},
    usedFacts: [],
    ...given,
  } as SessionObserved;
}

const errorsOf = (id: string) => (id.startsWith('with') ? new Set([`error of ${id}`]) : undefined);

function bookOf(...batches: KaizenEvent[][]) {
  const book = emptyBook();
  for (const events of batches) enterEvents(book, events, errorsOf);
  return book;
}

describe('the usage book', () => {
  it('adds up uses that halve every 30 days', () => {
    const at = (day: string) =>
      observed(day, { endedAt: `${day}T00:00:00Z`, usedFacts: [{ id: 'a', how: 'cited' }] });
    const book = bookOf([at('2026-11-20'), at('2026-10-21'), at('2026-09-21')]);
    const today = Date.parse('2026-11-20T00:00:00Z') / 86_400_000 - day2000;
    expect(book.uses.a! * 2 ** (-today / 30)).toBeCloseTo(1 + 1 / 2 + 1 / 4, 9);
  });

  it('tallies shown and withheld facts by whether their error came back', () => {
    const book = bookOf([
      exposed('s1', [
        ['with1', false],
        ['with2', true],
        ['plain', false],
      ]),
      observed('s1', { errorFingerprints: { 'error of with2': 3 } }),
      exposed('s2', [['with1', false]]),
      observed('s2', { errorFingerprints: { 'error of with1': 1 } }),
    ]);
    expect(book.tallies).toEqual({
      with1: { shown: 2, shownWell: 1, held: 0, heldWell: 0 },
      with2: { shown: 0, shownWell: 0, held: 1, heldWell: 0 },
    });
    expect([book.exposed, book.observed]).toEqual([{}, {}]);
  });

  it('knows the errors that harvests noted for a fact', () => {
    const harvested = {
      type: 'session.harvested',
      at: '2026-10-01T00:00:00Z',
      factErrors: { noted: ['k1'] },
    };
    const book = bookOf([
      harvested as unknown as KaizenEvent,
      exposed('s1', [['noted', false]]),
      observed('s1', { errorFingerprints: { k1: 1 } }),
    ]);
    expect(book.tallies.noted).toEqual({ shown: 1, shownWell: 0, held: 0, heldWell: 0 });
  });

  it('takes no exposure that chance did not decide', () => {
    const sure = exposed('s1', [['with1', false]]);
    sure.would[0]!.q = 1;
    expect(bookOf([sure, observed('s1')]).tallies).toEqual({});
  });

  it('counts a session once, however often it is harvested or exposed', () => {
    const events = [
      exposed('s1', [['with1', false]]),
      observed('s1', { usedFacts: [{ id: 'with1', how: 'cited' }] }),
    ];
    const once = bookOf(events);
    const again = bookOf(
      events,
      [observed('s1', { usedFacts: [{ id: 'with1', how: 'cited' }] })],
      [exposed('s1', [['with1', false]])],
    );
    expect(again.uses).toEqual(once.uses);
    expect(again.tallies).toEqual(once.tallies);
  });

  it('says the same however the log is cut into batches, and whichever half comes first (property)', () => {
    const sessions = Array.from({ length: 6 }, (_, n) => [
      exposed(`s${n}`, [
        ['with1', n % 2 === 0],
        ['with2', n % 3 === 0],
      ]),
      observed(`s${n}`, {
        errorFingerprints: n % 2 ? { 'error of with1': 1 } : {},
        usedFacts: [{ id: 'with2', how: 'path' }],
      }),
    ]).flat();
    const whole = bookOf(sessions);
    fc.assert(
      fc.property(
        fc.shuffledSubarray(sessions, { minLength: sessions.length }),
        fc.nat(12),
        (shuffled, cut) => {
          const book = bookOf(shuffled.slice(0, cut), shuffled.slice(cut));
          expect(book.tallies).toEqual(whole.tallies);
          expect(book.uses.with2).toBeCloseTo(whole.uses.with2!, 6);
        },
      ),
    );
  });

  it('forgets halves that wait too long', () => {
    const book = bookOf([observed('old', { at: '2026-01-01T00:00:00Z' })], [observed('new')]);
    expect(Object.keys(book.observed).length).toBe(1);
  });

  it('survives being stored as JSON', () => {
    const book = bookOf([exposed('s1', [['with1', false]]), observed('s2')]);
    const stored = JSON.parse(JSON.stringify(book));
    enterEvents(stored, [observed('s1')], errorsOf);
    enterEvents(book, [observed('s1')], errorsOf);
    expect(stored).toEqual(book);
  });
});

describe('trustFactor', () => {
  it('says nothing before 30 facts were withheld', () => {
    expect(trustFactor({ shown: 900, shownWell: 10, held: 29, heldWell: 29 })).toBe(1);
  });

  it('is the posterior mean over the prior mean, between a half and one and a half', () => {
    // Prior (24+1)/(40+2), 20 strong; 300 of 360 shown went well.
    const prior = 25 / 42;
    const expected = (prior * 20 + 300) / (20 + 360) / prior;
    expect(trustFactor({ shown: 360, shownWell: 300, held: 40, heldWell: 24 })).toBeCloseTo(expected, 12);
    expect(trustFactor({ shown: 360, shownWell: 0, held: 40, heldWell: 39 })).toBe(0.5);
    expect(trustFactor({ shown: 360, shownWell: 360, held: 40, heldWell: 4 })).toBe(1.5);
  });

  it('lets a fact speak for itself once enough is known, and its kind before', () => {
    const book = emptyBook();
    book.tallies.rare = { shown: 9, shownWell: 9, held: 1, heldWell: 0 };
    book.tallies.known = { shown: 360, shownWell: 300, held: 40, heldWell: 24 };
    book.tallies.gone = { shown: 360, shownWell: 0, held: 40, heldWell: 40 };
    const { byCategory, byFact } = trustFactors(book, (id) => (id === 'gone' ? undefined : 'pitfall'));
    expect(Object.keys(byFact)).toEqual(['known']);
    expect(byCategory.pitfall).toBeCloseTo(
      trustFactor({ shown: 369, shownWell: 309, held: 41, heldWell: 24 }),
      12,
    );
  });
});
