import { eachGram, gramCount, type IndexedText } from './char-grams.ts';
import { type FactPool, segmentOf } from './fact-pool.ts';
import { tokenise } from './tokenise.ts';

/** What is looked for. Counts are occurrences in the text. */
export interface Query {
  terms: Map<string, number>;
  grams: Map<number, number>;
}

/** Saturation and length normalisation as measured for facts (spec 04; Robertson and Zaragoza 2009). */
const k1 = 1.2;
const b = 0.75;
const titleWeight = 3;

const longestQuery = 4000;

/** Terms and grams of a text; of a very long one, its head and tail. */
export function parseQuery(text: string): Query {
  const half = longestQuery / 2;
  const kept = text.length <= longestQuery ? text : `${text.slice(0, half)}\n${text.slice(-half)}`;
  const terms = new Map<string, number>();
  for (const term of tokenise(kept)) terms.set(term, (terms.get(term) ?? 0) + 1);
  const grams = new Map<number, number>();
  eachGram(kept, (gram) => {
    grams.set(gram, (grams.get(gram) ?? 0) + 1);
  });
  return { terms, grams };
}

/** Inverse document frequency in the form that is never negative. */
function idf(total: number, holding: number): number {
  return Math.log(1 + (total - holding + 0.5) / (holding + 0.5));
}

/** Word scores of every document of a pool. */
export interface WordScores {
  /** BM25F. */
  scores: Float64Array;
  /** Share of the query's idf mass that the document holds, 0–1. */
  coverage: Float64Array;
}

/**
 * BM25F of every document: field frequencies are normalised by field length, weighted (title × 3), summed, then
 * saturated. The loops are kept small and free of calls: a bootstrap runs them once, before any compiler warms up.
 */
export function scoreWords(pool: FactPool, query: Query): WordScores {
  const scores = new Float64Array(pool.count);
  const coverage = new Float64Array(pool.count);
  const titleNorms = lengthNorms(pool.titleLengths, pool.totals.title / pool.totals.living || 1, titleWeight);
  const bodyNorms = lengthNorms(pool.bodyLengths, pool.totals.body / pool.totals.living || 1, 1);
  const terms = [...query.terms.keys()];
  const lists = pool.segments.map((segment) => segment.postings(terms));
  const docs = new Int32Array(pool.count);
  const frequencies = new Int32Array(pool.count);
  let mass = 0;
  for (const [term, repeats] of query.terms) {
    let holding = 0;
    for (let i = 0; i < lists.length; i++) {
      const list = lists[i]!.get(term);
      if (list) holding = decodePostings(list, pool.starts[i]!, pool.alive, docs, frequencies, holding);
    }
    const weight = idf(pool.totals.living, holding);
    mass += weight;
    addScores(docs, frequencies, holding, titleNorms, bodyNorms, weight * repeats, weight, scores, coverage);
  }
  for (let doc = 0; doc < coverage.length; doc++) coverage[doc]! /= mass || 1;
  return { scores, coverage };
}

function lengthNorms(lengths: Uint16Array, average: number, weight: number): Float64Array {
  const norms = new Float64Array(lengths.length);
  const slope = b / average;
  for (let doc = 0; doc < lengths.length; doc++) norms[doc] = weight / (1 - b + slope * lengths[doc]!);
  return norms;
}

/** Writes the living documents of a list and their packed frequencies from `end` on; gives the new end. */
function decodePostings(
  list: Uint8Array,
  start: number,
  alive: Uint8Array,
  docs: Int32Array,
  frequencies: Int32Array,
  end: number,
): number {
  let doc = start - 1;
  let at = 0;
  let to = end;
  while (at < list.length) {
    let byte = list[at++]!;
    let gap = byte & 127;
    for (let shift = 7; byte > 127; shift += 7) {
      byte = list[at++]!;
      gap |= (byte & 127) << shift;
    }
    byte = list[at++]!;
    let packed = byte & 127;
    for (let shift = 7; byte > 127; shift += 7) {
      byte = list[at++]!;
      packed |= (byte & 127) << shift;
    }
    doc += gap + 1;
    if (alive[doc] === 1) {
      docs[to] = doc;
      frequencies[to++] = packed;
    }
  }
  return to;
}

