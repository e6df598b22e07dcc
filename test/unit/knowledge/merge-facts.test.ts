import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fact, Status } from '../../../src/knowledge/fact.ts';
import { keepSources, keptWording, mergeFacts, wordingChecksum } from '../../../src/knowledge/merge-facts.ts';
import { combinedConfidence, earnedStatus, supportOf, trustOf } from '../../../src/knowledge/trust.ts';
import { sources } from './arbitrary-fact.ts';
import { generatedFact, sampleFact, sampleSource } from './sample-fact.ts';

/** Versions of one fact as the program or a person may have left them. */
const versions: fc.Arbitrary<Fact> = fc
  .record({
    sources: fc.array(sources, { minLength: 1, maxLength: 30 }),
    title: fc.constantFrom('One wording', 'Another wording', 'Third'),
    holds: fc.subarray(['burst', 'fetch-and-run']),
    days: fc.tuple(
      fc.option(fc.constant('2026-01-01'), { nil: null }),
      fc.option(fc.constantFrom('2026-02-01', '2026-03-01'), { nil: null }),
    ),
    contradicts: fc.subarray(['aaaaaaaaaa', 'bbbbbbbbbb']),
    pinned: fc.boolean(),
    person: fc.constantFrom('none', 'wording', 'kept', 'status', 'both', 'all'),
    decision: fc.constantFrom<Status>('archived', 'superseded', 'active', 'candidate', 'disputed'),
    disputed: fc.boolean(),
  })
  .map(({ days, person, decision, disputed, pinned, ...given }) => {
    const kept = keepSources(given.sources);
    const trust = trustOf(kept);
    const fact = sampleFact({
      ...given,
      sources: kept,
      trust,
      holds: trust === 'human' ? [] : given.holds,
      confidence: combinedConfidence(kept),
      firstSeen: days[0],
      lastConfirmed: days[1],
      pinned,
    });
    const status: Status = disputed ? 'disputed' : earnedStatus(fact);
    const wording = wordingChecksum(fact);
    const machine = { ...fact, status, generated: { status, wording } };
    if (person === 'wording') return { ...machine, body: 'A person wrote this.' };
    if (person === 'kept') return { ...machine, generated: { status, wording: keptWording } };
    if (person === 'status') return { ...machine, status: decision };
    if (person === 'both') return { ...machine, status: decision, body: 'A person wrote this.' };
    if (person === 'all') return { ...machine, status: decision, generated: null };
    return machine;
  });

describe('two versions of a fact', () => {
  it('merge the same in either order (property)', () => {
    fc.assert(
      fc.property(versions, versions, (a, b) => {
        expect(mergeFacts(a, b)).toEqual(mergeFacts(b, a));
      }),
      { numRuns: 500 },
    );
  });

  it('merge the same however they are grouped (property)', () => {
    fc.assert(
      fc.property(versions, versions, versions, (a, b, c) => {
        expect(mergeFacts(mergeFacts(a, b), c)).toEqual(mergeFacts(a, mergeFacts(b, c)));
      }),
      { numRuns: 500 },
    );
  });

  it('merge to nothing new when merged again (property)', () => {
    fc.assert(
      fc.property(versions, versions, (a, b) => {
        const merged = mergeFacts(a, b);
        expect(mergeFacts(a, a)).toEqual(a);
        expect(mergeFacts(merged, a)).toEqual(merged);
        expect(mergeFacts(b, merged)).toEqual(merged);
      }),
      { numRuns: 500 },
    );
  });

  it('unite evidence, widen dates and gain confidence', () => {
    const a = generatedFact({
      trust: 'agent',
      status: 'candidate',
      confidence: 0.5,
      sources: [sampleSource({ tier: 'agent', confidence: 0.5 })],
    });
    const b = {
      ...a,
      firstSeen: '2026-07-01',
      lastConfirmed: '2026-09-09',
      sources: [sampleSource({ session: 'codex/1', tier: 'agent', confidence: 0.5, date: '2026-09-09' })],
    };
    expect(mergeFacts(a, b)).toMatchObject({
      firstSeen: '2026-07-01',
      lastConfirmed: '2026-09-09',
      confidence: 0.61,
      status: 'active',
    });
    expect(mergeFacts(a, b).sources.map((source) => source.session)).toEqual([
      'claude-code/8d58fde0',
      'codex/1',
    ]);
  });

  it('keep what a person wrote and decided', () => {
    const machine = generatedFact({ sources: [sampleSource({ session: 'a/1' })] });
    const person = {
      ...generatedFact({ sources: [sampleSource({ session: 'z/9' })] }),
      title: 'A person wrote this',
      status: 'archived' as const,
    };
    expect(mergeFacts(machine, person)).toMatchObject({ title: 'A person wrote this', status: 'archived' });
  });

  it('take the wording of the best trusted, then first source', () => {
    const agent = generatedFact({
      title: 'By an agent',
      trust: 'agent',
      sources: [sampleSource({ session: 'a/1', tier: 'agent' })],
    });
    const user = generatedFact({
      title: 'By a user',
      sources: [sampleSource({ session: 'b/2', tier: 'user' })],
    });
    const later = generatedFact({
      title: 'By a later user',
      sources: [sampleSource({ session: 'c/3', tier: 'user' })],
    });
    expect(mergeFacts(mergeFacts(later, agent), user).title).toBe('By a user');
  });

  it('never push out better evidence: 20 sources, best trusted first', () => {
    const tools = Array.from({ length: 40 }, (_, at) =>
      sampleSource({ session: `a/${String(at).padStart(2, '0')}`, tier: 'tool', quote: 'q' }),
    );
    const kept = keepSources([...tools, sampleSource({ session: 'z/1', tier: 'user' })]);
    expect(kept).toHaveLength(20);
    expect(kept.at(-1)).toMatchObject({ session: 'z/1', tier: 'user' });
  });
});

