import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IndexedText } from '../../../src/context/char-grams.ts';
import { documentOf } from '../../../src/context/fact-document.ts';
import { joinSegments } from '../../../src/context/fact-pool.ts';
import { memorySegment, withoutDocuments } from '../../../src/context/memory-segment.ts';
import { parseQuery, scoreGrams, scoreWords } from '../../../src/context/relevance.ts';
import { tokenise } from '../../../src/context/tokenise.ts';
import { plainFact } from './pools.ts';

const k1 = 1.2;
const b = 0.75;
const mean = (numbers: number[]) => numbers.reduce((x, y) => x + y, 0) / numbers.length || 1;
const count = (list: string[], term: string) => list.filter((one) => one === term).length;
const idf = (total: number, holding: number) => Math.log(1 + (total - holding + 0.5) / (holding + 0.5));

/** BM25F by its formula, document by document, over arrays of words. */
function bm25f(texts: IndexedText[], query: string): number[] {
  const titles = texts.map((text) => tokenise(text.title));
  const bodies = texts.map((text) => tokenise(text.body));
  const averageTitle = mean(titles.map((one) => one.length));
  const averageBody = mean(bodies.map((one) => one.length));
  return texts.map((_, doc) =>
    tokenise(query).reduce((score, term) => {
      const holding = texts.filter((_, d) => titles[d]!.includes(term) || bodies[d]!.includes(term)).length;
      const title = count(titles[doc]!, term) / (1 - b + (b * titles[doc]!.length) / averageTitle);
      const body = count(bodies[doc]!, term) / (1 - b + (b * bodies[doc]!.length) / averageBody);
      const tf = 3 * title + body;
      return score + (idf(texts.length, holding) * tf * (k1 + 1)) / (tf + k1);
    }, 0),
  );
}

function grams(text: string): string[] {
  return (text.toLowerCase().match(/[\p{L}\p{M}\p{N}_]+/gu) ?? []).flatMap((word) => {
    const padded = `_${word}_`;
    return padded.length <= 4
      ? [padded]
      : Array.from({ length: padded.length - 3 }, (_, at) => padded.slice(at, at + 4));
  });
}

/** BM25 over character 4-grams by its formula. */
function bm25Grams(texts: IndexedText[], query: string): number[] {
  const docs = texts.map((text) => grams(`${text.title}\n${text.body}`));
  const average = mean(docs.map((one) => one.length));
  return docs.map((doc) =>
    grams(query).reduce((score, gram) => {
      const tf = count(doc, gram);
      const norm = k1 * (1 - b + (b * doc.length) / average);
      const holding = docs.filter((one) => one.includes(gram)).length;
      return score + (tf === 0 ? 0 : (idf(docs.length, holding) * tf * (k1 + 1)) / (tf + norm));
    }, 0),
  );
}

const vocabulary = list(
  'cache token session retry timeout parseConfig src/io/git.ts --no-verify untrusted trusted worktrees mise',
);
function list(text: string): string[] {
  return text.split(' ');
}
const sentence = (max: number) =>
  fc.array(fc.constantFrom(...vocabulary), { minLength: 1, maxLength: max }).map((words) => words.join(' '));
const corpora = fc.array(fc.record({ title: sentence(6), body: sentence(30) }), {
  minLength: 1,
  maxLength: 12,
});

const documents = (texts: IndexedText[]) => texts.map((text) => ({ ...documentOf(plainFact('x')), text }));

describe('relevance', () => {
  it('is BM25F and BM25 over 4-grams, whatever the segments (property)', () => {
    fc.assert(
      fc.property(corpora, corpora, sentence(8), (first, second, query) => {
        const pool = joinSegments([
          memorySegment('a', documents(first)),
          memorySegment('b', documents(second)),
        ]);
        const texts = [...first, ...second];
        const parsed = parseQuery(query);
        const words = scoreWords(pool, parsed);
        const chars = scoreGrams(pool, parsed, [...texts.keys()]);
        bm25f(texts, query).forEach((score, doc) => {
          expect(words.scores[doc]).toBeCloseTo(score, 9);
        });
        bm25Grams(texts, query).forEach((score, doc) => {
          expect(chars[doc]).toBeCloseTo(score, 9);
        });
      }),
      { numRuns: 100 },
    );
  });

  it('of a segment without some documents is that of the others (property)', () => {
    fc.assert(
      fc.property(corpora, fc.array(fc.nat(11)), sentence(6), (texts, removed, query) => {
        const gone = new Set(removed.map((doc) => doc % texts.length));
        const kept = [...texts.keys()].filter((doc) => !gone.has(doc));
        const left = withoutDocuments(memorySegment('a', documents(texts)), [...gone]);
        const anew = memorySegment('a', documents(kept.map((doc) => texts[doc]!)));
        const parsed = parseQuery(query);
        const [a, c] = [joinSegments([left]), joinSegments([anew])];
        const words = [scoreWords(a, parsed), scoreWords(c, parsed)] as const;
        const chars = [scoreGrams(a, parsed, kept), scoreGrams(c, parsed, [...kept.keys()])] as const;
        expect(words[0].mass).toBeCloseTo(words[1].mass, 9);
        kept.forEach((doc, n) => {
          expect(words[0].scores[doc]).toBeCloseTo(words[1].scores[n]!, 9);
          expect(words[0].covered[doc]).toBeCloseTo(words[1].covered[n]!, 9);
          expect(chars[0][n]).toBeCloseTo(chars[1][n]!, 9);
        });
      }),
      { numRuns: 100 },
    );
  });

  it('covers 1 for a fact that holds every term and 0 for one that holds none', () => {
    const texts = [
      { title: 'mise untrusted', body: 'worktrees' },
      { title: 'cache', body: 'token' },
    ];
    const pool = joinSegments([memorySegment('a', documents(texts))]);
    const { covered, mass } = scoreWords(pool, parseQuery('untrusted mise in a worktree'));
    expect([...covered]).toEqual([mass, 0]);
  });

  it('reads the head and the tail of a very long query', () => {
    const { terms } = parseQuery(
      `firstword ${'filler '.repeat(2000)} middleword ${'filler '.repeat(2000)} lastword`,
    );
    expect([terms.has('firstword'), terms.has('middleword'), terms.has('lastword')]).toEqual([
      true,
      false,
      true,
    ]);
  });
});
