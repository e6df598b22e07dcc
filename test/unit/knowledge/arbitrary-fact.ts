import fc from 'fast-check';
import {
  categories,
  type Fact,
  type FactDraft,
  type FactSource,
  type Scope,
  statuses,
  tiers,
} from '../../../src/knowledge/fact.ts';
import { findFactProblem } from '../../../src/knowledge/fact-limits.ts';

/** One line of any text a file can hold: every plane of Unicode, invisible characters, YAML and Markdown marks. */
export function oneLine(min: number, max: number): fc.Arbitrary<string> {
  const nasty = fc.constantFrom(
    '---',
    '"',
    "'",
    '\\',
    '#',
    ': ',
    '- ',
    '&a',
    '*a',
    '!!js',
    '\u200b',
    '\u202e',
    '\u00ad',
    '\u2028',
    '\u{e0041}',
    '{',
    ']',
    '%',
    '@',
    '`',
    '|',
    '~',
    'null',
    '\\u0041',
    '<<',
    '😀',
  );
  return fc
    .array(fc.oneof(nasty, fc.string({ unit: 'binary', maxLength: 8 }), fc.string({ maxLength: 12 })), {
      maxLength: 12,
    })
    .map((parts) =>
      parts
        .join('')
        .replace(/[\p{Cc}\p{Cs}]/gu, '')
        .slice(0, max)
        .trim(),
    )
    .filter((text) => text.length >= min && !/\p{Cs}/u.test(text));
}

const scopes: fc.Arbitrary<Scope> = fc.constantFrom<Scope>(
  'global',
  'repo:acme/shop',
  'repo:acme/api',
  'agent:codex',
);
const day = fc
  .integer({ min: 0, max: 900 })
  .map((n) => new Date(1_760_000_000_000 + n * 86_400_000).toISOString().slice(0, 10));
const maybeDay = fc.option(day, { nil: null });
const confidence = fc.integer({ min: 10, max: 95 }).map((n) => n / 100);
const factIds = fc.stringMatching(/^[a-z2-7]{10}$/);

export const sources: fc.Arbitrary<FactSource> = fc.record({
  session: fc
    .tuple(fc.constantFrom('claude-code', 'codex', 'human'), fc.integer({ min: 0, max: 30 }))
    .map(([agent, n]) => `${agent}/${n}`),
  line: fc.integer({ min: 0, max: 9 }),
  quote: fc.oneof(fc.constantFrom('a quote', 'another'), oneLine(0, 200)),
  commit: fc.option(fc.constantFrom('0123abc', 'a'.repeat(40)), { nil: null }),
  date: maybeDay,
  tier: fc.constantFrom(...tiers),
  proven: fc.boolean(),
  confidence,
});

/** Any sound fact, short enough for its 8 KiB. */
export const soundFacts: fc.Arbitrary<Fact> = fc
  .record({
    id: factIds,
    title: oneLine(1, 120),
    category: fc.constantFrom(...categories),
    scope: scopes,
    status: fc.constantFrom(...statuses),
    trust: fc.constantFrom(...tiers),
    confidence,
    tags: fc.array(oneLine(1, 20), { maxLength: 4 }),
    paths: fc.array(oneLine(1, 60), { maxLength: 4 }),
    keywords: fc.array(oneLine(1, 60), { maxLength: 4 }),
    firstSeen: maybeDay,
    lastConfirmed: maybeDay,
    supersedes: fc.array(factIds, { maxLength: 3 }),
    contradicts: fc.array(factIds, { maxLength: 3 }),
    holds: fc.array(fc.constantFrom('burst', 'fetch-and-run', 'mixed script'), { maxLength: 2 }),
    pinned: fc.boolean(),
    subject: fc.option(fc.record({ key: oneLine(1, 40), value: oneLine(1, 40) }), { nil: null }),
    aliases: fc.array(oneLine(1, 40), { maxLength: 2 }),
    generated: fc.option(
      fc.record({ status: fc.constantFrom(...statuses), wording: fc.stringMatching(/^[a-z2-7]{8}$/) }),
      { nil: null },
    ),
    sources: fc.array(sources, { maxLength: 4 }),
    body: fc
      .array(oneLine(0, 80), { minLength: 1, maxLength: 8 })
      .map((lines) => lines.join('\n').trim())
      .filter((body) => body.length > 0),
  })
  .filter((fact) => findFactProblem(fact) === undefined);

/** Drafts that often speak of the same few claims, by sessions that speak of several. */
export function draftsOf(session: string): fc.Arbitrary<FactDraft[]> {
  const draft = fc.record({
    claimKey: fc.constantFrom('a', 'b', 'c', 'd'),
    title: fc.constantFrom('One wording', 'Another wording', 'A third wording of the claim'),
    body: fc.constantFrom('Short body.', 'Another body.'),
    category: fc.constantFrom(...categories),
    scope: fc.constantFrom<Scope>('global', 'repo:acme/shop'),
    confidence,
    tags: fc.array(fc.constantFrom('x', 'y', 'z'), { maxLength: 2 }),
    paths: fc.array(fc.constantFrom('a.ts', 'b.ts'), { maxLength: 2 }),
    keywords: fc.array(fc.constantFrom('k1', 'k2'), { maxLength: 2 }),
    holds: fc.array(fc.constantFrom('fetch-and-run', 'invisible'), { maxLength: 1 }),
    rule: fc.constant('error-fix'),
    sources: fc.array(
      fc.record({
        session: fc.constant(session),
        line: fc.integer({ min: 1, max: 6 }),
        quote: fc.constantFrom('q1', 'q2'),
        commit: fc.option(fc.constant('0123abc'), { nil: null }),
        date: maybeDay,
        tier: fc.constantFrom('user' as const, 'agent' as const, 'tool' as const),
        proven: fc.boolean(),
      }),
      { minLength: 1, maxLength: 4 },
    ),
    subject: fc.option(
      fc.record({ key: fc.constantFrom('package manager', 'node'), value: fc.constantFrom('pnpm', 'npm') }),
      { nil: null },
    ),
  });
  return fc.array(draft, { minLength: 1, maxLength: 5 });
}

/** A handful of sessions with their drafts. */
export const sessionDrafts: fc.Arbitrary<FactDraft[][]> = fc
  .uniqueArray(
    fc.constantFrom('claude-code/1', 'claude-code/2', 'codex/3', 'codex/4', 'goose/5', 'goose/6'),
    { minLength: 1, maxLength: 5 },
  )
  .chain((sessions) => fc.tuple(...sessions.map(draftsOf)));
