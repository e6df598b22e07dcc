import { basename, relative, sep } from 'node:path';
import { KaizenError } from '../../base/errors.ts';
import { compareText } from '../../base/text.ts';
import { listFiles, readTextIfExists } from '../../io/files.ts';
import type { Repository } from '../../io/repository.ts';
import {
  type AgentDefinition,
  checkAgentDefinition,
  type DefinitionProblem,
  parseAgentDefinition,
} from '../../metrics/agents/agent-definition.ts';
import { problemOfAgentName } from '../../metrics/agents/agent-name.ts';
import { readHostDefinition } from '../../metrics/agents/host-definition.ts';

/** A definition file as it was found: read, or with what keeps it from being read. */
export interface FoundDefinition {
  /** Relative to the root, with forward slashes. */
  path: string;
  /** The name the file defines; of a file that cannot be read the one its place says. */
  name: string;
  text: string;
  definition: AgentDefinition | undefined;
  /** Of a host's own file, which is read all the same, what keeps it from being plain YAML. */
  problems: DefinitionProblem[];
}

/** Where Kaizen keeps the definition of an agent. */
export const definitionPath = (name: string) => `.kaizen/agents/${name}/agent.md`;

/**
 * The definition of an agent: `.kaizen/agents/<name>/agent.md`, else the file below `.claude/agents/` that names it.
 * undefined when nothing defines it; a definition that cannot be read is KaizenError `bad_agent`.
 */
export async function readAgentDefinition(
  repository: Repository,
  name: string,
): Promise<AgentDefinition | undefined> {
  if (problemOfAgentName(name) !== undefined) return undefined;
  const own = await readTextIfExists(`${repository.root}/${definitionPath(name)}`);
  if (own !== undefined) return parseAgentDefinition(definitionPath(name), own);
  const found = (await findHostDefinitions(repository.root)).find((file) => file.name === name);
  return found && (found.definition ?? parseAgentDefinition(found.path, found.text));
}

/**
 * The definition of an agent for those who do without: one that cannot be read is a problem to name, not a reason to
 * withhold figures.
 */
export async function readSoundDefinition(
  repository: Repository,
  name: string,
): Promise<{ definition: AgentDefinition | undefined; problem: string | null }> {
  try {
    return { definition: await readAgentDefinition(repository, name), problem: null };
  } catch (error) {
    if (!(error instanceof KaizenError)) throw error;
    return { definition: undefined, problem: error.message };
  }
}

/** Every definition file of the repository: ours first, each group in the order of the paths. */
export async function findAgentDefinitions(root: string): Promise<FoundDefinition[]> {
  const own = (await listFiles(`${root}/.kaizen/agents`, { extension: '.md' }))
    .map((file) => toPath(root, file))
    .filter((path) => /^\.kaizen\/agents\/[^/]+\/agent\.md$/.test(path));
  return [
    ...(await readAll(root, own, (path) => path.split('/')[2] as string)),
    ...(await findHostDefinitions(root)),
  ];
}

async function findHostDefinitions(root: string): Promise<FoundDefinition[]> {
  const files = await listFiles(`${root}/.claude/agents`, { extension: '.md' });
  return readAll(root, files.map((file) => toPath(root, file)).sort(compareText), (path) =>
    basename(path, '.md'),
  );
}

async function readAll(
  root: string,
  paths: string[],
  placeName: (path: string) => string,
): Promise<FoundDefinition[]> {
  const found: FoundDefinition[] = [];
  for (const path of paths) {
    const text = (await readTextIfExists(`${root}/${path}`)) ?? '';
    const checked = checkAgentDefinition(path, text);
    const problems = 'definition' in checked ? [] : checked.problems;
    const isHosts = path.startsWith('.claude/');
    const loose = isHosts && problems.length > 0 ? readHostDefinition(text) : undefined;
    const definition = 'definition' in checked ? checked.definition : loose;
    found.push({ path, name: definition?.name ?? placeName(path), text, definition, problems });
  }
  return found;
}

function toPath(root: string, file: string): string {
  return relative(root, file).split(sep).join('/');
}
