import { tokenise } from '../context/tokenise.ts';
import { locateStore, type StorePlace } from '../io/locate-store.ts';
import { type OpenedFacts, withFacts } from '../io/open-facts.ts';
import { scopeKey } from '../knowledge/fact-path.ts';
import { type SelectedFact, type SelectedFacts, selectFacts } from './select-facts.ts';

/** What somebody looks for. */
export interface SearchRequest {
  /** Folder of the store; its own repository is searched first. */
  dir: string;
  /** An error message, or words. */
  text: string;
  now: Date;
  /** `owner/name`: only this repository, agents and global facts. */
  repo: string | undefined;
  limit: number;
  /** Also facts that wait for review or were set aside. */
  all: boolean;
}

/** A fact that was found. */
export interface SearchHit {
  fact: SelectedFact;
  /** Words of the request that the fact holds, as they were written. */
  matched: string[];
  /** Found in another repository's facts, because the own ones had too little. */
  elsewhere: boolean;
}

export interface SearchResult {
  place: StorePlace;
  hits: SearchHit[];
  /** Facts that were looked through. */
  stock: number;
  /** When nothing passed: how much of the request the closest facts hold, and how much it takes. */
  closest: number;
  gate: number;
}

/** Measured for error lines: below this share a hit is chance (spec 04). */
const gate = 0.32;
/** Share of the best fact's letter score from which a fact counts as found by spelling alone. */
const nearlyTheSame = 0.8;

/**
 * Facts about an error or a topic: those of the own repository, of agents and of all first, others only when these
 * leave room, and nothing at all when no fact is about it. Priors of use and age play no part here.
 */
export async function searchFacts(request: SearchRequest): Promise<SearchResult> {
  const place = await locateStore(request.dir);
  const own = (request.repo === undefined ? place.repoNames : [request.repo.replace(/^repo:/, '')]).map(
    (name) => scopeKey(`repo:${name}`),
  );
  const result = await withFacts(place, { scopes: undefined, all: request.all }, async (opened) => {
    const near = await select(opened, request, (scope) => !scope.startsWith('repo:') || own.includes(scope));
    const hits = hitsOf(near, request, false).slice(0, request.limit);
    const rankings = [near.ranking];
    if (request.repo === undefined && hits.length < request.limit) {
      const far = await select(opened, request, (scope) => scope.startsWith('repo:') && !own.includes(scope));
      hits.push(...hitsOf(far, request, true).slice(0, request.limit - hits.length));
      rankings.push(far.ranking);
    }
    const scopes = rankings.flatMap((ranking) => ranking.scopes);
    return {
      place,
      hits,
      stock: rankings.reduce((sum, ranking) => sum + ranking.stock, 0),
      closest: scopes.reduce((most, scope) => Math.max(most, scope.coverage), 0),
      gate,
    };
  });
  if (!result) throw new Error('a search without a limit gave nothing');
  return result;
}

function select(
  opened: OpenedFacts,
  request: SearchRequest,
  wants: (scope: string) => boolean,
): Promise<SelectedFacts> {
  return selectFacts(opened, {
    mode: 'search',
    text: request.text,
    gate,
    now: request.now,
    own: undefined,
    texts: true,
    wants,
    ...(request.all ? { also: ['candidate', 'superseded', 'archived'] as const } : {}),
    limit: request.limit + 10,
  });
}

/** Of a scope that passed, the facts that are about it themselves: by their words, or nearly by their letters. */
function hitsOf({ facts }: SelectedFacts, request: SearchRequest, elsewhere: boolean): SearchHit[] {
  return facts
    .filter(({ ranked: { parts } }) => parts.coverage >= gate || parts.chars >= nearlyTheSame)
    .map((fact) => ({ fact, matched: matchedWords(fact.text, request.text), elsewhere }));
}

function matchedWords(text: string, asked: string): string[] {
  const held = new Set(tokenise(text));
  const words = asked.split(/\s+/).filter((word) => tokenise(word).some((term) => held.has(term)));
  return [...new Set(words)].slice(0, 12);
}
