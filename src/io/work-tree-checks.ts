import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { isFactName, isFactPath } from '../knowledge/fact-path.ts';
import type { IndexDatabase } from './fact-index-database.ts';
import type { Git } from './git.ts';

/** Fact files that the work tree holds differently from the indexed commit: path → text, null where it is gone. */
export type Overlay = Map<string, string | null>;

/** What was found the last time a folder of this work tree was looked at. */
interface CheckedFolder {
  /** When the look began, ms. */
  at: number;
  /** Modification time of the folder: another one means files came or went. */
  mtime: number;
  /** How many files it held. */
  files: number;
  /** Names of the files that differed then; they are looked at again each time. */
  differing: string[];
}

/** Folders of more files are not looked through file by file: their facts are compared when they are chosen. */
const smallFolder = 200;
/** File times this close to a look could hide a change made just after it. */
const racyMs = 2000;

/** One look at a work tree, and what it remembers for the next one until `saveChecks`. */
export interface Look {
  index: IndexDatabase;
  root: string;
  openGit: () => Promise<Git>;
  commit: string;
  /** Files may be missing on purpose. */
  sparse: boolean;
  learnt: Map<string, CheckedFolder>;
}

/**
 * What the work tree holds differently in these folders (`knowledge/global`, `knowledge/repos/acme__shop` …), cheaply:
 * Git is asked once for a folder never seen before; afterwards file times tell. In a large folder only files that came
 * or went are looked for; one that was edited is found by `findEdited`, when its fact is about to be shown.
 */
export async function readOverlay(look: Look, folders: readonly string[]): Promise<Overlay> {
  const overlay: Overlay = new Map();
  const unseen: string[] = [];
  const hasKnowledge =
    statSync(join(look.root, 'knowledge'), { throwIfNoEntry: false })?.isDirectory() === true;
  if (!hasKnowledge) return overlay;
  for (const folder of folders) {
    const stats = lstatSync(join(look.root, folder), { throwIfNoEntry: false });
    if (!stats?.isDirectory()) {
      if (!look.sparse)
        for (const name of indexedNames(look.index, folder)) overlay.set(`${folder}/${name}`, null);
      continue;
    }
    const known = readChecked(look, folder);
    if (known) compare(look, folder, stats, known, overlay);
    else unseen.push(folder);
  }
  if (unseen.length > 0) await askGit(look, unseen, overlay);
  return overlay;
}

/** Names of files that may differ, and how many files there are. */
function findSuspects(
  look: Look,
  folder: string,
  stats: Stats,
  known: CheckedFolder,
): { suspects: Set<string>; files: number } {
  const suspects = new Set(known.differing);
  const settled = isSettled(known, stats);
  if (settled && known.files > smallFolder) return { suspects, files: known.files };
  const names = factNames(look.root, folder);
  if (names.length <= smallFolder)
    for (const name of names) {
      const file = lstatSync(join(look.root, folder, name), { throwIfNoEntry: false });
      if (!file || file.ctimeMs >= known.at - racyMs) suspects.add(name);
    }
  if (!settled) {
    const there = new Set(names);
    for (const name of indexedNames(look.index, folder)) if (!there.delete(name)) suspects.add(name);
    for (const name of there) suspects.add(name);
  }
  return { suspects, files: names.length };
}

/** No file came or went since the last look, nor in the moment of it, which may leave the folder's time as it was. */
function isSettled(known: CheckedFolder, stats: Stats): boolean {
  return stats.mtimeMs === known.mtime && known.at - known.mtime > racyMs;
}

function factNames(root: string, folder: string): string[] {
  return readdirSync(join(root, folder)).filter(isFactName);
}

/** Names that the index has of a folder: one long text is many times quicker to fetch than as many rows. */
function indexedNames(index: IndexDatabase, folder: string): string[] {
  const range = [`${folder}/`, `${folder}0`];
  const row = index
    .statement(
      'SELECT group_concat(path, char(10)) AS paths FROM (SELECT path FROM doc WHERE path > ? AND path < ? UNION ALL SELECT path FROM bad WHERE path > ? AND path < ?)',
    )
    .get(...range, ...range);
  const prefix = folder.length + 1;
  return row?.paths
    ? String(row.paths)
        .split('\n')
        .map((path) => path.slice(prefix))
    : [];
}

function compare(look: Look, folder: string, stats: Stats, known: CheckedFolder, overlay: Overlay): void {
  const at = Date.now();
  const { suspects, files } = findSuspects(look, folder, stats, known);
  const differing: string[] = [];
  for (const name of suspects) {
    const path = `${folder}/${name}`;
    const text = readIfDifferent(look, path);
    if (text === undefined) continue;
    differing.push(name);
    overlay.set(path, text);
  }
  const same = isSettled(known, stats) && sameNames(known.differing, differing);
  const quiet = suspects.size <= known.differing.length + 20;
  // Remembered only when the next look would otherwise be slower or wrong: a hook should not write for nothing.
  if (!(same && quiet)) look.learnt.set(folder, { at, mtime: stats.mtimeMs, files, differing });
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name) => b.includes(name));
}

