import { compareText } from '../base/text.ts';
import type { Fact } from './fact.ts';
import { earnedStatus, isDecided, tierRank } from './trust.ts';

/** The status a fact has by itself, before other facts are looked at. */
export function ownStatus(fact: Fact): Fact['status'] {
  return isDecided(fact) ? fact.status : earnedStatus(fact);
}

/** Ids that an active fact replaces → id of that fact (the smallest, when several do). */
export function findSuperseded(facts: Iterable<Fact>): Map<string, string> {
  const by = new Map<string, string>();
  for (const fact of facts) {
    if (fact.supersedes.length === 0 || ownStatus(fact) !== 'active') continue;
    for (const id of fact.supersedes) {
      const known = by.get(id);
      if (id !== fact.id && (known === undefined || compareText(fact.id, known) < 0)) by.set(id, fact.id);
    }
  }
  return by;
}

/**
 * For every fact that gives a value to a subject: the other facts of its scope that give the same subject another
 * value. Archived and superseded facts, and those a person disputed, oppose nothing.
 */
export function findContradictions(
  facts: Iterable<Fact>,
  superseded: ReadonlyMap<string, string>,
): Map<string, Fact[]> {
  const groups = new Map<string, Fact[]>();
  for (const fact of facts) {
    if (!fact.subject || superseded.has(fact.id)) continue;
    const status = ownStatus(fact);
    if (status !== 'active' && status !== 'candidate') continue;
    const key = `${fact.scope}\n${fold(fact.subject.key)}`;
    const group = groups.get(key);
    if (group) group.push(fact);
    else groups.set(key, [fact]);
  }
  const opposing = new Map<string, Fact[]>();
  for (const group of groups.values()) {
    if (group.length < 2) continue;
    for (const fact of group) {
      const others = group.filter(
        (other) => fold(other.subject?.value ?? '') !== fold(fact.subject?.value ?? ''),
      );
      if (others.length > 0) opposing.set(fact.id, others);
    }
  }
  return opposing;
}

/**
 * True when one of the opposing facts weighs as much as this one or more: of equals both are disputed, but a claim
 * that waits for review cannot silence a trusted one, nor an agent's guess a person's correction.
 */
export function isDisputed(fact: Fact, opposing: readonly Fact[]): boolean {
  return opposing.some((other) => weight(other) >= weight(fact));
}

function weight(fact: Fact): number {
  return (ownStatus(fact) === 'active' ? 10 : 0) - tierRank(fact.trust);
}

const fold = (text: string): string => text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();
