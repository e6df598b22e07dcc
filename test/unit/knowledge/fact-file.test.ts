import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fact } from '../../../src/knowledge/fact.ts';
import { formatFact, parseFact, parseFactCarefully } from '../../../src/knowledge/fact-file.ts';
import { parseOwnFact } from '../../../src/knowledge/fact-text.ts';
import { soundFacts } from './arbitrary-fact.ts';
import { generatedFact, sampleFact, sampleSource } from './sample-fact.ts';

const specExample = `---
id: "k7f3q2m9xw"
title: "mise refuses to run tasks in a fresh worktree until \`mise trust\`"
category: "tool-quirk"
scope: "repo:acme/shop"
status: "active"
trust: "user"
confidence: "0.7"
tags: ["mise", "worktree"]
paths: ["mise.toml"]
keywords: ["config files are not trusted", "untrusted"]
first_seen: "2026-08-02"
last_confirmed: "2026-08-02"
supersedes: []
sources:
  - session: "claude-code/8d58fde0"
    line: "501"
    quote: "Config files are not trusted. Trust them with \`mise trust\`"
    commit: null
---
In a new clone or worktree run \`mise trust\` once before any \`mise run …\`; the error names the fix.
`;

const everyField = `---
id: "k7f3q2m9xw"
title: "mise refuses to run tasks in a fresh worktree until \`mise trust\`"
category: "tool-quirk"
scope: "repo:acme/shop"
status: "disputed"
trust: "user"
confidence: "0.82"
tags: ["mise", "worktree"]
paths: ["mise.toml"]
keywords: ["config files are not trusted", "untrusted"]
subject: ["mise trust", "by hand"]
first_seen: null
last_confirmed: "2026-08-02"
supersedes: ["aaaaaaaaaa"]
contradicts: ["bbbbbbbbbb"]
holds: ["fetch-and-run"]
pinned: "true"
aliases: ["repo:tool-quirk:003"]
generated: "candidate q7kx2mab"
sources:
  - session: "claude-code/8d58fde0"
    line: "501"
    quote: "Config files are not trusted. Trust them with \`mise trust\`"
    commit: "0123abc"
    date: null
    tier: "agent"
    proven: "true"
    confidence: "0.5"
  - session: "codex/11112222"
    line: "7"
    quote: ""
    commit: null
    confidence: "0.7"
---
First.

Second \\u200b --- line.
`;

const everyFieldFact = sampleFact({
  status: 'disputed',
  confidence: 0.82,
  subject: { key: 'mise trust', value: 'by hand' },
  firstSeen: null,
  supersedes: ['aaaaaaaaaa'],
  contradicts: ['bbbbbbbbbb'],
  holds: ['fetch-and-run'],
  pinned: true,
  aliases: ['repo:tool-quirk:003'],
  generated: { status: 'candidate', wording: 'q7kx2mab' },
  sources: [
    sampleSource({ commit: '0123abc', date: null, tier: 'agent', proven: true, confidence: 0.5 }),
    sampleSource({ session: 'codex/11112222', line: 7, quote: '' }),
  ],
  body: 'First.\n\nSecond \\u200b --- line.',
});

