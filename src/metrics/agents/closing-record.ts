import type { KaizenEvent, SessionObserved, TaskObserved, VerificationRecorded } from '../../base/events.ts';
import { compareText } from '../../base/text.ts';
import { readFleet } from '../fleet.ts';
import type { AgentDefinition } from './agent-definition.ts';
import type { ExecutionDraft } from './executions/execution.ts';
import { type SessionEvents, sessionMeasures } from './session-measures.ts';
import { testsOfSession } from './session-tests.ts';

/** The record of one session of an agent; `draft` null when it cannot be said whether the session succeeded. */
export interface ClosingRecord {
  draft: ExecutionDraft | null;
  /** What could not be measured, and why. */
  unknown: { field: string; reason: string }[];
}

/**
 * The execution that one session of an agent was, made from the events of that session alone: what its checks said
 * after the last change, its times, tokens and commits. Nothing the agent says of itself enters it. Success is the
 * verdict of the last checks; a session without a verdict gives no record rather than a guess. Of a session that was
 * observed more than once the largest version counts. Events of other sessions must not be among them.
 */
export function closingRecord(events: readonly KaizenEvent[], definition: AgentDefinition): ClosingRecord {
  const session = sessionOf(events);
  if (!session) return { draft: null, unknown: [{ field: 'session', reason: 'it is not in the event log' }] };
  const { observed, verification } = session;
  const unknown: ClosingRecord['unknown'] = [];
  const repos = reposOf(events);
  const verdict = verdictOf(verification);
  if (typeof verdict !== 'boolean') unknown.push({ field: 'success', reason: verdict });
  if (repos.length > 1) unknown.push({ field: 'repo', reason: workedIn(repos) });
  if (observed.activeMs === null)
    unknown.push({ field: 'execution_time_s', reason: 'the transcript has no times' });
  if (observed.tokens === null)
    unknown.push({ field: 'tokens', reason: 'the transcript has no token counts' });
  const figures = figuresOf(session, definition, repos, unknown);
  if (typeof verdict !== 'boolean') return { draft: null, unknown };
  const draft: ExecutionDraft = {
    timestamp: observed.endedAt ?? observed.at,
    agent: definition.name,
    success: verdict,
    executionTimeS: observed.activeMs === null ? undefined : observed.activeMs / 1000,
    ...figures,
    idempotencyKey: definition.idempotency === 'session' ? sessionKey(observed) : undefined,
    sessionUid: observed.sessionId,
    repo: repos.length === 1 ? repos[0] : undefined,
    flavour: observed.agent,
    model: modelOf(session),
    agentVersion: definition.version,
    tokens: observed.tokens ?? undefined,
    errorType: verdict ? undefined : `${redKind(verification)}_red`,
    metadata: evidenceOf(session, unknown),
  };
  return { draft, unknown };
}

/** The metrics of the definition that could be measured; the others are added to `unknown`. */
function figuresOf(
  session: SessionEvents,
  { metrics }: AgentDefinition,
  repos: readonly string[],
  unknown: ClosingRecord['unknown'],
): Pick<ExecutionDraft, 'primaryMetric' | 'secondaryMetrics'> {
  const measured = (name: string): number | undefined => {
    // Tests of two repositories are not one suite: neither their sum nor its change from session to session says much.
    const value =
      repos.length > 1
        ? { reason: workedIn(repos) }
        : (sessionMeasures[name]?.measure(session) ?? { reason: 'Kaizen does not measure it' });
    if (typeof value === 'number') return value;
    unknown.push({ field: name, reason: value.reason });
    return undefined;
  };
  if (!metrics) return {};
  const { name, target } = metrics.primary;
  const value = measured(name);
  const secondary = metrics.secondary.flatMap((metric) => {
    const one = measured(metric.name);
    return one === undefined ? [] : [[metric.name, one] as const];
  });
  return {
    primaryMetric: value === undefined ? undefined : { name, value, target },
    secondaryMetrics: secondary.length === 0 ? undefined : Object.fromEntries(secondary),
  };
}

const workedIn = (repos: readonly string[]) =>
  `the session worked in several repositories: ${repos.join(', ')}`;

/** The key under which a session is one record, however often it is closed. */
export function sessionKey({ agent, sessionId }: Pick<SessionObserved, 'agent' | 'sessionId'>): string {
  return `${agent}/${sessionId}`;
}

/** The rows of one session, by its id or its key, without those of others that share the start of an id. */
export function eventsOfSession(events: readonly KaizenEvent[], session: string): KaizenEvent[] {
  const named = events.filter((event) => 'sessionId' in event && event.sessionId === session);
  if (named.length > 0) return named;
  return events.filter((event) => 'session' in event && event.session === session);
}

function sessionOf(events: readonly KaizenEvent[]): SessionEvents | undefined {
  const { sessions, verifications, tasks } = readFleet(events);
  const observed = sessions.map(({ row }) => row).sort((a, b) => b.bytes - a.bytes)[0];
  if (!observed) return undefined;
  const isOwn = (row: TaskObserved | VerificationRecorded) => row.sessionId === observed.sessionId;
  return {
    observed,
    verification: verifications.find((row) => row.source === 'session' && isOwn(row)),
    tasks: tasks.filter(isOwn),
  };
}

/** True or false as the checks say; else why they say nothing. */
function verdictOf(verification: VerificationRecorded | undefined): boolean | string {
  if (!verification) return 'no check ran in the session';
  if (verification.outcome === 'unknown') return verification.reason ?? 'check unclear';
  return verification.outcome === 'green';
}

function redKind(verification: VerificationRecorded | undefined): string {
  return verification?.checks.find(({ outcome }) => outcome === 'red')?.kind ?? 'check';
}

function reposOf(events: readonly KaizenEvent[]): string[] {
  const named = events.flatMap((event) =>
    event.type === 'session.observed' ||
    event.type === 'verification.recorded' ||
    event.type === 'task.observed'
      ? (event.repo ?? [])
      : [],
  );
  return [...new Set(named)].sort(compareText);
}

/** The model that wrote most; a session with several is counted to that one, and all are named beside it. */
function modelOf({ observed, tasks }: SessionEvents): string | undefined {
  const output = new Map<string, number>();
  for (const { workers } of tasks)
    for (const { model, tokens } of workers)
      if (model !== null) output.set(model, (output.get(model) ?? 0) + tokens.output);
  const [most] = [...output].sort((a, b) => b[1] - a[1] || compareText(a[0], b[0]));
  return most?.[0] ?? observed.models[0];
}

/** What a person needs to check the record. */
function evidenceOf(session: SessionEvents, unknown: ClosingRecord['unknown']): Record<string, unknown> {
  const { observed, verification, tasks } = session;
  const tests = testsOfSession(verification);
  const stopped = tasks.at(-1)?.stopReason ?? null;
  const wasInterrupted = stopped === 'user_interrupt' || stopped === 'user_denied' || stopped === 'cut_off';
  return {
    source: 'verification record',
    checks: (verification?.checks ?? []).map(({ kind, command, outcome }) => ({ kind, command, outcome })),
    ...('reason' in tests ? {} : { tests }),
    ...(verification?.mostTests ? { most_tests: verification.mostTests } : {}),
    ...(wasInterrupted ? { interrupted: stopped } : {}),
    ...(observed.models.length > 1 ? { models: observed.models } : {}),
    ...(unknown.length > 0 ? { unknown } : {}),
  };
}
