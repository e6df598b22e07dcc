import { randomBytes } from 'node:crypto';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { unlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { sha256Hex } from '../base/text.ts';
import { isAbsent, listFiles, readTextIfExists } from './files.ts';

/** A session of an agent that ended and waits for its record. */
export interface QueuedClosing {
  agent: string;
  sessionId: string;
  /** Absolute path of its transcript. */
  transcript: string;
  /** ISO time at which it ended. */
  at: string;
}

/** Most bytes of an entry: a host kills a hook that does much when a session ends (spec 00, lesson 1). */
const maxEntryBytes = 1024;

const folderOf = (localDir: string) => join(localDir, 'closings');

/**
 * Notes that a session ended: one small file a session, so ending twice is one entry, and nobody waits for a lock.
 * False when the entry would be larger than 1 KiB; then nothing is written.
 */
export function enqueueClosing(localDir: string, entry: QueuedClosing): boolean {
  const text = `${JSON.stringify({ v: 1, ...entry })}\n`;
  if (Buffer.byteLength(text) > maxEntryBytes) return false;
  const folder = folderOf(localDir);
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${sha256Hex(`${entry.agent}\0${entry.sessionId}`).slice(0, 24)}.json`);
  const temporary = `${path}.${randomBytes(4).toString('hex')}.tmp`;
  writeFileSync(temporary, text);
  renameSync(temporary, path);
  return true;
}

/** What waits, oldest first, each with its file; files that are no entries are named. */
export async function readClosingQueue(
  localDir: string,
): Promise<{ entries: (QueuedClosing & { file: string })[]; broken: string[] }> {
  const entries: (QueuedClosing & { file: string })[] = [];
  const broken: string[] = [];
  for (const file of await listFiles(folderOf(localDir), { extension: '.json' })) {
    const entry = parseEntry((await readTextIfExists(file)) ?? '');
    if (entry) entries.push({ ...entry, file });
    else broken.push(basename(file));
  }
  entries.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  return { entries, broken };
}

/** Takes an entry that is done with out of the queue. */
export async function dropQueuedClosing(file: string): Promise<void> {
  await unlink(file).catch((error: unknown) => {
    if (!isAbsent(error)) throw error;
  });
}

function parseEntry(text: string): QueuedClosing | undefined {
  try {
    const { v, agent, sessionId, transcript, at } = JSON.parse(text) as Record<string, unknown>;
    const texts = [agent, sessionId, transcript, at];
    if (v !== 1 || !texts.every((one) => typeof one === 'string' && one !== '')) return undefined;
    return { agent, sessionId, transcript, at } as QueuedClosing;
  } catch {
    // Torn: the caller names it.
    return undefined;
  }
}
