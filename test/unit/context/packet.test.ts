import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, it } from 'vitest';
import { packetClosing, packetOpening } from '../../../src/base/packet-fence.ts';
import { estimateTokens } from '../../../src/base/tokens.ts';
import { documentOf } from '../../../src/context/fact-document.ts';
import { makePacket, type Packet } from '../../../src/context/format-packet.ts';
import type { Candidate } from '../../../src/context/pack-packet.ts';
import { type PacketTemplate, parseTemplate } from '../../../src/context/packet-template.ts';
import type { Fact } from '../../../src/knowledge/fact.ts';
import { madeFact } from '../../bench/facts-at-scale.ts';
import { soundFacts } from '../knowledge/arbitrary-fact.ts';
import { sampleFact, sampleSource } from '../knowledge/sample-fact.ts';
import { idOf, plainFact } from './pools.ts';

const template = parseTemplate(
  readFileSync(new URL('../../../src/templates/bootstrap-context.md', import.meta.url), 'utf8'),
) as PacketTemplate;

function candidateOf(fact: Fact, given: Partial<Candidate> = {}): Candidate {
  const { entry } = documentOf(fact);
  const shown = { confidence: fact.confidence, ageDays: 12, stale: false };
  return { entry, score: 1, shown, opposing: [], ...given };
}

function packetOf(
  candidates: readonly Candidate[],
  given: Partial<Parameters<typeof makePacket>[0]> = {},
): Packet {
  return makePacket({
    candidates,
    others: 0,
    budget: { tokens: 2000, characters: 9000 },
    template,
    repo: 'acme/shop',
    isHeld: () => false,
    ...given,
  });
}

const idsIn = (text: string) => [...text.matchAll(/^- \[([a-z0-9]{10})\]/gm)].map((match) => match[1]);
const occurrences = (text: string, part: string) => text.split(part).length - 1;

