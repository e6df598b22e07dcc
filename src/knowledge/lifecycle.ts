import { clipEnd, foldSpace } from '../base/text.ts';
import type { Fact, FactSource, Status } from './fact.ts';
import { factLimits } from './fact-limits.ts';
import { keepSources, keptWording, mergeFacts, union } from './merge-facts.ts';
import { combinedConfidence } from './trust.ts';

/** Who decides, and on which day. */
export interface Person {
  /** `ada-lovelace`: what stands behind `human/` in a source. */
  name: string;
  /** `YYYY-MM-DD` */
  day: string;
}

/** How sure a person's word makes a fact: "observed and verified" on the seed's scale. */
const personConfidence = 0.9;

/** The source that a person's word is; `note` (may be empty) says what it rests on. */
export function personSource(person: Person, note: string, confidence = personConfidence): FactSource {
  return {
    session: `human/${person.name}`,
    line: 0,
    quote: clipEnd(foldSpace(note), factLimits.quote),
    commit: null,
    date: person.day,
    tier: 'human',
    proven: false,
    confidence,
  };
}

/** A person says it is true, today: trust `human`, nothing holds it any more, active. Accepts and confirms alike. */
export function vouchFor(fact: Fact, person: Person, note: string): Fact {
  const sources = keepSources([...fact.sources, personSource(person, note)]);
  const lastConfirmed =
    fact.lastConfirmed !== null && fact.lastConfirmed > person.day ? fact.lastConfirmed : person.day;
  const vouched: Fact = {
    ...fact,
    trust: 'human',
    holds: [],
    sources,
    confidence: combinedConfidence(sources),
    firstSeen: fact.firstSeen ?? person.day,
    lastConfirmed,
  };
  return decide(vouched, 'active');
}

/** A person doubts it: no agent is given it until it is confirmed or retired. */
export function dispute(fact: Fact): Fact {
  return decide(fact, 'disputed');
}

/** Retired or rejected: it stays in its file, and harvesting the claim again does not bring it back. */
export function retire(fact: Fact): Fact {
  return decide(fact, 'archived');
}

/** Takes a person's status back: evidence and trust decide again. */
export function restore(fact: Fact): Fact {
  if (fact.generated === null) return { ...fact, status: fact.trust === 'human' ? 'active' : 'candidate' };
  return { ...fact, status: 'candidate', generated: { ...fact.generated, status: 'candidate' } };
}

/** The parts of a fact a person may word anew. */
export type Rewording = Partial<
  Pick<Fact, 'title' | 'body' | 'category' | 'tags' | 'paths' | 'keywords' | 'subject'>
>;

/** With a person's words; no harvest changes them afterwards. */
export function reword(fact: Fact, words: Rewording): Fact {
  return { ...fact, ...words };
}

/**
 * Two facts that say the same become one: `into` keeps its wording, which counts as a person's from now on, and takes
 * over the evidence; `other` is superseded, and evidence for it will count for `into`.
 */
export function absorb(into: Fact, other: Fact): { into: Fact; other: Fact } {
  const { id, scope, title, body, category, tags, paths, keywords, subject, status, pinned } = into;
  const own = { id, scope, title, body, category, tags, paths, keywords, subject, status, pinned };
  const frozen = into.generated && { ...into.generated, wording: keptWording };
  const kept: Fact = { ...into, generated: frozen };
  const merged = mergeFacts(kept, { ...other, ...own, generated: frozen });
  return {
    into: {
      ...merged,
      supersedes: union(merged.supersedes, [other.id]).filter((one) => one !== id),
      aliases: union(into.aliases, other.aliases),
    },
    other: decide(other, 'superseded'),
  };
}

/** Pins or unpins: a pinned fact counts at least 0.7 however old it gets. */
export function pin(fact: Fact, pinned: boolean): Fact {
  return { ...fact, pinned };
}

/** Sets a status as a person's decision: what the program would have said is recorded as something else. */
function decide(fact: Fact, status: Status): Fact {
  if (fact.generated === null || fact.generated.status !== status) return { ...fact, status };
  const otherwise = status === 'candidate' ? 'active' : 'candidate';
  return { ...fact, status, generated: { ...fact.generated, status: otherwise } };
}
