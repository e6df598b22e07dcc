import type { GramCounts } from './char-grams.ts';
import type { FactColumns } from './fact-pool.ts';

/** Everything a segment knows of its documents beside their words. */
export interface DocumentColumns extends FactColumns {
  count: number;
}

const bytesPerDocument = 8 + 8 + 4 * 2 + 4;

/** Columns with room for `count` documents, all dead and zero. */
export function emptyColumns(count: number): DocumentColumns {
  return layOut(new Uint8Array(count * bytesPerDocument), count);
}

/** The columns as one byte string: wide arrays first, so that each is aligned. */
export function encodeColumns(columns: DocumentColumns): Uint8Array {
  const bytes = new Uint8Array(columns.count * bytesPerDocument);
  const copy = layOut(bytes, columns.count);
  for (const name of names) (copy[name] as Float64Array).set(columns[name] as Float64Array);
  return bytes;
}

/** A view of the bytes; undefined when they are not as many as they must be. */
export function decodeColumns(bytes: Uint8Array, count: number): DocumentColumns | undefined {
  return bytes.byteLength === count * bytesPerDocument ? layOut(aligned(bytes, 8), count) : undefined;
}

const names = [
  'ids',
  'uses',
  'titleLengths',
  'bodyLengths',
  'gramLengths',
  'days',
  'alive',
  'confidence',
  'categories',
  'statuses',
] as const;

function layOut(bytes: Uint8Array, count: number): DocumentColumns {
  let at = bytes.byteOffset;
  const take = <T>(
    make: new (buffer: ArrayBufferLike, offset: number, length: number) => T,
    width: number,
  ): T => {
    const array = new make(bytes.buffer, at, count);
    at += count * width;
    return array;
  };
  return {
    count,
    ids: take(Float64Array, 8),
    uses: take(Float64Array, 8),
    titleLengths: take(Uint16Array, 2),
    bodyLengths: take(Uint16Array, 2),
    gramLengths: take(Uint16Array, 2),
    days: take(Uint16Array, 2),
    alive: take(Uint8Array, 1),
    confidence: take(Uint8Array, 1),
    categories: take(Uint8Array, 1),
    statuses: take(Uint8Array, 1),
  };
}

/** The posting list of a term in its block (see `encodeBlocks`); undefined when the term does not occur. */
export function findInBlock(block: Uint8Array, term: string): Uint8Array | undefined {
  const whole = aligned(block, 4);
  const count = new Uint32Array(whole.buffer, whole.byteOffset, 1)[0]!;
  const ends = new Uint32Array(whole.buffer, whole.byteOffset + 4, 2 * count);
  const wanted = Buffer.from(term);
  let low = 0;
  let high = count - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const nameStart = middle === 0 ? 4 + 8 * count : ends[2 * middle - 1]!;
    const nameEnd = ends[2 * middle]!;
    const order = Buffer.compare(wanted, whole.subarray(nameStart, nameEnd));
    if (order === 0) return whole.subarray(nameEnd, ends[2 * middle + 1]!);
    if (order < 0) high = middle - 1;
    else low = middle + 1;
  }
  return undefined;
}

export function decodeGrams(bytes: Uint8Array): GramCounts {
  const whole = aligned(bytes, 4);
  const half = whole.byteLength / 2;
  return {
    grams: new Uint32Array(whole.buffer, whole.byteOffset, half / 4),
    counts: new Uint32Array(whole.buffer, whole.byteOffset + half, half / 4),
  };
}

/** The same bytes at an address typed arrays accept. */
function aligned(bytes: Uint8Array, size: number): Uint8Array {
  return bytes.byteOffset % size === 0 ? bytes : bytes.slice();
}
