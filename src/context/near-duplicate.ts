import type { FactEntry } from './fact-document.ts';

/** Above this cosine two cards tell the reader the same. */
const sameAbove = 0.9;

interface Vector {
  counts: ReadonlyMap<string, number>;
  norm: number;
}

const vectors = new WeakMap<object, Vector>();

/** The first of `chosen` that says nearly the same as `entry`, by the cosine of their cards' words. */
export function findNearDuplicate<T extends Pick<FactEntry, 'card' | 'id'>>(
  entry: T,
  chosen: readonly T[],
): T | undefined {
  const own = vectorOf(entry);
  return chosen.find((other) => other.id === entry.id || cosine(own, vectorOf(other)) > sameAbove);
}

function vectorOf(entry: Pick<FactEntry, 'card'>): Vector {
  const known = vectors.get(entry);
  if (known) return known;
  const counts = new Map<string, number>();
  for (const word of entry.card.toLowerCase().match(/[a-z0-9\u00c0-\u1fff\u3040-\uffff]+/g) ?? [])
    counts.set(word, (counts.get(word) ?? 0) + 1);
  let squares = 0;
  for (const count of counts.values()) squares += count * count;
  const vector = { counts, norm: Math.sqrt(squares) };
  vectors.set(entry, vector);
  return vector;
}

function cosine(a: Vector, b: Vector): number {
  let dot = 0;
  for (const [word, count] of a.counts) dot += count * (b.counts.get(word) ?? 0);
  return dot === 0 ? 0 : dot / (a.norm * b.norm);
}
