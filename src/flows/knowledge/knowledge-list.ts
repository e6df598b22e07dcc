import { utcDay } from '../../base/calendar.ts';
import { compareText } from '../../base/text.ts';
import { readAnchorStates } from '../../io/read-anchors.ts';
import type { BadFact } from '../../io/read-facts.ts';
import { decayedConfidence, staleBelow } from '../../knowledge/decay.ts';
import type { Category, Fact, Status, StoredFact } from '../../knowledge/fact.ts';
import { supportOf } from '../../knowledge/trust.ts';
import { parseScope, readOwnScope } from '../own-scope.ts';
import { type KnowledgeStore, openKnowledge } from './knowledge-store.ts';

/** A fact as lists show it. */
export interface ListedFact extends Fact {
  path: string;
  /** Distinct sessions and people behind it. */
  support: number;
  /** Confidence on the day asked for, after decay. */
  effectiveConfidence: number;
  /** In use or waiting, but below 0.3: offered for archiving. */
  stale: boolean;
}

/** Which facts to list, and how. */
export interface ListOptions {
  scopes: readonly string[];
  /** Empty: all but archived and superseded ones. */
  statuses: readonly Status[];
  categories: readonly Category[];
  stale: boolean;
  sort: 'confidence' | 'recent' | 'support' | 'title';
  now: Date;
}

/** The facts asked for, with what they are worth today, and the files that could not be read. */
export async function listFacts(
  dir: string,
  options: ListOptions,
): Promise<{ facts: ListedFact[]; total: number; bad: BadFact[] }> {
  const store = await openKnowledge(dir);
  const scopes = new Set(
    await Promise.all(options.scopes.map((scope) => parseScope(scope, store.repository))),
  );
  const chosen = store.facts.filter(
    ({ fact }) =>
      (scopes.size === 0 || scopes.has(fact.scope)) &&
      (options.statuses.length === 0
        ? fact.status !== 'archived' && fact.status !== 'superseded'
        : options.statuses.includes(fact.status)) &&
      (options.categories.length === 0 || options.categories.includes(fact.category)),
  );
  const listed = await valueFacts(store, chosen, options.now);
  const facts = options.stale ? listed.filter((fact) => fact.stale) : listed;
  return { facts: facts.sort(orders[options.sort]), total: store.facts.length, bad: store.bad };
}

/** Facts with what they are worth on the day of `now`; anchored files are looked up for this repository's own facts. */
export async function valueFacts(
  store: KnowledgeStore,
  chosen: readonly StoredFact[],
  now: Date,
): Promise<ListedFact[]> {
  const day = utcDay(now);
  const own = await readOwnScope(store.repository);
  const ownFacts = chosen.filter(({ fact }) => fact.scope === own).map(({ fact }) => fact);
  const anchors = store.repository.git ? await readAnchorStates(store.repository.git, ownFacts) : undefined;
  return chosen.map(({ fact, path }) => {
    const value = decayedConfidence(fact, day, anchors?.get(fact.id) ?? 'unknown');
    const stale = value < staleBelow && fact.status !== 'archived' && fact.status !== 'superseded';
    return {
      ...fact,
      path,
      support: supportOf(fact.sources),
      effectiveConfidence: Math.round(value * 100) / 100,
      stale,
    };
  });
}

const byId = (a: ListedFact, b: ListedFact) => compareText(a.id, b.id);
const byConfidence = (a: ListedFact, b: ListedFact) =>
  b.effectiveConfidence - a.effectiveConfidence ||
  b.confidence - a.confidence ||
  compareText(b.lastConfirmed ?? '', a.lastConfirmed ?? '') ||
  byId(a, b);
const orders: Record<ListOptions['sort'], (a: ListedFact, b: ListedFact) => number> = {
  confidence: byConfidence,
  recent: (a, b) => compareText(b.lastConfirmed ?? '', a.lastConfirmed ?? '') || byConfidence(a, b),
  support: (a, b) => b.support - a.support || byConfidence(a, b),
  title: (a, b) => compareText(a.title.toLowerCase(), b.title.toLowerCase()) || byId(a, b),
};
