import { compareText } from '../base/text.ts';
import type { Fact } from '../knowledge/fact.ts';
import type { FleetSession } from './fleet.ts';

/** How often the errors of one session were old acquaintances. Counts are error events. */
export interface SessionRecurrence {
  session: FleetSession;
  events: number;
  /** Fingerprint seen in an earlier session, and a fact on it existed before this session's day. */
  known: number;
  /** Fingerprint seen in an earlier session, and no fact existed. */
  unknown: number;
  /** Error events whose fingerprint occurred in one of the 30 sessions before: stationary, for trends. */
  recent: number;
}

/** Sessions that trends look back over: a fixed number, so that a longer history alone does not raise the count. */
export const lookBack = 30;

/** Recurrence of every session, in time order, over the whole history. Sessions without errors have zeros. */
export function recurrenceOf(
  sessions: readonly FleetSession[],
  factsByKey: ReadonlyMap<string, readonly Fact[]>,
): SessionRecurrence[] {
  const lastSeen = new Map<string, number>();
  return sessions.map((session, index) => {
    const tally: SessionRecurrence = { session, events: 0, known: 0, unknown: 0, recent: 0 };
    const errors = Object.entries(session.row.errorFingerprints);
    for (const [key, count] of errors) {
      tally.events += count;
      const before = lastSeen.get(key);
      if (before === undefined) continue;
      if (index - before <= lookBack) tally.recent += count;
      if (hadFact(factsByKey.get(key), session.day)) tally.known += count;
      else tally.unknown += count;
    }
    for (const [key] of errors) lastSeen.set(key, index);
    return tally;
  });
}

function hadFact(facts: readonly Fact[] | undefined, day: string): boolean {
  return (facts ?? []).some(
    (fact) => fact.status === 'active' && fact.firstSeen !== null && fact.firstSeen < day,
  );
}

/** An error that comes back. */
export interface RecurrentError {
  key: string;
  /** Masked first line; null for rows written before templates were kept. */
  template: string | null;
  /** Error events and sessions over the whole history. */
  events: number;
  sessions: number;
  lastDay: string;
  /** Active facts on it, else candidates. */
  facts: { id: string; title: string; status: string }[];
}

/** Errors seen in at least two sessions, the most sessions first. */
export function recurrentErrors(
  sessions: readonly FleetSession[],
  factsByKey: ReadonlyMap<string, readonly Fact[]>,
): RecurrentError[] {
  const found = new Map<string, RecurrentError>();
  for (const { row, day } of sessions)
    for (const [key, count] of Object.entries(row.errorFingerprints)) {
      const template = row.errorTemplates?.[key] ?? null;
      const error = found.get(key) ?? { key, template, events: 0, sessions: 0, lastDay: day, facts: [] };
      error.events += count;
      error.sessions += 1;
      error.template ??= template;
      if (day > error.lastDay) error.lastDay = day;
      found.set(key, error);
    }
  const order = ['active', 'disputed', 'candidate'];
  return [...found.values()]
    .filter((error) => error.sessions >= 2)
    .sort((a, b) => b.sessions - a.sessions || b.events - a.events || compareText(a.key, b.key))
    .map((error) => ({
      ...error,
      facts: (factsByKey.get(error.key) ?? [])
        .filter((fact) => order.includes(fact.status))
        .sort((a, b) => order.indexOf(a.status) - order.indexOf(b.status) || compareText(a.id, b.id))
        .map(({ id, title, status }) => ({ id, title, status })),
    }));
}
