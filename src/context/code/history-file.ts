import { type Arrays, formatArrays, parseArrays } from './array-file.ts';
import type { HistoryCommit } from './code-history.ts';

/** Raise it whenever the same commit would be read differently. */
const historyFormat = 'code-history-1';

/** The pieces of the cache file of commits. */
export function formatHistoryFile(commits: readonly HistoryCommit[]): Uint8Array[] {
  const paths = new Map<string, number>();
  const fileStart = [0];
  const files: number[] = [];
  const termStart = [0];
  const terms: number[] = [];
  for (const commit of commits) {
    for (const path of commit.files) {
      const known = paths.get(path);
      if (known === undefined) paths.set(path, paths.size);
      files.push(known ?? paths.size - 1);
    }
    for (const term of commit.terms) terms.push(term);
    fileStart.push(files.length);
    termStart.push(terms.length);
  }
  return formatArrays(historyFormat, {
    commits: Buffer.from(commits.map((commit) => commit.oid).join('\n')),
    paths: Buffer.from([...paths.keys()].join('\0')),
    fileStart: Uint32Array.from(fileStart),
    files: Uint32Array.from(files),
    termStart: Uint32Array.from(termStart),
    terms: Uint32Array.from(terms),
  });
}

/** The commits of such a file by id; undefined when it is anything else. */
export function parseHistoryFile(bytes: Uint8Array): Map<string, HistoryCommit> | undefined {
  const arrays = parseArrays(historyFormat, bytes);
  if (!arrays) return undefined;
  const { commits, paths, fileStart, files, termStart, terms } = arrays;
  const oids = textOf(commits).split('\n').filter(Boolean);
  const names = textOf(paths).split('\0');
  if (!isWords(fileStart, oids.length + 1) || !isWords(termStart, oids.length + 1)) return undefined;
  if (!(files instanceof Uint32Array) || !(terms instanceof Uint32Array)) return undefined;
  const read = new Map<string, HistoryCommit>();
  for (const [at, oid] of oids.entries()) {
    const touched = Array.from(files.subarray(fileStart[at], fileStart[at + 1]), (file) => names[file]);
    if (touched.some((name) => name === undefined)) return undefined;
    read.set(oid, {
      oid,
      files: touched as string[],
      terms: terms.subarray(termStart[at], termStart[at + 1]),
    });
  }
  return read;
}

function textOf(bytes: Arrays[string] | undefined): string {
  return bytes instanceof Uint8Array
    ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8')
    : '';
}

function isWords(starts: Arrays[string] | undefined, length: number): starts is Uint32Array {
  return starts instanceof Uint32Array && starts.length === length;
}
