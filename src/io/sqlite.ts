import { createRequire } from 'node:module';
import { KaizenError } from '../base/errors.ts';

/** What SQLite takes and gives. Blobs are Uint8Array. */
export type SqlValue = null | number | string | Uint8Array;
export type SqlRow = Record<string, SqlValue>;

/** The part of `node:sqlite` we use; `@photostructure/sqlite` has the same shape. */
export interface Statement {
  run(...values: SqlValue[]): unknown;
  get(...values: SqlValue[]): SqlRow | undefined;
  all(...values: SqlValue[]): SqlRow[];
}
export interface Database {
  exec(sql: string): void;
  prepare(sql: string): Statement;
  close(): void;
}

interface SqliteModule {
  DatabaseSync: new (path: string, options?: { readOnly?: boolean }) => Database;
}

/** How long a statement waits for another process before it fails as busy. */
const busyTimeoutMs = 2000;

/**
 * Opens a database file, making it if need be. SQLite is loaded here, on first use: the one built into Node where it
 * is, else the optional package. KaizenError `no_sqlite` when there is neither; whatever SQLite says otherwise.
 */
export function openDatabase(path: string, options: { readOnly?: boolean } = {}): Database {
  const sqlite = loadSqlite();
  if (!sqlite)
    throw new KaizenError(
      'no_sqlite',
      'There is no SQLite in this Node and the optional package is not installed',
    );
  const database = new sqlite.DatabaseSync(path, { readOnly: options.readOnly === true });
  database.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
  return database;
}

let loaded: SqliteModule | undefined | null = null;

function loadSqlite(): SqliteModule | undefined {
  if (loaded === null)
    loaded = process.env.KAIZEN_NO_SQLITE === '1' ? undefined : (builtIn() ?? optionalPackage());
  return loaded;
}

function builtIn(): SqliteModule | undefined {
  const get = (process as { getBuiltinModule?: (name: string) => unknown }).getBuiltinModule;
  const warn = process.emitWarning;
  try {
    // Node 22 and 23 announce on stderr that the module is experimental; a hook must not.
    process.emitWarning = () => undefined;
    return get?.call(process, 'node:sqlite') as SqliteModule | undefined;
  } finally {
    process.emitWarning = warn;
  }
}

function optionalPackage(): SqliteModule | undefined {
  try {
    return createRequire(import.meta.url)('@photostructure/sqlite') as SqliteModule;
  } catch {
    // Not installed, or no binary for this platform: callers do without.
    return undefined;
  }
}
