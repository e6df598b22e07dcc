import type { GramCounts } from './char-grams.ts';
import type { Segment } from './segment.ts';

/**
 * How a segment lies in a database: its terms and posting lists as a few blocks of some kilobytes, each found by its
 * first term, so that neither a large scope (lists far too long to read whole) nor thousands of small ones (a row a
 * term would be millions) is slow.
 */
export interface TermBlock {
  first: string;
  bytes: Uint8Array;
}

const blockBytes = 8 * 1024;

/**
 * The blocks of a segment, in term order. A block is the number of its terms, then for each where its name and where
 * its list end (32 bits, little endian), then names and lists by turns.
 */
export function encodeBlocks(segment: Pick<Segment, 'terms' | 'postings'>): TermBlock[] {
  const blocks: TermBlock[] = [];
  let from = 0;
  let size = 0;
  const names = segment.terms.map((term) => Buffer.from(term));
  const close = (to: number) => {
    if (to > from) blocks.push(encodeBlock(segment, names, from, to));
    from = to;
    size = 0;
  };
  names.forEach((name, i) => {
    const entry = name.length + segment.postings[i]!.length + 8;
    if (size > 0 && size + entry > blockBytes) close(i);
    size += entry;
  });
  close(names.length);
  return blocks;
}

function encodeBlock(
  { terms, postings }: Pick<Segment, 'terms' | 'postings'>,
  names: readonly Buffer[],
  from: number,
  to: number,
): TermBlock {
  const ends = new Uint32Array(1 + 2 * (to - from));
  ends[0] = to - from;
  let at = ends.byteLength;
  for (let i = from; i < to; i++) {
    at += names[i]!.length;
    ends[1 + 2 * (i - from)] = at;
    at += postings[i]!.length;
    ends[2 + 2 * (i - from)] = at;
  }
  const bytes = new Uint8Array(at);
  bytes.set(new Uint8Array(ends.buffer));
  for (let i = from; i < to; i++) {
    const nameEnd = ends[1 + 2 * (i - from)]!;
    bytes.set(names[i]!, nameEnd - names[i]!.length);
    bytes.set(postings[i]!, nameEnd);
  }
  return { first: terms[from]!, bytes };
}

/** Gram counts as bytes: all grams, then all counts, 32 bits each, little endian. */
export function encodeGrams({ grams, counts }: GramCounts): Uint8Array {
  const bytes = new Uint8Array(grams.byteLength + counts.byteLength);
  bytes.set(new Uint8Array(grams.buffer, grams.byteOffset, grams.byteLength));
  bytes.set(new Uint8Array(counts.buffer, counts.byteOffset, counts.byteLength), grams.byteLength);
  return bytes;
}
