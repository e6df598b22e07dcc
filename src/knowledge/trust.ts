import { compareText } from '../base/text.ts';
import { type Fact, type FactSource, type Tier, tiers } from './fact.ts';

const maxConfidence = 0.95;

/** 0 for `human`, 3 for `tool`: lower is more trusted. */
export function tierRank(tier: Tier): number {
  return tiers.indexOf(tier);
}

export function betterTier(a: Tier, b: Tier): Tier {
  return tierRank(a) <= tierRank(b) ? a : b;
}

/** The best tier over the sources (each source carries the lowest tier of its own evidence chain). */
export function trustOf(sources: readonly FactSource[], atLeast: Tier = 'tool'): Tier {
  return sources.reduce<Tier>((best, source) => betterTier(best, source.tier), atLeast);
}

/** How many distinct sessions (or people) support it; sources of tool tier only where nothing better is asked. */
export function supportOf(sources: readonly FactSource[], atLeast: Tier = 'tool'): number {
  return new Set(
    sources.filter((source) => tierRank(source.tier) <= tierRank(atLeast)).map((source) => source.session),
  ).size;
}

/**
 * The status trust alone gives (spec 02, "Trust is structural"): `active` for human; without any hold also for user
 * tier on a repository's own scope, and for agent tier seen in two distinct sessions or proven by a passing check.
 * Everything else waits as `candidate`; tool output alone never gets further.
 */
export function earnedStatus(
  fact: Pick<Fact, 'scope' | 'trust' | 'holds' | 'sources'>,
): 'active' | 'candidate' {
  if (fact.trust === 'human') return 'active';
  if (fact.holds.length > 0) return 'candidate';
  if (fact.trust === 'user' && fact.scope.startsWith('repo:')) return 'active';
  const proven = fact.sources.some((source) => source.proven && tierRank(source.tier) <= tierRank('agent'));
  return proven || supportOf(fact.sources, 'agent') >= 2 ? 'active' : 'candidate';
}

/** True when a person set the status, or wrote the fact: no harvest changes it then. */
export function isDecided(fact: Pick<Fact, 'status' | 'generated'>): boolean {
  return fact.generated === null || fact.generated.status !== fact.status;
}

/**
 * Confidence from independent sessions: the surest session alone, and each further one adds half of its own
 * confidence times what is left to 0.95, so the gain diminishes (0.5, 0.61, 0.7, 0.76 … for equal sessions of 0.5).
 * Two decimals; 0.1 when there is no source.
 */
export function combinedConfidence(sources: readonly FactSource[]): number {
  const bySession = new Map<string, number>();
  for (const source of sources) {
    bySession.set(source.session, Math.max(bySession.get(source.session) ?? 0, source.confidence));
  }
  const [surest = 0.1, ...others] = [...bySession.values()].sort((a, b) => b - a);
  const combined = others.reduce((sum, one) => sum + (maxConfidence - sum) * (one / 2), surest);
  return Math.min(maxConfidence, Math.round(combined * 100) / 100);
}

/** Order in which sources are kept: best trusted, proven, then session, line and quote. */
export function compareSources(a: FactSource, b: FactSource): number {
  return (
    tierRank(a.tier) - tierRank(b.tier) ||
    Number(b.proven) - Number(a.proven) ||
    compareText(a.session, b.session) ||
    a.line - b.line ||
    compareText(a.quote, b.quote)
  );
}
