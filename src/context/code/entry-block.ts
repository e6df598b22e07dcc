/**
 * Index entries of many blobs side by side in flat arrays, so that a query is one pass over numbers and a cache file is
 * the arrays themselves. An entry says nothing of paths: a renamed file keeps it.
 *
 * A file is cut into segments of 10 and 30 lines in turns. A 50-line window that starts every 40 lines is then segment
 * 10 + 30 + 10, and the whole file is all of its segments: every line is read once.
 */
export interface EntryBlock {
  count: number;
  /** Bytes of an entry's key: the blob id and one byte for the form of its language. */
  keyBytes: number;
  /** Keys one after the other. */
  keys: Uint8Array;
  bytes: Uint32Array;
  lines: Uint32Array;
  /** Bits of `entryFlags`. */
  flags: Uint8Array;
  /** How many times the cache was written since the entry was last of use. */
  ages: Uint8Array;
  /** Segments of entry e: from segmentStart[e] to segmentStart[e + 1]. */
  segmentStart: Uint32Array;
  /** Occurrences of terms in a segment. */
  segmentTotal: Uint32Array;
  /** Postings of segment s: from postingStart[s] to postingStart[s + 1]. */
  postingStart: Uint32Array;
  terms: Uint32Array;
  counts: Uint8Array;
  /** Terms of the defined names of entry e, and of their occurrences all together. */
  symbolStart: Uint32Array;
  symbolTotal: Uint32Array;
  symbolTerms: Uint32Array;
  symbolCounts: Uint8Array;
  /** Defined names of entry e: hash of the name as written, hash of its whole term. */
  nameStart: Uint32Array;
  names: Uint32Array;
  nameTerms: Uint32Array;
}

/** Why a blob is never ranked, whatever its path. */
export const entryFlags = { binary: 1, generated: 2, pointer: 4, large: 8 } as const;

/** Lines of the segments, in turns. */
export const segmentLines = [10, 30] as const;

/** A growing array of 32-bit or 8-bit numbers. */
class Column<T extends Uint32Array | Uint8Array> {
  length = 0;
  values: T;
  private readonly make: (length: number) => T;
  constructor(make: (length: number) => T) {
    this.make = make;
    this.values = make(1024);
  }
  push(value: number): void {
    this.reserve(1);
    this.values[this.length++] = value;
  }
  append(values: ArrayLike<number>): void {
    this.reserve(values.length);
    this.values.set(values, this.length);
    this.length += values.length;
  }
  private reserve(more: number): void {
    if (this.length + more <= this.values.length) return;
    const grown = this.make(Math.max(this.values.length * 2, this.length + more));
    grown.set(this.values.subarray(0, this.length));
    this.values = grown;
  }
  done(): T {
    return this.values.subarray(0, this.length) as T;
  }
}

const words = () => new Column((length) => new Uint32Array(length));
const bytes = () => new Column((length) => new Uint8Array(length));

/** What is kept of one blob. */
export interface Entry {
  key: Uint8Array;
  bytes: number;
  lines: number;
  flags: number;
  segments: readonly { terms: Uint32Array; counts: Uint8Array; total: number }[];
  symbols: { terms: Uint32Array; counts: Uint8Array; total: number };
  names: Uint32Array;
  nameTerms: Uint32Array;
}

/** Collects entries into a block. */
export class EntryBlockBuilder {
  private readonly keyBytes: number;
  private readonly columns = {
    keys: bytes(),
    bytes: words(),
    lines: words(),
    flags: bytes(),
    ages: bytes(),
    segmentStart: words(),
    segmentTotal: words(),
    postingStart: words(),
    terms: words(),
    counts: bytes(),
    symbolStart: words(),
    symbolTotal: words(),
    symbolTerms: words(),
    symbolCounts: bytes(),
    nameStart: words(),
    names: words(),
    nameTerms: words(),
  };
  count = 0;

  constructor(keyBytes: number) {
    this.keyBytes = keyBytes;
    for (const start of ['segmentStart', 'postingStart', 'symbolStart', 'nameStart'] as const)
      this.columns[start].push(0);
  }

  add(entry: Entry, age = 0): number {
    const to = this.columns;
    to.keys.append(entry.key);
    to.bytes.push(entry.bytes);
    to.lines.push(entry.lines);
    to.flags.push(entry.flags);
    to.ages.push(age);
    for (const { terms, counts, total } of entry.segments) {
      to.segmentTotal.push(total);
      to.terms.append(terms);
      to.counts.append(counts);
      to.postingStart.push(to.terms.length);
    }
    to.segmentStart.push(to.segmentTotal.length);
    to.symbolTotal.push(entry.symbols.total);
    to.symbolTerms.append(entry.symbols.terms);
    to.symbolCounts.append(entry.symbols.counts);
    to.symbolStart.push(to.symbolTerms.length);
    to.names.append(entry.names);
    to.nameTerms.append(entry.nameTerms);
    to.nameStart.push(to.names.length);
    return this.count++;
  }

  /** Takes an entry over from another block. */
  copy(from: EntryBlock, entry: number, age: number): number {
    return this.add(entryOf(from, entry), age);
  }

  finish(): EntryBlock {
    const { columns, count, keyBytes } = this;
    const arrays = Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, column.done()]));
    return { count, keyBytes, ...arrays } as unknown as EntryBlock;
  }
}

/** One entry of a block, as views of its arrays. */
export function entryOf(block: EntryBlock, entry: number): Entry {
  const span = (start: Uint32Array, at: number) => [start[at] as number, start[at + 1] as number] as const;
  const segments: Entry['segments'][number][] = [];
  const [firstSegment, endSegment] = span(block.segmentStart, entry);
  for (let segment = firstSegment; segment < endSegment; segment++) {
    const postings = span(block.postingStart, segment);
    segments.push({
      terms: block.terms.subarray(...postings),
      counts: block.counts.subarray(...postings),
      total: block.segmentTotal[segment] as number,
    });
  }
  const symbols = span(block.symbolStart, entry);
  const names = span(block.nameStart, entry);
  return {
    key: block.keys.subarray(entry * block.keyBytes, (entry + 1) * block.keyBytes),
    bytes: block.bytes[entry] as number,
    lines: block.lines[entry] as number,
    flags: block.flags[entry] as number,
    segments,
    symbols: {
      terms: block.symbolTerms.subarray(...symbols),
      counts: block.symbolCounts.subarray(...symbols),
      total: block.symbolTotal[entry] as number,
    },
    names: block.names.subarray(...names),
    nameTerms: block.nameTerms.subarray(...names),
  };
}
