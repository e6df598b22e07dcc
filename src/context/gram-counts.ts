/** The two indexed fields of one fact. */
export interface IndexedText {
  title: string;
  body: string;
}

/** How many documents of a segment hold each gram; hashes ascend. */
export interface GramCounts {
  hashes: Uint32Array;
  counts: Uint32Array;
}

/** `from` without `less`: what is left when documents die. */
export function subtractGrams(from: GramCounts, less: GramCounts): GramCounts {
  const counts = from.counts.slice();
  less.hashes.forEach((hash, i) => {
    const at = findGram(from, hash);
    if (at >= 0) counts[at] = Math.max(0, (counts[at] as number) - (less.counts[i] as number));
  });
  return { hashes: from.hashes, counts };
}

/** Number of documents that hold the gram. */
export function gramCount(grams: GramCounts, hash: number): number {
  const at = findGram(grams, hash);
  return at < 0 ? 0 : (grams.counts[at] as number);
}

function findGram({ hashes }: GramCounts, hash: number): number {
  let low = 0;
  let high = hashes.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = hashes[middle] as number;
    if (found === hash) return middle;
    if (found < hash) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
