import { type GramCounts, gramSpread, gramsOf, type IndexedText } from './char-grams.ts';
import { tokenise } from './tokenise.ts';
import { writeVarint } from './varint.ts';

/**
 * An inverted index over a run of documents, numbered from 0. A posting list is a byte string of varints: the number of
 * documents, then for each the gap to the one before it and its body frequency × 8 + title frequency (at most 7).
 */
export interface Segment {
  count: number;
  /** Lengths of the fields in terms, and of the whole text in grams; texts are clipped long before 65,535. */
  titleLengths: Uint16Array;
  bodyLengths: Uint16Array;
  gramLengths: Uint16Array;
  /** Ascending by `compareUtf8`; `postings[i]` belongs to `terms[i]`. */
  terms: string[];
  postings: Uint8Array[];
  grams: GramCounts;
}

/** Indexes the documents in the given order. */
export function buildSegment(texts: readonly IndexedText[]): Segment {
  const terms = new TermCounter(texts.length);
  const grams = new GramCounter();
  const titleLengths = new Uint16Array(texts.length);
  const bodyLengths = new Uint16Array(texts.length);
  const gramLengths = new Uint16Array(texts.length);
  for (let doc = 0; doc < texts.length; doc++) {
    const text = texts[doc] as IndexedText;
    const title = tokenise(text.title);
    const body = tokenise(text.body);
    titleLengths[doc] = title.length;
    bodyLengths[doc] = body.length;
    terms.add(doc, title, body);
    gramLengths[doc] = grams.add(doc, text);
  }
  return {
    count: texts.length,
    titleLengths,
    bodyLengths,
    gramLengths,
    ...terms.finish(),
    grams: grams.finish(),
  };
}

/** Gram counts of texts that are leaving a segment, to be taken off its own. */
export function countGrams(texts: readonly IndexedText[]): GramCounts {
  const grams = new GramCounter();
  texts.forEach((text, doc) => {
    grams.add(doc, text);
  });
  return grams.finish();
}

/** Order of the UTF-8 bytes, which is how a database compares text: code units, but surrogates last. */
export function compareUtf8(a: string, b: string): number {
  if (a === b) return 0;
  const end = Math.min(a.length, b.length);
  for (let i = 0; i < end; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return utf8Rank(x) - utf8Rank(y);
  }
  return a.length - b.length;
}

