import { inverseFrequency } from './bm25.ts';
import type { CodeQuery } from './code-query.ts';
import { isStopWord, termsOfIdentifier } from './code-words.ts';
import type { NamedPlace } from './issue-signals.ts';
import type { TextHits } from './score-text.ts';

const mostFilesOfName = 12;
const mostParts = 8;
const frameDecay = 0.85;

/** Files by the ends of their paths: `cart/total.ts` and `total.ts` both lead to `src/cart/total.ts`. */
export class PathEnds {
  private readonly byBase = new Map<string, number[]>();
  private readonly paths: readonly string[];

  constructor(paths: readonly string[]) {
    this.paths = paths;
    for (const [at, path] of paths.entries()) {
      for (const name of namesOf(path)) {
        const list = this.byBase.get(name);
        if (list) list.push(at);
        else this.byBase.set(name, [at]);
      }
    }
  }

  /**
   * The files a written path may mean: those that share the most of its last parts. A path of another machine
   * (`/home/ada/shop/src/cart.ts`, `site-packages/shop/cart.py`) is found by its end; a bare word is no path.
   */
  find(written: string): { files: number[]; parts: number } {
    const parts = written.split('/').filter(Boolean).slice(-mostParts);
    const base = parts.at(-1) ?? '';
    if (parts.length === 1 && !base.includes('.')) return { files: [], parts: 0 };
    let best: number[] = [];
    let most = 0;
    for (const at of this.byBase.get(base) ?? []) {
      const shared = sharedEnd(parts, (this.paths[at] as string).split('/'));
      if (shared < most) continue;
      if (shared > most) best = [];
      most = shared;
      best.push(at);
    }
    // A folder and a name without extension: at least one folder must fit.
    if (!base.includes('.') && most < 2) return { files: [], parts: 0 };
    return { files: best.length > mostFilesOfName ? [] : best, parts: most };
  }
}

/** `total.ts` and, for imports, `total`. */
function namesOf(path: string): string[] {
  const base = path.slice(path.lastIndexOf('/') + 1);
  const plain = base.replace(/\.[A-Za-z0-9]+$/, '');
  return plain === base || plain === '' ? [base] : [base, plain];
}

function sharedEnd(written: readonly string[], real: readonly string[]): number {
  let shared = 1;
  while (shared < Math.min(written.length, real.length) && written.at(-1 - shared) === real.at(-1 - shared))
    shared++;
  return shared;
}

/** Files of the frames of stack traces: the innermost 1, each further one less. Frames in other people's code fall out. */
export function scoreFrames(ends: PathEnds, files: number, frames: readonly NamedPlace[]): Float64Array {
  const scores = new Float64Array(files);
  let worth = 1;
  for (const { path } of frames) {
    const found = ends.find(path);
    if (found.files.length === 0) continue;
    for (const at of found.files)
      scores[at] = Math.max(scores[at] as number, worth / Math.sqrt(found.files.length));
    worth *= frameDecay;
  }
  return scores;
}

/** Files that the text names, by how much of the path it says and how many files that may be. */
export function scoreMentions(ends: PathEnds, files: number, mentions: readonly NamedPlace[]): Float64Array {
  const scores = new Float64Array(files);
  for (const { path } of mentions) {
    const found = findMentioned(ends, path);
    const worth = (0.5 + 0.5 * Math.min(1, found.parts / 3)) / Math.sqrt(found.files.length || 1);
    for (const at of found.files) scores[at] = Math.max(scores[at] as number, worth);
  }
  return scores;
}

/** A path, or a dotted module (`shop.cart.total`, perhaps with a name of it behind) where no path fits. */
function findMentioned(ends: PathEnds, path: string): { files: number[]; parts: number } {
  const asPath = ends.find(path);
  if (asPath.files.length > 0 || path.includes('/')) return asPath;
  const parts = path.split('.').filter(Boolean);
  for (let drop = 0; drop < 2 && parts.length - drop >= 2; drop++) {
    const asModule = ends.find(parts.slice(0, parts.length - drop).join('/'));
    if (asModule.files.length > 0) return asModule;
  }
  return asPath;
}

const leastCoverage = 0.7;
const leastTerms = 2;

/**
 * Files with a 50-line window that has (nearly) all words of a quoted phrase or error message, 0 … 1. Words that a
 * program puts into the message are missing there, so not all are asked for; rare words count more.
 */
export function scoreQuotes(hits: TextHits, query: CodeQuery, quotes: readonly string[]): Float64Array {
  const files = hits.windowStart.length - 1;
  const scores = new Float64Array(files);
  const slots = new Map(query.terms.map(({ term }, slot) => [term, slot]));
  const holding = new Float64Array(query.terms.length);
  for (const slot of hits.windows.slots) holding[slot] = (holding[slot] as number) + 1;
  const windows = hits.windows.lengths.length;
  for (const quote of quotes) {
    const wanted = slotsOf(quote, slots);
    if (wanted.size < leastTerms) continue;
    const worth = (slot: number) => inverseFrequency(windows, holding[slot] as number);
    const whole = [...wanted].reduce((sum, slot) => sum + worth(slot), 0);
    // Common words alone stand everywhere.
    const specific = Math.min(1, whole / (leastTerms * Math.log(1 + windows)));
    for (let file = 0; file < files; file++) {
      for (let at = hits.windowStart[file] as number; at < (hits.windowStart[file + 1] as number); at++) {
        let held = 0;
        for (
          let hit = hits.windows.starts[at] as number;
          hit < (hits.windows.starts[at + 1] as number);
          hit++
        ) {
          const slot = hits.windows.slots[hit] as number;
          if (wanted.has(slot)) held += worth(slot);
        }
        const coverage = whole > 0 ? held / whole : 0;
        if (coverage < leastCoverage) continue;
        scores[file] = Math.max(scores[file] as number, specific * coverage ** 3);
      }
    }
  }
  return scores;
}

function slotsOf(quote: string, slots: ReadonlyMap<string, number>): Set<number> {
  const found = new Set<number>();
  for (const [word] of quote.matchAll(/[\p{L}_$][\p{L}\p{N}_$]*/gu)) {
    if (isStopWord(word.toLowerCase())) continue;
    for (const term of termsOfIdentifier(word)) {
      const slot = slots.get(term);
      if (slot !== undefined) found.add(slot);
    }
  }
  return found;
}

/** The lines that frames and mentions name, by path. A place that may be in several files counts for each. */
export function findNamedLines(
  paths: readonly string[],
  places: readonly NamedPlace[],
): Map<string, number[]> {
  const lines = new Map<string, number[]>();
  const ends = places.length > 0 ? new PathEnds(paths) : undefined;
  for (const { path, line } of places) {
    if (line === null) continue;
    for (const at of ends?.find(path).files ?? []) {
      const named = lines.get(paths[at] as string);
      if (named) named.push(line);
      else lines.set(paths[at] as string, [line]);
    }
  }
  return lines;
}
