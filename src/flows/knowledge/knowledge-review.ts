import { KaizenError } from '../../base/errors.ts';
import type { FactReviewed } from '../../base/events.ts';
import type { NewEvent } from '../../io/event-log.ts';
import type { Fact, Status, StoredFact } from '../../knowledge/fact.ts';
import { findFact } from '../../knowledge/find-fact.ts';
import {
  absorb,
  dispute,
  type Person,
  pin,
  type Rewording,
  restore,
  retire,
  reword,
  vouchFor,
} from '../../knowledge/lifecycle.ts';
import { untilApplied } from '../until-applied.ts';
import {
  factsById,
  type KnowledgeCall,
  type KnowledgeChange,
  openToWrite,
  openWords,
  readPerson,
  saveKnowledge,
} from './knowledge-store.ts';

/** What a person decided about one fact, named by id, start of an id, alias or path. */
export type Decision = { fact: string; reason?: string | undefined } & (
  | { action: 'accept' | 'confirm'; pinned?: boolean | undefined }
  | { action: 'dispute' | 'reject' | 'retire' | 'restore' }
  | { action: 'edit'; words: Rewording }
  | { action: 'merge'; into: string }
);

/** One decision carried out. */
export interface Decided {
  id: string;
  title: string;
  path: string;
  action: Decision['action'];
  before: Status;
  status: Status;
}

/**
 * Carries out decisions in order, all or none: facts, index, pages and one `fact.reviewed` event each. A decision
 * that does not fit the fact (an accepted fact that is retired, a merge across scopes) is KaizenError `usage`.
 */
export function reviewFacts(
  call: KnowledgeCall,
  given: readonly Decision[],
  by?: string,
): Promise<KnowledgeChange & { decided: Decided[] }> {
  return untilApplied(() => reviewFactsOnce(call, given, by));
}

async function reviewFactsOnce(
  call: KnowledgeCall,
  given: readonly Decision[],
  by?: string,
): Promise<KnowledgeChange & { decided: Decided[] }> {
  const store = await openToWrite(call.dir);
  const redactor = await openWords(store, call);
  const decisions = given.map((one) => redactDecision(one, (text) => redactor.text(text)));
  const person = await readPerson(store.repository, call, by);
  const facts = factsById(store);
  const made = decisions.map((decision) => {
    const { fact } = findFact(store.facts, decision.fact);
    const before = facts.get(fact.id)?.status ?? fact.status;
    for (const next of decideOn(facts.get(fact.id) ?? fact, decision, facts, store.facts, person)) {
      facts.set(next.id, next);
    }
    return {
      id: fact.id,
      action: decision.action,
      before,
      event: reviewedEvent(fact.id, decision, person, call),
    };
  });
  const saved = await saveKnowledge(
    store,
    facts,
    made.map((one) => one.event),
    call,
    redactor,
  );
  const after = new Map(saved.facts.map((one) => [one.fact.id, one]));
  const decided = made.flatMap(({ id, action, before }) => {
    const one = after.get(id);
    return one
      ? [{ id, title: one.fact.title, path: one.path, action, before, status: one.fact.status }]
      : [];
  });
  return { ...saved, decided };
}

/** The decision with the words of the person redacted; ids stay as they are. */
function redactDecision(decision: Decision, redact: (text: string) => string): Decision {
  const { reason } = decision;
  const clean = reason === undefined ? decision : { ...decision, reason: redact(reason) };
  return clean.action === 'edit' ? { ...clean, words: redactWords(clean.words, redact) } : clean;
}

function redactWords(words: Rewording, redact: (text: string) => string): Rewording {
  const { title, body, tags, paths, keywords } = words;
  return {
    ...words,
    ...(title === undefined ? {} : { title: redact(title) }),
    ...(body === undefined ? {} : { body: redact(body) }),
    ...(tags === undefined ? {} : { tags: tags.map(redact) }),
    ...(paths === undefined ? {} : { paths: paths.map(redact) }),
    ...(keywords === undefined ? {} : { keywords: keywords.map(redact) }),
  };
}

/** The facts a decision changes. */
function decideOn(
  fact: Fact,
  decision: Decision,
  facts: ReadonlyMap<string, Fact>,
  stored: readonly StoredFact[],
  person: Person,
): Fact[] {
  const reason = decision.reason ?? '';
  switch (decision.action) {
    case 'accept':
    case 'confirm': {
      if (fact.status === 'archived' || fact.status === 'superseded')
        throw new KaizenError('usage', `${fact.id} is ${fact.status}`, {
          hint: `Bring it back first: kaizen knowledge restore ${fact.id}`,
        });
      const vouched = vouchFor(fact, person, reason);
      return [decision.pinned === undefined ? vouched : pin(vouched, decision.pinned)];
    }
    case 'dispute':
      return [dispute(fact)];
    case 'reject':
    case 'retire':
      return [retire(fact)];
    case 'restore':
      return [
        restore(fact),
        ...[...facts.values()]
          .filter((other) => other.supersedes.includes(fact.id))
          .map((other) => ({ ...other, supersedes: other.supersedes.filter((id) => id !== fact.id) })),
      ];
    case 'edit':
      return [reword(fact, decision.words)];
    case 'merge': {
      const found = findFact(stored, decision.into).fact;
      const into = facts.get(found.id) ?? found;
      if (into.id === fact.id) throw new KaizenError('usage', `${fact.id} cannot be merged into itself`);
      if (into.scope !== fact.scope)
        throw new KaizenError('usage', `${fact.id} is of ${fact.scope}, ${into.id} of ${into.scope}`, {
          hint: 'Only facts of one scope can say the same; retire one of them instead.',
        });
      const joined = absorb(into, fact);
      return [joined.into, joined.other];
    }
  }
}

function reviewedEvent(factId: string, decision: Decision, person: Person, call: KnowledgeCall): NewEvent {
  const reason = decision.action === 'merge' ? `into ${decision.into}` : (decision.reason ?? null);
  const event: Omit<FactReviewed, 'v' | 'id'> = {
    type: 'fact.reviewed',
    at: call.now.toISOString(),
    factId,
    action: decision.action,
    by: person.name,
    reason,
  };
  return event;
}
