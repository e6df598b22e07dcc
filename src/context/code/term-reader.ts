import { termsOfIdentifier } from './code-words.ts';
import { termHash } from './term-hash.ts';

/** Kinds of bytes; 0 ends a word. */
const letter = 1;
const digit = 2;
const twoByteLead = 3;
const threeByteLead = 4;
const newline = 5;

const kinds = new Uint8Array(256);
for (let byte = 0; byte < 256; byte++) {
  const c = String.fromCharCode(byte);
  if (/[A-Za-z_$]/.test(c)) kinds[byte] = letter;
  else if (/[0-9]/.test(c)) kinds[byte] = digit;
  else if (byte >= 0xc3 && byte <= 0xdf) kinds[byte] = twoByteLead;
  // From U+3040 to U+D7A3: kana, Han, Hangul.
  else if (byte >= 0xe3 && byte <= 0xed) kinds[byte] = threeByteLead;
  else if (byte === 10) kinds[byte] = newline;
}

/** Terms of a stretch of lines. */
export interface TermBag {
  /** Hashes of the terms, in order of their first occurrence. */
  terms: Uint32Array;
  /** How often each occurs, at most 255. */
  counts: Uint8Array;
  /** All occurrences. */
  total: number;
}

/**
 * Reads index terms straight from bytes, without making a string of every word: identifiers met before are found by two
 * hashes of their bytes. Latin, Greek, Cyrillic and other two-byte letters belong to words; kana, Han and Hangul give
 * pairs of characters. Bytes that are no UTF-8 end a word and do no harm. What it gives depends on the bytes alone,
 * whatever was read before.
 */
export class TermReader {
  /** Open addressing by the first hash; the second tells identifiers apart. */
  private first = new Uint32Array(1 << 16);
  private second = new Uint32Array(1 << 16);
  /** 1 + place in `spans`; 0 is a free slot. */
  private slots = new Uint32Array(1 << 16);
  private known = 0;
  /** Where the terms of the n-th identifier start in `termsOf`; they end where the next one's start. */
  private spans: number[] = [0];
  private termsOf: number[] = [];
  private readonly numbers = new Map<string, number>();
  private hashes: number[] = [];
  private counts = new Uint16Array(1 << 12);
  private touched: number[] = [];
  private total = 0;

  /** The terms of `bytes`, as one bag. */
  readBag(bytes: Uint8Array): TermBag {
    this.scan(bytes, [bytes.length], () => undefined);
    return this.takeBag();
  }

  /** The terms of a text, as one bag. */
  readText(text: string): TermBag {
    return this.readBag(Buffer.from(text));
  }

  /**
   * The bags of the segments of `bytes`: alternately `lengths[0]` and `lengths[1]` lines. Gives the number of lines too.
   */
  readSegments(bytes: Uint8Array, lengths: readonly [number, number]): { bags: TermBag[]; lines: number } {
    const bags: TermBag[] = [];
    const lines = this.scan(bytes, lengths, () => bags.push(this.takeBag()));
    bags.push(this.takeBag());
    return { bags, lines };
  }

  /** The terms of each line in turn, without a bag of its own: `each` for every term, `endLine` with all occurrences. */
  readLines(
    bytes: Uint8Array,
    each: (term: number, count: number) => void,
    endLine: (total: number) => void,
  ): void {
    const flush = () => {
      for (const term of this.touched) {
        each(this.hashes[term] as number, this.counts[term] as number);
        this.counts[term] = 0;
      }
      const { total } = this;
      this.touched.length = 0;
      this.total = 0;
      endLine(total);
    };
    this.scan(bytes, [1], flush);
    flush();
  }

  /** Counts terms and calls `flush` after every stretch of lines, whose lengths come in turns. Gives the lines begun. */
  private scan(bytes: Uint8Array, lengths: readonly number[], flush: () => void): number {
    const end = bytes.length;
    let turn = 0;
    let left = lengths[0] as number;
    let lines = 0;
    let pairStart = -1;
    for (let at = 0; at < end; ) {
      const kind = kinds[bytes[at] as number] as number;
      if (kind === letter || kind === twoByteLead) at = this.readWord(bytes, at, end);
      else if (kind === digit) {
        at++;
        while (at < end && kinds[bytes[at] as number] === digit) at++;
      } else if (kind === threeByteLead && isContinued(bytes, at, 2)) {
        if (pairStart === at - 3) this.addWord(bytes, pairStart, at + 3);
        pairStart = at;
        at += 3;
      } else {
        at++;
        if (kind !== newline) continue;
        lines++;
        if (--left > 0 || at >= end) continue;
        flush();
        turn = (turn + 1) % lengths.length;
        left = lengths[turn] as number;
      }
    }
    return end > 0 && bytes[end - 1] !== 10 ? lines + 1 : lines;
  }

