import type { Fact } from '../knowledge/fact.ts';
import { errorFingerprint } from '../sessions/error-fingerprint.ts';

/** Words without which a quote is hardly the text of a failure. */
const alarming =
  /error|fail|fatal|panic|exception|not found|no such|cannot|can't|could not|unable|denied|refused|invalid|unknown|unexpected|unrecogni|undefined|missing|unsupported|illegal|timed? ?out|conflict|\bE[A-Z]{4,}|\bTS\d{4}/i;

/**
 * Fingerprints of the errors a fact is about: of its quotes and keywords that read like a failure. The error of a
 * session matches when its own fingerprint is among them. Empty for a fact that is not about an error.
 */
export function errorKeysOfFact(fact: Pick<Fact, 'sources' | 'keywords'>): Set<string> {
  const texts = [
    ...fact.sources.map((source) => source.quote),
    ...fact.keywords.filter((word) => word.includes(' ')),
  ];
  return new Set(texts.filter((text) => alarming.test(text)).map((text) => errorFingerprint(text).key));
}

/** The facts about each error fingerprint. */
export function factsByErrorKey(facts: readonly Fact[]): Map<string, Fact[]> {
  const byKey = new Map<string, Fact[]>();
  for (const fact of facts)
    for (const key of errorKeysOfFact(fact)) byKey.set(key, [...(byKey.get(key) ?? []), fact]);
  return byKey;
}
