import { utcDay } from '../../base/calendar.ts';
import { readBootstrapSettings } from '../../io/bootstrap-settings.ts';
import { readExecutions } from '../../io/executions.ts';
import { locateStore } from '../../io/locate-store.ts';
import { memoryPath, readMemory } from '../../io/read-memory.ts';
import { openRepository, type Repository } from '../../io/repository.ts';
import { parseMemory } from '../../knowledge/agent-memory/parse-memory.ts';
import { goodDirections } from '../../metrics/agents/agent-definition.ts';
import { parseAgentName } from '../../metrics/agents/agent-name.ts';
import { type Brief, makeBrief } from '../../metrics/agents/brief/brief.ts';
import { coachNotes } from '../../metrics/agents/brief/brief-coach.ts';
import { safeLine } from '../../metrics/agents/brief/brief-entries.ts';
import { optimize } from '../agent-metrics/optimize.ts';
import { readSoundDefinition } from '../agents/agent-definitions.ts';
import { openDisplayRedactor } from '../open-display-redactor.ts';
import type { MemoryCall } from './memory-store.ts';

/** A brief with what a person should know of how it was made. */
export interface BriefReceipt extends Brief {
  path: string;
  budget: { tokens: number; characters: number };
  /** Lines of the executions file that are none. */
  skipped: number;
}

/**
 * The brief of an agent from its memory and its executions, within the budget. It reads only, and a definition that
 * cannot be read is said in the brief and does not keep it back.
 */
export async function briefAgent(
  call: MemoryCall,
  name: string,
  options: { budgetTokens: number | undefined; last: number },
): Promise<BriefReceipt> {
  const repository = await openRepository(call.dir);
  const agent = parseAgentName(name);
  const redactor = await openDisplayRedactor(call.dir, call.env);
  const redact = (text: string) => redactor.text(text);
  const { definition, problem } = await readSoundDefinition(repository, agent);
  const disabled = definition?.memory === 'disabled';
  const text = disabled ? undefined : await readMemory(repository.root, agent);
  const { executions, skipped } = await readExecutions(repository.root, agent);
  const settings = await readBootstrapSettings(await locateStore(call.dir));
  const budget = {
    tokens: options.budgetTokens ?? settings.budgetTokens,
    characters: settings.maxCharacters,
  };
  const brief = makeBrief({
    agent,
    now: call.now,
    memory: text === undefined ? null : { text, document: parseMemory(text) },
    disabled,
    executions,
    directions: goodDirections(definition),
    notes: [
      ...(problem === null ? [] : [`The definition cannot be read: ${problem}`]),
      ...(executions.length === 0 ? [] : await adviceOn(repository, agent, call.now)),
    ].map((note) => safeLine(note, redact)),
    budget,
    last: options.last,
    redact,
  });
  return { ...brief, path: memoryPath(agent), budget, skipped };
}

/** What `kaizen metrics optimize` would say now, and what it said before; nothing is written. */
async function adviceOn(repository: Repository, agent: string, now: Date): Promise<string[]> {
  const request = { agent, windowDays: undefined, min: undefined, seedCompat: false, now, dryRun: true };
  const { agents, ledger } = await optimize(repository, request);
  const entries = ledger.filter(({ recommendation }) => recommendation.agent === agent);
  return agents.flatMap(({ analysis }) => coachNotes({ analysis, entries, today: utcDay(now) }));
}
