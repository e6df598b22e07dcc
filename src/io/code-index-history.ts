import { join } from 'node:path';
import { type CodeHistory, type HistoryCommit, subjectMatter } from '../context/code/code-history.ts';
import { formatHistoryFile, parseHistoryFile } from '../context/code/history-file.ts';
import type { TermReader } from '../context/code/term-reader.ts';
import { readCacheFile, writeCacheFile } from './code-index-cache.ts';
import { readTextIfExists } from './files.ts';
import type { Git } from './git.ts';

/** Commits whose messages and files are read: the newest, merges left out. */
const mostCommits = 3000;
/** Of a commit that touches more files none is remembered: imports, reformats, renames of everything. */
const mostFiles = 1000;
const historyFile = 'code-history.bin';

/**
 * The newest 3,000 commits before and with `commit`. Each commit is cached by its id, so whatever was rewritten or
 * checked out in between, the answer is that of `git log`. At the edge of a shallow clone a commit seems to add every
 * file: those are left out. `known` is filled and used instead of a cache file, for many calls in one run.
 */
export async function readCodeHistory(
  git: Git,
  commit: string | null,
  reader: TermReader,
  options: { cacheDir: string | null; known?: Map<string, HistoryCommit> },
): Promise<CodeHistory> {
  if (commit === null) return { commits: [], shallow: false };
  const cachePath = options.cacheDir === null ? null : join(options.cacheDir, historyFile);
  const [listed, cached, edge] = await Promise.all([
    git.raw(['rev-list', '--no-merges', `--max-count=${mostCommits}`, commit, '--']),
    cachePath === null ? undefined : readCacheFile(cachePath),
    readTextIfExists(join(git.commonDir, 'shallow')),
  ]);
  const known = options.known ?? (cached && parseHistoryFile(cached)) ?? new Map<string, HistoryCommit>();
  const oids = listed.split('\n').filter(Boolean);
  const unseen = oids.filter((oid) => !known.has(oid));
  for (const read of await readCommits(git, unseen, reader)) known.set(read.oid, read);
  const all = oids.flatMap((oid) => known.get(oid) ?? []);
  if (cachePath !== null && unseen.length > 0) await writeCacheFile(cachePath, formatHistoryFile(all));
  const edges = new Set((edge ?? '').split('\n').filter(Boolean));
  return { commits: all.filter(({ oid }) => !edges.has(oid)), shallow: edges.size > 0 };
}

/** Between the parts of a commit; control characters that a message cannot bring into the wrong place unseen. */
const format = '--format=%x00%x01%H%x00%B%x00';

async function readCommits(git: Git, oids: readonly string[], reader: TermReader): Promise<HistoryCommit[]> {
  if (oids.length === 0) return [];
  const output = await git.rawBytes(
    [
      '-c',
      'log.showSignature=false',
      '-c',
      'log.showRoot=true',
      'log',
      '--stdin',
      '--no-walk=unsorted',
      '-z',
      '--name-only',
      '--no-renames',
      '--no-notes',
      '--no-ext-diff',
      '--encoding=UTF-8',
      format,
    ],
    `${oids.join('\n')}\n`,
  );
  const wanted = new Set(oids);
  const commits: HistoryCommit[] = [];
  const fields = output.toString('utf8').split('\0');
  for (let at = 0; at < fields.length; at++) {
    const field = fields[at] as string;
    const oid = field.startsWith('\u0001') ? field.slice(1) : '';
    if (!wanted.delete(oid)) continue;
    const message = fields[++at] ?? '';
    const files: string[] = [];
    while (at + 1 < fields.length && !wanted.has((fields[at + 1] as string).slice(1))) {
      const path = (fields[++at] as string).replace(/^\n/, '');
      if (path !== '') files.push(path);
    }
    commits.push({
      oid,
      files: files.length > mostFiles ? [] : files,
      terms: reader.readText(subjectMatter(message)).terms,
    });
  }
  return commits;
}