/** The file's text when it differs from what is indexed, null when it is gone; undefined when it is the same. */
function readIfDifferent(look: Look, path: string): string | null | undefined {
  const sig = indexedSig(look.index, path);
  const bytes = readRegular(join(look.root, path));
  if (bytes === undefined) return sig === undefined || look.sparse ? undefined : null;
  return sig !== undefined && hasId(bytes, sig) ? undefined : bytes.toString('utf8');
}

function indexedSig(index: IndexDatabase, path: string): string | undefined {
  const row =
    index.statement('SELECT sig FROM doc WHERE path = ?').get(path) ??
    index.statement('SELECT sig FROM bad WHERE path = ?').get(path);
  return row === undefined ? undefined : String(row.sig);
}

/** undefined: no such file, or a symbolic link or folder, which is never followed. */
function readRegular(file: string): Buffer | undefined {
  if (lstatSync(file, { throwIfNoEntry: false })?.isFile() !== true) return undefined;
  try {
    return readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whether Git would store the bytes under this blob id, line ends converted or not. */
function hasId(bytes: Buffer, oid: string): boolean {
  if (blobId(bytes, oid.length) === oid) return true;
  return (
    bytes.includes('\r\n') &&
    blobId(Buffer.from(bytes.toString('utf8').replaceAll('\r\n', '\n')), oid.length) === oid
  );
}

function blobId(bytes: Buffer, length: number): string {
  const hash = createHash(length === 64 ? 'sha256' : 'sha1');
  return hash.update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

/** Asks Git what differs from the commit and what it does not know, in folders looked at for the first time. */
async function askGit(look: Look, folders: readonly string[], overlay: Overlay): Promise<void> {
  const at = Date.now();
  const paths = folders.map((folder) => `${folder}/`);
  const git = await look.openGit();
  const [others, changed] = await Promise.all([
    git.rawBytes(['ls-files', '-z', '--others', '--', ...paths]),
    git.rawCompared(['diff-index', '-z', '--name-only', '--no-renames', look.commit, '--', ...paths]),
  ]);
  const named = new Set(`${others}${changed}`.split('\0').filter(isFactPath));
  for (const folder of folders) {
    const differing: string[] = [];
    for (const path of named) {
      if (!path.startsWith(`${folder}/`)) continue;
      const text = readIfDifferent(look, path);
      if (text === undefined) continue;
      differing.push(path.slice(folder.length + 1));
      overlay.set(path, text);
    }
    const { mtimeMs } = statSync(join(look.root, folder));
    look.learnt.set(folder, { at, mtime: mtimeMs, files: factNames(look.root, folder).length, differing });
  }
}

/** Of the given files, those edited since their folder was looked at, which a large folder does not tell by itself. */
export function findEdited(look: Look, paths: readonly string[]): Overlay {
  const edited: Overlay = new Map();
  const looks = new Map<string, CheckedFolder | undefined>();
  for (const path of paths) {
    const folder = path.slice(0, path.lastIndexOf('/'));
    if (!looks.has(folder)) looks.set(folder, readChecked(look, folder));
    const known = looks.get(folder);
    if (!known || known.files <= smallFolder) continue;
    const stats = lstatSync(join(look.root, path), { throwIfNoEntry: false });
    if (stats && stats.ctimeMs < known.at - racyMs) continue;
    const text = readIfDifferent(look, path);
    if (text === undefined) continue;
    edited.set(path, text);
    known.differing.push(path.slice(folder.length + 1));
    look.learnt.set(folder, known);
  }
  return edited;
}

function readChecked({ index, root, learnt }: Look, folder: string): CheckedFolder | undefined {
  const fresh = learnt.get(folder);
  if (fresh) return fresh;
  const row = index.statement('SELECT state FROM checked WHERE root = ? AND folder = ?').get(root, folder);
  return row === undefined ? undefined : (JSON.parse(String(row.state)) as CheckedFolder);
}

/** Keeps what the look has learnt. Its own small transaction: nothing is lost but time when another one is writing. */
export function saveChecks({ index, root, learnt }: Look): void {
  for (const [folder, state] of learnt)
    index
      .statement(
        'INSERT INTO checked VALUES (?, ?, ?) ON CONFLICT(root, folder) DO UPDATE SET state = excluded.state',
      )
      .run(root, folder, JSON.stringify(state));
}

/** After an update of the index these files must be compared anew in every work tree: the commit moved under them. */
export function recheckPaths(index: IndexDatabase, paths: readonly string[]): void {
  for (const row of index.statement('SELECT root, folder, state FROM checked').all()) {
    const folder = String(row.folder);
    const names = paths
      .filter((path) => path.startsWith(`${folder}/`))
      .map((path) => path.slice(folder.length + 1));
    if (names.length === 0) continue;
    const state = JSON.parse(String(row.state)) as CheckedFolder;
    state.differing = [...new Set([...state.differing, ...names])];
    index
      .statement('UPDATE checked SET state = ? WHERE root = ? AND folder = ?')
      .run(JSON.stringify(state), String(row.root), folder);
  }
}
