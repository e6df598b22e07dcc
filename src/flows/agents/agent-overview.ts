import { KaizenError } from '../../base/errors.ts';
import { listAgents, readExecutions } from '../../io/executions.ts';
import { listMemories } from '../../io/read-memory.ts';
import type { Repository } from '../../io/repository.ts';
import { type AgentDefinition, goodDirections } from '../../metrics/agents/agent-definition.ts';
import type { Execution } from '../../metrics/agents/executions/execution.ts';
import { type AgentSummary, summarise } from '../../metrics/agents/executions/summary.ts';
import { type AgentFinding, lintAgents } from '../../metrics/agents/lint-agents.ts';
import { type FoundDefinition, findAgentDefinitions } from './agent-definitions.ts';

/** An agent of this repository. */
export interface ListedAgent {
  name: string;
  /** Its file; null for an agent that has records or memory but no definition. */
  path: string | null;
  /** undefined without a file, and when it cannot be read. */
  definition: AgentDefinition | undefined;
  hasMemory: boolean;
  summary: AgentSummary;
}

interface Overview {
  files: FoundDefinition[];
  memories: string[];
  executions: Map<string, Execution[]>;
}

async function readOverview({ root }: Repository): Promise<Overview> {
  const [files, memories, { agents }] = await Promise.all([
    findAgentDefinitions(root),
    listMemories(root),
    listAgents(root),
  ]);
  const executions = new Map<string, Execution[]>();
  for (const agent of agents) executions.set(agent, (await readExecutions(root, agent)).executions);
  return { files, memories, executions };
}

/** Every agent that is defined here, has a memory or has metrics, by name. */
export async function listDefinedAgents(repository: Repository): Promise<ListedAgent[]> {
  return listed(await readOverview(repository));
}

function listed({ files, memories, executions }: Overview): ListedAgent[] {
  const names = new Set([...files.map(({ name }) => name), ...memories, ...executions.keys()]);
  return [...names].sort().map((name) => {
    const file = files.find((one) => one.name === name);
    const directions = goodDirections(file?.definition);
    return {
      name,
      path: file?.path ?? null,
      definition: file?.definition,
      hasMemory: memories.includes(name),
      summary: summarise(name, executions.get(name) ?? [], { directions }),
    };
  });
}

/** What there is to know of one agent. */
export interface DescribedAgent extends ListedAgent {
  findings: AgentFinding[];
  executions: Execution[];
  /** Records whose pass rate rose while fewer tests ran, newest last. */
  flagged: Execution[];
}

/** One agent with its findings; `not_found` when nothing here has that name. */
export async function describeAgent(repository: Repository, name: string): Promise<DescribedAgent> {
  const overview = await readOverview(repository);
  const agent = listed(overview).find((one) => one.name === name);
  if (!agent)
    throw new KaizenError('not_found', `no agent '${name}' is defined, remembered or measured here`, {
      hint: '`kaizen agent list` shows the agents of this repository, `kaizen agent init` those that come with Kaizen.',
    });
  const executions = overview.executions.get(name) ?? [];
  return {
    ...agent,
    executions,
    findings: lintAgents(overview).filter((finding) => finding.agent === name),
    flagged: executions.filter(({ metadata }) => metadata?.flag !== undefined),
  };
}

/** The findings about all agents, or about one; with the number of definitions looked at. */
export async function checkAgents(
  repository: Repository,
  name?: string,
): Promise<{ definitions: number; findings: AgentFinding[] }> {
  const overview = await readOverview(repository);
  const findings = lintAgents(overview);
  if (name === undefined) return { definitions: overview.files.length, findings };
  const own = overview.files.filter((file) => file.name === name);
  const about = findings.filter((finding) => finding.agent === name);
  if (own.length === 0 && about.length === 0)
    throw new KaizenError('not_found', `no agent '${name}' is defined, remembered or measured here`);
  return { definitions: own.length, findings: about };
}
