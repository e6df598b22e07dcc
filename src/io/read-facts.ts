import { lstat, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { compareText } from '../base/text.ts';
import type { StoredFact } from '../knowledge/fact.ts';
import { isFactPath } from '../knowledge/fact-path.ts';
import { parseOwnFact } from '../knowledge/fact-text.ts';
import { isAbsent, listFiles } from './files.ts';
import { type Git, openGit } from './git.ts';

/** The file of a fact as it stands in a commit. */
export interface FactBlob {
  path: string;
  oid: string;
  text: string;
}

/** A file under knowledge/ that is no fact, and why. */
export interface BadFact {
  path: string;
  reason: string;
}

/** All facts of a repository, by path, and the files that could not be read as facts. */
export interface FactStore {
  facts: StoredFact[];
  bad: BadFact[];
}

/**
 * The facts of the repository around `root`: those of HEAD, read from Git objects in one go, overlaid with what the
 * work tree holds differently (edits, deletions, new files). Works in a bare clone, before the first commit, and in
 * a plain folder. A bad file is reported and the others still load.
 */
export async function readFacts(root: string, git?: Git): Promise<FactStore> {
  const repository = git ?? (await openGit(root));
  const { texts, bad } = repository ? await readTexts(repository) : await readFolder(root);
  return parseFacts(texts, bad);
}

/** The fact files of a set of texts; the careful door is loaded only when the fast one is unsure of a file. */
export async function parseFacts(
  texts: ReadonlyMap<string, string>,
  alreadyBad: readonly BadFact[] = [],
): Promise<FactStore> {
  const facts: StoredFact[] = [];
  const bad: BadFact[] = [...alreadyBad];
  for (const [path, text] of texts) {
    const fact = parseOwnFact(text);
    if (fact) {
      facts.push({ fact, path, text });
      continue;
    }
    const careful = await import('../knowledge/fact-file.ts');
    try {
      facts.push({ fact: careful.parseFact(path, text), path, text });
    } catch (error) {
      bad.push({ path, reason: reasonOf(error, path) });
    }
  }
  facts.sort((a, b) => compareText(a.path, b.path));
  bad.sort((a, b) => compareText(a.path, b.path));
  return { facts, bad };
}

function reasonOf(error: unknown, path: string): string {
  const { message } = error as Error;
  return message.startsWith(`${path}: `) ? message.slice(path.length + 2) : message;
}

async function readTexts(git: Git): Promise<{ texts: Map<string, string>; bad: BadFact[] }> {
  const commit = await git.head();
  const { blobs, bad } = commit ? await readFactBlobs(git, commit) : { blobs: [], bad: [] };
  const texts = new Map(blobs.map((blob) => [blob.path, blob.text]));
  const overlay = await readFactOverlay(git, commit);
  for (const [path, text] of overlay.texts) {
    if (text === null) texts.delete(path);
    else texts.set(path, text);
  }
  return { texts, bad: [...bad.filter((one) => !overlay.texts.has(one.path)), ...overlay.bad] };
}

/**
 * The fact files of a commit with their blob ids, all of them or only `paths`; a path the commit does not have is
 * left out. One `ls-tree` and one `cat-file --batch`. Symbolic links are not followed but reported as bad.
 */
export async function readFactBlobs(
  git: Git,
  commit: string,
  paths?: readonly string[],
): Promise<{ blobs: FactBlob[]; bad: BadFact[] }> {
  const wanted = paths && new Set(paths);
  const listed = await git.rawBytes(['ls-tree', '-r', '-z', '--full-tree', commit, '--', 'knowledge/']);
  const entries: { path: string; oid: string }[] = [];
  const bad: BadFact[] = [];
  for (const entry of listed.toString('utf8').split('\0')) {
    const [meta = '', path = ''] = entry.split('\t');
    if (!isFactPath(path) || (wanted && !wanted.has(path))) continue;
    const [mode = '', kind = '', oid = ''] = meta.split(' ');
    if (kind !== 'blob') continue;
    if (mode === '120000') bad.push({ path, reason: 'is a symbolic link' });
    else entries.push({ path, oid });
  }
  const texts = await readBlobs(
    git,
    entries.map((entry) => entry.oid),
  );
  const blobs: FactBlob[] = [];
  for (const [at, entry] of entries.entries()) {
    const text = texts[at] ?? null;
    if (text === null) bad.push({ path: entry.path, reason: 'its text is not in this partial clone' });
    else blobs.push({ ...entry, text });
  }
  return { blobs, bad };
}

/** Texts of blobs, in the order of `oids`; null for one that a partial clone does not hold. */
export async function readBlobs(git: Git, oids: readonly string[]): Promise<(string | null)[]> {
  if (oids.length === 0) return [];
  const output = await git.rawBytes(['cat-file', '--batch'], `${oids.join('\n')}\n`);
  const texts: (string | null)[] = [];
  for (let at = 0; at < output.length; ) {
    const headEnd = output.indexOf(10, at);
    const size = Number(output.toString('latin1', at, headEnd).split(' ')[2]);
    if (!Number.isSafeInteger(size)) {
      texts.push(null);
      at = headEnd + 1;
      continue;
    }
    texts.push(output.toString('utf8', headEnd + 1, headEnd + 1 + size));
    at = headEnd + 1 + size + 1;
  }
  return texts;
}

/**
 * Fact paths that differ between two commits (added, changed and removed ones), for an index to bring itself up to
 * date. undefined when `fromCommit` is not in this repository any more: read everything then.
 */
export async function changedFactPaths(
  git: Git,
  fromCommit: string,
  toCommit = 'HEAD',
): Promise<string[] | undefined> {
  if (!/^[0-9a-f]{40,64}$/.test(fromCommit)) return undefined;
  const known = await git.raw(['cat-file', '-t', fromCommit]).catch(() => undefined);
  if (known?.trim() !== 'commit') return undefined;
  const args = [
    'diff-tree',
    '-r',
    '-z',
    '--name-only',
    '--no-renames',
    fromCommit,
    toCommit,
    '--',
    'knowledge/',
  ];
  return (await git.raw(args)).split('\0').filter(isFactPath);
}

/**
 * What the work tree holds differently from `commit` (null: before the first commit): path → text, or null where the
 * file was deleted. Files not tracked count too, even ignored ones. Empty in a bare repository.
 */
async function readFactOverlay(
  git: Git,
  commit: string | null,
): Promise<{ texts: Map<string, string | null>; bad: BadFact[] }> {
  const texts = new Map<string, string | null>();
  const bad: BadFact[] = [];
  if (git.bare) return { texts, bad };
  const listings = await Promise.all([
    git.raw(['ls-files', '-z', '--others', '--', 'knowledge/']),
    commit
      ? git.rawCompared(['diff-index', '-z', '--name-only', '--no-renames', commit, '--', 'knowledge/'])
      : git.raw(['ls-files', '-z', '--cached', '--', 'knowledge/']),
  ]);
  const paths = new Set(listings.flatMap((listing) => listing.toString().split('\0')).filter(isFactPath));
  for (const path of paths) {
    const text = await readPlainFile(join(git.root, path));
    if (typeof text === 'object' && text !== null) bad.push({ path, reason: text.reason });
    texts.set(path, typeof text === 'string' ? text : null);
  }
  return { texts, bad };
}

/** A regular file's text; null when there is none; a reason when it is no regular file. */
async function readPlainFile(file: string): Promise<string | null | { reason: string }> {
  try {
    const stats = await lstat(file);
    if (stats.isSymbolicLink()) return { reason: 'is a symbolic link' };
    if (!stats.isFile()) return { reason: 'is not a file' };
    return await readFile(file, 'utf8');
  } catch (error) {
    if (isAbsent(error)) return null;
    return { reason: (error as Error).message };
  }
}

async function readFolder(root: string): Promise<{ texts: Map<string, string>; bad: BadFact[] }> {
  const texts = new Map<string, string>();
  const bad: BadFact[] = [];
  for (const file of await listFiles(join(root, 'knowledge'), { extension: '.md' })) {
    const path = relative(root, file).split(sep).join('/');
    if (!isFactPath(path)) continue;
    const text = await readPlainFile(file);
    if (typeof text === 'string') texts.set(path, text);
    else if (text !== null) bad.push({ path, reason: text.reason });
  }
  return { texts, bad };
}
