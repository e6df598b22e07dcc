import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { KaizenError } from '../base/errors.ts';
import type { FactEntry } from '../context/fact-document.ts';
import type { FactSegment } from '../context/fact-pool.ts';
import type { Scope } from '../knowledge/fact.ts';
import { scopeFolder, scopeKey } from '../knowledge/fact-path.ts';
import type { TrustFactors } from '../outcomes/usage-book.ts';
import { type IndexDatabase, indexFileName, openIndex } from './fact-index-database.ts';
import {
  type IndexedFact,
  readFactsById,
  readSegments,
  readSuperseded,
  readTrust,
  type StoredSegment,
} from './fact-index-read.ts';
import type { LaidOver } from './lay-overlay.ts';
import type { StorePlace } from './locate-store.ts';
import { findEdited, type Look, type Overlay, readOverlay, saveChecks } from './work-tree-checks.ts';

/** A segment whose facts can be had, wherever it is kept. */
export interface ReadableSegment extends FactSegment {
  facts(docs: readonly number[]): IndexedFact[];
}

/** The facts of some scopes as they stand now: the index, and over it what the work tree holds differently. */
export interface OpenedFacts {
  /** `memory` where there is no database: the same facts and the same order, read from files every time. */
  how: 'index' | 'memory';
  /** An index would serve the next caller better, but building it would have taken this one too long. */
  wantsIndex: boolean;
  /** Commit the facts come from; null for a plain folder or before the first commit. */
  commit: string | null;
  /** Files of the work tree that stand over the commit. */
  overlaid: number;
  segments: readonly ReadableSegment[];
  /** What randomised exposures taught of the worth of facts; undefined while nothing. */
  trust: TrustFactors | undefined;
  /** Which of these facts an active fact replaces. */
  findSuperseded(ids: readonly string[]): Set<string>;
  /** Facts by id, wherever they stand in these scopes. */
  findFacts(ids: readonly string[]): FactEntry[];
  /**
   * Compares the files of facts that are about to be shown; when one was edited meanwhile, `segments` has the new
   * text and the answer is true: rank again.
   */
  recheck(facts: readonly IndexedFact[]): Promise<boolean>;
  close(): void;
}

export interface OpenFactsRequest {
  /** Scope keys; undefined for every scope. */
  scopes: readonly string[] | undefined;
  /** Also facts that may not be shown to an agent. */
  all?: boolean;
  /** A reader in a hurry takes no more than this many files to read; undefined is returned when it would be more. */
  mostFiles?: number;
}

/**
 * Opens the facts of a store, lets `work` read them and closes them. The index is brought up to date first, built
 * where there is none, and built anew where it proves damaged; it is never trusted beyond its commit. Without a
 * database, or where none can be written, facts are read into memory instead. undefined when that would read more
 * files than the request allows.
 */
export async function withFacts<T>(
  place: StorePlace,
  asked: OpenFactsRequest,
  work: (opened: OpenedFacts) => Promise<T>,
): Promise<T | undefined> {
  const request = asked.scopes ? { ...asked, scopes: asked.scopes.map(scopeKey) } : asked;
  for (const how of ['index', 'index', 'memory'] as const) {
    const opened = how === 'index' ? await openByIndex(place, request) : await openByMemory(place, request);
    if (!opened) return undefined;
    try {
      return await work(opened);
    } catch (error) {
      // Whatever reading an index throws says that it is not what it should be. Our own errors are about other things.
      if (error instanceof KaizenError || opened.how === 'memory') throw error;
    } finally {
      opened.close();
    }
    await discardIndex(place);
  }
  return undefined;
}

async function openByMemory(place: StorePlace, request: OpenFactsRequest): Promise<OpenedFacts | undefined> {
  const { openInMemory } = await import('./open-facts-in-memory.ts');
  return openInMemory(place, request);
}

async function openByIndex(place: StorePlace, request: OpenFactsRequest): Promise<OpenedFacts | undefined> {
  let wantsIndex = false;
  try {
    const index = await openFreshIndex(place, request);
    if (index) return await openIndexed(index, place, request);
    wantsIndex = true;
  } catch {
    // No database, a folder that cannot be written, a writer that keeps it busy, damage that `discardIndex` will
    // mend: the files themselves tell the same.
  }
  const opened = await openByMemory(place, request);
  return opened && { ...opened, wantsIndex };
}

async function discardIndex({ localDir }: StorePlace): Promise<void> {
  const { removeDatabase } = await import('./fact-index-refresh.ts');
  removeDatabase(join(localDir, indexFileName));
}

