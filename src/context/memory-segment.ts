import { subtractGrams } from './char-grams.ts';
import { columnsOf } from './fact-columns.ts';
import type { FactDocument } from './fact-document.ts';
import { type FactSegment, totalsOf } from './fact-pool.ts';
import { buildSegment, countGrams } from './segment.ts';

/** A segment that lives in memory only: for facts not committed yet, and where there is no database. */
export function memorySegment(scope: string, documents: readonly FactDocument[]): FactSegment {
  const texts = documents.map((document) => document.text);
  const { grams, terms, postings, ...lengths } = buildSegment(texts);
  const lists = new Map(terms.map((term, i) => [term, postings[i]!]));
  const entries = documents.map((document) => document.entry);
  return {
    ...columnsOf(entries, lengths),
    scope,
    count: documents.length,
    totals: totalsOf(lengths, documents.keys()),
    grams: () => grams,
    postings(wanted) {
      const found = new Map<string, Uint8Array>();
      for (const term of wanted) {
        const list = lists.get(term);
        if (list) found.set(term, list);
      }
      return found;
    },
    texts: (docs) => docs.map((doc) => texts[doc]!),
  };
}

/** Takes documents out of a segment, as if it had been built without them. Its own columns stay as they are. */
export function withoutDocuments<T extends FactSegment>(segment: T, docs: readonly number[]): T {
  if (docs.length === 0) return segment;
  const alive = segment.alive.slice();
  const leaving = docs.filter((doc) => alive[doc] === 1);
  for (const doc of leaving) alive[doc] = 0;
  const gone = totalsOf(segment, leaving);
  const { totals } = segment;
  return {
    ...segment,
    alive,
    totals: {
      living: totals.living - gone.living,
      title: totals.title - gone.title,
      body: totals.body - gone.body,
      grams: totals.grams - gone.grams,
    },
    grams: () => subtractGrams(segment.grams(), countGrams(segment.texts(leaving))),
  };
}
