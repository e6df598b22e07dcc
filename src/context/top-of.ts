/**
 * The `most` best of the numbers 0…count-1, best first. `compare(a, b)` below 0 means a is better; it must order any
 * two numbers, so that the answer does not depend on how they are stored. A heap of the worst kept: no sort of the
 * whole.
 */
export function topOf(count: number, most: number, compare: (a: number, b: number) => number): number[] {
  const heap: number[] = [];
  if (most <= 0) return heap;
  const sink = (from: number) => {
    let at = from;
    for (;;) {
      let worst = at;
      for (const child of [2 * at + 1, 2 * at + 2])
        if (child < heap.length && compare(heap[child]!, heap[worst]!) > 0) worst = child;
      if (worst === at) return;
      [heap[at], heap[worst]] = [heap[worst]!, heap[at]!];
      at = worst;
    }
  };
  for (let n = 0; n < count; n++) {
    if (heap.length < most) {
      heap.push(n);
      if (heap.length === most) for (let at = (most >> 1) - 1; at >= 0; at--) sink(at);
    } else if (compare(n, heap[0]!) < 0) {
      heap[0] = n;
      sink(0);
    }
  }
  return heap.sort(compare);
}
