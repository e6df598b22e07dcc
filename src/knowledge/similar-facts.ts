import { compareText } from '../base/text.ts';
import type { Fact, StoredFact } from './fact.ts';

/** Two facts whose words overlap so much that a person should look whether they say the same. */
export interface Similarity {
  a: StoredFact;
  b: StoredFact;
  /** Shared words / all words of the two titles and bodies, 0–1 (Jaccard). */
  overlap: number;
}

const nearDuplicate = 0.6;
/** Words too common to tell two claims apart. */
const common = new Set(
  'the and for with not that this from into when then than are was were will its has have use used using run must can only all any you your but does it is in of to on a an or as at by be if so no'.split(
    ' ',
  ),
);

/** The words that carry a claim, folded to lower case. */
function claimWords(fact: Pick<Fact, 'title' | 'body'>): Set<string> {
  const words =
    `${fact.title} ${fact.body}`
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}_]{2,}/gu) ?? [];
  return new Set(words.filter((word) => !common.has(word)));
}

function overlapOf(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const [small, large] = a.size <= b.size ? [a, b] : [b, a];
  let shared = 0;
  for (const word of small) if (large.has(word)) shared += 1;
  const all = a.size + b.size - shared;
  return all === 0 ? 0 : shared / all;
}

/** Facts in use or waiting whose words overlap with `fact` by 0.6 or more, nearest first, at most `max`. */
export function findSimilarFacts(
  fact: Pick<Fact, 'id' | 'title' | 'body' | 'scope'>,
  facts: readonly StoredFact[],
  max = 3,
): { stored: StoredFact; overlap: number }[] {
  const words = claimWords(fact);
  return facts
    .filter(
      (stored) => stored.fact.id !== fact.id && stored.fact.scope === fact.scope && isCurrent(stored.fact),
    )
    .map((stored) => ({ stored, overlap: overlapOf(words, claimWords(stored.fact)) }))
    .filter(({ overlap }) => overlap >= nearDuplicate)
    .sort((a, b) => b.overlap - a.overlap || compareText(a.stored.fact.id, b.stored.fact.id))
    .slice(0, max);
}

/** Every pair of near-duplicates within a scope. Pairs are looked for among facts that share a rare word. */
export function findNearDuplicates(facts: readonly StoredFact[]): Similarity[] {
  const current = facts.filter(({ fact }) => isCurrent(fact));
  const words = new Map(current.map((stored) => [stored, claimWords(stored.fact)]));
  const frequency = new Map<string, number>();
  for (const set of words.values())
    for (const word of set) frequency.set(word, (frequency.get(word) ?? 0) + 1);
  const blocks = new Map<string, StoredFact[]>();
  for (const [stored, set] of words) {
    const rarest = [...set].sort(
      (x, y) => (frequency.get(x) ?? 0) - (frequency.get(y) ?? 0) || compareText(x, y),
    );
    // With 0.6 overlap two sets must share a word among the rarest two fifths of each.
    for (const word of rarest.slice(0, Math.floor(set.size * (1 - nearDuplicate)) + 1)) {
      const key = `${stored.fact.scope}\n${word}`;
      blocks.set(key, [...(blocks.get(key) ?? []), stored]);
    }
  }
  const found = new Map<string, Similarity>();
  for (const block of blocks.values()) {
    if (block.length > maxBlock) continue;
    for (const [at, a] of block.entries()) {
      for (const b of block.slice(at + 1)) addPair(found, a, b, words);
    }
  }
  return [...found.values()].sort(
    (x, y) => y.overlap - x.overlap || compareText(x.a.path, y.a.path) || compareText(x.b.path, y.b.path),
  );
}

/** A word this common within a scope tells nothing; comparing all pairs of it would take for ever. */
const maxBlock = 200;

function addPair(
  found: Map<string, Similarity>,
  one: StoredFact,
  other: StoredFact,
  words: ReadonlyMap<StoredFact, ReadonlySet<string>>,
): void {
  const [a, b] = compareText(one.path, other.path) <= 0 ? [one, other] : [other, one];
  const key = `${a.path}\n${b.path}`;
  if (found.has(key) || a.fact.id === b.fact.id) return;
  const overlap = overlapOf(words.get(a) ?? new Set(), words.get(b) ?? new Set());
  if (overlap >= nearDuplicate) found.set(key, { a, b, overlap });
}

function isCurrent(fact: Fact): boolean {
  return fact.status !== 'archived' && fact.status !== 'superseded';
}
