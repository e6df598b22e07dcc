import { constants, lstatSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import type { CodeFile, LeftOut, LeftOutReason } from '../context/code/code-file.ts';
import { EntryBlockBuilder, entryFlags } from '../context/code/entry-block.ts';
import { type EntryRef, EntryStore } from '../context/code/entry-store.ts';
import { isBuiltPath, isExamplePath, isSecretPath, isTestPath } from '../context/code/file-class.ts';
import { emptyEntry, indexBlob, largestFileBytes, writeEntryKey } from '../context/code/index-blob.ts';
import { type Language, languageOf } from '../context/code/languages.ts';
import type { PathTest } from '../context/code/path-patterns.ts';
import type { TermReader } from '../context/code/term-reader.ts';
import { readBlobs } from './code-index-blobs.ts';
import { loadEntries, saveEntries } from './code-index-entries.ts';
import { blobId, type ListedFile, type Listing } from './code-index-listing.ts';
import type { Git } from './git.ts';

/** Source files that may be ranked, each with its index entry, in path order. */
export interface CodeIndex {
  files: CodeFile[];
  refs: EntryRef[];
  leftOut: LeftOut[];
  /** Files that had to be read; the others' entries were known. */
  read: number;
  /** Files that were not read any more when the time was up: they are there, without their words. */
  unread: number;
  /** False when what was read could not be kept for the next time. */
  isKept: boolean;
}

/** What may be indexed, and with what. */
export interface CodeIndexOptions {
  git: Git | undefined;
  reader: TermReader;
  /** Where the cache lies; null: none is read or written. */
  cacheDir: string | null;
  /** Entries of earlier calls (several commits of one repository); a new store when absent. */
  store?: EntryStore;
  /** Denied files are never ranked, allowed or not. */
  deny: PathTest;
  /** Where given, other files are not ranked. */
  allow: PathTest | null;
  /** True once no more files shall be read; what was read is kept for the next time. */
  isTimeUp?: () => boolean;
}

/** A file on its way into the index. */
interface Candidate {
  path: string;
  language: Language;
  oid: string;
  dirty: boolean;
  /** Its entry, once it is known. */
  ref?: EntryRef | undefined;
}

/** Indexes what is listed: entries that the cache has are taken over, the others are made from the bytes. */
export async function indexListing(listing: Listing, options: CodeIndexOptions): Promise<CodeIndex> {
  const idBytes = listing.files.find(({ oid }) => oid !== null)?.oid?.length === 64 ? 32 : 20;
  const leftOut = new Map(listing.leftOut);
  const cached = options.store ? undefined : await loadEntries(options.cacheDir, idBytes + 1);
  const store = options.store ?? new EntryStore(idBytes + 1);
  if (cached) store.add(cached);
  const fresh = new EntryBlockBuilder(idBytes + 1);
  const making = { ...options, store, fresh, idBytes, key: new Uint8Array(idBytes + 1) };
  const candidates = readCandidates(listing, making, leftOut);
  const unread = await readMissing(listing, candidates, making);
  const read = fresh.finish();
  store.add(read);
  const index = collect(candidates, making, leftOut);
  const isKept =
    options.cacheDir === null ||
    options.store !== undefined ||
    (await saveEntries(options.cacheDir, cached, read, index.refs));
  return { ...index, read: read.count, unread, isKept };
}

interface Making extends CodeIndexOptions {
  store: EntryStore;
  fresh: EntryBlockBuilder;
  idBytes: number;
  /** For looking up: used again and again. */
  key: Uint8Array;
}

/** Chooses by path, and reads what Git has no blob of. */
function readCandidates(listing: Listing, making: Making, leftOut: Map<LeftOutReason, number>): Candidate[] {
  const candidates: Candidate[] = [];
  const made = new Set<string>();
  const realRoot = listing.root === null ? '' : realpathSync(listing.root);
  for (const file of listing.files) {
    const language = languageOf(file.path);
    const reason = reasonByPath(file.path, language, making);
    if (reason) count(leftOut, reason);
    if (reason || !language) continue;
    if (file.oid !== null) {
      candidates.push({ path: file.path, language, oid: file.oid, dirty: false });
      continue;
    }
    const bytes = readWithin(listing.root, realRoot, file.path);
    if (bytes === undefined || bytes === null) {
      count(leftOut, bytes === null ? 'larger than 1 MB' : 'cannot be read');
      continue;
    }
    const oid = blobId(bytes, making.idBytes === 32 ? 'sha256' : 'sha1');
    const candidate: Candidate = { path: file.path, language, oid, dirty: true };
    candidates.push(candidate);
    if (!findEntry(candidate, making)) addOnce(making, made, candidate, bytes);
  }
  return candidates;
}

function reasonByPath(
  path: string,
  language: Language | undefined,
  { deny, allow }: CodeIndexOptions,
): LeftOutReason | undefined {
  if (isSecretPath(path)) return 'secret-like';
  if (!language) return undefined;
  if (deny(path)) return 'denied';
  if (allow && !allow(path)) return 'not allowed';
  return isBuiltPath(path) ? 'vendored or built' : undefined;
}

/** undefined: not there, no regular file, or outside the root; null: too large. */
export function readWithin(
  root: string | null,
  realRoot: string,
  path: string,
  mostBytes = largestFileBytes,
): Uint8Array | null | undefined {
  if (root === null) return undefined;
  try {
    const folder = realpathSync(join(root, dirname(path)));
    if (folder !== realRoot && !folder.startsWith(realRoot + sep)) return undefined;
    return readSmall(join(root, path), mostBytes);
  } catch {
    return undefined;
  }
}

/** Throws when it is no regular file. A symbolic link is not followed. */
function readSmall(path: string, mostBytes = largestFileBytes): Uint8Array | null {
  const stats = lstatSync(path);
  if (!stats.isFile()) throw new Error('no regular file');
  if (stats.size > mostBytes) return null;
  return readFileSync(path, { flag: constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) } as object);
}

