import type { IndexedText } from '../context/char-grams.ts';
import { columnsOf } from '../context/fact-columns.ts';
import type { FactDocument, FactEntry } from '../context/fact-document.ts';
import { totalsOf } from '../context/fact-pool.ts';
import { buildSegment, countGrams } from '../context/segment.ts';
import { encodeBlocks, encodeGrams } from '../context/segment-blocks.ts';
import { decodeColumns, decodeGrams, encodeColumns } from '../context/segment-bytes.ts';
import { scopeKey } from '../knowledge/fact-path.ts';
import { documentsPerSegment, type IndexDatabase, type PartKind, partId } from './fact-index-database.ts';

/** A document with the file it comes from; `sig` changes when the file does (blob id, or size and times). */
export interface FileDocument {
  path: string;
  sig: string;
  document: FactDocument;
}

/** Facts that are ranked together: those of a scope that may be shown, or the others of it. */
export interface FactGroup {
  scope: string;
  live: boolean;
}

/** True for facts that may be shown: only those are ranked against each other. */
export function isShown(entry: Pick<FactEntry, 'status'>): boolean {
  return entry.status === 'active' || entry.status === 'disputed';
}

/** Sorts things by the group of their fact. */
export function groupFacts<T>(
  things: readonly T[],
  entryOf: (thing: T) => Pick<FactEntry, 'scope' | 'status'>,
): { group: FactGroup; members: T[] }[] {
  const groups = new Map<string, { group: FactGroup; members: T[] }>();
  for (const thing of things) {
    const entry = entryOf(thing);
    const group = { scope: scopeKey(entry.scope), live: isShown(entry) };
    const key = `${group.live}${group.scope}`;
    const known = groups.get(key);
    if (known) known.members.push(thing);
    else groups.set(key, { group, members: [thing] });
  }
  return [...groups.values()];
}

