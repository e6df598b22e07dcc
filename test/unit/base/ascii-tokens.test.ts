import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countAsciiTokens } from '../../../src/base/ascii-tokens.ts';
import { estimateTokens } from '../../../src/base/tokens.ts';

describe('countAsciiTokens', () => {
  it('equals estimateTokens for any ASCII text (property)', () => {
    const pieces = fc.constantFrom(
      'a',
      'bc',
      'Word',
      'longerword',
      '123',
      '45678',
      ' ',
      '\n',
      '\n  ',
      '\t',
      '.',
      '((((((((',
      '`--x`',
      "don't",
      '"',
    );
    const texts = fc.oneof(
      fc.string({ unit: 'binary-ascii', maxLength: 80 }),
      fc.array(pieces).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        expect(countAsciiTokens(text)).toBe(estimateTokens(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('does not answer for other text', () => {
    expect(countAsciiTokens('naïve')).toBeUndefined();
    expect(countAsciiTokens('word …')).toBeUndefined();
    expect(countAsciiTokens('wordé')).toBeUndefined();
  });
});
