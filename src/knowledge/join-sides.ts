import { clipEnd, foldSpace } from '../base/text.ts';
import type { Fact, FactSource } from './fact.ts';
import { isWordedByPerson, mergeFacts, union, wordingChecksum } from './merge-facts.ts';
import { isDecided } from './trust.ts';

/** A fact that two branches changed, and what it was where they parted (null: both added it). */
export interface FactSides {
  base: Fact | null;
  ours: Fact;
  theirs: Fact;
}

/**
 * Joins two branches' versions of a fact. What only one side changed is taken from it, evidence added or purged on
 * either side is added or purged, and the rest follows `mergeFacts`. `disagreement` says what a person must settle:
 * both sides worded it, or decided its status, differently; `prefer` settles that.
 */
export function joinSides(
  sides: FactSides,
  prefer?: 'ours' | 'theirs',
): { fact: Fact; disagreement: string | null } {
  const { base } = sides;
  let { ours, theirs } = sides;
  const disagreements: string[] = [];

  const wording = changedBy(sides, (fact) => `${wordingChecksum(fact)} ${fact.generated?.wording ?? ''}`);
  const worded = wording === 'both' && isWordedByPerson(ours) && isWordedByPerson(theirs) ? prefer : wording;
  if (worded === undefined && wordingChecksum(ours) !== wordingChecksum(theirs))
    disagreements.push(describeWords(ours, theirs));
  if (worded === 'ours') theirs = withWording(theirs, ours);
  if (worded === 'theirs') ours = withWording(ours, theirs);

  const status = changedBy(sides, (fact) => `${fact.status} ${fact.generated?.status ?? ''}`);
  const decided =
    status === 'both' &&
    isDecided(sides.ours) &&
    isDecided(sides.theirs) &&
    sides.ours.status !== sides.theirs.status
      ? prefer
      : status;
  if (decided === undefined)
    disagreements.push(`ours made it ${sides.ours.status}, theirs ${sides.theirs.status}`);
  if (decided === 'ours') theirs = withStatus(theirs, sides.ours);
  if (decided === 'theirs') ours = withStatus(ours, sides.theirs);

  const shared = {
    sources: joinSets(base?.sources ?? [], ours.sources, theirs.sources, sourceKey),
    supersedes: joinSets(base?.supersedes ?? [], ours.supersedes, theirs.supersedes, String),
    holds: joinSets(base?.holds ?? [], ours.holds, theirs.holds, String),
    aliases: union(ours.aliases, theirs.aliases),
    pinned: base !== null && ours.pinned === base.pinned ? theirs.pinned : ours.pinned,
  };
  const fact = mergeFacts({ ...ours, ...shared }, { ...theirs, ...shared });
  return { fact, disagreement: disagreements.length === 0 ? null : disagreements.join('; ') };
}

/** `both sides worded its title: “…” and “…”`: the first part in which the wordings differ. */
function describeWords(ours: Fact, theirs: Fact): string {
  const parts = ['title', 'body', 'category', 'tags', 'paths', 'keywords', 'subject'] as const;
  const inWords = (value: unknown) =>
    clipEnd(foldSpace(typeof value === 'string' ? value : JSON.stringify(value)), 100);
  const part = parts.find((one) => inWords(ours[one]) !== inWords(theirs[one])) ?? 'body';
  return `both sides worded its ${part}: “${inWords(ours[part])}” and “${inWords(theirs[part])}”`;
}

/** Which side differs from the base: one, `both`, or neither (`ours`, as they are the same). */
function changedBy(
  { base, ours, theirs }: FactSides,
  part: (fact: Fact) => string,
): 'ours' | 'theirs' | 'both' {
  if (part(ours) === part(theirs)) return 'ours';
  if (base !== null && part(ours) === part(base)) return 'theirs';
  return base !== null && part(theirs) === part(base) ? 'ours' : 'both';
}

function withWording(fact: Fact, from: Fact): Fact {
  const { title, body, category, tags, paths, keywords, subject } = from;
  const generated =
    fact.generated && from.generated
      ? { ...fact.generated, wording: from.generated.wording }
      : from.generated;
  return { ...fact, title, body, category, tags, paths, keywords, subject, generated };
}

function withStatus(fact: Fact, from: Fact): Fact {
  const generated =
    fact.generated && from.generated ? { ...fact.generated, status: from.generated.status } : from.generated;
  return { ...fact, status: from.status, generated };
}

const sourceKey = (source: FactSource): string =>
  JSON.stringify([source.session, source.line, source.quote, source.tier, source.proven]);

/** What both have, and what either added; what either took away is gone. */
function joinSets<T>(
  base: readonly T[],
  ours: readonly T[],
  theirs: readonly T[],
  key: (one: T) => string,
): T[] {
  const inBase = new Set(base.map(key));
  const inOurs = new Set(ours.map(key));
  const inTheirs = new Set(theirs.map(key));
  return [
    ...ours.filter((one) => inTheirs.has(key(one)) || !inBase.has(key(one))),
    ...theirs.filter((one) => !inOurs.has(key(one)) && !inBase.has(key(one))),
  ];
}
