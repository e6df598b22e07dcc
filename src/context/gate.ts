import type { FactPool } from './fact-pool.ts';
import type { Priors } from './priors.ts';
import type { WordScores } from './relevance.ts';

/** A scope of the pool and whether its best fact passed the gate. */
export interface ScopeGate {
  scope: string;
  /** Facts that could be given. */
  stock: number;
  /** Share of the query's weight that the scope's best fact holds; 0 without a query. */
  coverage: number;
  passed: boolean;
}

/** Every scope of the pool, passed: there is no query to be about. */
export function openGates(pool: FactPool, priors: Priors): ScopeGate[] {
  return scopesOf(pool).map((scope) => ({
    scope,
    stock: stockOf(pool, priors, scope),
    coverage: 0,
    passed: true,
  }));
}

/**
 * Shuts scopes whose best fact covers less of the query than `least`: their priors become 0, and nothing of them is
 * given. A floor that may give nothing: noise lowers success and raises cost (spec 00). Also the best word score left.
 */
export function shutGates(
  pool: FactPool,
  priors: Priors,
  words: WordScores,
  least: number,
): { scopes: ScopeGate[]; bestWords: number } {
  let bestWords = 0;
  const scopes = scopesOf(pool).map((scope) => {
    const best = bestOf(pool, priors, words, scope);
    const coverage = words.mass > 0 ? best.covered / words.mass : 0;
    const passed = coverage >= least;
    if (passed) bestWords = Math.max(bestWords, best.score);
    return { scope, stock: stockOf(pool, priors, scope), coverage, passed };
  });
  const shut = new Set(scopes.filter((one) => !one.passed).map((one) => one.scope));
  pool.segments.forEach((segment, i) => {
    if (shut.has(segment.scope)) priors.values.fill(0, pool.starts[i]!, pool.starts[i]! + segment.count);
  });
  return { scopes, bestWords };
}

function scopesOf(pool: FactPool): string[] {
  return [...new Set(pool.segments.map((segment) => segment.scope))];
}

function stockOf(pool: FactPool, { stocks }: Priors, scope: string): number {
  return stocks.reduce((sum, stock, i) => (pool.segments[i]!.scope === scope ? sum + stock : sum), 0);
}

/** The fact of a scope that words rank first: its score, and how much of the query it covers. */
function bestOf(
  pool: FactPool,
  priors: Priors,
  words: WordScores,
  scope: string,
): { score: number; covered: number } {
  const { scores, covered } = words;
  const { values } = priors;
  let best = 0;
  let most = 0;
  for (let i = 0; i < pool.segments.length; i++) {
    if (pool.segments[i]!.scope !== scope) continue;
    const end = pool.starts[i]! + pool.segments[i]!.count;
    for (let doc = pool.starts[i]!; doc < end; doc++) {
      const score = scores[doc]!;
      if (score < best || score === 0 || values[doc] === 0) continue;
      most = score > best ? covered[doc]! : Math.max(most, covered[doc]!);
      best = score;
    }
  }
  return { score: best, covered: most };
}
