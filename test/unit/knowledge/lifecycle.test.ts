import { describe, expect, it } from 'vitest';
import type { Fact } from '../../../src/knowledge/fact.ts';
import { findFact } from '../../../src/knowledge/find-fact.ts';
import { absorb, dispute, restore, retire, vouchFor } from '../../../src/knowledge/lifecycle.ts';
import { settleFacts } from '../../../src/knowledge/settle-facts.ts';
import { isDecided, reasonsToWait } from '../../../src/knowledge/trust.ts';
import { generatedFact, sampleFact, sampleSource } from './sample-fact.ts';

const person = { name: 'ada', day: '2026-11-20' };
const settled = (fact: Fact): Fact => settleFacts(new Map([[fact.id, fact]]), 200).get(fact.id) as Fact;
const candidate = generatedFact({
  status: 'candidate',
  trust: 'agent',
  confidence: 0.5,
  holds: ['fetches and runs'],
  sources: [sampleSource({ tier: 'agent', confidence: 0.5 })],
});

describe('what a person decides', () => {
  it('vouching makes it active and human, whatever held it, and counts from today', () => {
    const vouched = settled(vouchFor(candidate, person, 'saw it myself'));
    expect(vouched).toMatchObject({
      status: 'active',
      trust: 'human',
      holds: [],
      lastConfirmed: '2026-11-20',
      confidence: 0.91,
    });
    expect(vouched.sources.at(-1)).toMatchObject({
      session: 'human/ada',
      quote: 'saw it myself',
      tier: 'human',
    });
    expect(vouchFor({ ...candidate, lastConfirmed: '2027-01-01' }, person, '').lastConfirmed).toBe(
      '2027-01-01',
    );
  });

  it('stays decided, also where the program would say the same now', () => {
    for (const fact of [candidate, generatedFact(), sampleFact()]) {
      expect(isDecided(vouchFor(fact, person, ''))).toBe(true);
      expect(settled(dispute(fact)).status).toBe('disputed');
      expect(settled(retire(fact)).status).toBe('archived');
    }
  });

  it('is taken back by restore: evidence decides again', () => {
    expect(settled(restore(retire(candidate))).status).toBe('candidate');
    expect(settled(restore(dispute(generatedFact()))).status).toBe('active');
    expect(settled(restore(retire(vouchFor(candidate, person, '')))).status).toBe('active');
    expect(restore(retire(sampleFact({ trust: 'human' }))).status).toBe('active');
    expect(restore(retire(sampleFact())).status).toBe('candidate');
  });

  it('joins two facts: evidence of both, words of the one that stays', () => {
    const other = generatedFact({
      id: 'aaaaaaaaaa',
      title: 'Said otherwise',
      status: 'candidate',
      trust: 'agent',
      aliases: ['old:1'],
      sources: [sampleSource({ session: 'b/2', tier: 'agent', date: '2026-09-09' })],
      lastConfirmed: '2026-09-09',
    });
    const plain = { ...candidate, holds: [] };
    const joined = absorb(plain, other);
    expect(joined.into).toMatchObject({
      id: plain.id,
      title: plain.title,
      supersedes: ['aaaaaaaaaa'],
      aliases: ['old:1'],
      status: 'active',
      lastConfirmed: '2026-09-09',
    });
    expect(joined.into.sources).toHaveLength(2);
    expect(settled(joined.other).status).toBe('superseded');
  });
});

describe('why a candidate waits', () => {
  it.each([
    [candidate, ['seen in one session only, without a check that proves it', 'fetches and runs']],
    [
      generatedFact({ trust: 'tool', status: 'candidate', sources: [sampleSource({ tier: 'tool' })] }),
      ['known from tool output only'],
    ],
    [
      generatedFact({ trust: 'user', scope: 'global', holds: ['burst'] }),
      ['a user said it once, and not for one repository', 'its day brought more claims than may pass unseen'],
    ],
    [generatedFact({ trust: 'user', holds: ['deletes'] }), ['deletes']],
    [generatedFact(), []],
  ] as const)('is said in words', (fact, reasons) => {
    expect(reasonsToWait(fact)).toEqual(reasons);
  });
});

describe('naming a fact', () => {
  const facts = [
    sampleFact({ id: 'aaaabbbbcc', aliases: ['global:pitfall:001'] }),
    sampleFact({ id: 'aaaaddddee' }),
    sampleFact({ id: 'zzzzzzzzzz' }),
  ].map((fact) => ({ fact, path: `knowledge/global/${fact.id}.md`, text: '' }));
  it('takes an id, its start, an alias, a path, or a reference as packets print it', () => {
    for (const name of ['zzzzzzzzzz', 'zzz', 'knowledge/global/zzzzzzzzzz.md', '[fact:zzzzzzzzzz]', ' zzzz '])
      expect(findFact(facts, name).fact.id).toBe('zzzzzzzzzz');
    expect(findFact(facts, 'global:pitfall:001').fact.id).toBe('aaaabbbbcc');
  });
  it('says what is wrong otherwise', () => {
    expect(() => findFact(facts, 'aaaa')).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringContaining('2 ids') }),
    );
    expect(() => findFact(facts, 'zz')).toThrow(expect.objectContaining({ code: 'not_found' }));
    expect(() => findFact(facts, '')).toThrow(expect.objectContaining({ code: 'not_found' }));
  });
});
