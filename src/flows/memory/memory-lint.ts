import { utcDay } from '../../base/calendar.ts';
import type { Change } from '../../base/change.ts';
import { KaizenError } from '../../base/errors.ts';
import { readConfig } from '../../io/config.ts';
import { listMemories, memoryPath, readMemory } from '../../io/read-memory.ts';
import { applyPlan, openRepository, type Repository } from '../../io/repository.ts';
import { fixMemory } from '../../knowledge/agent-memory/fix-memory.ts';
import { lintMemory, type MemoryFinding } from '../../knowledge/agent-memory/lint-memory.ts';
import { parseMemory } from '../../knowledge/agent-memory/parse-memory.ts';
import { parseAgentName, problemOfAgentName } from '../../metrics/agents/agent-name.ts';
import { openRedactor } from '../../sessions/redact.ts';
import { untilApplied } from '../until-applied.ts';
import { type MemoryCall, noMemory, readProject } from './memory-store.ts';

/** A memory that was looked at. */
export interface LintedMemory {
  agent: string;
  path: string;
  /** What is wrong with it; after fixing, what is left. */
  findings: MemoryFinding[];
  /** What was mended, in words. */
  fixed: string[];
  /** Why it could not be read at all. */
  unreadable: string | null;
}

/** What `memory lint` found. */
export interface MemoryLint {
  memories: LintedMemory[];
  changes: Change[];
}

/** Checks the memory of one agent, or of all; with `fix`, mends first what needs no decision. */
export function lintMemories(
  call: MemoryCall,
  name: string | undefined,
  options: { fix: boolean },
): Promise<MemoryLint> {
  return untilApplied(async () => {
    const repository = await openRepository(call.dir);
    const agents = name === undefined ? await listMemories(repository.root) : [parseAgentName(name)];
    const findSecret = await openSecretFinder(repository);
    const project = await readProject(repository);
    const memories: LintedMemory[] = [];
    const changes: Change[] = [];
    for (const agent of agents) {
      const context = { agent, project, day: utcDay(call.now), now: call.now, findSecret };
      const looked = await lintOne(repository.root, context, options.fix);
      if (!looked) throw noMemory(agent);
      memories.push(looked.memory);
      changes.push(...looked.changes);
    }
    await applyPlan(repository, changes, call.dryRun);
    return { memories, changes };
  });
}

interface Context {
  agent: string;
  project: string;
  day: string;
  now: Date;
  findSecret: (line: string) => string | undefined;
}

async function lintOne(
  root: string,
  context: Context,
  fix: boolean,
): Promise<{ memory: LintedMemory; changes: Change[] } | undefined> {
  const { agent } = context;
  const path = memoryPath(agent);
  const looked = { agent, path, findings: [], fixed: [], unreadable: null };
  let was: string | undefined;
  try {
    was = await readMemory(root, agent);
  } catch (error) {
    if (!(error instanceof KaizenError)) throw error;
    return { memory: { ...looked, unreadable: error.message }, changes: [] };
  }
  if (was === undefined) return undefined;
  const { text, done } = fix ? fixMemory(was, context) : { text: was, done: [] };
  const findings = lintMemory(parseMemory(text), text, context);
  const name = problemOfAgentName(agent);
  if (name !== undefined)
    findings.unshift({
      level: 'error',
      code: 'wrong-agent',
      line: 1,
      message: `the folder cannot be an agent: ${name}`,
      fixable: false,
    });
  return {
    memory: { ...looked, findings, fixed: done },
    changes: text === was ? [] : [{ kind: 'write', path, text, was }],
  };
}

const personal = new Set(['email', 'home', 'user', 'host']);

/** Finds secrets only: what a person wrote may name people and folders. */
async function openSecretFinder(repository: Repository): Promise<(line: string) => string | undefined> {
  const config = await readConfig(repository.root);
  const { allow } = config.redaction;
  const redactor = openRedactor({ key: 'lint', allow });
  return (line) => {
    const before = { ...redactor.counts };
    redactor.text(line);
    return Object.keys(redactor.counts).find(
      (rule) => !personal.has(rule) && redactor.counts[rule] !== before[rule],
    );
  };
}
