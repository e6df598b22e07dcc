import type { FactDocument } from '../../../src/context/fact-document.ts';
import { documentOf } from '../../../src/context/fact-document.ts';
import { type FactPool, joinSegments } from '../../../src/context/fact-pool.ts';
import { memorySegment } from '../../../src/context/memory-segment.ts';
import type { Fact } from '../../../src/knowledge/fact.ts';
import { factId, scopeKey } from '../../../src/knowledge/fact-path.ts';
import { sampleFact } from '../knowledge/sample-fact.ts';

/** An id that no other name has. */
export const idOf = (name: string): string => factId('global', name);

/** A fact that is its title and body and nothing else. */
export function plainFact(title: string, given: Partial<Fact> = {}): Fact {
  return sampleFact({
    id: idOf(title),
    title,
    body: `${title} in detail.`,
    category: 'fact',
    keywords: [],
    tags: [],
    paths: [],
    sources: [],
    ...given,
  });
}

/** The facts as a pool, one segment a scope, in the order in which the scopes come. */
export function poolOf(facts: readonly Fact[]): FactPool {
  const groups = new Map<string, FactDocument[]>();
  for (const fact of facts) {
    const key = scopeKey(fact.scope);
    const document = documentOf(fact);
    groups.set(key, [...(groups.get(key) ?? []), document]);
  }
  return joinSegments([...groups].map(([scope, documents]) => memorySegment(scope, documents)));
}

/** The facts in pool order: position is document. */
export function inPoolOrder(facts: readonly Fact[]): Fact[] {
  const scopes = [...new Set(facts.map((fact) => scopeKey(fact.scope)))];
  return scopes.flatMap((scope) => facts.filter((fact) => scopeKey(fact.scope) === scope));
}
