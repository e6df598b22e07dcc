import { gramCount, gramSpread, gramsOf, type IndexedText } from './char-grams.ts';
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
  for (const gram of gramsOf(kept)) grams.set(gram, (grams.get(gram) ?? 0) + 1);
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
  /** Summed weight of the query's terms that the document holds; `mass` is that of all terms. */
  covered: Float64Array;
  mass: number;
}

/**
 * BM25F of every document: field frequencies are normalised by field length, weighted (title × 3), summed, then
 * saturated. A bootstrap runs this once, before any compiler warms up: few passes, and no calls inside them.
 */
export function scoreWords(pool: FactPool, query: Query): WordScores {
  const scores = new Float64Array(pool.count);
  const covered = new Float64Array(pool.count);
  const terms = [...query.terms.keys()];
  const lists = pool.segments.map((segment) => segment.postings(terms));
  const whole = pool.totals.living === pool.count;
  let mass = 0;
  for (const [term, repeats] of query.terms) {
    let holding = 0;
    for (let i = 0; i < lists.length; i++) {
      const list = lists[i]!.get(term);
      if (list) holding += whole ? countPostings(list) : countLiving(list, pool.starts[i]!, pool.alive);
    }
    const weight = idf(pool.totals.living, holding);
    mass += weight;
    for (let i = 0; i < lists.length; i++) {
      const list = lists[i]!.get(term);
      if (list) addPostings(pool, list, pool.starts[i]!, weight * repeats, weight, scores, covered);
    }
  }
  return { scores, covered, mass };
}

/** Documents on a list that was built without dead ones: its first number. */
function countPostings(list: Uint8Array): number {
  let count = 0;
  for (let at = 0, shift = 0; ; at++, shift += 7) {
    const byte = list[at]!;
    count |= (byte & 127) << shift;
    if (byte < 128) return count;
  }
}

function countLiving(list: Uint8Array, start: number, alive: Uint8Array): number {
  let living = 0;
  let doc = start - 1;
  let at = 0;
  let even = true;
  while (list[at]! > 127) at++;
  at++;
  while (at < list.length) {
    let byte = list[at++]!;
    let value = byte & 127;
    for (let shift = 7; byte > 127; shift += 7) {
      byte = list[at++]!;
      value |= (byte & 127) << shift;
    }
    if (even) {
      doc += value + 1;
      living += alive[doc]!;
    }
    even = !even;
  }
  return living;
}

/** Adds a term to the scores of the documents on its list; what it adds to dead ones nobody reads. */
function addPostings(
  pool: FactPool,
  list: Uint8Array,
  start: number,
  weight: number,
  mass: number,
  scores: Float64Array,
  covered: Float64Array,
): void {
  const { titleLengths, bodyLengths, totals } = pool;
  const titleSlope = b / (totals.title / totals.living || 1);
  const bodySlope = b / (totals.body / totals.living || 1);
  const scale = weight * (k1 + 1);
  let doc = start - 1;
  let at = 0;
  while (list[at]! > 127) at++;
  at++;
  while (at < list.length) {
    // Most numbers are one byte; the loops are for the others.
    let gap = list[at++]!;
    if (gap > 127) {
      gap &= 127;
      let shift = 7;
      let byte = 128;
      for (; byte > 127; shift += 7) {
        byte = list[at++]!;
        gap |= (byte & 127) << shift;
      }
    }
    let packed = list[at++]!;
    if (packed > 127) {
      packed &= 127;
      let shift = 7;
      let byte = 128;
      for (; byte > 127; shift += 7) {
        byte = list[at++]!;
        packed |= (byte & 127) << shift;
      }
    }
    doc += gap + 1;
    let tf = (packed >>> 3) / (1 - b + bodySlope * bodyLengths[doc]!);
    if ((packed & 7) !== 0) tf += (titleWeight * (packed & 7)) / (1 - b + titleSlope * titleLengths[doc]!);
    scores[doc]! += (scale * tf) / (tf + k1);
    covered[doc]! += mass;
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
  /** Position of the gram in each slot plus one; 0 is a free slot. */
  private readonly slots: Uint16Array;
  private readonly shift: number;
  private readonly keys: Uint32Array;
  private readonly weights: Float64Array;
  private readonly frequencies: Int32Array;

  constructor(pool: FactPool, query: Query) {
    let bits = 6;
    while (1 << bits < query.grams.size * 4) bits++;
    this.shift = 32 - bits;
    this.slots = new Uint16Array(1 << bits);
    this.keys = Uint32Array.from(query.grams.keys());
    this.frequencies = new Int32Array(this.keys.length);
    this.weights = new Float64Array(this.keys.length);
    const counts = pool.segments.map((segment) => segment.grams());
    for (let i = 0; i < this.keys.length; i++) {
      const gram = this.keys[i]!;
      let holding = 0;
      for (const one of counts) holding += gramCount(one, gram);
      this.weights[i] = idf(pool.totals.living, holding) * query.grams.get(gram)!;
      let slot = Math.imul(gram, gramSpread) >>> this.shift;
      while (this.slots[slot] !== 0) slot = (slot + 1) & (this.slots.length - 1);
      this.slots[slot] = i + 1;
    }
  }

  score(text: IndexedText, lengthNorm: number): number {
    const { frequencies, weights } = this;
    this.count(gramsOf(text.title));
    this.count(gramsOf(text.body));
    const saturation = k1 * lengthNorm;
    let score = 0;
    for (let i = 0; i < frequencies.length; i++) {
      const tf = frequencies[i]!;
      if (tf === 0) continue;
      frequencies[i] = 0;
      score += (weights[i]! * tf * (k1 + 1)) / (tf + saturation);
    }
    return score;
  }

  private count(grams: Uint32Array): void {
    const { slots, shift, keys, frequencies } = this;
    const mask = slots.length - 1;
    for (let n = 0; n < grams.length; n++) {
      const gram = grams[n]!;
      let slot = Math.imul(gram, gramSpread) >>> shift;
      let i = slots[slot]!;
      while (i !== 0) {
        if (keys[i - 1] === gram) {
          frequencies[i - 1]!++;
          break;
        }
        slot = (slot + 1) & mask;
        i = slots[slot]!;
      }
    }
  }
}
