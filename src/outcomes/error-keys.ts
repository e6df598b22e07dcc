import type { Fact } from '../knowledge/fact.ts';
import { errorFingerprint } from '../sessions/error-fingerprint.ts';
import type { Session } from '../sessions/session.ts';

/** The fingerprint of the failure on each line of a session that holds a failed result. */
export function errorKeysByLine(session: Session): Map<number, string> {
  return new Map(
    session.calls.flatMap(({ result }) =>
      result?.isError ? [[result.src.line, errorFingerprint(result.text).key] as const] : [],
    ),
  );
}

/** Words without which a text is hardly that of a failure. */
const alarming =
  /error|fail|fatal|panic|exception|not found|no such|cannot|can't|could not|unable|denied|refused|invalid|unknown|unexpected|unrecogni|undefined|missing|unsupported|illegal|timed? ?out|conflict|\bE[A-Z]{4,}|\bTS\d{4}/i;

/**
 * Fingerprints of the errors a fact may be about: those its evidence stands on according to the ledger, and those of
 * its quotes and keywords that read like a failure (a person who adds a fact can name one). A text that is no error
 * gives a fingerprint that no session ever has.
 */
export function errorKeysOfFact(
  fact: Pick<Fact, 'id' | 'sources' | 'keywords'>,
  ledger: ReadonlyMap<string, ReadonlySet<string>> = new Map(),
): Set<string> {
  const texts = [
    ...fact.sources.map((source) => source.quote),
    ...fact.keywords.filter((word) => word.includes(' ')),
  ];
  const own = texts.filter((text) => alarming.test(text)).map((text) => errorFingerprint(text).key);
  return new Set([...(ledger.get(fact.id) ?? []), ...own]);
}

/** Every fact's errors both ways: by fact id, and the facts of each fingerprint. */
export interface ErrorIndex {
  keysOf: ReadonlyMap<string, ReadonlySet<string>>;
  factsOf: ReadonlyMap<string, readonly Fact[]>;
}

/** Indexes the errors of facts; `ledger` is what harvests recorded, fingerprints by fact id. */
export function indexErrors(
  facts: readonly Fact[],
  ledger: ReadonlyMap<string, ReadonlySet<string>> = new Map(),
): ErrorIndex {
  const keysOf = new Map<string, ReadonlySet<string>>();
  const factsOf = new Map<string, Fact[]>();
  for (const fact of facts) {
    const keys = errorKeysOfFact(fact, ledger);
    if (keys.size > 0) keysOf.set(fact.id, keys);
    for (const key of keys) {
      const known = factsOf.get(key);
      if (known) known.push(fact);
      else factsOf.set(key, [fact]);
    }
  }
  return { keysOf, factsOf };
}
