import { categories, type Status, statuses } from '../knowledge/fact.ts';
import { type FactPool, segmentOf } from './fact-pool.ts';
import { type Query, scoreGrams, scoreWords, type WordScores } from './relevance.ts';
import { topOf } from './top-of.ts';

/** A session at its start wants priors; somebody looking something up does not: they cost .012 there (spec 04). */
export type RankMode = 'bootstrap' | 'search';

export interface RankOptions {
  mode: RankMode;
  /** Absent or empty: nothing is known of the task, only priors order. */
  query?: Query | undefined;
  /** Days since 2000-01-01, fractions allowed. */
  now: number;
  /** Share of the query's weight that the best fact of a scope must hold, or nothing of the scope is given. */
  gate: number;
  /** Statuses that may be given. */
  statuses: readonly Status[];
  /** What randomised exposure taught (½–1.5): by position in `categories`, and by number of the id; 1 while unknown. */
  trust?: { byCategory: readonly number[]; byId: ReadonlyMap<number, number> };
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

/** A scope of the pool and whether its best fact passed the gate. */
export interface ScopeGate {
  scope: string;
  stock: number;
  coverage: number;
  passed: boolean;
}

export interface Ranking {
  /** Best first. */
  ranked: RankedFact[];
  /** Facts that could have been given, whatever the gate. */
  stock: number;
  scopes: ScopeGate[];
}

const floor = 0.2;
const useWeight = 0.5;
const useHalfLifeDays = 30;
const recencyWeight = 0.5;
const recencyHalfLifeDays = 14;
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
export function rankFacts(pool: FactPool, options: RankOptions): Ranking {
  const priors = priorsOf(pool, options);
  const stocks = pool.segments.map((segment, i) => countPositive(priors, pool.starts[i]!, segment.count));
  const stock = stocks.reduce((sum, one) => sum + one, 0);
  const names = [...new Set(pool.segments.map((segment) => segment.scope))];
  const stockOf = (scope: string) =>
    stocks.reduce((sum, one, i) => (pool.segments[i]!.scope === scope ? sum + one : sum), 0);
  const { query } = options;
  if (!query || query.terms.size + query.grams.size === 0) {
    const scopes = names.map((scope) => ({ scope, stock: stockOf(scope), coverage: 0, passed: true }));
    return { ranked: options.mode === 'bootstrap' ? rankByPrior(pool, priors, options) : [], stock, scopes };
  }
  const words = scoreWords(pool, query);
  const showAll = options.mode === 'bootstrap' && stock < smallPool;
  const scopes = names.map((scope) => {
    const coverage = bestCoverage(pool, words, priors, scope);
    return { scope, stock: stockOf(scope), coverage, passed: showAll || coverage >= options.gate };
  });
  const shut = new Set(scopes.filter((one) => !one.passed).map((one) => one.scope));
  pool.segments.forEach((segment, i) => {
    if (shut.has(segment.scope)) priors.fill(0, pool.starts[i]!, pool.starts[i]! + segment.count);
  });
  return { ranked: rankByRelevance(pool, priors, words, query, options), stock, scopes };
}

function countPositive(values: Float64Array, start: number, count: number): number {
  let found = 0;
  for (let at = start; at < start + count; at++) if (values[at]! > 0) found++;
  return found;
}

/** valid · use · recency · trust of every document; 0 for those that may not be given. */
function priorsOf(pool: FactPool, options: RankOptions): Float64Array {
  const { alive, statuses: status, categories: category, uses, days } = pool;
  const given = Uint8Array.from(statuses, (one) => (options.statuses.includes(one) ? 1 : 0));
  const trust = Float64Array.from(categories, (_, i) => options.trust?.byCategory[i] ?? 1);
  const own = options.trust && options.trust.byId.size > 0 ? options.trust.byId : undefined;
  const bootstrap = options.mode === 'bootstrap';
  const recency = recencyByDay(days, options.now);
  const fade = useFade(options.now);
  const priors = new Float64Array(pool.count);
  for (let doc = 0; doc < priors.length; doc++) {
    if (alive[doc] !== 1 || given[status[doc]!] !== 1) continue;
    let prior = own?.get(pool.ids[doc]!) ?? trust[category[doc]!]!;
    if (bootstrap) {
      prior *= recency[days[doc]!]!;
      if (uses[doc]! > 0) prior *= useFactor(uses[doc]! * fade);
    }
    priors[doc] = prior;
  }
  return priors;
}

function useFactor(use: number): number {
  return use > 0 ? 1 + useWeight * Math.log1p(use) : 1;
}

/** Turns stored use into use today: half of it is left after 30 days (spec 04). */
function useFade(now: number): number {
  return 2 ** (-now / useHalfLifeDays);
}

function recencyFactor(day: number, now: number): number {
  return day === 0 ? 1 : 1 + recencyWeight * 2 ** (-Math.max(0, now - day) / recencyHalfLifeDays);
}

/** Recency for every day there is, so that it is computed once a day and not once a fact. */
function recencyByDay(days: Uint16Array, now: number): Float64Array {
  let last = 0;
  for (let doc = 0; doc < days.length; doc++) if (days[doc]! > last) last = days[doc]!;
  const factors = new Float64Array(last + 1).fill(1);
  // Beyond a year the factor is 1 to within a part in a hundred million.
  for (let day = Math.max(1, Math.floor(now) - 400); day <= last; day++)
    factors[day] = recencyFactor(day, now);
  return factors;
}

/** Coverage of the fact of a scope that words rank first. */
function bestCoverage(pool: FactPool, words: WordScores, priors: Float64Array, scope: string): number {
  const { scores, coverage } = words;
  let best = 0;
  let found = 0;
  for (let i = 0; i < pool.segments.length; i++) {
    if (pool.segments[i]!.scope !== scope) continue;
    const end = pool.starts[i]! + pool.segments[i]!.count;
    for (let doc = pool.starts[i]!; doc < end; doc++) {
      const score = scores[doc]!;
      if (score === 0 || score < best || priors[doc] === 0) continue;
      found = score > best ? coverage[doc]! : Math.max(found, coverage[doc]!);
      best = score;
    }
  }
  return found;
}

function rankByPrior(pool: FactPool, priors: Float64Array, options: RankOptions): RankedFact[] {
  const weights = Float64Array.from(categories, (category) => kindWeights[category] / 100);
  const scores = new Float64Array(pool.count);
  for (let doc = 0; doc < scores.length; doc++)
    scores[doc] = floor * priors[doc]! * weights[pool.categories[doc]!]! * pool.confidence[doc]!;
  return topOf(scores, pool.ids, options.limit)
    .filter((doc) => scores[doc]! > 0)
    .map((doc) => {
      const kind = weights[pool.categories[doc]!]! * pool.confidence[doc]!;
      return { doc, score: scores[doc]!, parts: { ...partsOf(pool, doc, options), kind } };
    });
}

function rankByRelevance(
  pool: FactPool,
  priors: Float64Array,
  words: WordScores,
  query: Query,
  options: RankOptions,
): RankedFact[] {
  const base = options.mode === 'bootstrap' ? floor : 0;
  const mostWords = largestGiven(words.scores, priors);
  const docs = chooseCandidates(
    pool,
    priors,
    words.scores,
    base,
    mostWords,
    options.candidates ?? defaultCandidates[options.mode],
  );
  const grams = scoreGrams(pool, query, docs);
  const mostGrams = grams.reduce((most, one) => Math.max(most, one), 0);
  const found: RankedFact[] = [];
  docs.forEach((doc, n) => {
    const share = mostWords > 0 ? words.scores[doc]! / mostWords : 0;
    const chars = mostGrams > 0 ? grams[n]! / mostGrams : 0;
    const relevance = (share + chars) / 2;
    const score = priors[doc]! * (base + relevance);
    if (score <= 0) return;
    const parts = {
      ...partsOf(pool, doc, options),
      relevance,
      words: share,
      chars,
      coverage: words.coverage[doc]!,
    };
    found.push({ doc, score, parts });
  });
  return found
    .sort((a, b) => b.score - a.score || pool.ids[a.doc]! - pool.ids[b.doc]! || a.doc - b.doc)
    .slice(0, options.limit);
}

function largestGiven(scores: Float64Array, priors: Float64Array): number {
  let most = 0;
  for (let doc = 0; doc < scores.length; doc++)
    if (scores[doc]! > most && priors[doc]! > 0) most = scores[doc]!;
  return most;
}

/** All that may be given, when they are few; else those that words and priors rank highest. Ascending. */
function chooseCandidates(
  pool: FactPool,
  priors: Float64Array,
  scores: Float64Array,
  base: number,
  mostWords: number,
  most: number,
): number[] {
  const eligible = countPositive(priors, 0, pool.count);
  const rough = new Float64Array(pool.count);
  const half = mostWords > 0 ? 0.5 / mostWords : 0;
  for (let doc = 0; doc < rough.length; doc++)
    rough[doc] = eligible <= most ? priors[doc]! : priors[doc]! * (base + half * scores[doc]!);
  return topOf(rough, pool.ids, Math.min(most, eligible))
    .filter((doc) => priors[doc]! > 0)
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