/** Adds documents of one scope as one segment. */
function writeSegment(
  index: IndexDatabase,
  { scope, live }: FactGroup,
  files: readonly FileDocument[],
): void {
  if (files.length === 0) return;
  const segment = buildSegment(files.map((file) => file.document.text));
  const columns = columnsOf(
    files.map((file) => file.document.entry),
    segment,
  );
  const totals = totalsOf(columns, files.keys());
  const id = Number(index.statement('SELECT coalesce(max(id), 0) + 1 AS id FROM segment').get()?.id);
  index
    .statement('INSERT INTO segment VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
    .run(id, scope, live ? 1 : 0, files.length, totals.living, totals.title, totals.body, totals.grams);
  writePart(index, id, 'columns', encodeColumns(columns));
  writePart(index, id, 'alive', columns.alive);
  writePart(index, id, 'grams', encodeGrams(segment.grams));
  const addBlock = index.statement('INSERT INTO block VALUES (?, ?, ?)');
  for (const block of encodeBlocks(segment)) addBlock.run(id, block.first, block.bytes);
  const addDoc = index.statement('INSERT INTO doc VALUES (?, ?, ?, ?, ?, ?, ?)');
  files.forEach(({ path, sig, document: { entry, text } }, doc) => {
    addDoc.run(
      id * documentsPerSegment + doc,
      path,
      sig,
      entry.id,
      text.title,
      text.body,
      JSON.stringify(entry),
    );
    writeLinks(index, entry);
  });
}

function writeLinks(index: IndexDatabase, entry: FactEntry): void {
  if (entry.status !== 'active' || entry.supersedes.length === 0) return;
  const add = index.statement("INSERT INTO link VALUES ('supersedes', ?, ?)");
  for (const target of entry.supersedes) add.run(entry.id, target);
}

function writePart(index: IndexDatabase, segment: number, kind: PartKind, bytes: Uint8Array): void {
  index
    .statement('INSERT INTO part VALUES (?, ?) ON CONFLICT(id) DO UPDATE SET bytes = excluded.bytes')
    .run(partId(segment, kind), bytes);
}

function readPart(index: IndexDatabase, segment: number, kind: PartKind): Uint8Array | undefined {
  return index.statement('SELECT bytes FROM part WHERE id = ?').get(partId(segment, kind))?.bytes as
    | Uint8Array
    | undefined;
}

/** Takes the documents of these files out; their segments keep their places, marked dead. Gives the groups touched. */
export function removeFiles(index: IndexDatabase, paths: Iterable<string>): FactGroup[] {
  const gone = new Map<number, { doc: number; text: IndexedText }[]>();
  const find = index.statement('SELECT id, fact, title, body FROM doc WHERE path = ?');
  for (const path of paths) {
    index.statement('DELETE FROM bad WHERE path = ?').run(path);
    const row = find.get(path);
    if (!row) continue;
    const id = Number(row.id);
    const segment = Math.floor(id / documentsPerSegment);
    const leaving = gone.get(segment) ?? [];
    leaving.push({
      doc: id % documentsPerSegment,
      text: { title: String(row.title), body: String(row.body) },
    });
    gone.set(segment, leaving);
    index.statement('DELETE FROM doc WHERE id = ?').run(id);
    index.statement('DELETE FROM link WHERE source = ?').run(row.fact ?? '');
  }
  const groups: FactGroup[] = [];
  for (const [segment, leaving] of gone) {
    markDead(index, segment, leaving);
    const row = index.statement('SELECT scope, live FROM segment WHERE id = ?').get(segment);
    if (row) groups.push({ scope: String(row.scope), live: row.live === 1 });
  }
  return groups;
}

function markDead(
  index: IndexDatabase,
  segment: number,
  leaving: readonly { doc: number; text: IndexedText }[],
): void {
  const alive = readPart(index, segment, 'alive')?.slice() ?? new Uint8Array();
  for (const { doc } of leaving) alive[doc] = 0;
  writePart(index, segment, 'alive', alive);
  const before = readPart(index, segment, 'gone');
  const now = countGrams(leaving.map((one) => one.text));
  writePart(index, segment, 'gone', encodeGrams(before ? addGrams(decodeGrams(before), now) : now));
  const columns = decodeColumns(readPart(index, segment, 'columns') ?? new Uint8Array(), alive.length);
  if (!columns) throw new Error(`segment ${segment} has other columns than documents`);
  const less = totalsOf(
    columns,
    leaving.map((one) => one.doc),
  );
  index
    .statement(
      'UPDATE segment SET living = living - ?, title = title - ?, body = body - ?, grams = grams - ? WHERE id = ?',
    )
    .run(less.living, less.title, less.body, less.grams, segment);
}

function addGrams(
  a: ReturnType<typeof decodeGrams>,
  b: ReturnType<typeof decodeGrams>,
): ReturnType<typeof decodeGrams> {
  const sums = new Map<number, number>();
  for (const one of [a, b])
    for (const [i, gram] of one.grams.entries()) sums.set(gram, (sums.get(gram) ?? 0) + one.counts[i]!);
  const grams = Uint32Array.from(sums.keys()).sort();
  return { grams, counts: Uint32Array.from(grams, (gram) => sums.get(gram)!) };
}

/**
 * Keeps the number of segments of a scope small as changes come in: neighbours of like size become one, and so do
 * segments that are mostly dead. Every fact is thereby rewritten a few times in its life, not at every change.
 */
export function mergeSegments(index: IndexDatabase, { scope, live }: FactGroup): void {
  const rows = index
    .statement('SELECT id, count, living FROM segment WHERE scope = ? AND live = ? ORDER BY living, id')
    .all(scope, live ? 1 : 0)
    .map((row) => ({ id: Number(row.id), count: Number(row.count), living: Number(row.living) }));
  const merged: number[] = [];
  let size = 0;
  for (const row of rows) {
    const hollow = row.living * 2 < row.count;
    if (merged.length > 0 && !hollow && row.living > 2 * size) break;
    merged.push(row.id);
    size += row.living;
  }
  const first = rows.find((row) => row.id === merged[0]);
  if (merged.length < 2 && (first === undefined || first.living * 2 >= first.count)) return;
  const files = merged.flatMap((segment) => readFiles(index, segment));
  for (const segment of merged) deleteSegment(index, segment);
  writeSegment(index, { scope, live }, files);
}

function readFiles(index: IndexDatabase, segment: number): FileDocument[] {
  return index
    .statement('SELECT path, sig, title, body, entry FROM doc WHERE id >= ? AND id < ? ORDER BY id')
    .all(segment * documentsPerSegment, (segment + 1) * documentsPerSegment)
    .map((row) => ({
      path: String(row.path),
      sig: String(row.sig),
      document: {
        entry: JSON.parse(String(row.entry)) as FactEntry,
        text: { title: String(row.title), body: String(row.body) },
      },
    }));
}

function deleteSegment(index: IndexDatabase, segment: number): void {
  for (const row of index
    .statement('SELECT fact FROM doc WHERE id >= ? AND id < ?')
    .all(segment * documentsPerSegment, (segment + 1) * documentsPerSegment))
    index.statement('DELETE FROM link WHERE source = ?').run(row.fact ?? '');
  index
    .statement('DELETE FROM doc WHERE id >= ? AND id < ?')
    .run(segment * documentsPerSegment, (segment + 1) * documentsPerSegment);
  index.statement('DELETE FROM block WHERE segment = ?').run(segment);
  index.statement('DELETE FROM part WHERE id >= ? AND id < ?').run(segment * 8, segment * 8 + 8);
  index.statement('DELETE FROM segment WHERE id = ?').run(segment);
}

/** Writes documents, each group as one segment; gives the groups. */
export function writeDocuments(index: IndexDatabase, files: readonly FileDocument[]): FactGroup[] {
  const groups = groupFacts(files, (file) => file.document.entry);
  for (const { group, members } of groups) writeSegment(index, group, members);
  return groups.map(({ group }) => group);
}

/** Remembers a file that is no fact, with the reason. */
export function writeBad(index: IndexDatabase, path: string, sig: string, reason: string): void {
  index.statement('INSERT OR REPLACE INTO bad VALUES (?, ?, ?)').run(path, sig, reason);
}