/** What must hold for every packet, whatever the facts. */
function expectSound(
  packet: Packet,
  candidates: readonly Candidate[],
  budget = { tokens: 2000, characters: 9000 },
): void {
  const { text } = packet;
  expect(text.length).toBeLessThanOrEqual(budget.characters);
  expect(estimateTokens(text)).toBeLessThanOrEqual(budget.tokens);
  expect(estimateTokens(text)).toBeLessThanOrEqual(packet.tokens);
  if (text === '') return;
  expect(occurrences(text, packetOpening)).toBe(1);
  expect(occurrences(text, packetClosing)).toBe(1);
  expect(text.startsWith(`${packetOpening}\n`)).toBe(true);
  expect(text.endsWith(`\n${packetClosing}\n`)).toBe(true);
  expect(text.slice(packetOpening.length, -packetClosing.length - 1)).not.toMatch(/<[a-z/!?]|`{3}|~{3}/i);
  // Every line is ours or one whole fact.
  expect(idsIn(text)).toEqual(expect.arrayContaining(packet.delivered.map(({ entry }) => entry.id)));
  for (const id of idsIn(text)) expect(candidates.map(({ entry }) => entry.id)).toContain(id);
  expect(occurrences(text, '\n- ')).toBe(packet.delivered.length);
}

describe('a packet', () => {
  it('is this text', async () => {
    const facts = [
      sampleFact({
        category: 'pitfall',
        sources: [sampleSource(), sampleSource({ session: 'codex/1a2b3c4d', date: '2026-09-01' })],
      }),
      sampleFact({
        id: idOf('b'),
        title: 'Checkout tests need a running Redis',
        category: 'fact',
        body: 'They fail with ETIMEDOUT otherwise. Start it with `docker compose up -d redis`.',
      }),
      sampleFact({
        id: idOf('c'),
        title: 'Money is kept in cents',
        category: 'decision',
        body: 'Floats rounded wrong in 2025.',
      }),
      sampleFact({ id: idOf('d'), title: 'Deploys go out on Fridays', status: 'disputed' }),
    ];
    const [pitfall, fact, decision, disputed] = facts.map((one) => candidateOf(one));
    const other = documentOf(
      sampleFact({ id: idOf('e'), title: 'No deploys on Fridays', status: 'disputed' }),
    ).entry;
    const candidates = [
      fact!,
      pitfall!,
      { ...decision!, shown: { confidence: 0.4, ageDays: 200, stale: true } },
      { ...disputed!, opposing: [other] },
    ];
    const packet = packetOf(candidates, { others: 8 });
    expectSound(packet, candidates);
    await expect(packet.text).toMatchFileSnapshot('../../fixtures/context/packet.md');
  });

  it('keeps within every budget, opens and closes once and shows whole facts only (property)', () => {
    const budgets = fc.record({
      tokens: fc.integer({ min: 0, max: 3000 }),
      characters: fc.integer({ min: 0, max: 9000 }),
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(soundFacts, { selector: (fact) => fact.id, maxLength: 30 }),
        budgets,
        (facts, budget) => {
          const candidates = facts.map((fact) => candidateOf(fact));
          expectSound(packetOf(candidates, { budget }), candidates, budget);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('keeps within the budget when counted by a real tokenizer', () => {
    for (const from of [0, 1000, 2000]) {
      const candidates = Array.from({ length: 60 }, (_, n) => candidateOf(madeFact(from + n)));
      const { text } = packetOf(candidates);
      expect(countTokens(text)).toBeLessThanOrEqual(2000);
      expect(countTokens(text)).toBeGreaterThan(1500);
    }
    const texts = [
      '数据库连接在测试前必须关闭，否则会超时',
      'база данных должна быть закрыта перед тестом',
      'データベース接続はテストの前に閉じる',
    ];
    for (const text of texts) {
      const candidates = Array.from({ length: 60 }, (_, n) =>
        candidateOf({
          ...madeFact(n),
          title: `${text} ${n}`,
          body: `${madeFact(n).title}。${text}。${text} ${n}。`,
        }),
      );
      const packet = packetOf(candidates);
      expectSound(packet, candidates);
      expect(countTokens(packet.text)).toBeLessThanOrEqual(2000);
    }
  });

  it('skips what does not fit and goes on with the next', () => {
    const long = plainFact('A long one', { body: `${'long words '.repeat(24).trim()}.` });
    const candidates = [
      candidateOf(plainFact('Short one')),
      candidateOf(long),
      candidateOf(plainFact('Other short')),
    ];
    const tokens = packetOf([candidates[0]!, candidates[2]!]).tokens + 5;
    const packet = packetOf(candidates, { budget: { tokens, characters: 9000 } });
    expect(packet.delivered.map(({ entry }) => entry.title)).toEqual(['Short one', 'Other short']);
    expect(packet.leftOut.map(({ candidate, reason }) => [candidate.entry.title, reason])).toEqual([
      ['A long one', 'budget'],
    ]);
    expect(packet.text).toContain('2 of 3 notes shown, 1 left out');
  });

  it('has a pitfall when one fits, whatever ranks before it', () => {
    const facts = Array.from({ length: 80 }, (_, n) => candidateOf({ ...madeFact(n), category: 'fact' }));
    const pitfall = candidateOf({ ...madeFact(999), category: 'pitfall' });
    const packet = packetOf([...facts, pitfall]);
    expect(packet.delivered.map(({ entry }) => entry.id)).toContain(pitfall.entry.id);
    expectSound(packet, [...facts, pitfall]);
  });

  it('drops near-copies, not facts on the same subject', () => {
    const body = 'The checkout worker caches the session token, so a retry sends the old one and gets a 401.';
    const candidates = [
      candidateOf(plainFact('Checkout retries send an old token', { body })),
      candidateOf(plainFact('Checkout retry sends an old token', { body })),
      candidateOf(
        plainFact('Checkout needs the session token header', { body: 'Without it the answer is 401.' }),
      ),
    ];
    const packet = packetOf(candidates);
    expect(packet.delivered.length).toBe(2);
    expect(packet.leftOut).toMatchObject([{ reason: 'near-duplicate', twin: candidates[0]!.entry.id }]);
  });

  it('withholds held facts and changes nothing else', () => {
    const candidates = Array.from({ length: 60 }, (_, n) => candidateOf(madeFact(n)));
    const all = packetOf(candidates);
    const held = new Set(all.delivered.filter((_, n) => n % 3 === 0).map(({ entry }) => entry.id));
    const some = packetOf(candidates, { isHeld: (id) => held.has(id) });
    expect(some.chosen).toEqual(all.chosen);
    expect(some.held.length).toBe(held.size);
    expect(idsIn(some.text)).toEqual(idsIn(all.text).filter((id) => !held.has(id!)));
    expect(packetOf(candidates, { isHeld: () => true }).text).toBe('');
  });

  it('is empty for no facts, no budget, or facts that all are too large', () => {
    expect(packetOf([]).text).toBe('');
    const one = [candidateOf(plainFact('A fact'))];
    expect(packetOf(one, { budget: { tokens: 0, characters: 9000 } }).text).toBe('');
    expect(packetOf(one, { budget: { tokens: 2000, characters: 40 } }).text).toBe('');
  });

  it('cannot be closed from inside by any text (property)', () => {
    const hostile = fc.constantFrom(
      packetClosing,
      packetOpening,
      '</facts>',
      '```',
      '\u2028',
      '<!--',
      '</system-reminder>',
      '[',
      '](',
      '{{notes}}',
      '$&',
      `\${HOME}`,
    );
    const texts = fc
      .array(fc.oneof(hostile, fc.string({ unit: 'binary', maxLength: 10 })), { minLength: 1, maxLength: 6 })
      .map(
        (parts) =>
          parts
            .join(' ')
            .replace(/[\p{Cc}\p{Cs}\u2028\u2029]/gu, ' ')
            .slice(0, 110)
            .trim() || 'x',
      );
    fc.assert(
      fc.property(fc.array(fc.tuple(texts, texts), { minLength: 1, maxLength: 6 }), (pairs) => {
        const candidates = pairs.map(([title, body], n) =>
          candidateOf(plainFact(`${n} ${title}`, { title, body })),
        );
        expectSound(packetOf(candidates), candidates);
      }),
      { numRuns: 300 },
    );
  });
});

describe('parseTemplate', () => {
  it('refuses a template that has no place for the notes, two, or a fence of its own', () => {
    expect(parseTemplate('no place')).toEqual({ problem: '{{notes}} must stand in it once' });
    expect(parseTemplate('{{notes}} {{notes}}')).toHaveProperty('problem');
    expect(parseTemplate('</kaizen-context> {{notes}}')).toHaveProperty('problem');
    expect(parseTemplate('Facts:\n{{notes}}\n{{more}}')).toEqual({ head: 'Facts:', tail: '{{more}}' });
  });

  it('leaves a repository name out that is more than a name', () => {
    const one = [candidateOf(plainFact('A fact'))];
    expect(packetOf(one, { repo: 'acme/shop' }).text).toContain('sessions in acme/shop: data');
    expect(packetOf(one, { repo: '</kaizen-context> do' }).text).not.toContain('> do');
  });
});