describe('the file of a fact', () => {
  it.each([
    ['the example of the specification', specExample, sampleFact()],
    ['a fact with every field', everyField, everyFieldFact],
  ])('is written and read exactly as promised: %s', (_, text, fact) => {
    expect(formatFact(fact)).toBe(text);
    expect(parseOwnFact(text)).toEqual(fact);
    expect(parseFactCarefully('knowledge/x.md', text)).toEqual(fact);
  });

  it('reads back as written, through both doors (property)', () => {
    fc.assert(
      fc.property(soundFacts, (fact) => {
        const text = formatFact(fact);
        expect(parseOwnFact(text)).toEqual(fact);
        expect(parseFactCarefully('x.md', text)).toEqual(fact);
      }),
      { numRuns: 400 },
    );
  });

  it('shows hidden characters as escapes, so a reviewer sees them', () => {
    const text = formatFact(sampleFact({ title: 'rm\u200b -rf \u202eevil\u{e0041}' }));
    expect(text).toContain('title: "rm\\u200b -rf \\u202eevil\\udb40\\udc41"');
    expect(parseFactCarefully('x.md', text).title).toBe('rm\u200b -rf \u202eevil\u{e0041}');
  });

  it('reads what a person writes by hand: bare scalars, block lists, comments, CRLF, a byte order mark', () => {
    const text = [
      '\ufeff---',
      '# mine',
      'id: k7f3q2m9xw',
      'title: Deploys need a tag # says Ada',
      "category: 'pitfall'",
      'scope: global',
      'status: active',
      'trust: human',
      'confidence: .9',
      'tags:',
      '  - deploy',
      'last_confirmed: 2026-08-02',
      '---',
      '',
      'Push a tag first.',
      '',
    ].join('\r\n');
    expect(parseOwnFact(text)).toBeUndefined();
    expect(parseFact('x.md', text)).toMatchObject({
      title: 'Deploys need a tag',
      category: 'pitfall',
      confidence: 0.9,
      tags: ['deploy'],
      lastConfirmed: '2026-08-02',
      firstSeen: null,
      generated: null,
      sources: [],
      body: 'Push a tag first.',
    });
  });

  it('takes its fast path only where the careful door says the same (property: files with one thing changed)', () => {
    const texts = soundFacts.map(formatFact);
    const marks = fc.constantFrom(
      '',
      ' ',
      '"',
      '\n',
      '\t',
      '#',
      '---',
      'null',
      '[]',
      '[1]',
      '\u0085',
      '\ufeff',
      '\u0000',
      '\\',
      '\\x41',
      '&a ',
      '!!str ',
      'x',
      '\r',
      '  - ',
      'pinned: "true"\n',
      '\ud800',
    );
    const changed = fc
      .tuple(texts, fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 0, max: 4 }), marks)
      .map(([text, at, cut, mark]) => {
        const from = Math.floor(at * text.length);
        return text.slice(0, from) + mark + text.slice(from + cut);
      });
    let accepted = 0;
    fc.assert(
      fc.property(changed, (text) => {
        const fast = parseOwnFact(text);
        if (fast === undefined) return;
        accepted += 1;
        expect(parseFactCarefully('x.md', text)).toEqual(fast);
      }),
      { numRuns: 1500 },
    );
    expect(accepted).toBeGreaterThan(50);
  });
});

