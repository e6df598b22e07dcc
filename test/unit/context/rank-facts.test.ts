import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayNumber, type FactPool } from '../../../src/context/fact-pool.ts';
import { type RankOptions, rankFacts } from '../../../src/context/rank-facts.ts';
import { parseQuery } from '../../../src/context/relevance.ts';
import type { Fact } from '../../../src/knowledge/fact.ts';
import { inPoolOrder, plainFact, poolOf } from './pools.ts';

const now = dayNumber(Date.parse('2026-11-20T00:00:00Z'));
const options: RankOptions = { mode: 'bootstrap', now, gate: 0.12, statuses: ['active'], limit: 100 };

function titles(facts: readonly Fact[], given: Partial<RankOptions>): string[] {
  const order = inPoolOrder(facts);
  return rankFacts(poolOf(facts), { ...options, ...given }).ranked.map(({ doc }) => order[doc]!.title);
}

/** Enough facts about other things that the pool is not small. */
const noise = Array.from({ length: 30 }, (_, n) => plainFact(`unrelated subject number ${n}`));

describe('rankFacts', () => {
  it('puts what the task is about first', () => {
    const facts = [
      ...noise,
      plainFact('mise refuses tasks in an untrusted worktree'),
      plainFact('redis cache is cold'),
    ];
    const [first] = titles(facts, { query: parseQuery('mise task fails in my new worktree: untrusted') });
    expect(first).toBe('mise refuses tasks in an untrusted worktree');
  });

  it('finds joined and inflected names by their letters', () => {
    const facts = [...noise, plainFact('retryQueueTimeoutHandler drops messages')];
    expect(
      titles(facts, { mode: 'search', gate: 0, query: parseQuery('retryqueue timeouthandlers') })[0],
    ).toBe('retryQueueTimeoutHandler drops messages');
  });

  it('gives nothing of a scope whose best fact is not about the task', () => {
    const own = noise.map((fact) => ({ ...fact, scope: 'repo:acme/shop' as const }));
    const global = [plainFact('mise untrusted worktree', { scope: 'global' })];
    const query = parseQuery('mise untrusted worktree');
    const { ranked, scopes } = rankFacts(poolOf([...own, ...global]), { ...options, query });
    expect(scopes.map(({ scope, passed }) => [scope, passed])).toEqual([
      ['repo:acme/shop', false],
      ['global', true],
    ]);
    expect(ranked.length).toBe(1);
    const nothing = rankFacts(poolOf(own), { ...options, query: parseQuery('quantum chromodynamics') });
    expect(nothing.ranked).toEqual([]);
    expect(nothing.stock).toBe(30);
  });

  it('shows everything while there are fewer than 20 facts', () => {
    const few = noise.slice(0, 19);
    expect(titles(few, { query: parseQuery('quantum chromodynamics') }).length).toBe(19);
    expect(titles(noise.slice(0, 20), { query: parseQuery('quantum chromodynamics') })).toEqual([]);
  });

  it('without a task puts pitfalls first, then the surer, the newer, the smaller id', () => {
    const facts = [
      plainFact('a question', { category: 'question', confidence: 0.9 }),
      plainFact('a fact', { category: 'fact' }),
      plainFact('a doubtful pitfall', { category: 'pitfall', confidence: 0.5 }),
      plainFact('a pitfall', { category: 'pitfall' }),
      plainFact('a new fact', { category: 'fact', lastConfirmed: '2026-11-18' }),
    ];
    expect(titles(facts, {})).toEqual([
      'a pitfall',
      'a new fact',
      'a doubtful pitfall',
      'a fact',
      'a question',
    ]);
    const twins = [plainFact('twin one'), plainFact('twin two')].sort((a, b) => (a.id < b.id ? -1 : 1));
    expect(titles([twins[1]!, twins[0]!], {})).toEqual([twins[0]!.title, twins[1]!.title]);
  });

  it('prefers what was used and what is new in a bootstrap, not in a search', () => {
    const facts = [
      ...noise,
      plainFact('cache token old', { lastConfirmed: '2025-01-01' }),
      plainFact('cache token new', { lastConfirmed: '2026-11-19' }),
    ];
    const query = parseQuery('cache token');
    expect(titles(facts, { query }).slice(0, 2)).toEqual(['cache token new', 'cache token old']);
    const { ranked } = rankFacts(poolOf(facts), { ...options, mode: 'search', query });
    expect(ranked[0]!.score).toBeCloseTo(ranked[1]!.score, 9);
    const pool = poolOf(facts);
    // Six sessions used it today: on the scale of days since 2000, halving in 30 days.
    pool.uses[30] = 6 * 2 ** (now / 30);
    const used = rankFacts(pool, { ...options, query }).ranked[0]!;
    expect(used.doc).toBe(30);
    expect(used.parts.use).toBeCloseTo(1 + 0.5 * Math.log1p(6), 9);
  });

  it('is the product of its parts', () => {
    const facts = [...noise, plainFact('cache token', { lastConfirmed: '2026-11-06' })];
    const { ranked } = rankFacts(poolOf(facts), { ...options, query: parseQuery('cache token retry') });
    const { score, parts } = ranked[0]!;
    expect(parts.recency).toBeCloseTo(1.25, 9);
    expect(parts.relevance).toBeCloseTo((parts.words + parts.chars) / 2, 9);
    expect(score).toBeCloseTo((0.2 + parts.relevance) * parts.use * parts.recency * parts.trust, 9);
  });

  it('never gives a fact of another status', () => {
    const facts = [
      ...noise,
      plainFact('cache token', { status: 'candidate' }),
      plainFact('cache', { status: 'archived' }),
    ];
    expect(titles(facts, { query: parseQuery('cache token') })).toEqual([]);
    expect(titles(facts, { query: parseQuery('cache token'), statuses: ['candidate'] })).toEqual([
      'cache token',
    ]);
  });

  it('agrees in two steps with scoring every fact, for the facts that fit a packet', () => {
    const words =
      'cache token session retry timeout queue worker schema index lock batch stream cursor'.split(' ');
    const facts = Array.from({ length: 1200 }, (_, n) => {
      const picked = [0, 1, 2, 3, 4].map((k) => words[(n * 7 + k * k * 3 + (n >> k)) % words.length]);
      return plainFact(`${picked.join(' ')} ${n}`, { lastConfirmed: `2026-${n % 2 ? '11' : '03'}-01` });
    });
    const pool: FactPool = poolOf(facts);
    fc.assert(
      fc.property(fc.uniqueArray(fc.constantFrom(...words), { minLength: 2, maxLength: 6 }), (asked) => {
        const query = parseQuery(asked.join(' '));
        const best = (candidates: number) =>
          rankFacts(pool, { ...options, query, candidates, limit: 30 }).ranked.map(({ score }) => score);
        const [fast, exact] = [best(200), best(Number.POSITIVE_INFINITY)];
        // Facts of equal score may be exchanged; the scores themselves must be the best there are.
        exact.slice(0, 20).forEach((score, n) => {
          expect(fast[n]).toBeGreaterThan(score * 0.97);
        });
      }),
      { numRuns: 25 },
    );
  });
});
