import { compareText } from '../base/text.ts';
import { findContradictions, findSuperseded, isDisputed, ownStatus } from './contradictions.ts';
import type { Fact } from './fact.ts';
import { union } from './merge-facts.ts';
import { burstHold, isDecided } from './trust.ts';

const maxLinks = 20;

/**
 * What follows from all facts together: which are held because their day brought too many, which contradict each
 * other, which are superseded, and so the status of every fact no person decided. Depends on the facts only, not on
 * how they came in. Facts that need no change are returned as the same object.
 */
export function settleFacts(facts: ReadonlyMap<string, Fact>, maxNewPerDay: number): Map<string, Fact> {
  const settled = holdBursts(facts, maxNewPerDay);
  const superseded = findSuperseded(settled.values());
  const opposing = findContradictions(settled.values(), superseded);
  for (const [id, fact] of settled) {
    const others = opposing.get(id) ?? [];
    const derived = fact.subject !== null || fact.generated !== null;
    const contradicts = derived ? others.map((other) => other.id).sort(compareText) : fact.contradicts;
    const next = withContradictions(fact, contradicts.slice(0, maxLinks));
    settled.set(id, isDecided(next) ? next : withStatus(next, statusAmong(next, others, superseded)));
  }
  return settled;
}

function statusAmong(
  fact: Fact,
  opposing: readonly Fact[],
  superseded: ReadonlyMap<string, string>,
): Fact['status'] {
  if (superseded.has(fact.id)) return 'superseded';
  return isDisputed(fact, opposing) ? 'disputed' : ownStatus(fact);
}

function withContradictions(fact: Fact, contradicts: string[]): Fact {
  const same =
    contradicts.length === fact.contradicts.length &&
    contradicts.every((id, at) => id === fact.contradicts[at]);
  return same ? fact : { ...fact, contradicts };
}

function withStatus(fact: Fact, status: Fact['status']): Fact {
  if (fact.status === status || fact.generated === null) return fact;
  return { ...fact, status, generated: { ...fact.generated, status } };
}

/**
 * Of the claims first seen on one day, only the surest `maxNewPerDay` may pass; the others are held as a burst until a
 * person reviews them. Facts a person vouched for or set aside do not count, and undated ones have no day.
 */
function holdBursts(facts: ReadonlyMap<string, Fact>, maxNewPerDay: number): Map<string, Fact> {
  const byDay = new Map<string, Fact[]>();
  for (const fact of facts.values()) {
    if (fact.firstSeen === null || !isCounted(fact)) continue;
    const sameDay = byDay.get(fact.firstSeen);
    if (sameDay) sameDay.push(fact);
    else byDay.set(fact.firstSeen, [fact]);
  }
  const held = new Set<string>();
  for (const sameDay of byDay.values()) {
    if (sameDay.length <= maxNewPerDay) continue;
    sameDay.sort((a, b) => b.confidence - a.confidence || compareText(a.id, b.id));
    for (const fact of sameDay.slice(maxNewPerDay)) held.add(fact.id);
  }
  const settled = new Map<string, Fact>();
  for (const [id, fact] of facts) settled.set(id, withBurst(fact, held.has(id)));
  return settled;
}

function isCounted(fact: Fact): boolean {
  return fact.trust !== 'human' && !(isDecided(fact) && fact.status !== 'candidate');
}

function withBurst(fact: Fact, held: boolean): Fact {
  if (fact.holds.includes(burstHold) === held) return fact;
  if (held) return { ...fact, holds: union(fact.holds, [burstHold]) };
  return { ...fact, holds: fact.holds.filter((hold) => hold !== burstHold) };
}
