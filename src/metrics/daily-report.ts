import { dayOf } from '../base/calendar.ts';
import type { KaizenEvent } from '../base/events.ts';
import { compareText } from '../base/text.ts';
import type { Fact } from '../knowledge/fact.ts';
import { indexErrors } from '../outcomes/error-keys.ts';
import { hitsOf } from './fact-use.ts';
import { deliveredTo, readFleet } from './fleet.ts';
import { recurrenceOf } from './recurrence.ts';

/** One UTC day of the loop. */
export interface DailyReport {
  day: string;
  /** Sessions that started that day; null values: no session said. */
  sessions: number;
  activeMinutes: number | null;
  firstChecks: { green: number; known: number };
  errors: { events: number; seenBefore: number; seenBeforeWithFact: number };
  injected: { sessions: number; used: number };
  /** What harvests of that day did. */
  harvested: { sessions: number; failed: number; newFacts: number; confirmed: number; waiting: number };
  /** Facts that no earlier harvest had named. */
  newFacts: { id: string; title: string; status: string }[];
  reviewed: Record<string, number>;
}

/** The report of a day from the log and the store. */
export function dailyReport(
  events: readonly KaizenEvent[],
  facts: readonly Fact[],
  day: string,
): DailyReport {
  const fleet = readFleet(events);
  const byId = new Map(facts.map((fact) => [fact.id, fact]));
  const history = recurrenceOf(fleet.sessions, indexErrors(facts, fleet.factErrors).factsOf).filter(
    ({ session }) => session.day === day,
  );
  const sessions = history.map((entry) => entry.session);
  const harvests = fleet.harvests.filter((row) => dayOf(row.at) === day);
  const earlier = new Set(
    fleet.harvests.filter((row) => (dayOf(row.at) ?? '') < day).flatMap((row) => row.factIds),
  );
  const fresh = [...new Set(harvests.flatMap((row) => row.factIds))]
    .filter((id) => !earlier.has(id))
    .sort(compareText);
  const timed = sessions.filter(({ row }) => row.activeMs !== null);
  const checked = sessions.filter(({ row }) => row.firstCheck !== null);
  const injected = sessions.filter((session) => deliveredTo(session).length > 0);
  const sum = (of: (entry: (typeof history)[number]) => number) =>
    history.reduce((total, entry) => total + of(entry), 0);
  const reviewed: Record<string, number> = {};
  for (const row of fleet.reviews)
    if (dayOf(row.at) === day) reviewed[row.action] = (reviewed[row.action] ?? 0) + 1;
  return {
    day,
    sessions: sessions.length,
    activeMinutes:
      timed.length === 0
        ? null
        : Math.round(timed.reduce((total, { row }) => total + (row.activeMs as number), 0) / 60_000),
    firstChecks: {
      green: checked.filter(({ row }) => row.firstCheck === 'green').length,
      known: checked.length,
    },
    errors: {
      events: sum((entry) => entry.events),
      seenBefore: sum((entry) => entry.known + entry.unknown),
      seenBeforeWithFact: sum((entry) => entry.known),
    },
    injected: {
      sessions: injected.length,
      used: injected.filter((session) => hitsOf(session, byId).length > 0).length,
    },
    harvested: {
      sessions: harvests.filter((row) => row.outcome === 'harvested').length,
      failed: harvests.filter((row) => row.outcome === 'failed').length,
      newFacts: harvests.reduce((total, row) => total + row.facts.new, 0),
      confirmed: harvests.reduce((total, row) => total + row.facts.confirmed, 0),
      waiting: facts.filter((fact) => fact.status === 'candidate').length,
    },
    newFacts: fresh.flatMap((id) => {
      const fact = byId.get(id);
      return fact ? [{ id, title: fact.title, status: fact.status }] : [];
    }),
    reviewed,
  };
}