function utf8Rank(unit: number): number {
  return unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

const largestTitleFrequency = 7;

/** Collects (term, document, frequencies) in document order, then sorts them by term with one counting pass. */
class TermCounter {
  private readonly ids = new Map<string, number>();
  private readonly lastDoc: number[] = [];
  private readonly titleFrequency: number[] = [];
  private readonly bodyFrequency: number[] = [];
  private readonly entriesOfTerm: number[] = [];
  private entryTerms: Int32Array<ArrayBufferLike>;
  private entryFrequencies: Int32Array<ArrayBufferLike>;
  private readonly docStarts: number[] = [];
  private entries = 0;

  constructor(expectedDocs: number) {
    this.entryTerms = new Int32Array(Math.max(256, expectedDocs * 64));
    this.entryFrequencies = new Int32Array(this.entryTerms.length);
  }

  add(doc: number, title: readonly string[], body: readonly string[]): void {
    const seen: number[] = [];
    for (const term of title) {
      const id = this.enter(term, doc, seen);
      this.titleFrequency[id] = (this.titleFrequency[id] as number) + 1;
    }
    for (const term of body) {
      const id = this.enter(term, doc, seen);
      this.bodyFrequency[id] = (this.bodyFrequency[id] as number) + 1;
    }
    this.docStarts.push(this.entries);
    this.reserve(seen.length);
    for (const id of seen) {
      const inTitle = Math.min(largestTitleFrequency, this.titleFrequency[id] as number);
      this.entryTerms[this.entries] = id;
      this.entryFrequencies[this.entries++] = (this.bodyFrequency[id] as number) * 8 + inTitle;
      this.entriesOfTerm[id] = (this.entriesOfTerm[id] as number) + 1;
    }
  }

  private enter(term: string, doc: number, seen: number[]): number {
    let id = this.ids.get(term);
    if (id === undefined) {
      id = this.ids.size;
      this.ids.set(term, id);
      this.lastDoc.push(-1);
      this.titleFrequency.push(0);
      this.bodyFrequency.push(0);
      this.entriesOfTerm.push(0);
    }
    if (this.lastDoc[id] !== doc) {
      this.lastDoc[id] = doc;
      this.titleFrequency[id] = 0;
      this.bodyFrequency[id] = 0;
      seen.push(id);
    }
    return id;
  }

  private reserve(more: number): void {
    if (this.entries + more <= this.entryTerms.length) return;
    const size = Math.max(this.entries + more, this.entryTerms.length * 2);
    const terms = new Int32Array(size);
    terms.set(this.entryTerms);
    this.entryTerms = terms;
    const frequencies = new Int32Array(size);
    frequencies.set(this.entryFrequencies);
    this.entryFrequencies = frequencies;
  }

  finish(): { terms: string[]; postings: Uint8Array[] } {
    const docs = new Int32Array(this.entries);
    const frequencies = new Int32Array(this.entries);
    const next = new Int32Array(this.ids.size + 1);
    this.entriesOfTerm.forEach((count, id) => {
      next[id + 1] = (next[id] as number) + count;
    });
    const starts = next.slice();
    for (let doc = 0; doc < this.docStarts.length; doc++) {
      const end = this.docStarts[doc + 1] ?? this.entries;
      for (let entry = this.docStarts[doc] as number; entry < end; entry++) {
        const id = this.entryTerms[entry] as number;
        const to = next[id] as number;
        next[id] = to + 1;
        docs[to] = doc;
        frequencies[to] = this.entryFrequencies[entry] as number;
      }
    }
    const terms = [...this.ids.keys()];
    // Plain sort compares code units, several times faster; it differs only where surrogates come in.
    if (terms.some((term) => /[\ud800-\uffff]/.test(term))) terms.sort(compareUtf8);
    else terms.sort();
    const bytes = new Uint8Array(10 * this.entries + 5 * terms.length);
    let at = 0;
    const postings = terms.map((term) => {
      const id = this.ids.get(term) as number;
      const from = at;
      at = writeVarint(bytes, at, (starts[id + 1] as number) - (starts[id] as number));
      let before = -1;
      for (let i = starts[id] as number; i < (starts[id + 1] as number); i++) {
        at = writeVarint(bytes, at, (docs[i] as number) - before - 1);
        at = writeVarint(bytes, at, frequencies[i] as number);
        before = docs[i] as number;
      }
      return bytes.subarray(from, at);
    });
    return { terms, postings };
  }
}

/** Open addressing over grams; a document counts once however often it holds a gram. */
class GramCounter {
  private bits = 11;
  private used = 0;
  private keys = new Uint32Array(1 << this.bits);
  private counts = new Uint32Array(1 << this.bits);
  /** Document that counted last, plus one. */
  private last = new Uint32Array(1 << this.bits);

  /** Counts the grams of one document; gives their number with repeats. */
  add(doc: number, text: IndexedText): number {
    return this.addText(doc + 1, text.title) + this.addText(doc + 1, text.body);
  }

  private addText(mark: number, text: string): number {
    const grams = gramsOf(text);
    if ((this.used + grams.length) * 2 > this.keys.length) this.grow(grams.length);
    const { keys, counts, last } = this;
    const mask = keys.length - 1;
    const shift = 32 - this.bits;
    for (let i = 0; i < grams.length; i++) {
      const gram = grams[i] as number;
      let slot = Math.imul(gram, gramSpread) >>> shift;
      while (counts[slot] !== 0 && keys[slot] !== gram) slot = (slot + 1) & mask;
      if (counts[slot] === 0) {
        keys[slot] = gram;
        this.used++;
      } else if (last[slot] === mark) continue;
      counts[slot] = (counts[slot] as number) + 1;
      last[slot] = mark;
    }
    return grams.length;
  }

  private grow(more: number): void {
    const { keys, counts, last } = this;
    while (1 << this.bits < (this.used + more) * 4) this.bits++;
    this.keys = new Uint32Array(1 << this.bits);
    this.counts = new Uint32Array(1 << this.bits);
    this.last = new Uint32Array(1 << this.bits);
    for (let i = 0; i < keys.length; i++) {
      if (counts[i] === 0) continue;
      const slot = this.slotOf(keys[i] as number);
      this.keys[slot] = keys[i] as number;
      this.counts[slot] = counts[i] as number;
      this.last[slot] = last[i] as number;
    }
  }

  /** The slot of a gram, or the free one where it belongs. */
  private slotOf(gram: number): number {
    const mask = this.keys.length - 1;
    let slot = Math.imul(gram, gramSpread) >>> (32 - this.bits);
    while (this.counts[slot] !== 0 && this.keys[slot] !== gram) slot = (slot + 1) & mask;
    return slot;
  }

  finish(): GramCounts {
    const grams = new Uint32Array(this.used);
    let at = 0;
    for (let i = 0; i < this.keys.length; i++) if (this.counts[i] !== 0) grams[at++] = this.keys[i] as number;
    grams.sort();
    return { grams, counts: Uint32Array.from(grams, (gram) => this.counts[this.slotOf(gram)] as number) };
  }
}
