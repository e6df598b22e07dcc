import { lstat, readdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { KaizenError } from '../base/errors.ts';
import { compareText } from '../base/text.ts';

/** A file that may be a transcript. */
export interface FoundTranscript {
  /** The agent whose folder it lies in; null when the path was given by hand (the content tells). */
  agent: string | null;
  file: string;
  bytes: number;
  /** ISO time of the last change. */
  modifiedAt: string;
}

/** Files in a session's folder that are not transcripts. */
const notTranscripts = new Set(['journal.jsonl', 'history.jsonl', 'session_index.jsonl']);

/**
 * Every `.jsonl` file below the given folders (and `.jsonl.zst`, where it stands alone), and the given files themselves whatever their name. Symbolic links are
 * not followed. Sorted by path, each file once. Throws `cannot_read` for a path that does not exist.
 */
export async function findTranscripts(paths: readonly string[]): Promise<FoundTranscript[]> {
  const found = new Map<string, FoundTranscript>();
  for (const path of paths) {
    const full = resolve(path);
    const entry = await stat(full).catch((cause: unknown) => {
      throw new KaizenError('cannot_read', `cannot read ${path}`, { cause });
    });
    if (entry.isDirectory()) for (const file of await listJsonl(full)) found.set(file.file, file);
    else
      found.set(full, { agent: null, file: full, bytes: entry.size, modifiedAt: entry.mtime.toISOString() });
  }
  return [...found.values()].sort((a, b) => compareText(a.file, b.file));
}

/** Transcripts in the folders where the agents of this machine keep them. A folder that is not there has none. */
export async function findLocalTranscripts(
  env: Readonly<Record<string, string | undefined>>,
): Promise<FoundTranscript[]> {
  const found: FoundTranscript[] = [];
  for (const { agent, folder } of localFolders(env)) {
    for (const file of await listJsonl(folder)) found.push({ ...file, agent });
  }
  return found;
}

function localFolders(env: Readonly<Record<string, string | undefined>>) {
  const home = env.HOME ?? env.USERPROFILE ?? homedir();
  const claude = env.CLAUDE_CONFIG_DIR?.split(',').map((folder) => folder.trim()) ?? [join(home, '.claude')];
  const codexHome = env.CODEX_HOME ?? join(home, '.codex');
  return [
    ...claude.filter(Boolean).map((folder) => ({ agent: 'claude-code', folder: join(folder, 'projects') })),
    { agent: 'codex', folder: join(codexHome, 'sessions') },
    { agent: 'codex', folder: join(codexHome, 'archived_sessions') },
  ];
}

async function listJsonl(folder: string): Promise<FoundTranscript[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const found: FoundTranscript[] = [];
  const names = new Set(entries.map((entry) => entry.name));
  for (const entry of entries.sort((a, b) => compareText(a.name, b.name))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) found.push(...(await listJsonl(path)));
    else if (entry.isFile() && isTranscriptName(entry.name) && !hasPlainTwin(entry.name, names)) {
      const { size, mtime } = await lstat(path);
      found.push({ agent: null, file: path, bytes: size, modifiedAt: mtime.toISOString() });
    }
  }
  return found;
}

function isTranscriptName(name: string): boolean {
  return /\.jsonl(?:\.zst)?$/.test(name) && !notTranscripts.has(name);
}

/** Codex packs old rollouts; while both are there, the plain one is the newer. */
function hasPlainTwin(name: string, names: ReadonlySet<string>): boolean {
  return name.endsWith('.zst') && names.has(name.slice(0, -'.zst'.length));
}
