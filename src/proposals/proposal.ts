import type { Charge } from './charge-time.ts';
import type { Pattern } from './pattern.ts';
import type { Price } from './price-pattern.ts';

/** Where a pattern was seen. */
export interface Evidence {
  session: string;
  /** 0: unknown. */
  line: number;
  /** UTC day of the session; null when it has no date. */
  day: string | null;
  /** Charged there. */
  ms: number;
}

/** A pattern of waste worth mending, with its price and words. */
export interface Proposal {
  /** Ten base32 characters of the pattern's kind, key and grouping version. */
  id: string;
  pattern: Pattern;
  charge: Charge;
  price: Price;
  title: string;
  problem: string;
  /** What to do, as Markdown blocks made safe. */
  solution: string[];
  area: 'reliability' | 'performance' | 'automation';
  repos: string[];
  evidence: Evidence[];
}

/** Changes when errors are grouped otherwise, so that a new grouping does not look like new problems. */
export const groupingVersion = 1;
