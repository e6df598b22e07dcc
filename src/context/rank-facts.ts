import { categories, type Status } from '../knowledge/fact.ts';
import { type FactPool, segmentOf } from './fact-pool.ts';
import { openGates, type ScopeGate, shutGates } from './gate.ts';
import { type Priors, priorsOf, recencyFactor, type Trust, useFactor, useFade } from './priors.ts';
import { type Query, scoreGrams, scoreWords, type WordScores } from './relevance.ts';
import { topOf } from './top-of.ts';

/** A session at its start wants priors; somebody looking something up does not: they cost .012 there (spec 04). */
export type RankMode = 'bootstrap' | 'search';

/** What to rank for, and how many to give. */
export interface RankOptions {
  mode: RankMode;
  /** Absent or empty: nothing is known of the task, only priors order. */
  query?: Query | undefined;
  /** Days since 2000-01-01. Facts are dated by days, so ages are whole days: one day ranks the same all day long. */
  now: number;
  /** Share of the query's weight that the best fact of a scope must hold, or nothing of the scope is given. */
  gate: number;
  /** Statuses that may be given. */
  statuses: readonly Status[];
  trust?: Trust;
  /** How many to give. */
  limit: number;
  /** Facts whose grams are counted when more may be given; Infinity scores every fact exactly. */
  candidates?: number;
}

/** Why a fact stands where it stands: `score` is the product, relevance counting as 0.2 + relevance in a bootstrap. */
export interface ScoreParts {
  relevance: number;
  /** The halves of relevance, each relative to the best fact: BM25F, and character 4-grams. */
  words: number;
  chars: number;
  /** Share of the query's weight the fact holds. */
  coverage: number;
  use: number;
  recency: number;
  trust: number;
  /** Category weight × confidence; 1 where a query orders. */
  kind: number;
}

export interface RankedFact {
  /** Position in the pool. */
  doc: number;
  score: number;
  parts: ScoreParts;
}

export interface Ranking {
  /** Best first. */
  ranked: RankedFact[];
  /** Facts that could have been given, whatever the gate. */
  stock: number;
  scopes: ScopeGate[];
}

const floor = 0.2;
/** Below this many facts everything is shown: ranking adds nothing (random .59, all = 1). */
const smallPool = 20;
/** Measured on pools of 2,208: with 160 the best 30 agree by 98 % or more with scoring every fact. */
const defaultCandidates = { bootstrap: 160, search: 3000 };
/** Without a task: what hurts first. A question only helps who works on it. */
const kindWeights: Record<(typeof categories)[number], number> = {
  pitfall: 2,
  'tool-quirk': 1.4,
  pattern: 1.4,
  decision: 1.2,
  fact: 1,
  question: 0.5,
};

/**
 * The facts of the pool in the order a session (or a search) should see them. Relevance is half BM25F, half character
 * 4-grams, each relative to the best fact given; statistics are those of the whole pool. Large pools are scored in
 * two steps: words and priors choose the candidates, whose grams are then counted exactly.
 */
export function rankFacts(pool: FactPool, given: RankOptions): Ranking {
  const options = { ...given, now: Math.floor(given.now) };
  const { mode, query } = options;
  const priors = priorsOf(pool, { ...options, weighed: mode === 'bootstrap', trust: options.trust });
  const stock = priors.stocks.reduce((sum, one) => sum + one, 0);
  if (!query || query.terms.size + query.grams.size === 0) {
    const ranked = mode === 'bootstrap' ? rankByPrior(pool, priors, options) : [];
    return { ranked, stock, scopes: openGates(pool, priors) };
  }
  const words = scoreWords(pool, query);
  const least = mode === 'bootstrap' && stock < smallPool ? 0 : options.gate;
  const { scopes, bestWords } = shutGates(pool, priors, words, least);
  const open = scopes.reduce((sum, scope) => (scope.passed ? sum + scope.stock : sum), 0);
  return { ranked: rankByRelevance(pool, { priors, words, query, bestWords, open }, options), stock, scopes };
}

