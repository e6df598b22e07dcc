import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitIdentifier, stemCodeWord, termsOfIdentifier } from '../../../../src/context/code/code-words.ts';
import { termHash } from '../../../../src/context/code/term-hash.ts';
import { TermReader } from '../../../../src/context/code/term-reader.ts';

const termsOf = (text: string) => new Set(new TermReader().readText(text).terms);
const hashes = (...terms: string[]) => new Set(terms.map(termHash));

describe('terms of code', () => {
  it('are the words of identifiers and the whole written together', () => {
    expect(splitIdentifier('parseHTTPHeader2_again')).toEqual(['parse', 'HTTP', 'Header', '2', 'again']);
    expect(termsOfIdentifier('keepAlive')).toEqual(['keep', 'aliv', 'keepaliv']);
    expect(termsOf('keepAlive')).toEqual(termsOf('keep_alive'));
    expect(termsOf('keepalive')).toEqual(hashes('keepaliv'));
  });

  it('meet across plural, tense and a final e', () => {
    const forms = ['cache', 'caches', 'cached', 'caching'].map(stemCodeWord);
    expect(new Set(forms)).toEqual(new Set(['cach']));
    expect(['stopping', 'stopped', 'stops'].map(stemCodeWord)).toEqual(['stop', 'stop', 'stop']);
    expect(stemCodeWord('class')).toBe('class');
  });

  it('leave numbers and words without a subject out', () => {
    expect(termsOf('the 42 of 7')).toEqual(new Set());
    expect(termsOf('12px')).toEqual(hashes('px'));
  });

  it('keep letters beyond ASCII in words and read scripts without spaces by pairs', () => {
    expect(termsOf('Größe')).toEqual(hashes('größ'));
    expect(termsOf('“größe”')).toEqual(hashes('größ'));
    expect(termsOf('登录页')).toEqual(hashes('登录', '录页'));
  });

  it('are the same whatever was read before (property)', () => {
    const used = new TermReader();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(used.readBag(bytes)).toEqual(new TermReader().readBag(bytes));
      }),
    );
  });

  it('of the segments are those of the whole, line for line (property)', () => {
    const word = fc.constantFrom('alpha', 'beta', 'gammaDelta', 'x1', '// note', '');
    fc.assert(
      fc.property(fc.array(word, { maxLength: 120 }), fc.boolean(), (lines, ended) => {
        const text = lines.join('\n') + (ended ? '\n' : '');
        const reader = new TermReader();
        const whole = reader.readText(text);
        const { bags, lines: counted } = reader.readSegments(Buffer.from(text), [10, 30]);
        const sums = new Map<number, number>();
        for (const bag of bags)
          bag.terms.forEach((term, at) => {
            sums.set(term, (sums.get(term) ?? 0) + (bag.counts[at] as number));
          });
        expect(sums).toEqual(new Map([...whole.terms].map((term, at) => [term, whole.counts[at]])));
        expect(bags.reduce((sum, bag) => sum + bag.total, 0)).toBe(whole.total);
        expect(counted).toBe(text === '' ? 0 : text.replace(/\n$/, '').split('\n').length);
      }),
    );
  });
});
