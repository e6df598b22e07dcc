import { type Pattern, patternKinds } from './pattern.ts';

/** What a pattern is charged: every stretch of time belongs to one pattern only. */
export interface Charge {
  /** Milliseconds of each stretch that are this pattern's own, in the order of its stretches. */
  ownMs: number[];
  /** Time of its stretches that is charged to another pattern. */
  sharedMs: number;
  /** The pattern most of that is charged to; undefined when nothing is shared. */
  sharedWith: Pattern | undefined;
}

interface Claim {
  fromMs: number;
  toMs: number;
  pattern: Pattern;
}

/**
 * Charges time so that no minute is counted twice: kind by kind (failures first, routines last), within a kind the
 * shorter stretch first, since the more particular pattern is the better name for the time. What is left of a stretch
 * is its pattern's own.
 */
export function chargeTime(patterns: readonly Pattern[]): Map<Pattern, Charge> {
  const charges = new Map<Pattern, Charge>();
  const shared = new Map<Pattern, Map<Pattern, number>>();
  for (const pattern of patterns) {
    charges.set(pattern, { ownMs: pattern.stretches.map(() => 0), sharedMs: 0, sharedWith: undefined });
    shared.set(pattern, new Map());
  }
  const rank = new Map<string, number>(patternKinds.map((kind, index) => [kind, index]));
  for (const stretches of bySession(patterns).values()) {
    stretches.sort(
      (a, b) =>
        (rank.get(a.pattern.kind) as number) - (rank.get(b.pattern.kind) as number) ||
        a.toMs - a.fromMs - (b.toMs - b.fromMs) ||
        a.fromMs - b.fromMs,
    );
    const claimed: Claim[] = [];
    for (const stretch of stretches) {
      const charge = charges.get(stretch.pattern) as Charge;
      charge.ownMs[stretch.index] = claim(claimed, stretch, (other, ms) => {
        charge.sharedMs += ms;
        const others = shared.get(stretch.pattern) as Map<Pattern, number>;
        others.set(other, (others.get(other) ?? 0) + ms);
      });
    }
  }
  for (const [pattern, charge] of charges)
    charge.sharedWith = [...(shared.get(pattern) ?? [])].sort((a, b) => b[1] - a[1])[0]?.[0];
  return charges;
}

function bySession(patterns: readonly Pattern[]): Map<number, (Claim & { index: number })[]> {
  const sessions = new Map<number, (Claim & { index: number })[]>();
  for (const pattern of patterns)
    pattern.stretches.forEach(({ at, fromMs, toMs }, index) => {
      const own = { fromMs, toMs, pattern, index };
      const known = sessions.get(at);
      if (known) known.push(own);
      else sessions.set(at, [own]);
    });
  return sessions;
}

/** Claims what nobody has claimed of a stretch; `claimed` is kept in order and without overlaps. */
function claim(claimed: Claim[], stretch: Claim, onShared: (other: Pattern, ms: number) => void): number {
  let own = 0;
  let { fromMs } = stretch;
  const fresh: Claim[] = [];
  const take = (toMs: number) => {
    if (toMs <= fromMs) return;
    own += toMs - fromMs;
    fresh.push({ fromMs, toMs, pattern: stretch.pattern });
  };
  for (let index = firstEndingAfter(claimed, fromMs); index < claimed.length; index += 1) {
    const other = claimed[index] as Claim;
    if (other.fromMs >= stretch.toMs) break;
    take(other.fromMs);
    const ms = Math.min(other.toMs, stretch.toMs) - Math.max(other.fromMs, fromMs);
    if (other.pattern !== stretch.pattern && ms > 0) onShared(other.pattern, ms);
    fromMs = Math.max(fromMs, other.toMs);
  }
  take(stretch.toMs);
  if (fresh.length > 0) {
    claimed.push(...fresh);
    claimed.sort((a, b) => a.fromMs - b.fromMs);
  }
  return own;
}

function firstEndingAfter(claimed: readonly Claim[], ms: number): number {
  let [low, high] = [-1, claimed.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((claimed[middle] as Claim).toMs <= ms) low = middle;
    else high = middle;
  }
  return high;
}