function rankByPrior(pool: FactPool, { values }: Priors, options: RankOptions): RankedFact[] {
  const weights = Float64Array.from(categories, (category) => kindWeights[category] / 100);
  const scores = new Float64Array(pool.count);
  for (let doc = 0; doc < scores.length; doc++)
    scores[doc] = floor * values[doc]! * weights[pool.categories[doc]!]! * pool.confidence[doc]!;
  return topOf(scores, pool.ids, options.limit)
    .filter((doc) => scores[doc]! > 0)
    .map((doc) => {
      const kind = weights[pool.categories[doc]!]! * pool.confidence[doc]!;
      return { doc, score: scores[doc]!, parts: { ...partsOf(pool, doc, options), kind } };
    });
}

/** What is known of a pool when relevance is to order it. */
interface Scored {
  priors: Priors;
  words: WordScores;
  query: Query;
  /** Best word score among facts that may be given, and their number. */
  bestWords: number;
  open: number;
}

function rankByRelevance(pool: FactPool, scored: Scored, options: RankOptions): RankedFact[] {
  const { priors, words, query, bestWords } = scored;
  const base = options.mode === 'bootstrap' ? floor : 0;
  const docs = chooseCandidates(pool, scored, base, options.candidates ?? defaultCandidates[options.mode]);
  const grams = scoreGrams(pool, query, docs);
  const bestGrams = grams.reduce((most, one) => Math.max(most, one), 0);
  const found: RankedFact[] = [];
  docs.forEach((doc, n) => {
    const share = bestWords > 0 ? words.scores[doc]! / bestWords : 0;
    const chars = bestGrams > 0 ? grams[n]! / bestGrams : 0;
    const relevance = (share + chars) / 2;
    const score = priors.values[doc]! * (base + relevance);
    if (score <= 0) return;
    const coverage = words.mass > 0 ? words.covered[doc]! / words.mass : 0;
    const parts = { ...partsOf(pool, doc, options), relevance, words: share, chars, coverage };
    found.push({ doc, score, parts });
  });
  return found
    .sort((a, b) => b.score - a.score || pool.ids[a.doc]! - pool.ids[b.doc]! || a.doc - b.doc)
    .slice(0, options.limit);
}

/** All that may be given, when they are few; else those that words and priors rank highest. Ascending. */
function chooseCandidates(pool: FactPool, scored: Scored, base: number, most: number): number[] {
  const { priors, words, bestWords, open } = scored;
  const half = open > most && bestWords > 0 ? 0.5 / bestWords : 0;
  const rough = new Float64Array(pool.count);
  for (let doc = 0; doc < rough.length; doc++)
    rough[doc] = priors.values[doc]! * (open > most ? base + half * words.scores[doc]! : 1);
  return topOf(rough, pool.ids, Math.min(most, open))
    .filter((doc) => priors.values[doc]! > 0)
    .sort((a, b) => a - b);
}

function partsOf(pool: FactPool, doc: number, options: RankOptions): ScoreParts {
  const bootstrap = options.mode === 'bootstrap';
  return {
    relevance: 0,
    words: 0,
    chars: 0,
    coverage: 0,
    use: bootstrap ? useFactor(pool.uses[doc]! * useFade(options.now)) : 1,
    recency: bootstrap ? recencyFactor(pool.days[doc]!, options.now) : 1,
    trust: options.trust?.byId.get(pool.ids[doc]!) ?? options.trust?.byCategory[pool.categories[doc]!] ?? 1,
    kind: 1,
  };
}

/** The segment of a ranked fact and its number there. */
export function placeOf(pool: FactPool, doc: number): { segment: number; local: number } {
  const segment = segmentOf(pool, doc);
  return { segment, local: doc - pool.starts[segment]! };
}
