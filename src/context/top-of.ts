/**
 * Positions of the `most` highest scores, best first; equal scores by ascending `ids`, then by position, so that the
 * answer does not depend on how facts are stored. A heap of the best so far: the whole is never sorted.
 */
export function topOf(scores: Float64Array, ids: Float64Array, most: number): number[] {
  const heap: number[] = [];
  if (most <= 0) return heap;
  const isBetter = (a: number, b: number): boolean => {
    if (scores[a] !== scores[b]) return scores[a]! > scores[b]!;
    if (ids[a] !== ids[b]) return ids[a]! < ids[b]!;
    return a < b;
  };
  /** Lets the entry at `from` sink to its place; the worst of all stands first. */
  const sink = (from: number) => {
    let at = from;
    for (;;) {
      let worst = at;
      const left = 2 * at + 1;
      if (left < heap.length && isBetter(heap[worst]!, heap[left]!)) worst = left;
      if (left + 1 < heap.length && isBetter(heap[worst]!, heap[left + 1]!)) worst = left + 1;
      if (worst === at) return;
      const moved = heap[at]!;
      heap[at] = heap[worst]!;
      heap[worst] = moved;
      at = worst;
    }
  };
  let bar = Number.NEGATIVE_INFINITY;
  for (let n = 0; n < scores.length; n++) {
    if (heap.length < most) {
      heap.push(n);
      if (heap.length === most) {
        for (let at = (most >> 1) - 1; at >= 0; at--) sink(at);
        bar = scores[heap[0]!]!;
      }
    } else if (scores[n]! >= bar && isBetter(n, heap[0]!)) {
      heap[0] = n;
      sink(0);
      bar = scores[heap[0]!]!;
    }
  }
  return heap.sort((a, b) => (isBetter(a, b) ? -1 : 1));
}
