import type { FactReviewed } from '../base/events.ts';
import { readEvents } from '../io/event-log.ts';
import { findFact } from '../knowledge/find-fact.ts';
import { findSimilarFacts } from '../knowledge/similar-facts.ts';
import { type ListedFact, valueFacts } from './knowledge-list.ts';
import { openKnowledge } from './knowledge-store.ts';

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
  const wanted = references.map((reference) => findFact(store.facts, reference));
  const { events } = await readEvents(store.repository.root);
  const byId = new Map(store.facts.map(({ fact }) => [fact.id, fact]));
  const linked = (ids: readonly string[]): LinkedFact[] =>
    ids.map((id) => ({ id, title: byId.get(id)?.title ?? '(gone)', status: byId.get(id)?.status ?? 'gone' }));
  return (await valueFacts(store, wanted, now)).map((fact) => ({
    ...fact,
    supersededBy: linked(
      store.facts.filter((one) => one.fact.supersedes.includes(fact.id)).map((one) => one.fact.id),
    ),
    contradicting: linked(fact.contradicts),
    replaced: linked(fact.supersedes),
    similar: linked(findSimilarFacts(fact, store.facts).map(({ stored }) => stored.fact.id)),
    reviews: events
      .filter((event) => event.type === 'fact.reviewed' && event.factId === fact.id)
      .map((event) => {
        const { at, action, by, reason } = event as FactReviewed;
        return { at, action, by, reason };
      }),
  }));
}