/**
 * Reads the files whose entries are not known: from the work tree where it holds just that blob, else from Git. Gives
 * how many it had no time for.
 */
async function readMissing(
  listing: Listing,
  candidates: readonly Candidate[],
  making: Making,
): Promise<number> {
  const made = new Set<string>();
  const fromGit = new Map<string, Candidate[]>();
  const algorithm = making.idBytes === 32 ? 'sha256' : 'sha1';
  let unread = 0;
  for (const one of candidates) {
    if (one.dirty || findEntry(one, making)) continue;
    if (making.isTimeUp?.()) {
      one.ref = withoutWords;
      unread++;
      continue;
    }
    const bytes = readIfBlob(listing.root, one, algorithm);
    if (bytes) addOnce(making, made, one, bytes);
    else {
      const same = fromGit.get(one.oid);
      if (same) same.push(one);
      else fromGit.set(one.oid, [one]);
    }
  }
  if (!making.git) return unread;
  await readBlobs(making.git, [...fromGit.keys()], largestFileBytes, (oid, bytes) => {
    for (const one of fromGit.get(oid) ?? []) if (bytes !== undefined) addOnce(making, made, one, bytes);
  });
  return unread;
}

/** What is known of a file that was not read. */
const withoutWords: EntryRef = ((): EntryRef => {
  const builder = new EntryBlockBuilder(1);
  return { entry: builder.add(emptyEntry(new Uint8Array(1), 0, 0)), block: builder.finish() };
})();

function findEntry(candidate: Candidate, { store, key }: Making): EntryRef | undefined {
  candidate.ref ??= store.find(writeEntryKey(key, candidate.oid, candidate.language.form));
  return candidate.ref;
}

/** The bytes of a clean file when they are those of its blob: not so where Git converts line ends or filters. */
function readIfBlob(root: string | null, { path, oid }: ListedFile, algorithm: 'sha1' | 'sha256') {
  if (root === null || oid === null) return undefined;
  try {
    const bytes = readSmall(join(root, path));
    return bytes !== null && blobId(bytes, algorithm) === oid ? bytes : undefined;
  } catch {
    // Gone or not to be read: Git has the blob.
    return undefined;
  }
}

/** Makes the entry of a blob, once; null: it is too large to be read. */
function addOnce(
  { fresh, reader, idBytes }: Making,
  made: Set<string>,
  { oid, language: { form } }: Candidate,
  bytes: Uint8Array | null,
): void {
  const name = `${oid} ${form}`;
  if (made.has(name)) return;
  made.add(name);
  const key = writeEntryKey(new Uint8Array(idBytes + 1), oid, form);
  fresh.add(
    bytes === null
      ? emptyEntry(key, largestFileBytes + 1, entryFlags.large)
      : indexBlob(bytes, key, form, reader),
  );
}

const reasonOfFlag: readonly (readonly [number, LeftOutReason])[] = [
  [entryFlags.binary, 'binary'],
  [entryFlags.generated, 'generated'],
  [entryFlags.pointer, 'Git LFS pointer'],
  [entryFlags.large, 'larger than 1 MB'],
];

/** Files with an entry that has terms; the others are counted. */
function collect(candidates: readonly Candidate[], making: Making, leftOut: Map<LeftOutReason, number>) {
  const files: CodeFile[] = [];
  const refs: EntryRef[] = [];
  for (const candidate of candidates) {
    const { path, oid, language, dirty } = candidate;
    const ref = findEntry(candidate, making);
    const flags = ref?.block.flags[ref.entry] ?? 0;
    const reason = ref ? reasonOfFlag.find(([flag]) => flags & flag)?.[1] : 'not in this partial clone';
    if (!ref || reason) {
      if (reason) count(leftOut, reason);
      continue;
    }
    refs.push(ref);
    files.push({
      path,
      oid,
      language: language.name,
      bytes: ref.block.bytes[ref.entry] as number,
      lines: ref.block.lines[ref.entry] as number,
      test: isTestPath(path),
      example: isExamplePath(path),
      dirty,
    });
  }
  return { files, refs, leftOut: [...leftOut].map(([reason, number]) => ({ reason, count: number })) };
}

function count(leftOut: Map<LeftOutReason, number>, reason: LeftOutReason): void {
  leftOut.set(reason, (leftOut.get(reason) ?? 0) + 1);
}
