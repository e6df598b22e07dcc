import { compareText } from '../base/text.ts';
import type { Fact } from './fact.ts';
import { isWordedByPerson, keptWording } from './merge-facts.ts';
import { combinedConfidence, compareSources, earnedStatus, isDecided, trustOf } from './trust.ts';

/** What a purge did. */
export interface PurgeEffect {
  /** Facts that are gone: their evidence or their wording came from a purged session. */
  removed: string[];
  /** Facts that lost some evidence and stay. */
  weakened: string[];
  /** Facts a person vouched for: they stay, without the purged evidence; a person should look at them again. */
  vouched: string[];
  /** Other sessions whose evidence went with a removed fact; harvesting them again brings their claim back. */
  harvestAgain: string[];
}

/** Takes everything that came from the named sessions out of `facts` (by id, changed in place). */
export function purgeSessions(facts: Map<string, Fact>, purged: ReadonlySet<string>): PurgeEffect {
  const effect: PurgeEffect = { removed: [], weakened: [], vouched: [], harvestAgain: [] };
  const again = new Set<string>();
  for (const [id, fact] of facts) {
    const rest = fact.sources.filter((source) => !purged.has(source.session));
    if (rest.length === fact.sources.length) continue;
    const wordedBy = [...fact.sources].sort(compareSources)[0];
    const vouched = isWordedByPerson(fact) || wordedBy?.tier === 'human';
    if (!vouched && (rest.length === 0 || (wordedBy && purged.has(wordedBy.session)))) {
      facts.delete(id);
      effect.removed.push(id);
      for (const source of rest) again.add(source.session);
      continue;
    }
    facts.set(id, withSources(fact, rest));
    (vouched ? effect.vouched : effect.weakened).push(id);
  }
  effect.harvestAgain = [...again].sort(compareText);
  return effect;
}

function withSources(fact: Fact, sources: Fact['sources']): Fact {
  const dates = sources.flatMap((source) => source.date ?? []).sort(compareText);
  const next: Fact = {
    ...fact,
    sources,
    trust: fact.trust === 'human' ? 'human' : trustOf(sources),
    confidence: sources.length === 0 ? fact.confidence : combinedConfidence(sources),
    firstSeen: sources.length === 0 ? fact.firstSeen : (dates[0] ?? null),
    lastConfirmed: sources.length === 0 ? fact.lastConfirmed : (dates.at(-1) ?? null),
  };
  if (isDecided(next)) return next;
  const status = earnedStatus(next);
  return { ...next, status, generated: { status, wording: next.generated?.wording ?? keptWording } };
}
