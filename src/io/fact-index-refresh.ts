import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { diffFactFiles, type FactFile, listFactFiles, readBlobTexts } from './fact-blobs.ts';
import { DocumentCollector } from './fact-documents.ts';
import { listFolder, readFactFile } from './fact-folders.ts';
import {
  createIndex,
  finishIndex,
  type IndexDatabase,
  indexFileName,
  openIndex,
} from './fact-index-database.ts';
import { refreshUsage } from './fact-index-usage.ts';
import {
  type FileDocument,
  mergeSegments,
  removeFiles,
  writeBad,
  writeDocuments,
} from './fact-index-write.ts';
import type { Git } from './git.ts';
import { withLock } from './lock.ts';
import { recheckPaths } from './work-tree-checks.ts';

const buildingName = 'index-building.sqlite';
/** Facts of one folder become one segment, but no segment more than this: it bounds memory. */
const segmentDocuments = 30_000;
/** Folders this small are written together with their neighbours: fewer, larger writes. */
const batchDocuments = 2000;

/** Where an index is kept, and what says that it is current. */
export interface IndexSource {
  root: string;
  localDir: string;
  git: Git;
  commit: string;
}

/**
 * Builds the index of a commit from Git objects, beside the one there may be, and puts it in its place in one step;
 * whoever has the old file open keeps reading it. One build at a time; a second caller waits, then finds it done.
 */
export async function buildIndex({ root, localDir, git, commit }: IndexSource): Promise<void> {
  mkdirSync(localDir, { recursive: true });
  await withLock(join(localDir, 'index.lock'), async () => {
    if (readCommit(localDir) === commit) return;
    const building = join(localDir, buildingName);
    removeDatabase(building);
    const index = createIndex(building);
    try {
      await loadCommit(index, { root, localDir, git, commit });
      finishIndex(index);
      refreshUsage(index, root);
    } finally {
      index.database.close();
    }
    replaceIndex(localDir, building);
  });
}

/** Commit of the index there is; undefined when there is none that can be read. */
function readCommit(localDir: string): string | undefined {
  try {
    const index = openIndex(join(localDir, indexFileName));
    const commit = index?.getMeta('commit');
    index?.database.close();
    return commit;
  } catch {
    // Damaged or absent: it is built anew.
    return undefined;
  }
}

/** With its journals: one left by a killed writer would be rolled back into the next file of this name. */
export function removeDatabase(path: string): void {
  for (const suffix of ['-journal', '-wal', '-shm', '']) rmSync(path + suffix, { force: true });
}

async function loadCommit(index: IndexDatabase, { localDir, git, commit }: IndexSource): Promise<void> {
  const files = await listFactFiles(git, commit);
  const collector = new DocumentCollector();
  let folder = '';
  let batch: FileDocument[] = [];
  const flush = () => {
    writeDocuments(index, batch);
    batch = [];
  };
  await readTexts(git, files, collector, localDir, (document) => {
    const own = document.path.slice(0, document.path.lastIndexOf('/'));
    if (batch.length >= segmentDocuments || (own !== folder && batch.length >= batchDocuments)) flush();
    folder = own;
    batch.push(document);
  });
  batch.push(...(await collector.takeUnsure()));
  flush();
  for (const { path, sig, reason } of collector.bad) writeBad(index, path, sig, reason);
  index.setMeta('commit', commit);
}

async function readTexts(
  git: Git,
  files: readonly FactFile[],
  collector: DocumentCollector,
  scratch: string | undefined,
  each: (document: FileDocument) => void,
): Promise<void> {
  const readable = files.filter((file) => {
    if (file.bad !== undefined) collector.refuse(file.path, file.oid ?? '', file.bad);
    return file.oid !== null && file.bad === undefined;
  });
  await readBlobTexts(
    git,
    readable.map((file) => file.oid as string),
    (text, at) => {
      const { path, oid } = readable[at] as FactFile;
      if (text === null) {
        collector.refuse(path, oid ?? '', 'its text is not in this partial clone');
        return;
      }
      const document = collector.take({ path, sig: oid ?? '', text });
      if (document) each(document);
    },
    scratch,
  );
}

/** More changes than this many, or than a third of the facts, and building anew is quicker. */
const mostChanges = 10_000;

/**
 * Brings an open index to another commit with the changes between the two. False when that is not possible or not
 * worth it (Git does not know the old commit any more, or nearly everything changed): build it anew then.
 */
