import type { Change } from '../../base/change.ts';
import { KaizenError } from '../../base/errors.ts';
import { agentFolders, memoryPath, readMemory } from '../../io/read-memory.ts';
import { openRepository, type Repository } from '../../io/repository.ts';
import type { AgentDefinition } from '../../metrics/agents/agent-definition.ts';
import { findCaseClash, parseAgentName } from '../../metrics/agents/agent-name.ts';
import { readAgentDefinition } from '../agents/agent-definitions.ts';
import { readOwnScope } from '../own-scope.ts';

/** What every memory flow needs of a command's world. */
export interface MemoryCall {
  dir: string;
  now: Date;
  env: Readonly<Record<string, string | undefined>>;
  dryRun: boolean;
}

/** An agent, its memory as it stands, and what its definition says of it. */
export interface OpenedMemory {
  repository: Repository;
  agent: string;
  /** From the root, with forward slashes. */
  path: string;
  /** undefined when there is no file. */
  text: string | undefined;
  definition: AgentDefinition | undefined;
  /** The definition says `memory: disabled`: no file is made or changed. */
  disabled: boolean;
}

/**
 * Opens the memory of an agent. A name that cannot be a folder, or that differs from another agent's in upper and
 * lower case only, is KaizenError `usage`; a definition that cannot be read is `bad_agent`.
 */
export async function openMemory(dir: string, name: string): Promise<OpenedMemory> {
  const repository = await openRepository(dir);
  const agent = parseAgentName(name);
  const clash = findCaseClash(agent, await agentFolders(repository.root));
  if (clash !== undefined)
    throw new KaizenError(
      'usage',
      `there is an agent '${clash}'; '${agent}' would be the same folder on macOS`,
    );
  const definition = await readAgentDefinition(repository, agent);
  return {
    repository,
    agent,
    path: memoryPath(agent),
    text: await readMemory(repository.root, agent),
    definition,
    disabled: definition?.memory === 'disabled',
  };
}

/** KaizenError `not_found` for an agent without a memory. */
export function noMemory(agent: string): KaizenError {
  return new KaizenError('not_found', `${agent} has no memory here`, {
    hint: `\`kaizen memory init ${agent}\` makes one.`,
  });
}

/** The name of the project in the front matter: `owner/name` of the remote, else `local/<folder>`. */
export async function readProject(repository: Repository): Promise<string> {
  return (await readOwnScope(repository)).replace(/^repo:/, '');
}

/** The write that turns the memory into `text`; none when it is that already. */
export function memoryChanges(opened: Pick<OpenedMemory, 'path' | 'text'>, text: string): Change[] {
  if (opened.text === text) return [];
  return [{ kind: 'write', path: opened.path, text, was: opened.text ?? null }];
}

/**
 * How to get a file back that was removed or replaced: the Git command, or why there is none. `lost` says that what
 * stood in it was never committed.
 */
export async function describeUndo(
  repository: Repository,
  path: string,
  text: string,
): Promise<{ lost: boolean; undo: string }> {
  const { git } = repository;
  if (!git) return { lost: true, undo: 'This folder is not under Git: it cannot be brought back.' };
  const committed = await git.raw(['show', `HEAD:${path}`]).catch((error: unknown) => {
    // Git's way to say that HEAD has no such file.
    if (error instanceof KaizenError && error.code === 'git_failed') return undefined;
    throw error;
  });
  if (committed === undefined)
    return { lost: true, undo: 'It was never committed: Git cannot bring it back.' };
  const same = committed.replace(/\r\n/g, '\n').trim() === text.replace(/\r\n/g, '\n').trim();
  return {
    lost: !same,
    undo: `${same ? 'Undo' : 'What was changed since the last commit is gone; the committed text comes back'} with: git restore --source=HEAD -- ${path}`,
  };
}
