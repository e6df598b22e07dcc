import type { GramCounts } from './char-grams.ts';
import type { Segment } from './segment.ts';
import { writeVarint } from './varint.ts';

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

/** The blocks of a segment, in term order. Each entry: term length, term, list length, list. */
export function encodeBlocks(segment: Pick<Segment, 'terms' | 'postings'>): TermBlock[] {
  const blocks: TermBlock[] = [];
  let first = '';
  let parts: Uint8Array[] = [];
  let size = 0;
  const close = () => {
    if (parts.length > 0) blocks.push({ first, bytes: concat(parts, size) });
    parts = [];
    size = 0;
  };
  segment.terms.forEach((term, i) => {
    const list = segment.postings[i]!;
    const name = Buffer.from(term);
    const head = new Uint8Array(10 + name.length);
    let at = writeVarint(head, 0, name.length);
    head.set(name, at);
    at = writeVarint(head, at + name.length, list.length);
    if (size > 0 && size + at + list.length > blockBytes) close();
    if (size === 0) first = term;
    parts.push(head.subarray(0, at), list);
    size += at + list.length;
  });
  close();
  return blocks;
}

function concat(parts: readonly Uint8Array[], size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Gram counts as bytes: all hashes, then all counts, 32 bits each, little endian. */
export function encodeGrams({ hashes, counts }: GramCounts): Uint8Array {
  const bytes = new Uint8Array(hashes.byteLength + counts.byteLength);
  bytes.set(new Uint8Array(hashes.buffer, hashes.byteOffset, hashes.byteLength));
  bytes.set(new Uint8Array(counts.buffer, counts.byteOffset, counts.byteLength), hashes.byteLength);
  return bytes;
}
