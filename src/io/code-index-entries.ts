import { join } from 'node:path';
import { type EntryBlock, EntryBlockBuilder } from '../context/code/entry-block.ts';
import { formatEntryFile, parseEntryFile } from '../context/code/entry-file.ts';
import type { EntryRef } from '../context/code/entry-store.ts';
import { readCacheFile, writeCacheFile } from './code-index-cache.ts';

const entriesFile = 'code-index.bin';
/** Entries that so many writings did not need are dropped. */
const mostAge = 4;
/** A few changed files are read anew each time rather than the whole cache written. */
const fewEntries = 32;
const fewBytes = 1024 * 1024;

/** The cached entries; undefined when there are none that can be trusted. */
export async function loadEntries(
  cacheDir: string | null,
  keyBytes: number,
): Promise<EntryBlock | undefined> {
  if (cacheDir === null) return undefined;
  const bytes = await readCacheFile(join(cacheDir, entriesFile));
  return bytes && parseEntryFile(bytes, keyBytes);
}

/**
 * Writes the cache when enough was read to make it worth while: entries in use, and others for some time longer. False
 * when it should have been written and could not be.
 */
export async function saveEntries(
  cacheDir: string,
  cached: EntryBlock | undefined,
  read: EntryBlock,
  used: readonly EntryRef[],
): Promise<boolean> {
  if (cached && read.count <= fewEntries && read.bytes.reduce((sum, size) => sum + size, 0) <= fewBytes)
    return true;
  if (read.count === 0) return true;
  const kept = new EntryBlockBuilder(read.keyBytes);
  const inUse = new Set(used.filter(({ block }) => block === cached).map(({ entry }) => entry));
  for (let entry = 0; entry < (cached?.count ?? 0); entry++) {
    const age = inUse.has(entry) ? 0 : (cached?.ages[entry] as number) + 1;
    if (age <= mostAge) kept.copy(cached as EntryBlock, entry, age);
  }
  for (let entry = 0; entry < read.count; entry++) kept.copy(read, entry, 0);
  return writeCacheFile(join(cacheDir, entriesFile), formatEntryFile(kept.finish()));
}
