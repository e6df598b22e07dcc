import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldSpace } from '../../../../src/base/text.ts';
import { findQuote, groundQuote, maxQuoteLength } from '../../../../src/knowledge/extract/ground.ts';

const same = (text: string) => text;

describe('groundQuote', () => {
  it('gives the words that stand in the text, white space folded', () => {
    expect(groundQuote('a line\n  wrapped over two lines here', 'wrapped over two   lines')).toBe(
      'wrapped over two lines',
    );
  });

  it('gives the beginning that matches, or nothing', () => {
    expect(groundQuote('+- first item of a patch\n+- second', 'first item of a patch - second')).toBe(
      'first item of a patch',
    );
    expect(groundQuote('something else entirely', 'this was never said at all')).toBeUndefined();
  });

  it('never gives what is not there, never more than it may keep (property)', () => {
    const words = fc.array(fc.constantFrom('alpha', 'beta', 'gamma', 'delta', '\n', '  '), { maxLength: 80 });
    fc.assert(
      fc.property(words, words, (text, wanted) => {
        const quote = groundQuote(text.join(' '), wanted.join(' '));
        if (quote === undefined) return;
        expect(foldSpace(text.join(' '))).toContain(quote);
        expect(quote.length).toBeLessThanOrEqual(maxQuoteLength);
      }),
    );
  });
});

describe('findQuote', () => {
  it('looks into decoded strings, nested JSON and redacted text', () => {
    const line = JSON.stringify({ payload: { arguments: JSON.stringify({ command: 'pnpm\ttest "x"' }) } });
    expect(findQuote(line, 'pnpm test "x"', same)).toBe(true);
    expect(findQuote(line, 'npm run test', same)).toBe(false);
    expect(
      findQuote(JSON.stringify({ text: 'key sk-123 here' }), 'key ***', (text) =>
        text.replace('sk-123', '***'),
      ),
    ).toBe(true);
    expect(findQuote('> plain Markdown line', 'plain Markdown', same)).toBe(true);
  });
});
