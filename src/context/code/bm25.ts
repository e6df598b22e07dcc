/** Inverse document frequency as BM25 takes it (Robertson and Zaragoza 2009, with +1 so that it is never negative). */
export function inverseFrequency(documents: number, holding: number): number {
  return Math.log(1 + (documents - holding + 0.5) / (holding + 0.5));
}

/** Divides by the largest value, so that signals of different sizes can be added. In place. */
export function scaleToMax(values: Float64Array): Float64Array {
  let max = 0;
  for (const value of values) if (value > max) max = value;
  if (max > 0) for (let at = 0; at < values.length; at++) values[at] = (values[at] as number) / max;
  return values;
}

/** Hits of query terms in documents, as they are found: document after document. */
export class HitList {
  /** Hits of document d: from starts[d] to starts[d + 1]. */
  readonly starts: number[] = [0];
  readonly slots: number[] = [];
  readonly counts: number[] = [];
  /** Length of each document, in occurrences of terms. */
  readonly lengths: number[] = [];

  hit(slot: number, count: number): void {
    this.slots.push(slot);
    this.counts.push(count);
  }

  endDocument(length: number): void {
    this.starts.push(this.slots.length);
    this.lengths.push(length);
  }
}

/** BM25 of every document for the query terms of these weights. */
export function bm25(hits: HitList, weights: ArrayLike<number>, k1: number, b: number): Float64Array {
  const documents = hits.lengths.length;
  const scores = new Float64Array(documents);
  if (documents === 0) return scores;
  const holding = new Float64Array(weights.length);
  for (const slot of hits.slots) holding[slot] = (holding[slot] as number) + 1;
  const inverse = Array.from(holding, (count) => inverseFrequency(documents, count));
  const average = hits.lengths.reduce((sum, length) => sum + length, 0) / documents || 1;
  for (let at = 0; at < documents; at++) {
    const norm = k1 * (1 - b + (b * (hits.lengths[at] as number)) / average);
    let score = 0;
    for (let hit = hits.starts[at] as number; hit < (hits.starts[at + 1] as number); hit++) {
      const slot = hits.slots[hit] as number;
      const count = hits.counts[hit] as number;
      score += ((weights[slot] as number) * (inverse[slot] as number) * count * (k1 + 1)) / (count + norm);
    }
    scores[at] = score;
  }
  return scores;
}
