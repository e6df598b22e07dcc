import { type Database, openDatabase, type Statement } from './sqlite.ts';

/**
 * Version of tables, tokeniser and card: anything an index of another version could get wrong. It stands in the file
 * name, so versions of kaizen that share a repository do not fight over one file.
 */
export const indexVersion = 1;
export const indexFileName = `index-v${indexVersion}.sqlite`;

/** Documents of segment s are numbered s · 2²⁰ + 0, 1, 2 …: a scope's facts lie together on disk. */
export const documentsPerSegment = 2 ** 20;

/** Kinds of byte string a segment has. */
export const partKinds = { columns: 0, alive: 1, uses: 2, grams: 3, gone: 4 } as const;
export type PartKind = keyof typeof partKinds;

export function partId(segment: number, kind: PartKind): number {
  return segment * 8 + partKinds[kind];
}

/**
 * Posting lists are our own and not FTS5's: BM25F over code-aware terms needs per-field frequencies and statistics per
 * scope, which FTS5 does not give, and over 90,000 facts a query of 30 words took FTS5 57 ms where these lists take 25.
 */
const tables = `
  CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE segment(id INTEGER PRIMARY KEY, scope TEXT NOT NULL, live INTEGER NOT NULL,
    count INTEGER NOT NULL, living INTEGER NOT NULL, title INTEGER NOT NULL, body INTEGER NOT NULL, grams INTEGER NOT NULL);
  CREATE TABLE part(id INTEGER PRIMARY KEY, bytes BLOB NOT NULL);
  CREATE TABLE block(segment INTEGER NOT NULL, first TEXT NOT NULL, bytes BLOB NOT NULL);
  CREATE TABLE doc(id INTEGER PRIMARY KEY, path TEXT NOT NULL, sig TEXT NOT NULL, fact TEXT NOT NULL,
    title TEXT NOT NULL, body TEXT NOT NULL, entry TEXT NOT NULL);
  CREATE TABLE link(kind TEXT NOT NULL, source TEXT NOT NULL, target TEXT NOT NULL);
  CREATE TABLE bad(path TEXT PRIMARY KEY, sig TEXT NOT NULL, reason TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE checked(root TEXT NOT NULL, folder TEXT NOT NULL, state TEXT NOT NULL, PRIMARY KEY(root, folder)) WITHOUT ROWID;
`;
/** Made after a bulk load: sorting once is several times faster than inserting in path order. */
const lookups = `
  CREATE INDEX segment_of_scope ON segment(scope, live);
  CREATE INDEX block_of_segment ON block(segment, first);
  CREATE UNIQUE INDEX doc_of_path ON doc(path);
  CREATE INDEX doc_of_fact ON doc(fact);
  CREATE INDEX link_of_target ON link(target);
  CREATE INDEX link_of_source ON link(source);
`;

/** An open index file. */
export interface IndexDatabase {
  database: Database;
  /** The statement of this text, prepared once. */
  statement(sql: string): Statement;
  getMeta(name: string): string | undefined;
  setMeta(name: string, value: string): void;
}

/** A fresh, empty index at `path`, for a bulk load: nothing is safe from a crash until `finishIndex`. */
export function createIndex(path: string): IndexDatabase {
  const database = openDatabase(path);
  database.exec(
    'PRAGMA page_size = 8192; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -64000',
  );
  database.exec('BEGIN');
  database.exec(tables);
  const index = wrap(database);
  index.setMeta('version', String(indexVersion));
  return index;
}

/** Ends a bulk load: look-ups are built and everything is on disk. */
export function finishIndex({ database }: IndexDatabase): void {
  database.exec(lookups);
  database.exec('COMMIT');
}

/** The index in an existing file; undefined when it is none, or of another version. Throws what SQLite throws. */
export function openIndex(path: string): IndexDatabase | undefined {
  const database = openDatabase(path);
  try {
    database.exec('PRAGMA synchronous = NORMAL');
    const index = wrap(database);
    if (index.getMeta('version') === String(indexVersion)) return index;
  } catch (error) {
    database.close();
    throw error;
  }
  database.close();
  return undefined;
}

function wrap(database: Database): IndexDatabase {
  const statements = new Map<string, Statement>();
  const statement = (sql: string) => {
    const known = statements.get(sql);
    if (known) return known;
    const made = database.prepare(sql);
    statements.set(sql, made);
    return made;
  };
  return {
    database,
    statement,
    getMeta: (name) =>
      statement('SELECT value FROM meta WHERE name = ?').get(name)?.value as string | undefined,
    setMeta: (name, value) =>
      void statement(
        'INSERT INTO meta VALUES (?, ?) ON CONFLICT(name) DO UPDATE SET value = excluded.value',
      ).run(name, value),
  };
}
