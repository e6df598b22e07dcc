import { type GramCounts, type IndexedText, subtractGrams } from '../context/char-grams.ts';
import type { FactEntry } from '../context/fact-document.ts';
import type { FactSegment } from '../context/fact-pool.ts';
import { decodeColumns, decodeGrams, findInBlock } from '../context/segment-bytes.ts';
import type { TrustFactors } from '../outcomes/usage-book.ts';
import { documentsPerSegment, type IndexDatabase, type PartKind, partId } from './fact-index-database.ts';
import type { SqlRow } from './sqlite.ts';

/** A fact as the index holds it. */
export interface IndexedFact {
  entry: FactEntry;
  path: string;
  sig: string;
}

/** A segment of the index with its documents at hand. */
export interface StoredSegment extends FactSegment {
  id: number;
  /** The facts of these documents, in the order asked. */
  facts(docs: readonly number[]): IndexedFact[];
  /** Number of the document of a file, if it is in this segment and alive. */
  docOfPath(path: string): number | undefined;
}

/** The index does not hold what its own tables say: it is damaged and must be rebuilt. */
export class DamagedIndex extends Error {}

/** Segments of the scopes (of every scope when undefined); with `all`, also of facts that may not be shown. */
export function readSegments(
  index: IndexDatabase,
  scopes: readonly string[] | undefined,
  all = false,
): StoredSegment[] {
  const rows = index
    .statement('SELECT * FROM segment WHERE living > 0 AND live >= ? ORDER BY id')
    .all(all ? 0 : 1);
  return rows
    .filter((row) => scopes === undefined || scopes.includes(String(row.scope)))
    .map((row) => readSegment(index, row));
}

function readSegment(index: IndexDatabase, row: SqlRow): StoredSegment {
  const id = Number(row.id);
  const count = Number(row.count);
  const columns = decodeColumns(needPart(index, id, 'columns'), count);
  const alive = needPart(index, id, 'alive');
  if (!columns || alive.length !== count)
    throw new DamagedIndex(`segment ${id} has other columns than documents`);
  const uses = readPart(index, id, 'uses');
  if (uses?.length === count * 8) columns.uses.set(new Float64Array(uses.slice().buffer));
  let grams: GramCounts | undefined;
  const first = id * documentsPerSegment;
  return {
    ...columns,
    id,
    scope: String(row.scope),
    count,
    totals: {
      living: Number(row.living),
      title: Number(row.title),
      body: Number(row.body),
      grams: Number(row.grams),
    },
    alive,
    grams() {
      if (!grams) {
        const gone = readPart(index, id, 'gone');
        const whole = decodeGrams(needPart(index, id, 'grams'));
        grams = gone ? subtractGrams(whole, decodeGrams(gone)) : whole;
      }
      return grams;
    },
    postings: (terms) => readPostings(index, id, terms),
    texts: (docs) => readTexts(index, first, docs),
    facts: (docs) => readFacts(index, first, docs),
    docOfPath(path) {
      const row = index.statement('SELECT id FROM doc WHERE path = ?').get(path);
      const doc = row ? Number(row.id) - first : -1;
      return doc >= 0 && doc < count ? doc : undefined;
    },
  };
}

function readPart(index: IndexDatabase, segment: number, kind: PartKind): Uint8Array | undefined {
  return index.statement('SELECT bytes FROM part WHERE id = ?').get(partId(segment, kind))?.bytes as
    | Uint8Array
    | undefined;
}

function needPart(index: IndexDatabase, segment: number, kind: PartKind): Uint8Array {
  const bytes = readPart(index, segment, kind);
  if (!bytes) throw new DamagedIndex(`segment ${segment} has no ${kind}`);
  return bytes;
}

function readPostings(
  index: IndexDatabase,
  segment: number,
  terms: readonly string[],
): Map<string, Uint8Array> {
  const find = index.statement(
    'SELECT bytes FROM block WHERE segment = ? AND first <= ? ORDER BY first DESC LIMIT 1',
  );
  const found = new Map<string, Uint8Array>();
  for (const term of terms) {
    const block = find.get(segment, term)?.bytes as Uint8Array | undefined;
    const list = block && findInBlock(block, term);
    if (list) found.set(term, list);
  }
  return found;
}

/** One statement for all: a statement a document costs four times as much. */
function readTexts(index: IndexDatabase, first: number, docs: readonly number[]): IndexedText[] {
  const ids = JSON.stringify(docs.map((doc) => first + doc));
  const rows = index
    .statement(
      'SELECT doc.title AS title, doc.body AS body FROM json_each(?) AS wanted JOIN doc ON doc.id = wanted.value ORDER BY wanted.key',
    )
    .all(ids);
  if (rows.length !== docs.length) throw new DamagedIndex('documents are missing');
  return rows as unknown as IndexedText[];
}

function readFacts(index: IndexDatabase, first: number, docs: readonly number[]): IndexedFact[] {
  const ids = JSON.stringify(docs.map((doc) => first + doc));
  const rows = index
    .statement(
      'SELECT doc.path AS path, doc.sig AS sig, doc.entry AS entry FROM json_each(?) AS wanted JOIN doc ON doc.id = wanted.value ORDER BY wanted.key',
    )
    .all(ids);
  if (rows.length !== docs.length) throw new DamagedIndex('documents are missing');
  return rows.map(factOf);
}

function factOf(row: SqlRow): IndexedFact {
  return { entry: JSON.parse(String(row.entry)) as FactEntry, path: String(row.path), sig: String(row.sig) };
}

/** Facts with these ids. */
export function readFactsById(index: IndexDatabase, ids: readonly string[]): IndexedFact[] {
  const find = index.statement('SELECT path, sig, entry FROM doc WHERE fact = ?');
  return ids.flatMap((id) => find.all(id).map(factOf));
}

/** Which of these ids an active fact replaces; facts of files in `without` do not count. */
export function readSuperseded(
  index: IndexDatabase,
  ids: readonly string[],
  without: ReadonlyMap<string, unknown>,
): string[] {
  const rows = index
    .statement(
      "SELECT link.target AS target, doc.path AS path FROM json_each(?) AS wanted JOIN link ON link.target = wanted.value JOIN doc ON doc.fact = link.source WHERE link.kind = 'supersedes' AND link.source <> link.target",
    )
    .all(JSON.stringify(ids));
  return rows.filter((row) => !without.has(String(row.path))).map((row) => String(row.target));
}

/** What randomised exposures taught, if anything. */
export function readTrust(index: IndexDatabase): TrustFactors | undefined {
  const text = index.getMeta('trust');
  return text === undefined ? undefined : (JSON.parse(text) as TrustFactors);
}
