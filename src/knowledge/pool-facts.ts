import { compareText } from '../base/text.ts';
import type { Fact, StoredFact } from './fact.ts';
import { mergeFacts } from './merge-facts.ts';

/** One fact of the store with the files it stands in: one, or several after branches named it differently. */
export interface PooledFact {
  fact: Fact;
  /** By path; at least one. */
  files: StoredFact[];
}

/**
 * The facts of the store by id. Files of one scope that carry the id in their name are versions of one fact and are
 * merged; any other file that claims an id already taken takes no part (`strays`; `knowledge lint` shows it).
 */
export function poolFacts(stored: readonly StoredFact[]): {
  pool: Map<string, PooledFact>;
  strays: StoredFact[];
} {
  const pool = new Map<string, PooledFact>();
  const strays: StoredFact[] = [];
  for (const one of [...stored].sort(
    (a, b) => Number(!isNamed(a)) - Number(!isNamed(b)) || compareText(a.path, b.path),
  )) {
    const known = pool.get(one.fact.id);
    if (!known) pool.set(one.fact.id, { fact: one.fact, files: [one] });
    else if (isNamed(one) && known.files.every(isNamed) && known.fact.scope === one.fact.scope)
      pool.set(one.fact.id, { fact: mergeFacts(known.fact, one.fact), files: [...known.files, one] });
    else strays.push(one);
  }
  return { pool, strays };
}

const isNamed = ({ fact, path }: StoredFact): boolean => path.endsWith(`-${fact.id}.md`);
