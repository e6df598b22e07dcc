import { describe, expect, it } from 'vitest';
import { type ReviewDesk, reviewOneByOne } from '../../../src/cli/review-loop.ts';
import type { Decision } from '../../../src/flows/knowledge/knowledge-review.ts';
import type { ShownFact } from '../../../src/flows/knowledge/knowledge-show.ts';
import { generatedFact, sampleSource } from '../knowledge/sample-fact.ts';

function shown(given: Partial<ShownFact> = {}): ShownFact {
  const fact = generatedFact({
    status: 'candidate',
    trust: 'agent',
    sources: [sampleSource({ tier: 'agent' })],
  });
  return {
    ...fact,
    path: 'knowledge/global/x.md',
    support: 1,
    effectiveConfidence: 0.5,
    stale: false,
    supersededBy: [],
    contradicting: [],
    replaced: [],
    similar: [],
    reviews: [],
    ...given,
  };
}

/** A desk with a person who gives these answers and then leaves. */
function desk(answers: string[], refuse = 0) {
  const said: string[] = [];
  const decisions: Decision[] = [];
  let refusals = refuse;
  const made: ReviewDesk = {
    ask: async () => answers.shift(),
    say: (line) => said.push(line),
    decide: async (given) => {
      refusals -= 1;
      if (refusals >= 0) return { done: false, said: 'Not done: no such fact' };
      decisions.push(...given);
      return { done: true, said: 'done' };
    },
    style: { columns: 80, color: false },
  };
  return { made, said, decisions };
}

describe('a review', () => {
  it('shows the claim, why it waits and its quotes, and takes one letter', async () => {
    const { made, said, decisions } = desk(['k', 's', 'q']);
    const similar = [{ id: 'zzzzzzzzzz', title: 'Nearly', status: 'active' }];
    expect(await reviewOneByOne([shown({ similar }), shown(), shown()], made)).toEqual({
      decided: 1,
      skipped: 1,
      left: 1,
    });
    expect(decisions).toEqual([{ action: 'accept', fact: 'k7f3q2m9xw' }]);
    expect(said[0]).toContain('1 of 3 · candidate · acme/shop · tool-quirk');
    expect(said[0]).toContain('waits: seen in one session only');
    expect(said[0]).toContain('looks like zzzzzzzzzz (active): Nearly');
    expect(said[0]).toContain('“Config files are not trusted. Trust them with `mise trust`”');
  });

  it('asks what else a decision needs', async () => {
    const { made, decisions } = desk(['r', 'only here', 't', '', 'm', '', 'e', 'Better', '', 'pitfall']);
    const similar = [{ id: 'zzzzzzzzzz', title: 'Nearly', status: 'active' }];
    const fact = shown({ similar });
    await reviewOneByOne([fact, fact, fact, fact], made);
    expect(decisions).toEqual([
      { action: 'reject', fact: fact.id, reason: 'only here' },
      { action: 'retire', fact: fact.id },
      { action: 'merge', fact: fact.id, into: 'zzzzzzzzzz' },
      { action: 'edit', fact: fact.id, words: { title: 'Better', category: 'pitfall' } },
      { action: 'accept', fact: fact.id },
    ]);
  });

  it('asks again after a slip, and ends when the input does', async () => {
    const { made, said, decisions } = desk(
      ['x', 'r', '', 'm', '', 'e', 'T', 'B', 'gossip', 'm', 'nosuch', 'k'],
      1,
    );
    expect(await reviewOneByOne([shown(), shown()], made)).toEqual({ decided: 1, skipped: 0, left: 1 });
    expect(decisions).toEqual([{ action: 'accept', fact: 'k7f3q2m9xw' }]);
    expect(said).toEqual(
      expect.arrayContaining([
        'Press one of the letters in brackets, then Enter.',
        'There is no category gossip.',
        '  Not done: no such fact',
      ]),
    );
  });

  it('shows what hides in a claim, and colours only by itself', async () => {
    const { made, said } = desk(['q']);
    await reviewOneByOne([shown({ title: 'a\u001b[31mb\u202ec' })], {
      ...made,
      style: { columns: 80, color: true },
    });
    expect(said[0]).toContain('a␛[31mb�c');
    expect(said[0]).toContain('\u001b[');
  });
});
