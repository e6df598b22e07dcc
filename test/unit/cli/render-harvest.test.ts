import { describe, expect, it } from 'vitest';
import { renderHarvest } from '../../../src/cli/render-harvest.ts';
import {
  emptyReceipt,
  type HarvestedItem,
  type HarvestReceipt,
} from '../../../src/flows/harvest/harvest-receipt.ts';

const item = (given: Partial<HarvestedItem> = {}): HarvestedItem => ({
  id: 'k7f3q2m9xw',
  title: 'Use `pnpm`, not `npm`',
  category: 'pitfall',
  scope: 'repo:acme/shop',
  status: 'active',
  trust: 'user',
  confidence: 0.8,
  holds: [],
  path: 'knowledge/repos/acme__shop/use-pnpm-k7f3q2m9xw.md',
  outcome: 'new',
  rule: 'correction',
  sources: [{ session: 'codex/01a18c14', file: '/t.jsonl', line: 7, quote: 'no, use pnpm' }],
  ...given,
});

const receipt = (given: Partial<HarvestReceipt> = {}): HarvestReceipt => ({
  ...emptyReceipt(false),
  ...given,
});
const plain = { verbose: false, color: false };

describe('the receipt of a harvest', () => {
  it('keeps its own colours and shows those of others', () => {
    const text = renderHarvest(receipt({ items: [item({ title: '\u001b[2Jgone' })] }), {
      verbose: false,
      color: true,
    });
    expect(text).toContain('\u001b[1mSessions\u001b[22m');
    expect(text).toContain('␛[2Jgone');
    expect(text.match(/␛/g)).toHaveLength(1);
  });

  it('counts in whole words', () => {
    const facts = (fresh: number, quarantined: number, rejected: number) =>
      renderHarvest(receipt({ facts: { new: fresh, confirmed: 0, quarantined, rejected } }), plain).split(
        '\n',
      )[1];
    expect(facts(0, 0, 0)).toBe('Facts     0 new, 0 confirmed, 0 drafts rejected');
    expect(facts(2, 0, 1)).toBe('Facts     2 new, 0 confirmed, none waits for review, 1 draft rejected');
    expect(facts(2, 1, 3)).toBe(
      'Facts     2 new, 0 confirmed, 1 of them waits for review, 3 drafts rejected',
    );
    expect(facts(3, 2, 3)).toBe('Facts     3 new, 0 confirmed, 2 of them wait for review, 3 drafts rejected');
  });

  it('cuts a long quote at its end and names session and line', () => {
    const quote = `first words ${'and more '.repeat(30)}`;
    const text = renderHarvest(
      receipt({ items: [item({ sources: [{ session: 'codex/01a18c14', file: '/t', line: 7, quote }] })] }),
      plain,
    );
    expect(text).toMatch(/“first words (and more )*(and|and more)…” codex\/01a18c14, line 7$/m);
  });

  it('does not tell somebody to use --local who did', () => {
    expect(renderHarvest(receipt(), plain)).toContain('with --local');
    expect(renderHarvest(receipt(), { ...plain, local: true })).not.toContain('--local');
  });
});
