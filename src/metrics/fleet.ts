import { dayOf } from '../base/calendar.ts';
import type {
  ContextExposed,
  FactReviewed,
  KaizenEvent,
  SessionHarvested,
  SessionObserved,
  SessionProfiled,
  SessionPurged,
  TaskObserved,
  VerificationRecorded,
} from '../base/events.ts';
import { compareText } from '../base/text.ts';

/** A session as measured: its row, its start day, and what was put in front of it. */
export interface FleetSession {
  row: SessionObserved;
  /** UTC day of its start (of the row, where the transcript has no times). */
  day: string;
  /** Exposures of this session in time order; empty when nothing was injected. */
  exposures: ContextExposed[];
}

/** The event log by what it says. Everything is sorted and de-duplicated: the order of the log does not matter. */
export interface Fleet {
  /** In order of their start. */
  sessions: FleetSession[];
  /** How each session spent its time, in order of their start; sessions without a call have an empty profile. */
  profiles: SessionProfiled[];
  /** The latest word on each transcript that was harvested. */
  harvests: SessionHarvested[];
  reviews: FactReviewed[];
  purges: SessionPurged[];
  /** Fingerprints of the failures each fact's evidence stands on, by fact id, over all harvests. */
  factErrors: ReadonlyMap<string, ReadonlySet<string>>;
  /** Exposures whose session has not been harvested (yet). */
  unobserved: ContextExposed[];
  /** Every task of the longest version of each session, in order of their start; copies of a session repeat theirs. */
  tasks: TaskObserved[];
  /** The last word on each session, and every runner's record. */
  verifications: VerificationRecorded[];
}

/**
 * Reads the log. Equal ids are one row; a session observed more than once counts once, by its largest transcript
 * (then the later row); a purged session does not count at all.
 */
export function readFleet(events: readonly KaizenEvent[]): Fleet {
  const rows = sortedOnce(events);
  const purges = rows.filter((row) => row.type === 'session.purged');
  const purged = new Set(purges.map((row) => row.session));
  const observed = new Map<string, SessionObserved>();
  const profiled = new Map<string, SessionProfiled>();
  const exposures = new Map<string, ContextExposed[]>();
  const harvests = new Map<string, SessionHarvested>();
  const reviews: FactReviewed[] = [];
  const factErrors = new Map<string, Set<string>>();
  const tasks: TaskObserved[] = [];
  const verifications = new Map<string, VerificationRecorded>();
  for (const row of rows) {
    switch (row.type) {
      case 'session.observed': {
        const key = sessionName(row);
        const before = observed.get(key);
        if (!purged.has(row.session) && (!before || isLarger(row, before))) observed.set(key, row);
        break;
      }
      case 'session.profiled': {
        const before = profiled.get(sessionName(row));
        if (!purged.has(row.session) && (!before || isLarger(row, before)))
          profiled.set(sessionName(row), row);
        break;
      }
      case 'context.exposed': {
        const key = sessionName(row);
        exposures.set(key, [...(exposures.get(key) ?? []), row]);
        break;
      }
      case 'session.harvested':
        if (purged.has(row.session)) break;
        harvests.set(sessionName(row), betterHarvest(harvests.get(sessionName(row)), row));
        for (const [id, keys] of Object.entries(row.factErrors)) {
          const known = factErrors.get(id) ?? new Set();
          for (const key of keys) known.add(key);
          factErrors.set(id, known);
        }
        break;
      case 'fact.reviewed':
        reviews.push(row);
        break;
      case 'session.purged':
        break;
      case 'task.observed':
        if (!purged.has(row.session)) tasks.push(row);
        break;
      case 'verification.recorded': {
        if (row.session !== null && purged.has(row.session)) break;
        const key = row.source === 'runner' ? row.id : sessionName(row);
        if ((verifications.get(key)?.bytes ?? 0) <= (row.bytes ?? 0)) verifications.set(key, row);
        break;
      }
    }
  }
  const sessions = [...observed].map(([key, row]) => ({
    row,
    day: dayOf(row.startedAt ?? row.at) ?? row.at.slice(0, 10),
    exposures: exposures.get(key) ?? [],
  }));
  sessions.sort((a, b) => byStart(a.row, b.row));
  return {
    sessions,
    profiles: [...profiled.values()].sort(byStart),
    harvests: [...harvests.values()],
    reviews,
    purges,
    factErrors,
    unobserved: [...exposures].filter(([key]) => !observed.has(key)).flatMap(([, rows]) => rows),
    tasks: longestTasks(tasks),
    verifications: [...verifications.values()],
  };
}

function sortedOnce(events: readonly KaizenEvent[]): KaizenEvent[] {
  const byId = new Map(events.map((event) => [event.id, event]));
  return [...byId.values()].sort((a, b) => compareText(a.at, b.at) || compareText(a.id, b.id));
}

/**
 * A session read again after it went on counts by its largest transcript: all of its tasks, and no others. Of two rows
 * for one task (harvested again, with another Git at hand) the one that knows what was committed counts.
 */
function longestTasks(rows: readonly TaskObserved[]): TaskObserved[] {
  const longest = new Map<string, TaskObserved>();
  for (const row of rows) {
    const before = longest.get(sessionName(row));
    if (!before || isLarger(row, before)) longest.set(sessionName(row), row);
  }
  const tasks = new Map<string, TaskObserved>();
  for (const row of rows) {
    if (longest.get(sessionName(row))?.contentSha256 !== row.contentSha256) continue;
    const name = `${sessionName(row)}\n${row.number}`;
    if (row.checkpoint?.tree || !tasks.get(name)?.checkpoint?.tree) tasks.set(name, row);
  }
  return [...tasks.values()].sort((a, b) => byStart(a, b) || a.number - b.number);
}

const sessionName = (row: { agent: string | null; sessionId: string | null }) =>
  `${row.agent}\n${row.sessionId}`;
const startOf = (row: SessionRow) => row.startedAt ?? row.at;
type SessionRow = SessionObserved | SessionProfiled | TaskObserved;

function byStart(a: SessionRow, b: SessionRow): number {
  return (
    compareText(startOf(a), startOf(b)) ||
    compareText(a.session, b.session) ||
    compareText(a.sessionId, b.sessionId)
  );
}

/** Larger transcript wins; equal ones by time, then content, so that any order of rows gives the same. */
function isLarger(row: SessionRow, before: SessionRow): boolean {
  const order =
    (row.bytes ?? 0) - (before.bytes ?? 0) ||
    compareText(row.at, before.at) ||
    compareText(row.contentSha256, before.contentSha256) ||
    compareText(row.id, before.id);
  return order > 0;
}

/** The later word on a session; a success is not taken back by a later "already harvested". */
function betterHarvest(before: SessionHarvested | undefined, row: SessionHarvested): SessionHarvested {
  return before && before.outcome === 'harvested' && row.outcome === 'skipped' ? before : row;
}

/** The facts that were delivered to a session, and those withheld at random, over all its exposures. */
export function deliveredTo(session: FleetSession): string[] {
  return [...new Set(session.exposures.flatMap((exposure) => exposure.delivered))].sort(compareText);
}