describe('confidence over sessions', () => {
  it('grows with diminishing gain and stops at 0.95', () => {
    const confident = (count: number, each: number) =>
      combinedConfidence(
        Array.from({ length: count }, (_, at) => sampleSource({ session: `a/${at}`, confidence: each })),
      );
    expect([1, 2, 3, 4, 5].map((count) => confident(count, 0.5))).toEqual([0.5, 0.61, 0.7, 0.76, 0.81]);
    expect(confident(2, 0.7)).toBe(0.79);
    expect(confident(2, 0.3)).toBe(0.4);
    expect(confident(1, 0.95)).toBe(0.95);
    expect(confident(50, 0.9)).toBe(0.95);
  });

  it('counts a session once, by its surest line', () => {
    expect(
      combinedConfidence([sampleSource({ confidence: 0.3 }), sampleSource({ line: 9, confidence: 0.5 })]),
    ).toBe(0.5);
  });
});

describe('independence', () => {
  const long = 'x'.repeat(80);
  const of = (...given: [string, string][]) =>
    supportOf(given.map(([session, quote]) => sampleSource({ session, quote, tier: 'agent' })));

  it('counts sessions that share a long quote word for word as one: copies of one history', () => {
    expect(of(['a/1', long], ['b/2', long])).toBe(1);
    expect(of(['a/1', long], ['b/2', long], ['c/3', 'another quote'])).toBe(2);
    expect(of(['a/1', long], ['b/2', long], ['b/2', `${long}y`], ['c/3', `${long}y`])).toBe(1);
  });

  it('counts a long error twice that two sessions got over on different days', () => {
    const got = (session: string, date: string, proven = true) =>
      sampleSource({ session, date, proven, quote: long, tier: 'agent' });
    expect(supportOf([got('a/1', '2026-11-03'), got('b/2', '2026-11-09')])).toBe(2);
    expect(supportOf([got('a/1', '2026-11-03'), got('b/2', '2026-11-03')])).toBe(1);
    expect(
      supportOf([got('c/3', '2026-11-10', false), got('a/1', '2026-11-03'), got('b/2', '2026-11-09')]),
    ).toBe(2);
  });

  it('takes short quotes for what they are: the same error seen twice', () => {
    expect(of(['a/1', 'no matches found'], ['b/2', 'no matches found'])).toBe(2);
  });
});

describe('trust', () => {
  const agent = (given: Partial<ReturnType<typeof sampleSource>> = {}) =>
    sampleSource({ tier: 'agent', ...given });
  it.each([
    ['a person', sampleFact({ trust: 'human', holds: ['fetch-and-run'] }), 'active'],
    ['a user on a repository', sampleFact({ trust: 'user' }), 'active'],
    ['a user on a repository, held', sampleFact({ trust: 'user', holds: ['fetch-and-run'] }), 'candidate'],
    ['a user on everything', sampleFact({ trust: 'user', scope: 'global' }), 'candidate'],
    ['an agent once', sampleFact({ trust: 'agent', sources: [agent()] }), 'candidate'],
    [
      'an agent twice in one session',
      sampleFact({ trust: 'agent', sources: [agent(), agent({ line: 9 })] }),
      'candidate',
    ],
    [
      'an agent in two sessions',
      sampleFact({ trust: 'agent', sources: [agent(), agent({ session: 'b/2' })] }),
      'active',
    ],
    [
      'an agent in two sessions, held',
      sampleFact({ trust: 'agent', holds: ['burst'], sources: [agent(), agent({ session: 'b/2' })] }),
      'candidate',
    ],
    ['an agent, proven', sampleFact({ trust: 'agent', sources: [agent({ proven: true })] }), 'active'],
    [
      'an agent and a tool',
      sampleFact({
        trust: 'agent',
        sources: [agent(), sampleSource({ session: 'b/2', tier: 'tool', proven: true })],
      }),
      'candidate',
    ],
    [
      'a tool in many sessions',
      sampleFact({
        trust: 'tool',
        sources: ['a/1', 'b/2', 'c/3'].map((session) =>
          sampleSource({ session, tier: 'tool', proven: true }),
        ),
      }),
      'candidate',
    ],
  ])('of %s gives %3$s', (_, fact, expected) => {
    expect(earnedStatus(fact)).toBe(expected);
  });
});
