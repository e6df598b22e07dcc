import { KaizenError } from '../../../base/errors.ts';
import type {
  KaizenEvent,
  SessionObserved,
  TaskObserved,
  VerificationRecorded,
} from '../../../base/events.ts';
import { readFleet } from '../../fleet.ts';
import type { Execution } from './execution.ts';

/** What the events say of a session, and whether an execution agrees with it. */
export interface Correlation {
  /** The whole id; the one asked for when nothing is known of it. */
  sessionUid: string;
  executions: Execution[];
  /** Null when the session was not harvested. */
  observed: SessionObserved | null;
  verification: VerificationRecorded | null;
  tasks: TaskObserved[];
  /** Facts put in front of the session, and facts withheld from it. */
  facts: { delivered: string[]; withheld: string[]; used: string[] };
  /** How many events name the session, by type. */
  events: Record<string, number>;
  /** Where an execution and the events do not say the same. */
  disagreements: string[];
}

/**
 * The executions and events of one session. `uid` is its id, the start of one (at least 6 characters) or its key
 * (`claude-code/1b4e28ba`). Several sessions that begin so are KaizenError `usage`.
 */
export function correlateSession(
  uid: string,
  executions: readonly Execution[],
  events: readonly KaizenEvent[],
): Correlation {
  const named = new Map<string, Set<string>>();
  for (const { sessionUid } of executions) if (sessionUid) named.set(sessionUid, new Set([sessionUid]));
  for (const event of events) {
    const { sessionId, session } = namesOf(event);
    if (sessionId === undefined) continue;
    const names = named.get(sessionId) ?? new Set([sessionId]);
    if (session) names.add(session);
    named.set(sessionId, names);
  }
  const sessionUid = chooseSession(uid, named);
  const own = events.filter((event) => namesOf(event).sessionId === sessionUid);
  const { sessions, unobserved, tasks, verifications } = readFleet(own);
  const observed = sessions[0]?.row ?? null;
  const exposures = [...(sessions[0]?.exposures ?? []), ...unobserved];
  const verification = verifications.at(-1) ?? null;
  const counts: Record<string, number> = {};
  for (const { type } of own) counts[type] = (counts[type] ?? 0) + 1;
  const ofSession = executions.filter((one) => one.sessionUid === sessionUid);
  return {
    sessionUid,
    executions: ofSession,
    observed,
    verification,
    tasks,
    facts: {
      delivered: distinct(exposures.flatMap((one) => one.delivered)),
      withheld: distinct(
        exposures.flatMap((one) => one.would.filter(({ held }) => held).map(({ id }) => id)),
      ),
      used: distinct(observed?.usedFacts.map(({ id }) => id) ?? []),
    },
    events: counts,
    disagreements: ofSession.flatMap((one) => disagreementsOf(one, observed, verification)),
  };
}

function namesOf(event: KaizenEvent): { sessionId?: string | undefined; session?: string | undefined } {
  return {
    sessionId: 'sessionId' in event ? (event.sessionId ?? undefined) : undefined,
    session: 'session' in event ? (event.session ?? undefined) : undefined,
  };
}

const shortest = 6;

function chooseSession(uid: string, named: ReadonlyMap<string, ReadonlySet<string>>): string {
  if (named.has(uid)) return uid;
  const matching = [...named].filter(
    ([id, names]) => names.has(uid) || (uid.length >= shortest && id.startsWith(uid)),
  );
  if (matching.length > 1)
    throw new KaizenError('usage', `${matching.length} sessions begin with '${uid}'`, {
      hint: `Write more of it: ${matching
        .slice(0, 5)
        .map(([id]) => id)
        .join(', ')}`,
    });
  return matching[0]?.[0] ?? uid;
}

function distinct(ids: readonly string[]): string[] {
  return [...new Set(ids)];
}

/** A record that contradicts what was measured is worth a look: it may have been made by hand. */
function disagreementsOf(
  execution: Execution,
  observed: SessionObserved | null,
  verification: VerificationRecorded | null,
): string[] {
  const { agent, success, executionTimeS } = execution;
  const found: string[] = [];
  const checks = verification?.outcome;
  if (checks === 'red' && success)
    found.push(`${agent} recorded a success, but the last checks of the session were red`);
  if (checks === 'green' && !success)
    found.push(`${agent} recorded a failure, but the last checks of the session were green`);
  const started = Date.parse(observed?.startedAt ?? '');
  const ended = Date.parse(observed?.endedAt ?? '');
  const spanS = (ended - started) / 1000;
  // A minute of slack: clocks differ, and a hook ends a little after the session.
  if (executionTimeS !== undefined && executionTimeS > spanS + 60)
    found.push(
      `${agent} recorded ${Math.round(executionTimeS)} s, but the session lasted ${Math.round(spanS)} s`,
    );
  return found;
}