describe('a file that is no fact', () => {
  const edited = (from: string | RegExp, to: string) => specExample.replace(from, to);
  const cases: [string, string, RegExp][] = [
    [
      'an unknown category',
      edited('"tool-quirk"', '"gossip"'),
      /^knowledge\/a\.md: category: must be one of .*"gossip"/,
    ],
    ['an unknown status', edited('"active"', '"retired"'), /: status: must be one of .*"retired"/],
    ['an unknown field', edited('tags:', 'verified: "yes"\ntags:'), /: verified: not a field of a fact/],
    ['a missing field', edited(/^trust.*\n/m, ''), /: trust: must be one of .*missing/],
    [
      'a confidence out of range',
      edited('"0.7"', '"1"'),
      /: confidence: must be a number from 0\.1 to 0\.95/,
    ],
    ['a day that is none', edited('"2026-08-02"', '"yesterday"'), /: first_seen: must be a day/],
    ['a bad source', edited('"501"', '"-1"'), /: sources\.0\.line: must be a whole number/],
    [
      'a title of 121 characters',
      edited(/title: .*/, `title: "${'x'.repeat(121)}"`),
      /: title: must be one line of 1–120/,
    ],
    [
      'a title with a line break',
      edited(/title: .*/, 'title: "a\\n---\\ntrust: human"'),
      /: title: must be one line/,
    ],
    ['no body', edited(/In a new clone.*\n/, ''), /: body: must be 1–1,500 characters/],
    [
      'a body of 1,501 characters',
      edited(/In a new clone.*/, 'x'.repeat(1501)),
      /: body: must be 1–1,500 characters/,
    ],
    ['a duplicate key', edited('tags:', 'status: "active"\ntags:'), /duplicated mapping key/],
    ['an anchor', edited('"user"', '&a "user"'), /anchors and aliases are not allowed/],
    ['a tag', edited('"user"', '!!str "user"'), /tags are not allowed/],
    ['an own tag', edited('"user"', '!x "user"'), /unknown tag/],
    ['a merge key', edited('tags:', '<<: {pinned: "true"}\ntags:'), /<<: not a field of a fact/],
    [
      'a prototype key',
      edited('tags:', '__proto__: {pinned: "true"}\ntags:'),
      /__proto__: not a field of a fact/,
    ],
    ['a YAML directive', edited('---\n', '---\n%YAML 1.2\n'), /directives are not allowed/],
    ['JavaScript', '---js\n{ title: (globalThis.__ran = 1) }\n---\nx', /must be plain YAML/],
    ['JSON', '---json\n{"id": "k7f3q2m9xw"}\n---\nx', /must be plain YAML/],
    ['a frontmatter that is a list', '---\n- a\n---\nx', /must be a mapping/],
    ['an empty frontmatter', '---\n---\nx', /frontmatter|id:/],
    ['no frontmatter', 'just text', /has no frontmatter/],
    ['nothing', '', /has no frontmatter/],
    ['an open frontmatter', '---\nid: a\n', /not closed/],
    ['a line that only starts like the end', edited('tags:', '---- \ntags:'), /line that starts with `---`/],
    [
      'more than 8 KiB of frontmatter',
      edited('tags:', `# ${'x'.repeat(8200)}\ntags:`),
      /more than 8 KiB of frontmatter/,
    ],
    ['a file over 64 KiB', specExample + 'x'.repeat(65_600), /larger than 64 KiB/],
    [
      'conflict marks',
      edited('status:', '<<<<<<< ours\nstatus: "disputed"\n=======\n>>>>>>> theirs\nstatus:'),
      /merge conflict marks/,
    ],
  ];

  it.each(cases)('%s', (_, text, message) => {
    // Twice: gray-matter would answer the second read of bad YAML from its cache.
    for (const door of [parseFact, parseFact, parseFactCarefully]) {
      expect(() => door('knowledge/a.md', text)).toThrow(message);
      expect(() => door('knowledge/a.md', text)).toThrow(
        expect.objectContaining({ code: 'bad_fact', exitCode: 2 }),
      );
    }
    expect((globalThis as Record<string, unknown>).__ran).toBeUndefined();
    expect(({} as Record<string, unknown>).pinned).toBeUndefined();
  });

  it('is never written either', () => {
    const bad: Partial<Fact>[] = [
      { title: '' },
      { id: 'short' },
      { body: ' x' },
      { confidence: 1 },
      { title: 'a\nb' },
      { body: '<<<<<<< a\n=======\n>>>>>>> b' },
    ];
    for (const given of bad) expect(() => formatFact(sampleFact(given))).toThrow(/k7f3q2m9xw|short/);
    const long = Array.from({ length: 20 }, (_, at) => `${at}${'x'.repeat(195)}`);
    expect(() => formatFact(sampleFact({ keywords: long }))).not.toThrow();
    expect(() => formatFact(sampleFact({ keywords: long, paths: long }))).toThrow(/more than 8 KiB/);
  });
});

describe('90,000 facts', () => {
  it('are parsed by the fast path, every one of them', () => {
    const texts = Array.from({ length: 2000 }, (_, at) =>
      formatFact(
        generatedFact({
          title: `Fact ${at} "quoted" \u200b`,
          sources: [sampleSource(), sampleSource({ line: at + 1000, date: '2026-07-01' })],
        }),
      ),
    );
    expect(texts.every((text) => parseOwnFact(text) !== undefined)).toBe(true);
  });
});
