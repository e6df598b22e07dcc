import { describe, expect, it } from 'vitest';
import { entryOfFact, type ForeignEntry, factOfEntry } from '../../../src/knowledge/exchange.ts';
import { formatForeign, parseForeign } from '../../../src/knowledge/exchange-text.ts';
import type { Fact } from '../../../src/knowledge/fact.ts';
import { formatFact, parseFact } from '../../../src/knowledge/fact-file.ts';
import { factPath } from '../../../src/knowledge/fact-path.ts';
import { sampleFact } from './sample-fact.ts';

const options = { file: 'index.json', owner: 'acme', tier: 'agent' as const };

/** The form the seed describes. */
const origin: ForeignEntry[] = [
  {
    id: 'global:pitfall:001',
    fact: 'An HTTP 405 on merge means branch protection',
    category: 'pitfall',
    domain: 'global',
    confidence: 0.9,
    tags: ['forge', 'merge'],
    source_count: 5,
    first_seen: '2026-03-27',
    last_confirmed: '2026-04-13',
    expires: null,
    related: ['global:tool-quirk:002'],
  },
  {
    id: 'hermes:tool-quirk:002',
    fact: 'Token lives in ~/.config',
    category: 'tool-quirk',
    domain: 'repo',
    repo: 'acme/hermes',
    confidence: 0.5,
    tags: [],
    source_count: 1,
    first_seen: '2026-04-01',
    last_confirmed: '2026-04-01',
    expires: '2026-12-31',
    related: [],
    source_sessions: ['s1'],
    times_referenced: 3,
  },
  {
    id: 'codex:pattern:001',
    fact: 'Ask for the failing test first',
    category: 'pattern',
    domain: 'agent',
    agent: 'codex',
    confidence: 0.7,
    tags: ['tests'],
    source_count: 2,
    first_seen: '2026-04-02',
    last_confirmed: '2026-04-03',
    expires: null,
    related: [],
  },
];

const imported = (entry: ForeignEntry, line = 1): Fact => {
  const fact = factOfEntry(entry, line, options);
  if (typeof fact === 'string') throw new Error(fact);
  return parseFact('x.md', formatFact(fact));
};

describe("the origin's files", () => {
  it('come in as candidates that know where they come from', () => {
    expect(imported(origin[0]!)).toMatchObject({
      scope: 'global',
      status: 'candidate',
      trust: 'agent',
      confidence: 0.9,
      aliases: ['global:pitfall:001'],
      sources: [{ session: 'import/index.json', line: 1 }],
    });
    expect(imported(origin[1]!).scope).toBe('repo:acme/hermes');
    expect(imported({ ...origin[1], repo: 'hermes' }).scope).toBe('repo:acme/hermes');
    expect(imported({ ...origin[1], domain: 'hermes', repo: undefined }).scope).toBe('repo:acme/hermes');
    expect(imported(origin[2]!).scope).toBe('agent:codex');
    expect(factOfEntry(origin[0]!, 1, { ...options, tier: 'human' })).toMatchObject({
      status: 'active',
      trust: 'human',
    });
  });

  it.each(['json', 'yaml'] as const)('make the round trip: every field is as it was, as %s', (format) => {
    const facts = parseForeign('index', formatForeign(origin, format)).map((entry, at) =>
      imported(entry, at + 1),
    );
    const out = parseForeign(
      'index',
      formatForeign(
        facts.map((fact) => entryOfFact({ fact, path: factPath(fact), text: '' })),
        format,
      ),
    );
    const byId = new Map(out.map((entry) => [entry.id, entry]));
    for (const entry of origin) expect(byId.get(entry.id)).toMatchObject(entry);
  });

  it('may be grouped by category in YAML, with a first document of defaults', () => {
    const text =
      '---\ndomain: global\nversion: 1\n---\npitfalls:\n  - id: "global:pitfall:001"\n    fact: "A: b"\n    confidence: 0.9\n    expires: null\ntool_quirks:\n  - fact: C\n';
    expect(parseForeign('x.yaml', text)).toEqual([
      {
        domain: 'global',
        category: 'pitfalls',
        id: 'global:pitfall:001',
        fact: 'A: b',
        confidence: 0.9,
        expires: null,
      },
      { domain: 'global', category: 'tool_quirks', fact: 'C' },
    ]);
    expect(parseForeign('x.yaml', text).map((entry) => imported(entry).category)).toEqual([
      'pitfall',
      'tool-quirk',
    ]);
  });

  it('are left out entry by entry, or refused as a whole, with the reason', () => {
    expect(factOfEntry({ category: 'fact' }, 1, options)).toBe('fact: missing');
    expect(factOfEntry({ fact: 'x', category: 'gossip' }, 1, options)).toMatch(/^category: .*"gossip"/);
    for (const text of [
      '{',
      'just words',
      '[]',
      'a: &x [1]\nfacts: *x',
      'facts: !!js/function "f"',
      '%YAML 1.2\n---\nfacts: []',
    ])
      expect(() => parseForeign('x', text), text).toThrow(expect.objectContaining({ code: 'bad_input' }));
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(parseForeign('x', '{"facts": [{"__proto__": {"polluted": 1}, "fact": "y"}]}')).toHaveLength(1);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('may hold sentences longer than a title', () => {
    const long = `${'A sentence of many words '.repeat(8)}ends here.`;
    const fact = imported({ fact: long, category: 'fact' });
    expect(fact.title.length).toBeLessThanOrEqual(120);
    expect(fact.body).toBe(long);
    expect(entryOfFact({ fact, path: '', text: '' }).fact).toBe(long);
  });
});

describe('our own facts', () => {
  it('go out with a body and trust that other programs ignore', () => {
    expect(entryOfFact({ fact: sampleFact(), path: '', text: '' })).toEqual({
      id: 'k7f3q2m9xw',
      fact: 'mise refuses to run tasks in a fresh worktree until `mise trust`',
      category: 'tool-quirk',
      domain: 'repo',
      repo: 'acme/shop',
      confidence: 0.7,
      tags: ['mise', 'worktree'],
      source_count: 1,
      first_seen: '2026-08-02',
      last_confirmed: '2026-08-02',
      expires: null,
      related: [],
      status: 'active',
      trust: 'user',
      body: expect.stringContaining('In a new clone'),
    });
  });
});
