import type { EntryRef } from './entry-store.ts';

/** Names that more files define say little about which one is meant. */
const mostDefiners = 8;
const restart = 0.5;
const rounds = 12;
const backShare = 0.5;
const mostOccurrences = 2;
const seedFiles = 10;

/** Bits of a filter before the names: most terms of a file are no name, and a map of all names is slow to ask. */
const perhapsMask = 2 ** 21 - 1;

/** Which file uses what which other file defines: uses of file f from starts[f] to starts[f + 1]. */
interface UseGraph {
  starts: Uint32Array;
  names: Uint32Array;
  weights: Float64Array;
  /** Definers of each name. */
  definers: number[][];
}

/**
 * Files near the best ones by use of names: PageRank restarted at them (Haveliwala 2002), over uses and, half as
 * strong, the other way; its square root, so that one hub does not hide the rest. Names are compared as terms, which the
 * index has of every file.
 */
export function scoreGraph(files: readonly EntryRef[], seeds: Float64Array): Float64Array {
  const graph = buildGraph(files);
  const start = new Float64Array(files.length);
  const best = [...seeds.keys()]
    .filter((at) => (seeds[at] as number) > 0)
    .sort((a, b) => (seeds[b] as number) - (seeds[a] as number) || a - b)
    .slice(0, seedFiles);
  const whole = best.reduce((sum, at) => sum + (seeds[at] as number), 0);
  for (const at of best) start[at] = (seeds[at] as number) / whole;
  return walk(graph, start).map(Math.sqrt);
}

function buildGraph(files: readonly EntryRef[]): UseGraph {
  const numbers = new Map<number, number>();
  const definers: number[][] = [];
  for (const [at, { block, entry }] of files.entries()) {
    const end = block.nameStart[entry + 1] as number;
    for (let name = block.nameStart[entry] as number; name < end; name++) {
      const term = block.nameTerms[name] as number;
      const known = numbers.get(term);
      if (known === undefined) {
        numbers.set(term, definers.length);
        definers.push([at]);
      } else if ((definers[known] as number[]).at(-1) !== at) (definers[known] as number[]).push(at);
    }
  }
  for (const [term, name] of numbers)
    if ((definers[name] as number[]).length > mostDefiners) numbers.delete(term);
  const perhaps = new Uint8Array((perhapsMask + 1) >> 3);
  for (const term of numbers.keys()) {
    const bit = term & perhapsMask;
    perhaps[bit >> 3] = (perhaps[bit >> 3] as number) | (1 << (bit & 7));
  }
  const starts = new Uint32Array(files.length + 1);
  const names: number[] = [];
  const weights: number[] = [];
  const users = new Float64Array(definers.length);
  for (const [at, ref] of files.entries()) {
    for (const [name, count] of usesOf(ref, numbers, perhaps)) {
      const own = (definers[name] as number[]).includes(at) ? 1 : 0;
      if (count <= own) continue;
      names.push(name);
      weights.push(Math.min(mostOccurrences, Math.sqrt(count - own)));
      users[name] = (users[name] as number) + 1;
    }
    starts[at + 1] = names.length;
  }
  const rarity = Float64Array.from(
    users,
    (count, name) => Math.log(1 + files.length / (count + 1)) / (definers[name] as number[]).length,
  );
  return {
    starts,
    names: Uint32Array.from(names),
    weights: Float64Array.from(weights, (weight, at) => weight * (rarity[names[at] as number] as number)),
    definers,
  };
}

function usesOf(
  { block, entry }: EntryRef,
  numbers: ReadonlyMap<number, number>,
  perhaps: Uint8Array,
): Map<number, number> {
  const uses = new Map<number, number>();
  const first = block.postingStart[block.segmentStart[entry] as number] as number;
  const end = block.postingStart[block.segmentStart[entry + 1] as number] as number;
  for (let at = first; at < end; at++) {
    const bit = (block.terms[at] as number) & perhapsMask;
    if (((perhaps[bit >> 3] as number) & (1 << (bit & 7))) === 0) continue;
    const name = numbers.get(block.terms[at] as number);
    if (name !== undefined) uses.set(name, (uses.get(name) ?? 0) + (block.counts[at] as number));
  }
  return uses;
}

function walk(graph: UseGraph, start: Float64Array): Float64Array {
  const out = outgoing(graph, start.length);
  let rank = start.slice();
  for (let round = 0; round < rounds; round++) {
    const next = new Float64Array(rank.length);
    let lost = 0;
    for (let file = 0; file < rank.length; file++) if (out[file] === 0) lost += rank[file] as number;
    eachEdge(graph, (user, definer, weight) => {
      if (rank[user] !== 0)
        next[definer] = (next[definer] as number) + ((rank[user] as number) * weight) / (out[user] as number);
      if (rank[definer] !== 0)
        next[user] =
          (next[user] as number) +
          ((rank[definer] as number) * weight * backShare) / (out[definer] as number);
    });
    for (let file = 0; file < next.length; file++)
      next[file] =
        restart * ((next[file] as number) + lost * (start[file] as number)) +
        (1 - restart) * (start[file] as number);
    rank = next;
  }
  return rank;
}

function outgoing(graph: UseGraph, files: number): Float64Array {
  const out = new Float64Array(files);
  eachEdge(graph, (user, definer, weight) => {
    out[user] = (out[user] as number) + weight;
    out[definer] = (out[definer] as number) + weight * backShare;
  });
  return out;
}

function eachEdge(graph: UseGraph, each: (user: number, definer: number, weight: number) => void): void {
  const { starts, names, weights, definers } = graph;
  for (let user = 0; user + 1 < starts.length; user++)
    for (let use = starts[user] as number; use < (starts[user + 1] as number); use++)
      for (const definer of definers[names[use] as number] as number[])
        if (definer !== user) each(user, definer, weights[use] as number);
}
