import { type Arrays, formatArrays, parseArrays } from './array-file.ts';
import type { EntryBlock } from './entry-block.ts';

/** Raise it whenever an entry of the same bytes would come out differently: older cache files are then not read. */
const entryFormat = 'code-entries-1';

/** The pieces of the cache file of a block. */
export function formatEntryFile(block: EntryBlock): Uint8Array[] {
  const { count: _, keyBytes, ...arrays } = block;
  return formatArrays(`${entryFormat}/${keyBytes}`, arrays as unknown as Arrays);
}

/** The block of a cache file; undefined when it is anything else, or its parts do not fit each other. */
export function parseEntryFile(bytes: Uint8Array, keyBytes: number): EntryBlock | undefined {
  const arrays = parseArrays(`${entryFormat}/${keyBytes}`, bytes);
  if (!arrays || !columnNames.every((name) => arrays[name] !== undefined)) return undefined;
  const block = { ...arrays, keyBytes, count: (arrays.bytes as Uint32Array).length } as unknown as EntryBlock;
  return fits(block) ? block : undefined;
}

const columnNames: readonly Exclude<keyof EntryBlock, 'count' | 'keyBytes'>[] = [
  'keys',
  'bytes',
  'lines',
  'flags',
  'ages',
  'segmentStart',
  'segmentTotal',
  'postingStart',
  'terms',
  'counts',
  'symbolStart',
  'symbolTotal',
  'symbolTerms',
  'symbolCounts',
  'nameStart',
  'names',
  'nameTerms',
];

function fits(block: EntryBlock): boolean {
  const { count } = block;
  const perEntry = [block.lines, block.flags, block.ages, block.symbolTotal];
  return (
    block.keys.length === count * block.keyBytes &&
    perEntry.every((array) => array.length === count) &&
    isStarts(block.segmentStart, count, block.segmentTotal.length) &&
    isStarts(block.postingStart, block.segmentTotal.length, block.terms.length) &&
    block.counts.length === block.terms.length &&
    isStarts(block.symbolStart, count, block.symbolTerms.length) &&
    block.symbolCounts.length === block.symbolTerms.length &&
    isStarts(block.nameStart, count, block.names.length) &&
    block.nameTerms.length === block.names.length
  );
}

/** 0 … end in rising order, one more than there are things. */
function isStarts(starts: Uint32Array, things: number, end: number): boolean {
  if (starts.length !== things + 1 || starts[0] !== 0 || starts[things] !== end) return false;
  for (let at = 0; at < things; at++) if ((starts[at] as number) > (starts[at + 1] as number)) return false;
  return true;
}
