import { bm25, HitList, inverseFrequency } from './bm25.ts';
import type { EntryRef } from './entry-store.ts';
import type { QueryTable } from './query-table.ts';

/** Where the query terms stand in the files: one pass over their entries. */
export interface TextHits {
  /** Whole files. */
  content: HitList;
  /** Defined names. */
  symbols: HitList;
  /** 50-line windows, file after file; those of file f: from windowStart[f] to windowStart[f + 1]. */
  windows: HitList;
  windowStart: number[];
}

/** Finds the query terms in the entries of the files. */
export function findTextHits(files: readonly EntryRef[], table: QueryTable): TextHits {
  const found: TextHits = {
    content: new HitList(),
    symbols: new HitList(),
    windows: new HitList(),
    windowStart: [0],
  };
  const whole = new Float64Array(table.terms.length);
  for (const ref of files) {
    addSegments(ref, table, found, whole);
    addSymbols(ref, table, found.symbols);
  }
  return found;
}

function addSegments(
  { block, entry }: EntryRef,
  table: QueryTable,
  found: TextHits,
  whole: Float64Array,
): void {
  const { windows, content } = found;
  const first = block.segmentStart[entry] as number;
  const end = block.segmentStart[entry + 1] as number;
  const window = new Map<number, number>();
  let length = 0;
  let windowLength = 0;
  const seen: number[] = [];
  for (let segment = first; segment < end; segment++) {
    const isHead = (segment - first) % 2 === 0;
    const total = block.segmentTotal[segment] as number;
    const hits = segmentHits(block.terms, block.counts, block.postingStart, segment, table);
    // The ten lines that end a window begin the next one.
    for (let pass = 0; pass < (isHead && segment > first ? 2 : 1); pass++) {
      for (const [slot, count] of hits) window.set(slot, (window.get(slot) ?? 0) + count);
      windowLength += total;
      if (isHead && segment > first && pass === 0) {
        closeWindow(windows, window, windowLength);
        windowLength = 0;
      }
    }
    length += total;
    for (const [slot, count] of hits) {
      if (whole[slot] === 0) seen.push(slot);
      whole[slot] = (whole[slot] as number) + count;
    }
  }
  if (end > first) closeWindow(windows, window, windowLength);
  found.windowStart.push(windows.lengths.length);
  for (const slot of seen) {
    content.hit(slot, whole[slot] as number);
    whole[slot] = 0;
  }
  content.endDocument(length);
}

const none: readonly (readonly [number, number])[] = [];

function segmentHits(
  terms: Uint32Array,
  counts: Uint8Array,
  starts: Uint32Array,
  segment: number,
  table: QueryTable,
): readonly (readonly [number, number])[] {
  let hits: [number, number][] | undefined;
  const end = starts[segment + 1] as number;
  for (let at = starts[segment] as number; at < end; at++) {
    const slot = table.slotOf(terms[at] as number);
    if (slot < 0) continue;
    hits ??= [];
    hits.push([slot, counts[at] as number]);
  }
  return hits ?? none;
}

function closeWindow(windows: HitList, window: Map<number, number>, length: number): void {
  for (const [slot, count] of window) windows.hit(slot, count);
  windows.endDocument(length);
  window.clear();
}

function addSymbols({ block, entry }: EntryRef, table: QueryTable, symbols: HitList): void {
  const end = block.symbolStart[entry + 1] as number;
  for (let at = block.symbolStart[entry] as number; at < end; at++) {
    const slot = table.slotOf(block.symbolTerms[at] as number);
    if (slot >= 0) symbols.hit(slot, block.symbolCounts[at] as number);
  }
  symbols.endDocument(block.symbolTotal[entry] as number);
}

/** BM25 of the best window of every file. */
export function scoreWindows(hits: TextHits, weights: ArrayLike<number>): Float64Array {
  const each = bm25(hits.windows, weights, 1.2, 0.6);
  return Float64Array.from({ length: hits.windowStart.length - 1 }, (_, file) => {
    let best = 0;
    for (
      let window = hits.windowStart[file] as number;
      window < (hits.windowStart[file + 1] as number);
      window++
    )
      best = Math.max(best, each[window] as number);
    return best;
  });
}

/** A field of BM25F: its hits, its weight and how much its length counts. */
export interface Field {
  hits: HitList;
  weight: number;
  b: number;
}

/** BM25F (Robertson, Zaragoza and Taylor 2004): the fields' frequencies are weighted and added before saturation. */
export function bm25f(fields: readonly Field[], weights: ArrayLike<number>, k1: number): Float64Array {
  const documents = fields[0]?.hits.lengths.length ?? 0;
  const terms = weights.length;
  const averages = fields.map(({ hits }) => hits.lengths.reduce((sum, one) => sum + one, 0) / documents || 1);
  const frequency = new Float64Array(terms);
  const holding = new Float64Array(terms);
  const found = { starts: [0], slots: [] as number[], counts: [] as number[] };
  const seen: number[] = [];
  for (let at = 0; at < documents; at++) {
    for (const [number, { hits, weight, b }] of fields.entries()) {
      const norm = 1 - b + (b * (hits.lengths[at] as number)) / (averages[number] as number);
      for (let hit = hits.starts[at] as number; hit < (hits.starts[at + 1] as number); hit++) {
        const slot = hits.slots[hit] as number;
        if (frequency[slot] === 0) seen.push(slot);
        frequency[slot] = (frequency[slot] as number) + (weight * (hits.counts[hit] as number)) / norm;
      }
    }
    for (const slot of seen) {
      found.slots.push(slot);
      found.counts.push(frequency[slot] as number);
      frequency[slot] = 0;
      holding[slot] = (holding[slot] as number) + 1;
    }
    seen.length = 0;
    found.starts.push(found.slots.length);
  }
  const inverse = Array.from(holding, (count) => inverseFrequency(documents, count));
  const scores = new Float64Array(documents);
  for (let at = 0; at < documents; at++) {
    let score = 0;
    for (let hit = found.starts[at] as number; hit < (found.starts[at + 1] as number); hit++) {
      const slot = found.slots[hit] as number;
      const count = found.counts[hit] as number;
      score += ((weights[slot] as number) * (inverse[slot] as number) * count * (k1 + 1)) / (count + k1);
    }
    scores[at] = score;
  }
  return scores;
}
