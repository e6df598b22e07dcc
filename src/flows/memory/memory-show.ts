import { listMemories, memoryPath, readMemory } from '../../io/read-memory.ts';
import { openRepository } from '../../io/repository.ts';
import { logLines } from '../../knowledge/agent-memory/close-session.ts';
import { readHead } from '../../knowledge/agent-memory/head.ts';
import { countLoggedSessions } from '../../knowledge/agent-memory/log-line.ts';
import { entryText, type MemoryDocument, parseMemory } from '../../knowledge/agent-memory/parse-memory.ts';
import { noMemory, openMemory } from './memory-store.ts';

/** A memory as it stands. */
export interface ShownMemory {
  agent: string;
  path: string;
  disabled: boolean;
  /** The file; empty when the agent wants none. */
  text: string;
  fields: Record<string, string>;
  /** Sessions the log holds. */
  sessions: number;
  sections: { title: string; line: number; entries: { line: number; text: string }[] }[];
}

/** The memory of an agent; KaizenError `not_found` when it has none and wants one. */
export async function showMemory(dir: string, name: string): Promise<ShownMemory> {
  const { agent, path, text, disabled } = await openMemory(dir, name);
  if (text === undefined && !disabled) throw noMemory(agent);
  const memory = parseMemory(text ?? '');
  return {
    agent,
    path,
    disabled,
    text: text ?? '',
    fields: readHead(memory).fields,
    sessions: countLoggedSessions(logLines(memory)),
    sections: sectionsOf(memory),
  };
}

function sectionsOf(memory: MemoryDocument): ShownMemory['sections'] {
  return memory.sections.map((section) => ({
    title: section.title,
    line: section.line,
    entries: section.entries.map((entry) => ({ line: entry.line, text: entryText(section, entry) })),
  }));
}

/** One memory in the list of all. */
export interface ListedMemory {
  agent: string;
  path: string;
  lastUpdated: string | null;
  sessions: number;
  entries: number;
}

/** Every memory of the repository, by name of the agent. A file that cannot be read is an error, as for one of them. */
export async function listAllMemories(dir: string): Promise<ListedMemory[]> {
  const { root } = await openRepository(dir);
  const listed: ListedMemory[] = [];
  for (const agent of await listMemories(root)) {
    const memory = parseMemory((await readMemory(root, agent)) ?? '');
    const notes = memory.sections.filter(({ name }) => name !== 'Session Log');
    listed.push({
      agent,
      path: memoryPath(agent),
      lastUpdated: readHead(memory).fields.last_updated ?? null,
      sessions: countLoggedSessions(logLines(memory)),
      entries: notes.flatMap(({ entries }) => entries).filter(({ kind }) => kind !== 'html').length,
    });
  }
  return listed;
}