function addScores(
  docs: Int32Array,
  frequencies: Int32Array,
  count: number,
  titleNorms: Float64Array,
  bodyNorms: Float64Array,
  weight: number,
  mass: number,
  scores: Float64Array,
  coverage: Float64Array,
): void {
  const scale = weight * (k1 + 1);
  for (let i = 0; i < count; i++) {
    const doc = docs[i]!;
    const packed = frequencies[i]!;
    const tf = (packed & 7) * titleNorms[doc]! + (packed >>> 3) * bodyNorms[doc]!;
    scores[doc]! += (scale * tf) / (tf + k1);
    coverage[doc]! += mass;
  }
}

/** BM25 over character 4-grams of some documents (ascending); the statistics are those of the whole pool. */
export function scoreGrams(pool: FactPool, query: Query, docs: readonly number[]): Float64Array {
  const table = new GramTable(pool, query);
  const average = pool.totals.grams / pool.totals.living || 1;
  const scores = new Float64Array(docs.length);
  for (let from = 0; from < docs.length; ) {
    const i = segmentOf(pool, docs[from]!);
    const end = pool.starts[i]! + pool.segments[i]!.count;
    let to = from;
    while (to < docs.length && docs[to]! < end) to++;
    const texts = pool.segments[i]!.texts(docs.slice(from, to).map((doc) => doc - pool.starts[i]!));
    texts.forEach((text, n) => {
      const length = pool.gramLengths[docs[from + n]!]!;
      scores[from + n] = table.score(text, 1 - b + (b * length) / average);
    });
    from = to;
  }
  return scores;
}

/** The query's grams in an open-addressed table: scanning a text looks each of its grams up without allocating. */
class GramTable {
  private readonly mask: number;
  private readonly slots: Int32Array;
  private readonly keys: Uint32Array;
  private readonly weights: Float64Array;
  private readonly frequencies: Int32Array;
  private readonly hit: Int32Array;

  constructor(pool: FactPool, query: Query) {
    let size = 64;
    while (size < query.grams.size * 4) size *= 2;
    this.mask = size - 1;
    this.slots = new Int32Array(size).fill(-1);
    this.keys = Uint32Array.from(query.grams.keys());
    this.frequencies = new Int32Array(this.keys.length);
    this.hit = new Int32Array(this.keys.length);
    this.weights = new Float64Array(this.keys.length);
    const counts = pool.segments.map((segment) => segment.grams());
    for (let i = 0; i < this.keys.length; i++) {
      const gram = this.keys[i]!;
      let holding = 0;
      for (const one of counts) holding += gramCount(one, gram);
      this.weights[i] = idf(pool.totals.living, holding) * query.grams.get(gram)!;
      let slot = gram & this.mask;
      while (this.slots[slot] !== -1) slot = (slot + 1) & this.mask;
      this.slots[slot] = i;
    }
  }

  score(text: IndexedText, lengthNorm: number): number {
    const { mask, slots, keys, frequencies, hit } = this;
    let hits = 0;
    const count = (gram: number) => {
      let slot = gram & mask;
      for (let i = slots[slot]!; i !== -1; i = slots[slot]!) {
        if (keys[i] === gram) {
          if (frequencies[i]!++ === 0) hit[hits++] = i;
          return;
        }
        slot = (slot + 1) & mask;
      }
    };
    eachGram(text.title, count);
    eachGram(text.body, count);
    let score = 0;
    for (let n = 0; n < hits; n++) {
      const i = hit[n]!;
      const tf = frequencies[i]!;
      frequencies[i] = 0;
      score += (this.weights[i]! * tf * (k1 + 1)) / (tf + k1 * lengthNorm);
    }
    return score;
  }
}
