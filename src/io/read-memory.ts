import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KaizenError } from '../base/errors.ts';
import { refuseLinks } from './append-rows.ts';
import { exists, isAbsent, listFolders } from './files.ts';

const agentsFolder = '.kaizen/agents';
const maxBytes = 1024 * 1024;

/** Where the memory of an agent is, from the root of the repository (seed 004, ADR-002). */
export function memoryPath(agent: string): string {
  return `${agentsFolder}/${agent}/memory.md`;
}

/**
 * The memory of an agent as text, or undefined when it has none. Bytes that are no UTF-8 would not survive being
 * written again, so such a file is KaizenError `bad_input`, as is one over 1 MiB. Symbolic links are `outside_store`.
 */
export async function readMemory(root: string, agent: string): Promise<string | undefined> {
  const path = memoryPath(agent);
  refuseLinks(root, path);
  let bytes: Buffer;
  try {
    bytes = await readFile(join(root, path));
  } catch (cause) {
    if (isAbsent(cause)) return undefined;
    throw new KaizenError('cannot_read', `Cannot read ${path}: ${(cause as Error).message}`, { cause });
  }
  if (bytes.length > maxBytes)
    throw new KaizenError('bad_input', `${path} is larger than 1 MiB`, {
      hint: 'A memory is notes for one agent; keep documents elsewhere and name them in it.',
    });
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new KaizenError('bad_input', `${path} is not UTF-8 text; nothing was written`, {
      cause,
      hint: 'Convert it, for example with iconv -f latin1 -t utf-8.',
    });
  }
}

/** Names of the folders that hold a memory, sorted. */
export async function listMemories(root: string): Promise<string[]> {
  const names = await agentFolders(root);
  const there = await Promise.all(names.map((name) => exists(join(root, memoryPath(name)))));
  return names.filter((_, index) => there[index]);
}

/** Names of all folders of agents, sorted. */
export async function agentFolders(root: string): Promise<string[]> {
  return listFolders(join(root, agentsFolder));
}