/** The index at the store's commit; undefined when making it so would read too many files. */
async function openFreshIndex(
  place: StorePlace,
  request: OpenFactsRequest,
): Promise<IndexDatabase | undefined> {
  const path = join(place.localDir, indexFileName);
  for (let attempt = 0; attempt < 3; attempt++) {
    const index = openIfSound(path);
    if (index) {
      try {
        index.database.exec('BEGIN');
        if (place.git?.head && index.getMeta('commit') === place.git.head) return index;
        index.database.exec('COMMIT');
        const { refreshIndex } = await import('./refresh-store-index.ts');
        const state = await refreshIndex(index, place, request);
        if (state === 'current') {
          index.database.exec('BEGIN');
          return index;
        }
        index.database.close();
        if (state === 'too large') return undefined;
        if (state === 'moved') continue;
      } catch (error) {
        index.database.close();
        if (isBusy(error)) throw error;
      }
    }
    const { buildStoreIndex } = await import('./refresh-store-index.ts');
    if (!(await buildStoreIndex(place, request))) return undefined;
  }
  return undefined;
}

/** undefined for a file that is not there, damaged, or of another version. */
function openIfSound(path: string): IndexDatabase | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return openIndex(path);
  } catch (error) {
    if (isBusy(error) || error instanceof KaizenError) throw error;
    return undefined;
  }
}

function isBusy(error: unknown): boolean {
  return /database is (?:locked|busy)|SQLITE_BUSY/i.test((error as Error).message);
}

async function openIndexed(
  index: IndexDatabase,
  place: StorePlace,
  request: OpenFactsRequest,
): Promise<OpenedFacts> {
  try {
    return await readIndexed(index, place, request);
  } catch (error) {
    index.database.close();
    if (!isBusy(error)) await discardIndex(place);
    throw error;
  }
}

async function readIndexed(
  index: IndexDatabase,
  place: StorePlace,
  request: OpenFactsRequest,
): Promise<OpenedFacts> {
  const look = lookOf(index, place);
  const stored = readSegments(index, request.scopes, request.all);
  const folders = await foldersToLookAt(place.root, stored, request.scopes);
  const overlay: Overlay = look ? await readOverlay(look, folders) : new Map();
  let laid = await layOver(stored, overlay, request);
  return {
    how: 'index',
    wantsIndex: false,
    commit: place.git?.head ?? null,
    trust: readTrust(index),
    get overlaid() {
      return overlay.size;
    },
    get segments() {
      return laid.segments;
    },
    findSuperseded: (ids) => new Set([...readSuperseded(index, ids, overlay), ...laid.superseded(ids)]),
    findFacts(ids) {
      const known = readFactsById(index, ids).filter((fact) => !overlay.has(fact.path));
      return [...known.map((fact) => fact.entry), ...laid.findFacts(ids)];
    },
    async recheck(facts) {
      if (!look) return false;
      const paths = facts.map((fact) => fact.path).filter((path) => !overlay.has(path));
      const edited = findEdited(look, paths);
      for (const [path, text] of edited) overlay.set(path, text);
      if (edited.size > 0) laid = await layOver(stored, overlay, request);
      return edited.size > 0;
    },
    close() {
      closeIndexed(index, look);
    },
  };
}

/** Folders of the wanted scopes; for all scopes those of the index and those of the work tree. */
async function foldersToLookAt(
  root: string,
  stored: readonly StoredSegment[],
  scopes: readonly string[] | undefined,
): Promise<string[]> {
  const folderOf = (scope: string) => `knowledge/${scopeFolder(scope as Scope)}`;
  if (scopes) return [...new Set(scopes.map(folderOf))];
  const { foldersOf } = await import('./fact-folders.ts');
  return [...new Set([...stored.map((segment) => folderOf(segment.scope)), ...foldersOf(root, undefined)])];
}

/** There is nothing to compare in a bare repository, nor where the index follows the files themselves. */
function lookOf(index: IndexDatabase, { root, git }: StorePlace): Look | undefined {
  if (!git?.head || git.bare) return undefined;
  return { index, root, openGit: git.open, commit: git.head, sparse: git.sparse, learnt: new Map() };
}

function closeIndexed(index: IndexDatabase, look: Look | undefined): void {
  try {
    index.database.exec('COMMIT');
    if (look && look.learnt.size > 0) saveChecks(look);
  } catch {
    // Somebody else writes, or nobody may: the next look takes a little longer.
  } finally {
    index.database.close();
  }
}

async function layOver(
  stored: readonly StoredSegment[],
  overlay: Overlay,
  request: OpenFactsRequest,
): Promise<LaidOver> {
  if (overlay.size === 0) return { segments: [...stored], superseded: () => [], findFacts: () => [] };
  const { layOverlay } = await import('./lay-overlay.ts');
  return layOverlay(stored, overlay, request);
}
