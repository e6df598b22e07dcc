import { compareText } from '../base/text.ts';
import { type Fact, type FactSource, type Tier, tiers } from './fact.ts';

const maxConfidence = 0.95;
/** The hold of claims above the number a day may bring. */
export const burstHold = 'burst';

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

/** A sentence this long does not come up twice by chance: the session was resumed, forked or summed up. */
const copiedQuote = 80;

/**
 * How many independent sessions (or people) support it, of tier `atLeast` or better. Sessions that share a long quote
 * word for word are copies of one history and count as one; but an error prints the same words every time, so sessions
 * of different days that each got over it by a check of their own are independent.
 */
export function supportOf(sources: readonly FactSource[], atLeast: Tier = 'tool'): number {
  return new Set(originsOf(sources.filter((source) => tierRank(source.tier) <= tierRank(atLeast))).values())
    .size;
}

/** Session → the session that stands for it and all its copies. */
function originsOf(sources: readonly FactSource[]): Map<string, string> {
  const origins = new Map(sources.map((source) => [source.session, source.session]));
  const firstWith = new Map<string, string>();
  // Proven ones first: what has no proof of its own then joins the first of them.
  const long = sources
    .filter(({ quote }) => quote.length >= copiedQuote)
    .sort((a, b) => Number(b.proven) - Number(a.proven) || compareSources(a, b));
  for (const { session, quote, proven, date } of long) {
    const history = proven ? `${date}\n${quote}` : quote;
    const first = firstWith.get(history) ?? session;
    firstWith.set(history, first);
    if (!firstWith.has(quote)) firstWith.set(quote, first);
    const [from, to] = [origins.get(session) ?? session, origins.get(first) ?? first];
    if (from === to) continue;
    for (const [one, origin] of origins) if (origin === from) origins.set(one, to);
  }
  return origins;
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

/** Why a candidate waits, in words for a person; empty when nothing keeps it from being active. */
export function reasonsToWait(fact: Pick<Fact, 'scope' | 'trust' | 'holds' | 'sources'>): string[] {
  if (earnedStatus(fact) === 'active') return [];
  const evidence =
    fact.trust === 'tool'
      ? ['known from tool output only']
      : fact.trust === 'user' && !fact.scope.startsWith('repo:')
        ? ['a user said it once, and not for one repository']
        : supportOf(fact.sources, 'agent') < 2
          ? ['seen in one session only, without a check that proves it']
          : [];
  return [
    ...(fact.trust === 'user' && fact.scope.startsWith('repo:') ? [] : evidence),
    ...fact.holds.map(holdInWords),
  ];
}

function holdInWords(hold: string): string {
  return hold === burstHold ? 'its day brought more claims than may pass unseen' : hold;
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
  const origins = originsOf(sources);
  const byOrigin = new Map<string, number>();
  for (const { session, confidence } of sources) {
    const origin = origins.get(session) ?? session;
    byOrigin.set(origin, Math.max(byOrigin.get(origin) ?? 0, confidence));
  }
  const [surest = 0.1, ...others] = [...byOrigin.values()].sort((a, b) => b - a);
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
