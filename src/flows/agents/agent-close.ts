import { resolve } from 'node:path';
import { KaizenError } from '../../base/errors.ts';
import type { KaizenEvent } from '../../base/events.ts';
import { readEvents } from '../../io/event-log.ts';
import type { Repository } from '../../io/repository.ts';
import type { AgentDefinition } from '../../metrics/agents/agent-definition.ts';
import { closingRecord, eventsOfSession } from '../../metrics/agents/closing-record.ts';
import type { Execution, ExecutionDraft } from '../../metrics/agents/executions/execution.ts';
import { observeTranscript } from '../observe-transcript.ts';
import { findSessionFile } from '../show-session.ts';
import { readAgentDefinition } from './agent-definitions.ts';
import { recordSession } from './record-session.ts';

/** A session of an agent to close. */
export interface CloseRequest {
  agent: string;
  /** Key or id of a session in the event log, else of a transcript of this machine. */
  session?: string | undefined;
  /** A transcript file instead. */
  transcript?: string | undefined;
  cwd: string;
  now: Date;
  env: Readonly<Record<string, string | undefined>>;
  dryRun: boolean;
}

/** What closing did. */
export interface CloseReceipt {
  agent: string;
  /** Key and id; null when the session could not be found. */
  session: { key: string; id: string } | null;
  /** `known`: it was recorded before, and the record stays; `not_recorded`: `unknown` says why. */
  outcome: 'recorded' | 'known' | 'not_recorded';
  /** The record as it stands, or would stand; null when there is none. */
  execution: Execution | ExecutionDraft | null;
  /** The session went on after it was recorded. */
  wentOn: boolean;
  unknown: { field: string; reason: string }[];
  /** The rate rose while the number of tests fell, in words. */
  testLoss: string | null;
}

/**
 * Makes the record of a session from its events, with the guard of the pass rate, and stores it. A session closed twice
 * is one record (unless the definition says otherwise). An agent without a definition is `not_found`.
 */
export async function closeAgentSession(
  repository: Repository,
  request: CloseRequest,
): Promise<CloseReceipt> {
  const definition = await requireDefinition(repository, request.agent);
  return closeFromEvents(repository, definition, await readSessionEvents(repository, request), request);
}

/** The rows of the session a request names; [] when nothing is known of it. */
export async function readSessionEvents(
  repository: Repository,
  request: Omit<CloseRequest, 'agent' | 'dryRun'>,
): Promise<KaizenEvent[]> {
  const { session, transcript, cwd, env } = request;
  if (transcript !== undefined) return observeTranscript(repository, resolve(cwd, transcript), request);
  if (session === undefined) throw new KaizenError('usage', 'Name the session: --session or --transcript');
  const { events } = await readEvents(repository.root);
  const logged = eventsOfSession(events, session);
  const ids = new Set(logged.flatMap((event) => ('sessionId' in event ? (event.sessionId ?? []) : [])));
  if (ids.size > 1)
    throw new KaizenError('usage', `${ids.size} sessions are named ${session}; give the whole id`, {
      hint: [...ids].slice(0, 5).join('\n'),
    });
  if (logged.some(({ type }) => type === 'session.observed')) return logged;
  const file = await findSessionFile(session, { cwd, root: repository.root, env });
  return observeTranscript(repository, file, request);
}

/** `closeAgentSession` for events that are at hand. */
export async function closeFromEvents(
  repository: Repository,
  definition: AgentDefinition,
  events: readonly KaizenEvent[],
  options: Pick<CloseRequest, 'now' | 'env' | 'dryRun'>,
): Promise<CloseReceipt> {
  const observed = events.find((event) => event.type === 'session.observed');
  const base = {
    agent: definition.name,
    session: observed ? { key: observed.session, id: observed.sessionId } : null,
    wentOn: false,
    testLoss: null,
  };
  if (definition.metrics === undefined)
    return { ...base, outcome: 'not_recorded', execution: null, unknown: [notMeasured] };
  if (definition.metrics.collection === 'manual')
    return { ...base, outcome: 'not_recorded', execution: null, unknown: [byHand(definition.name)] };
  const { draft, unknown } = closingRecord(events, definition);
  if (!draft) return { ...base, outcome: 'not_recorded', execution: null, unknown };
  const record = await recordSession(repository, { draft, unknown, reason: null }, options);
  const isKnown = record.state === 'known';
  return {
    ...base,
    outcome: isKnown ? 'known' : 'recorded',
    execution: record.execution,
    wentOn: isKnown && (draft.timestamp ?? '') > (record.execution?.timestamp ?? ''),
    unknown: isKnown ? [] : unknown,
    testLoss: isKnown ? null : record.testLoss,
  };
}

async function requireDefinition(repository: Repository, name: string): Promise<AgentDefinition> {
  const definition = await readAgentDefinition(repository, name);
  if (definition) return definition;
  throw new KaizenError('not_found', `no agent '${name}' is defined here`, {
    hint: '`kaizen agent list` shows the agents of this repository, `kaizen agent init` those that come with Kaizen.',
  });
}

const notMeasured = { field: 'metrics', reason: 'the definition has no metrics' };
const byHand = (name: string) => ({
  field: 'metrics',
  reason: `the definition collects by hand: \`kaizen metrics record ${name}\``,
});