  private readWord(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    let one = 0x811c9dc5;
    let two = 0x2545f491;
    for (; at < end; at++) {
      const byte = bytes[at] as number;
      const kind = kinds[byte] as number;
      if (kind !== letter && kind !== digit) {
        if (kind !== twoByteLead || !isContinued(bytes, at, 1)) break;
        one = Math.imul(one ^ byte, 0x01000193);
        two = Math.imul(two + byte, 0x9e3779b1);
        at++;
      }
      one = Math.imul(one ^ (bytes[at] as number), 0x01000193);
      two = Math.imul(two + (bytes[at] as number), 0x9e3779b1);
    }
    // A lead byte that nothing continues: no letter after all.
    if (at === start) return start + 1;
    this.count(this.find(one >>> 0, two >>> 0, bytes, start, at));
    return at;
  }

  private addWord(bytes: Uint8Array, start: number, end: number): void {
    let one = 0x811c9dc5;
    let two = 0x2545f491;
    for (let at = start; at < end; at++) {
      one = Math.imul(one ^ (bytes[at] as number), 0x01000193);
      two = Math.imul(two + (bytes[at] as number), 0x9e3779b1);
    }
    this.count(this.find(one >>> 0, two >>> 0, bytes, start, end));
  }

  /** The number of an identifier, which is learnt when it is new. */
  private find(one: number, two: number, bytes: Uint8Array, start: number, end: number): number {
    const mask = this.slots.length - 1;
    let slot = (one ^ (one >>> 15)) & mask;
    for (;;) {
      const found = this.slots[slot] as number;
      if (found === 0) break;
      if (this.first[slot] === one && this.second[slot] === two) return found - 1;
      slot = (slot + 1) & mask;
    }
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8');
    for (const term of termsOfIdentifier(text)) this.termsOf.push(this.numberOf(term));
    this.spans.push(this.termsOf.length);
    this.first[slot] = one;
    this.second[slot] = two;
    this.slots[slot] = ++this.known;
    if (this.known * 2 > this.slots.length) this.grow();
    return this.known - 1;
  }

  private grow(): void {
    const { first, second, slots } = this;
    const size = slots.length * 2;
    this.first = new Uint32Array(size);
    this.second = new Uint32Array(size);
    this.slots = new Uint32Array(size);
    for (let old = 0; old < slots.length; old++) {
      if (slots[old] === 0) continue;
      const one = first[old] as number;
      let slot = (one ^ (one >>> 15)) & (size - 1);
      while (this.slots[slot] !== 0) slot = (slot + 1) & (size - 1);
      this.first[slot] = one;
      this.second[slot] = second[old] as number;
      this.slots[slot] = slots[old] as number;
    }
  }

  private numberOf(term: string): number {
    const known = this.numbers.get(term);
    if (known !== undefined) return known;
    const number = this.hashes.length;
    this.numbers.set(term, number);
    this.hashes.push(termHash(term));
    if (number >= this.counts.length) {
      const grown = new Uint16Array(this.counts.length * 2);
      grown.set(this.counts);
      this.counts = grown;
    }
    return number;
  }

  private count(identifier: number): void {
    const to = this.spans[identifier + 1] as number;
    for (let at = this.spans[identifier] as number; at < to; at++) {
      const term = this.termsOf[at] as number;
      const before = this.counts[term] as number;
      if (before === 0) this.touched.push(term);
      if (before < 65_535) this.counts[term] = before + 1;
      this.total++;
    }
  }

  private takeBag(): TermBag {
    const { touched, total } = this;
    const terms = new Uint32Array(touched.length);
    const counts = new Uint8Array(touched.length);
    for (let at = 0; at < touched.length; at++) {
      const term = touched[at] as number;
      terms[at] = this.hashes[term] as number;
      counts[at] = Math.min(255, this.counts[term] as number);
      this.counts[term] = 0;
    }
    this.touched.length = 0;
    this.total = 0;
    return { terms, counts, total };
  }
}

/** Whether the bytes after `at` continue a UTF-8 character. */
function isContinued(bytes: Uint8Array, at: number, count: number): boolean {
  for (let next = 1; next <= count; next++) if (((bytes[at + next] ?? 0) & 0xc0) !== 0x80) return false;
  return true;
}
