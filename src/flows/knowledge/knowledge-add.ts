import { KaizenError } from '../../base/errors.ts';
import { foldSpace } from '../../base/text.ts';
import type { Category, Fact, StoredFact, Subject } from '../../knowledge/fact.ts';
import { findFactProblem, tidyBody } from '../../knowledge/fact-limits.ts';
import { factId } from '../../knowledge/fact-path.ts';
import { findFact } from '../../knowledge/find-fact.ts';
import { personSource } from '../../knowledge/lifecycle.ts';
import { openSimilarFacts } from '../../knowledge/similar-facts.ts';
import { parseScope, readOwnScope } from '../own-scope.ts';
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

/** What a person knows. */
export interface Addition {
  title: string;
  /** The title again when absent. */
  body?: string | undefined;
  category: Category;
  /** As people write it; the repository's own when absent. */
  scope?: string | undefined;
  confidence?: number | undefined;
  tags: string[];
  paths: string[];
  keywords: string[];
  subject?: Subject | undefined;
  /** Ids of facts it replaces. */
  supersedes: string[];
  pinned: boolean;
  /** What it rests on: a link, a commit, a sentence. */
  evidence?: string | undefined;
}

/** Writes a fact that a person knows: trust `human`, active at once. A claim that is already there is `usage`. */
export function addFact(
  call: KnowledgeCall,
  said: Addition,
  by?: string,
): Promise<KnowledgeChange & { added: StoredFact; similar: { stored: StoredFact; overlap: number }[] }> {
  return untilApplied(() => addFactOnce(call, said, by));
}

async function addFactOnce(
  call: KnowledgeCall,
  said: Addition,
  by?: string,
): Promise<KnowledgeChange & { added: StoredFact; similar: { stored: StoredFact; overlap: number }[] }> {
  const store = await openToWrite(call.dir);
  const words = await openWords(store, call);
  const addition = redactAddition(said, (text) => words.text(text));
  const person = await readPerson(store.repository, call, by);
  const scope =
    addition.scope === undefined
      ? await readOwnScope(store.repository)
      : await parseScope(addition.scope, store.repository);
  const title = foldSpace(addition.title);
  const confidence = addition.confidence ?? 0.9;
  const fact: Fact = {
    id: factId(scope, title.toLowerCase()),
    title,
    category: addition.category,
    scope,
    status: 'active',
    trust: 'human',
    confidence,
    tags: addition.tags,
    paths: addition.paths,
    keywords: addition.keywords,
    firstSeen: person.day,
    lastConfirmed: person.day,
    supersedes: addition.supersedes.map((reference) => findFact(store.facts, reference).fact.id),
    contradicts: [],
    holds: [],
    pinned: addition.pinned,
    subject: addition.subject ?? null,
    aliases: [],
    generated: null,
    sources: [personSource(person, addition.evidence ?? '', confidence)],
    body: tidyBody(addition.body ?? title),
  };
  const problem = findFactProblem(fact);
  if (problem) throw new KaizenError('bad_input', `${problem.field} ${problem.reason}`);
  const facts = factsById(store);
  const known = facts.get(fact.id);
  if (known)
    throw new KaizenError('usage', `This fact is already there: ${known.id} (${known.status})`, {
      hint: `\`kaizen knowledge confirm ${known.id}\` says it is true, \`kaizen knowledge edit ${known.id}\` words it anew.`,
    });
  const similar = openSimilarFacts(store.facts.filter((one) => one.fact.scope === scope)).near(fact);
  facts.set(fact.id, fact);
  const event = {
    type: 'fact.reviewed' as const,
    at: call.now.toISOString(),
    factId: fact.id,
    action: 'add' as const,
    by: person.name,
    reason: addition.evidence ?? null,
  };
  const saved = await saveKnowledge(store, facts, [event], call, words);
  const added = saved.facts.find((one) => one.fact.id === fact.id) as StoredFact;
  return { ...saved, added, similar };
}

function redactAddition(said: Addition, redact: (text: string) => string): Addition {
  const { body, evidence, subject } = said;
  return {
    ...said,
    title: redact(said.title),
    body: body === undefined ? undefined : redact(body),
    tags: said.tags.map(redact),
    paths: said.paths.map(redact),
    keywords: said.keywords.map(redact),
    subject: subject && { key: redact(subject.key), value: redact(subject.value) },
    evidence: evidence === undefined ? undefined : redact(evidence),
  };
}