export async function updateIndex(
  index: IndexDatabase,
  { root, git, commit }: IndexSource,
): Promise<boolean> {
  const from = index.getMeta('commit');
  const files = from === undefined ? undefined : await diffFactFiles(git, from, commit);
  if (!files || files.length > mostChanges || files.length * 3 > countFacts(index) + 300) return false;
  const collector = new DocumentCollector();
  const documents: FileDocument[] = [];
  await readTexts(git, files, collector, undefined, (document) => documents.push(document));
  documents.push(...(await collector.takeUnsure()));
  return applyUpdate(index, { root, from, to: commit, files, documents, bad: collector.bad });
}

interface Update {
  root: string;
  from: string | undefined;
  to: string;
  files: readonly FactFile[];
  documents: readonly FileDocument[];
  bad: readonly { path: string; sig: string; reason: string }[];
}

/** In one transaction; when another process moved the index meanwhile, nothing is done and the caller looks again. */
function applyUpdate(index: IndexDatabase, { root, from, to, files, documents, bad }: Update): boolean {
  index.database.exec('BEGIN IMMEDIATE');
  try {
    if (index.getMeta('commit') === from) {
      const paths = files.map((file) => file.path);
      const groups = [...removeFiles(index, paths), ...writeDocuments(index, documents)];
      for (const group of groups) mergeSegments(index, group);
      for (const { path, sig, reason } of bad) writeBad(index, path, sig, reason);
      recheckPaths(index, paths);
      index.setMeta('commit', to);
      refreshUsage(index, root);
    }
    index.database.exec('COMMIT');
    return true;
  } catch (error) {
    index.database.exec('ROLLBACK');
    throw error;
  }
}

/**
 * Brings the index of a plain folder (or of a repository before its first commit) up to date with the files of some
 * fact folders, by their size and times. Gives false when more than `most` files would have to be read.
 */
export async function updateFromFolders(
  index: IndexDatabase,
  root: string,
  folders: readonly string[],
  most: number,
): Promise<boolean> {
  const changed: { path: string; sig: string }[] = [];
  const gone: string[] = [];
  for (const folder of folders) {
    const known = indexedFiles(index, folder);
    for (const file of listFolder(root, folder)) {
      if (known.get(file.path) !== file.sig) changed.push(file);
      known.delete(file.path);
    }
    gone.push(...known.keys());
  }
  if (changed.length > most) return false;
  if (changed.length + gone.length === 0) return true;
  const collector = new DocumentCollector();
  const documents: FileDocument[] = [];
  for (const file of changed) {
    const read = readFactFile(root, file);
    const document = read && collector.take(read);
    if (document) documents.push(document);
  }
  documents.push(...(await collector.takeUnsure()));
  const files = [...changed, ...gone.map((path) => ({ path }))].map(({ path }) => ({ path, oid: null }));
  return applyUpdate(index, {
    root,
    from: folderState,
    to: folderState,
    files,
    documents,
    bad: collector.bad,
  });
}

function indexedFiles(index: IndexDatabase, folder: string): Map<string, string> {
  const range = [`${folder}/`, `${folder}0`];
  const rows = index
    .statement(
      'SELECT path, sig FROM doc WHERE path > ? AND path < ? UNION SELECT path, sig FROM bad WHERE path > ? AND path < ?',
    )
    .all(...range, ...range);
  return new Map(rows.map((row) => [String(row.path), String(row.sig)]));
}

/** Stands for the commit in an index that follows files. */
const folderState = 'folder';

/** An empty index for a plain folder, unless there is one. */
export async function buildFolderIndex(localDir: string): Promise<void> {
  mkdirSync(localDir, { recursive: true });
  await withLock(join(localDir, 'index.lock'), async () => {
    if (readCommit(localDir) === folderState) return;
    const building = join(localDir, buildingName);
    removeDatabase(building);
    const index = createIndex(building);
    index.setMeta('commit', folderState);
    finishIndex(index);
    index.database.close();
    replaceIndex(localDir, building);
  });
}

function replaceIndex(localDir: string, building: string): void {
  const path = join(localDir, indexFileName);
  removeDatabase(path);
  renameSync(building, path);
}

function countFacts(index: IndexDatabase): number {
  return Number(index.statement('SELECT coalesce(sum(living), 0) AS n FROM segment').get()?.n);
}
