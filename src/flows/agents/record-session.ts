import { dayOf } from '../../base/calendar.ts';
import { KaizenError } from '../../base/errors.ts';
import type { KaizenEvent } from '../../base/events.ts';
import { clipEnd, compareText } from '../../base/text.ts';
import { readExecutions, recordExecution } from '../../io/executions.ts';
import type { Repository } from '../../io/repository.ts';
import { isSameSession } from '../../knowledge/agent-memory/log-line.ts';
import type { AgentDefinition } from '../../metrics/agents/agent-definition.ts';
import { type ClosingRecord, closingRecord, eventsOfSession } from '../../metrics/agents/closing-record.ts';
import type { Execution, ExecutionDraft } from '../../metrics/agents/executions/execution.ts';
import { describeTestLoss, guardDraft } from '../../metrics/agents/test-loss.ts';
import { openRepoRedactor } from '../open-redactor.ts';

/** The session a person or a hook means, as far as the event log knows it. */
export interface KnownSession {
  /** Full id. */
  id: string;
  events: KaizenEvent[];
  branch: string | null;
}

/** The UTC day a session ended; null when its transcript carries no time. */
export function dayOfSession({ events }: KnownSession): string | null {
  const ends = events.flatMap((event) => (event.type === 'session.observed' ? [event.endedAt ?? ''] : []));
  return dayOf(ends.sort(compareText).at(-1));
}

/** What a session was about: its branch where that is not the main one, else the first message of its first task. */
export function subjectOf({ branch, events }: KnownSession): string | null {
  if (branch !== null && !/^(?:|main|master|trunk|HEAD)$/.test(branch)) return branch;
  const tasks = events.flatMap((event) => (event.type === 'task.observed' ? [event] : []));
  const first = tasks.sort((a, b) => a.number - b.number).find(({ title }) => title !== null);
  return first?.title ? clipEnd(first.title, 60) : null;
}

/**
 * The session of that id, key (`claude-code/3d0c6a52`) or start of an id (8 characters) in the event log; undefined when
 * it holds none. Several are KaizenError `usage`.
 */
export function findSession(events: readonly KaizenEvent[], named: string): KnownSession | undefined {
  const ids = new Set<string>();
  for (const event of events)
    if (event.type === 'session.observed' && isMeant(event, named)) ids.add(event.sessionId);
  const exact = [...ids].filter((id) => id === named);
  const [id, ...others] = exact.length > 0 ? exact : [...ids];
  if (id === undefined) return undefined;
  if (others.length > 0)
    throw new KaizenError('usage', `'${named}' names ${ids.size} sessions: ${[...ids].join(', ')}`, {
      hint: 'Give the full id.',
    });
  const own = eventsOfSession(events, id);
  const harvested = own.findLast((event) => event.type === 'session.harvested');
  return { id, events: own, branch: harvested?.type === 'session.harvested' ? harvested.branch : null };
}

function isMeant(event: { session: string; sessionId: string }, named: string): boolean {
  if (event.session === named || event.sessionId === named) return true;
  const agent = /^(.*)\//.exec(named)?.[1];
  if (agent !== undefined && !event.session.startsWith(`${agent}/`)) return false;
  return isSameSession(event.sessionId, named);
}

/** What became of the execution that a session was. */
export interface SessionRecord {
  /** `none`: `reason` says why. `known`: it was recorded before. */
  state: 'recorded' | 'known' | 'none';
  reason: string | null;
  execution: Execution | ExecutionDraft | null;
  /** What could not be measured. */
  unknown: ClosingRecord['unknown'];
  /** A rise of the pass rate with fewer tests, in words. */
  testLoss: string | null;
}

/** An agent without a definition is measured by what every session has. */
const undefinedAgent: Omit<AgentDefinition, 'name'> = {
  description: '',
  memory: 'enabled',
  idempotency: 'session',
  optimization: { enabled: true },
  hostFields: {},
  body: '',
};

/** The record a session gives, before anything is written. */
export function draftSession(
  agent: string,
  definition: AgentDefinition | undefined,
  session: KnownSession | undefined,
  named: string,
): ClosingRecord & { reason: string | null } {
  const none = (reason: string) => ({ draft: null, unknown: [], reason });
  if (!session)
    return none(
      `session ${named} is neither in the event log nor a transcript of this machine: \`kaizen harvest\` reads one; then close it again`,
    );
  if (definition && !definition.metrics) return none('its definition has no metrics');
  if (definition?.metrics?.collection === 'manual')
    return none('its definition says `collection: manual`: only `kaizen metrics record` makes records');
  const { draft, unknown } = closingRecord(session.events, definition ?? { ...undefinedAgent, name: agent });
  const why = unknown.find(({ field }) => field === 'success') ?? unknown[0];
  return { draft, unknown, reason: draft ? null : (why?.reason ?? 'nothing is known of the session') };
}

/**
 * Records the execution a session was, once however often it is closed (unless the definition says `idempotency:
 * none`): a row of this session that is there already stays, also when the session went on since.
 */
export async function recordSession(
  repository: Repository,
  { draft, unknown, reason }: ReturnType<typeof draftSession>,
  call: { now: Date; env: Readonly<Record<string, string | undefined>>; dryRun: boolean },
): Promise<SessionRecord> {
  if (!draft) return { state: 'none', reason, execution: null, unknown, testLoss: null };
  const { executions } = await readExecutions(repository.root, draft.agent);
  const guarded = guardDraft(draft, executions);
  const testLoss = guarded.loss ? describeTestLoss(guarded.loss) : null;
  const known =
    draft.idempotencyKey !== undefined &&
    executions.find(
      ({ idempotencyKey, sessionUid }) =>
        idempotencyKey === draft.idempotencyKey || sessionUid === draft.sessionUid,
    );
  if (known) return { state: 'known', reason: null, execution: known, unknown, testLoss };
  const redactor = await openRepoRedactor(repository, call.env, { makeKey: !call.dryRun });
  const { execution } = await recordExecution(repository, guarded.draft, {
    now: call.now,
    redactor,
    dryRun: call.dryRun,
  });
  return { state: 'recorded', reason: null, execution, unknown, testLoss };
}

/** How the checks of a session came out, in a few words for the log. */
export function outcomeOf({ draft }: ClosingRecord, session: KnownSession | undefined): string {
  if (!session) return notKnownYet;
  if (!draft) return verificationOf(session) ?? 'unknown, no check ran in the session';
  const tests = draft.metadata?.tests as { passed?: number; failed?: number } | undefined;
  const { passed = 0, failed = 0 } = tests ?? {};
  const counted =
    passed + failed === 0
      ? ''
      : failed > 0
        ? `, ${failed} of ${passed + failed} tests failed`
        : `, ${passed} test${passed === 1 ? '' : 's'} passed`;
  // Red for another reason than its tests: say which check.
  const kind = failed === 0 ? /^(\w+)_red$/.exec(draft.errorType ?? '')?.[1] : undefined;
  return `${draft.success ? 'green' : kind ? `red (${kind})` : 'red'}${counted}`;
}

/** Of a session that gives no record, since its agent is not measured, what its checks said all the same. */
function verificationOf({ events }: KnownSession): string | undefined {
  const found = events.findLast((event) => event.type === 'verification.recorded');
  if (found?.type !== 'verification.recorded') return undefined;
  return found.outcome === 'unknown' ? `unknown, ${found.reason ?? 'check unclear'}` : found.outcome;
}

/** The outcome of a session that nothing is known of; a later close that knows more replaces it. */
export const notKnownYet = 'not known yet';
