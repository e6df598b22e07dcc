import type { Interval } from '../base/statistics/describe.ts';
import { wilson } from '../base/statistics/proportion.ts';
import { compareText } from '../base/text.ts';
import type { Fact } from '../knowledge/fact.ts';
import { deliveredTo, type FleetSession } from './fleet.ts';

/**
 * Ids of the facts a session used, once more held against the store: only what was delivered to it, and never a fact
 * whose first evidence is newer than the session (spec 04, Measurer 4).
 */
export function hitsOf(session: FleetSession, facts: ReadonlyMap<string, Fact>): string[] {
  const delivered = new Set(deliveredTo(session));
  const used = session.row.usedFacts.map((use) => use.id).filter((id) => delivered.has(id));
  return [...new Set(used)].filter((id) => {
    const firstSeen = facts.get(id)?.firstSeen ?? null;
    return firstSeen === null || firstSeen <= session.day;
  });
}

/** How often a fact was used among the sessions it was shown to. */
export interface FactUse {
  id: string;
  /** null when the fact is no longer in the store. */
  title: string | null;
  used: number;
  shown: number;
  interval: Interval;
}

/** Facts used at least once, the most used first. */
export function factUses(sessions: readonly FleetSession[], facts: ReadonlyMap<string, Fact>): FactUse[] {
  const shown = new Map<string, number>();
  const used = new Map<string, number>();
  for (const session of sessions) {
    for (const id of deliveredTo(session)) shown.set(id, (shown.get(id) ?? 0) + 1);
    for (const id of hitsOf(session, facts)) used.set(id, (used.get(id) ?? 0) + 1);
  }
  return [...used]
    .map(([id, count]) => {
      const total = shown.get(id) as number;
      return {
        id,
        title: facts.get(id)?.title ?? null,
        used: count,
        shown: total,
        interval: wilson(count, total) as Interval,
      };
    })
    .sort((a, b) => b.used - a.used || b.interval[0] - a.interval[0] || compareText(a.id, b.id));
}
