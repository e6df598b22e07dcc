import type { FactReviewed } from '../../base/events.ts';
import { compareText } from '../../base/text.ts';
import { readEvents } from '../../io/event-log.ts';
import type { StoredFact } from '../../knowledge/fact.ts';
import { findFact } from '../../knowledge/find-fact.ts';
import { openSimilarFacts } from '../../knowledge/similar-facts.ts';
import { parseScope } from '../own-scope.ts';
import { type ListedFact, valueFacts } from './knowledge-list.ts';
import { type KnowledgeStore, openKnowledge } from './knowledge-store.ts';

/** Another fact named by this one. */
export interface LinkedFact {
  id: string;
  title: string;
  status: string;
}

/** A fact with everything known about it. */
export interface ShownFact extends ListedFact {
  supersededBy: LinkedFact[];
  contradicting: LinkedFact[];
  replaced: LinkedFact[];
  similar: LinkedFact[];
  /** What people decided about it, oldest first. */
  reviews: Pick<FactReviewed, 'at' | 'action' | 'by' | 'reason'>[];
}

/** Facts by id, start of an id, alias or path, each with provenance, links and history. */
export async function showFacts(dir: string, references: readonly string[], now: Date): Promise<ShownFact[]> {
  const store = await openKnowledge(dir);
  const chosen = references.map((reference) => findFact(store.facts, reference));
  return describeFacts(store, chosen, now);
}

/** What waits for a person: disputed facts first, then candidates, surest first. */
export async function readReviewQueue(
  dir: string,
  scopes: readonly string[],
  now: Date,
): Promise<ShownFact[]> {
  const store = await openKnowledge(dir);
  const wanted = new Set(await Promise.all(scopes.map((scope) => parseScope(scope, store.repository))));
  const waiting = store.facts.filter(
    ({ fact }) =>
      (fact.status === 'candidate' || fact.status === 'disputed') &&
      (wanted.size === 0 || wanted.has(fact.scope)),
  );
  const shown = await describeFacts(store, waiting, now);
  return shown.sort(
    (a, b) =>
      Number(b.status === 'disputed') - Number(a.status === 'disputed') ||
      b.effectiveConfidence - a.effectiveConfidence ||
      b.confidence - a.confidence ||
      compareText(a.id, b.id),
  );
}

async function describeFacts(
  store: KnowledgeStore,
  chosen: readonly StoredFact[],
  now: Date,
): Promise<ShownFact[]> {
  const { events } = await readEvents(store.repository.root);
  const byId = new Map(store.facts.map(({ fact }) => [fact.id, fact]));
  const linked = (ids: readonly string[]): LinkedFact[] =>
    ids.map((id) => ({ id, title: byId.get(id)?.title ?? '(gone)', status: byId.get(id)?.status ?? 'gone' }));
  const scopes = new Set(chosen.map(({ fact }) => fact.scope));
  const similar = openSimilarFacts(store.facts.filter(({ fact }) => scopes.has(fact.scope)));
  const supersededBy = new Map<string, string[]>();
  for (const { fact } of store.facts) {
    for (const id of fact.supersedes) supersededBy.set(id, [...(supersededBy.get(id) ?? []), fact.id]);
  }
  const reviews = new Map<string, ShownFact['reviews']>();
  for (const event of events) {
    if (event.type !== 'fact.reviewed') continue;
    const { at, action, by, reason } = event;
    reviews.set(event.factId, [...(reviews.get(event.factId) ?? []), { at, action, by, reason }]);
  }
  return (await valueFacts(store, chosen, now)).map((fact) => ({
    ...fact,
    supersededBy: linked(supersededBy.get(fact.id) ?? []),
    contradicting: linked(fact.contradicts),
    replaced: linked(fact.supersedes),
    similar: linked(similar.near(fact).map(({ stored }) => stored.fact.id)),
    reviews: reviews.get(fact.id) ?? [],
  }));
}
