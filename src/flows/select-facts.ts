import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { dayMs } from '../base/calendar.ts';
import type { FactEntry } from '../context/fact-document.ts';
import { dayNumber, type FactPool, idNumber, joinSegments } from '../context/fact-pool.ts';
import type { Candidate } from '../context/pack-packet.ts';
import {
  placeOf,
  type RankedFact,
  type Ranking,
  type RankMode,
  type RankOptions,
  rankFacts,
} from '../context/rank-facts.ts';
import { parseQuery } from '../context/relevance.ts';
import type { IndexedFact } from '../io/fact-index-read.ts';
import type { OpenedFacts, ReadableSegment } from '../io/open-facts.ts';
import { decayedConfidence } from '../knowledge/decay.ts';
import { categories, type Status } from '../knowledge/fact.ts';
import { scopeKey } from '../knowledge/fact-path.ts';
import type { TrustFactors } from '../outcomes/usage-book.ts';

/** What is looked for, and how. */
export interface Selection {
  mode: RankMode;
  /** Everything known of the task or the error; empty when nothing is. */
  text: string;
  gate: number;
  now: Date;
  /** Scopes whose facts name paths of the work tree at `root`. */
  own: { scopes: readonly string[]; root: string } | undefined;
  /** Only scopes it is true for; all when absent. */
  wants?: (scope: string) => boolean;
  /** Statuses given beside active and disputed facts. */
  also?: readonly Status[];
  limit: number;
  /** Also give the text each fact is found by. */
  texts?: boolean;
}

/** A fact in the order it should be seen, with the parts of its score. */
export interface SelectedFact extends Candidate {
  ranked: RankedFact;
  path: string;
  /** What it is found by; empty unless asked for. */
  text: string;
}

/** A fact that ranked and is not given, and why. */
export interface RefusedFact {
  entry: FactEntry;
  reason:
    | 'superseded'
    | 'dispute shown with another'
    | 'disputed by an active fact'
    | 'same fact in another file';
}

export interface SelectedFacts {
  facts: SelectedFact[];
  refused: RefusedFact[];
  ranking: Ranking;
}

/** A fact of which a named path is gone counts half: what it says may be over (spec 04, `valid`). */
const staleValid = 0.5;

/**
 * Ranks the opened facts and makes them fit to be shown: files edited meanwhile are read again, superseded facts and
 * second sides of a dispute go, facts whose paths are gone move back.
 */
export async function selectFacts(opened: OpenedFacts, selection: Selection): Promise<SelectedFacts> {
  const query = parseQuery(selection.text);
  for (let round = 0; ; round++) {
    const { wants = () => true } = selection;
    const segments = opened.segments.filter((segment) => wants(segment.scope));
    const pool = joinSegments(segments);
    const ranking = rankFacts(pool, {
      mode: selection.mode,
      query,
      now: dayNumber(selection.now.getTime()),
      gate: selection.gate,
      statuses: ['active', 'disputed', ...(selection.also ?? [])],
      limit: selection.limit,
      ...(opened.trust ? { trust: trustForRanking(opened.trust) } : {}),
    });
    const found = factsOf(segments, pool, ranking, selection.texts === true);
    const edited = round < 3 && (await opened.recheck(found.map(({ fact }) => fact)));
    if (!edited) return { ...sift(opened, found, selection), ranking };
  }
}

function trustForRanking({ byCategory, byFact }: TrustFactors): NonNullable<RankOptions['trust']> {
  return {
    byCategory: categories.map((category) => byCategory[category] ?? 1),
    byId: new Map(Object.entries(byFact).map(([id, factor]) => [idNumber(id), factor])),
  };
}

interface Found {
  ranked: RankedFact;
  fact: IndexedFact;
  text: string;
}

function factsOf(
  segments: readonly ReadableSegment[],
  pool: FactPool,
  { ranked }: Ranking,
  texts: boolean,
): Found[] {
  const places = ranked.map(({ doc }) => placeOf(pool, doc));
  const facts = new Map<number, { fact: IndexedFact; text: string }>();
  segments.forEach((segment, i) => {
    const here = places.filter((place) => place.segment === i).map((place) => place.local);
    if (here.length === 0) return;
    const found = texts ? segment.texts(here).map(({ title, body }) => `${title}\n${body}`) : [];
    segment.facts(here).forEach((fact, n) => {
      facts.set(pool.starts[i]! + here[n]!, { fact, text: found[n] ?? '' });
    });
  });
  return ranked.flatMap((one) => {
    const found = facts.get(one.doc);
    return found ? [{ ranked: one, ...found }] : [];
  });
}

function sift(
  opened: OpenedFacts,
  found: readonly Found[],
  selection: Selection,
): Pick<SelectedFacts, 'facts' | 'refused'> {
  const superseded = opened.findSuperseded(found.map(({ fact }) => fact.entry.id));
  const facts: SelectedFact[] = [];
  const refused: RefusedFact[] = [];
  const seen = new Set<string>();
  for (const { ranked, fact, text } of found) {
    const { entry, path } = fact;
    const opposing = entry.status === 'disputed' ? opposingFacts(opened, entry) : [];
    const reason = refusalOf(entry, { superseded, seen, opposing });
    if (reason) {
      refused.push({ entry, reason });
      continue;
    }
    for (const one of [entry, ...opposing]) seen.add(one.id);
    const stale = namesGonePath(entry, selection);
    const score = ranked.score * (stale ? staleValid : 1);
    facts.push({ entry, path, text, ranked, score, opposing, shown: shownOf(entry, selection.now, stale) });
  }
  facts.sort(
    (a, b) =>
      b.score - a.score ||
      found.findIndex(({ ranked }) => ranked === a.ranked) -
        found.findIndex(({ ranked }) => ranked === b.ranked),
  );
  return { facts, refused };
}

function refusalOf(
  entry: FactEntry,
  known: { superseded: ReadonlySet<string>; seen: ReadonlySet<string>; opposing: readonly FactEntry[] },
): RefusedFact['reason'] | undefined {
  if (known.superseded.has(entry.id)) return 'superseded';
  if (known.seen.has(entry.id))
    return entry.status === 'disputed' ? 'dispute shown with another' : 'same fact in another file';
  if (entry.status === 'disputed' && known.opposing.length === 0) return 'disputed by an active fact';
  return undefined;
}

/** The other sides of a dispute; none when a side that is active settles it. */
function opposingFacts(opened: OpenedFacts, entry: FactEntry): FactEntry[] {
  const others = opened.findFacts(entry.contradicts);
  return others.some((one) => one.status === 'active')
    ? []
    : others.filter((one) => one.status === 'disputed').slice(0, 3);
}

function shownOf(entry: FactEntry, now: Date, stale: boolean): Candidate['shown'] {
  const day = entry.lastConfirmed ?? entry.firstSeen;
  const ageDays = day === null ? null : Math.max(0, (now.getTime() - Date.parse(day)) / dayMs);
  return { confidence: decayedConfidence(entry, now.toISOString()), ageDays, stale };
}

/** Only plain paths of the repository we stand in can be looked at. */
function namesGonePath(entry: FactEntry, { own }: Selection): boolean {
  if (!own?.scopes.includes(scopeKey(entry.scope))) return false;
  return entry.paths.some(
    (path) =>
      /^[\w@][\w@. +/-]*$/.test(path) &&
      !path.includes('..') &&
      lstatSync(join(own.root, path), { throwIfNoEntry: false }) === undefined,
  );
}
