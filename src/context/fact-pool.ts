import { dayMs } from '../base/calendar.ts';
import type { GramCounts, IndexedText } from './char-grams.ts';

/** What ranking needs to know of each fact, one array a property, numbered like the documents. */
export interface FactColumns {
  /** 1 for documents that still count, 0 for dead ones. */
  alive: Uint8Array;
  /** The id as a number (`idNumber`): settles ties the same way however facts are stored. */
  ids: Float64Array;
  /** Past usefulness: Σ 2^(day/30) over the sessions that used the fact, days since 2000-01-01. */
  uses: Float64Array;
  /** Lengths of the fields in terms, and of the whole text in grams. */
  titleLengths: Uint16Array;
  bodyLengths: Uint16Array;
  gramLengths: Uint16Array;
  /** Day of last confirmation as days since 2000-01-01; 0 when unknown. */
  days: Uint16Array;
  /** Hundredths. */
  confidence: Uint8Array;
  /** Positions in `categories` and `statuses`. */
  categories: Uint8Array;
  statuses: Uint8Array;
}

/** Living documents of a segment and the sums of their lengths: what averages are made of. */
export interface LengthTotals {
  living: number;
  title: number;
  body: number;
  grams: number;
}

/** A segment of the index and the facts in it, all of one scope. How it is stored is no concern of the ranking. */
export interface FactSegment extends FactColumns {
  scope: string;
  count: number;
  totals: LengthTotals;
  /** Gram counts over living documents. */
  grams(): GramCounts;
  /** Posting lists of those terms that occur. */
  postings(terms: readonly string[]): Map<string, Uint8Array>;
  /** Texts of documents, in the order asked. */
  texts(docs: readonly number[]): IndexedText[];
}

/** Segments taken together: their documents numbered through, their columns joined, their statistics one. */
export interface FactPool extends FactColumns {
  segments: readonly FactSegment[];
  /** Number of the first document of each segment. */
  starts: number[];
  count: number;
  totals: LengthTotals;
}

/** The pool of some segments. */
export function joinSegments(segments: readonly FactSegment[]): FactPool {
  const starts: number[] = [];
  let count = 0;
  for (const segment of segments) {
    starts.push(count);
    count += segment.count;
  }
  return {
    segments,
    starts,
    count,
    totals: {
      living: segments.reduce((sum, { totals }) => sum + totals.living, 0),
      title: segments.reduce((sum, { totals }) => sum + totals.title, 0),
      body: segments.reduce((sum, { totals }) => sum + totals.body, 0),
      grams: segments.reduce((sum, { totals }) => sum + totals.grams, 0),
    },
    alive: join(segments, starts, new Uint8Array(count), 'alive'),
    ids: join(segments, starts, new Float64Array(count), 'ids'),
    uses: join(segments, starts, new Float64Array(count), 'uses'),
    titleLengths: join(segments, starts, new Uint16Array(count), 'titleLengths'),
    bodyLengths: join(segments, starts, new Uint16Array(count), 'bodyLengths'),
    gramLengths: join(segments, starts, new Uint16Array(count), 'gramLengths'),
    days: join(segments, starts, new Uint16Array(count), 'days'),
    confidence: join(segments, starts, new Uint8Array(count), 'confidence'),
    categories: join(segments, starts, new Uint8Array(count), 'categories'),
    statuses: join(segments, starts, new Uint8Array(count), 'statuses'),
  };
}

function join<K extends keyof FactColumns>(
  segments: readonly FactSegment[],
  starts: readonly number[],
  into: FactColumns[K],
  name: K,
): FactColumns[K] {
  segments.forEach((segment, i) => {
    (into as Float64Array).set(segment[name] as Float64Array, starts[i]);
  });
  return into;
}

/** Totals over some documents of a segment. */
export function totalsOf(
  lengths: Pick<FactColumns, 'titleLengths' | 'bodyLengths' | 'gramLengths'>,
  docs: Iterable<number>,
): LengthTotals {
  const totals = { living: 0, title: 0, body: 0, grams: 0 };
  for (const doc of docs) {
    totals.living++;
    totals.title += lengths.titleLengths[doc]!;
    totals.body += lengths.bodyLengths[doc]!;
    totals.grams += lengths.gramLengths[doc]!;
  }
  return totals;
}

/** Position of the segment that holds a document of the pool. */
export function segmentOf(pool: FactPool, doc: number): number {
  let segment = pool.starts.length - 1;
  while (pool.starts[segment]! > doc) segment--;
  return segment;
}

/** The id as a number that orders like the text: 10 characters a–z, 0–9 fit a double exactly. */
export function idNumber(id: string): number {
  const value = Number.parseInt(id, 36);
  return Number.isSafeInteger(value) ? value : 0;
}

const epochDays2000 = 10_957;

/** Days since 2000-01-01 of a time in milliseconds, never below 1, since 0 says unknown. */
export function dayNumber(ms: number): number {
  return Math.max(1, ms / dayMs - epochDays2000);
}
