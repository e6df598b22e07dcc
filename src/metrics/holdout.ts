import { dayMs } from '../base/calendar.ts';
import type { Interval } from '../base/statistics/describe.ts';
import { normalTwoSided, tCritical } from '../base/statistics/distributions.ts';
import { minimumDetectable, sequenceMargin } from '../base/statistics/sequence.ts';
import type { ErrorIndex } from '../outcomes/error-keys.ts';
import type { FleetSession } from './fleet.ts';

/** A chosen fact in one session: shown, or held back at random, and whether its own error occurred. */
interface HoldoutPair {
  factId: string;
  held: boolean;
  /** Probability of being shown. */
  q: number;
  occurred: boolean;
}

/** The pairs of one session; sessions are the clusters. */
export interface HoldoutUnit {
  day: string;
  /** Active facts the selector chose from. */
  stock: number;
  pairs: HoldoutPair[];
}

/** What the fact-level hold-out says about the worth of showing facts. */
export interface HoldoutResult {
  /** Sessions with at least one usable pair, and those pairs. */
  sessions: number;
  pairs: number;
  held: number;
  /** Share of pairs whose error occurred, withheld and shown; null without pairs. */
  heldShare: number | null;
  shownShare: number | null;
  /** P(error | withheld) − P(error | shown): above 0 means facts prevent errors. Null below the minimum. */
  difference: number | null;
  /** 95 % confidence sequence of the difference. */
  interval: Interval | null;
  /** Smallest difference this much data would show four times in five. */
  detectable: number | null;
  /** Change of the effect when the stock of facts grows e-fold, with a 95 % interval; null below 200 sessions. */
  stockSlope: { slope: number; interval: Interval } | null;
  verdict: 'helps' | 'harms' | 'no effect seen' | 'too few' | 'broken' | 'none';
  /** One sentence: what the verdict rests on, or what is missing. */
  reason: string;
}

/** First look and further minimums (spec 04: sequence n* = 1,000, first look at 100). */
const holdoutMinimum = { sessions: 100, held: 20, days: 7 } as const;

/**
 * The usable (session, fact) pairs of every exposed session, in time order. A fact counts when its error had already
 * occurred in an earlier session (so that it can recur) and the fact is not newer than the session; equal assignments
 * of several exposures of one session count once.
 */
export function holdoutUnits(sessions: readonly FleetSession[], index: ErrorIndex): HoldoutUnit[] {
  const seen = new Set<string>();
  const firstSeen = new Map([...index.factsOf.values()].flat().map((fact) => [fact.id, fact.firstSeen]));
  return sessions.flatMap((session): HoldoutUnit[] => {
    const errors = Object.keys(session.row.errorFingerprints);
    const pairs = new Map<string, HoldoutPair>();
    for (const chosen of session.exposures.flatMap((exposure) => exposure.would)) {
      const keys = index.keysOf.get(chosen.id);
      if (!keys || pairs.has(chosen.id) || !(chosen.q > 0 && chosen.q < 1)) continue;
      if ((firstSeen.get(chosen.id) ?? '') > session.day || ![...keys].some((key) => seen.has(key))) continue;
      const occurred = errors.some((key) => keys.has(key));
      pairs.set(chosen.id, { factId: chosen.id, held: chosen.held, q: chosen.q, occurred });
    }
    for (const key of errors) seen.add(key);
    const stock = Math.max(0, ...session.exposures.map((exposure) => exposure.stock));
    return pairs.size === 0 ? [] : [{ day: session.day, stock, pairs: [...pairs.values()] }];
  });
}

/** Weight of the fleet's rate in a fact's own expectation: that many pairs count as much as the fact's own. */
const priorPairs = 10;

/** One session's part of the estimate. */
interface Contribution {
  /** Sum over its pairs of their doubly robust contributions. */
  psi: number;
  /** Variance of that sum if showing made no difference and pairs were independent. */
  nullVariance: number;
  pairs: number;
  stock: number;
}

/** Contribution of each unit, with expectations learned from earlier sessions only. */
function contributions(units: readonly HoldoutUnit[]): Contribution[] {
  const fleet = { occurred: 1, pairs: 10 };
  const own = new Map<string, { occurred: number; pairs: number }>();
  return units.map((unit) => {
    let [psi, nullVariance] = [0, 0];
    const rate = fleet.occurred / fleet.pairs;
    for (const pair of unit.pairs) {
      const seen = own.get(pair.factId);
      const expected = ((seen?.occurred ?? 0) + priorPairs * rate) / ((seen?.pairs ?? 0) + priorPairs);
      const surprise = (pair.occurred ? 1 : 0) - expected;
      psi += pair.held ? surprise / (1 - pair.q) : -surprise / pair.q;
      nullVariance += expected * (1 - expected) * (1 / (1 - pair.q) + 1 / pair.q);
    }
    // Only now: what a session is expected to show must not come from that session.
    for (const pair of unit.pairs) {
      const seen = own.get(pair.factId) ?? { occurred: 0, pairs: 0 };
      if (seen.pairs === 0) own.set(pair.factId, seen);
      for (const tally of [seen, fleet]) {
        tally.occurred += pair.occurred ? 1 : 0;
        tally.pairs += 1;
      }
    }
    return { psi, nullVariance, pairs: unit.pairs.length, stock: unit.stock };
  });
}

/**
 * Effect of showing a fact on its own error (spec 04, "Fact-level hold-out"): augmented inverse-propensity estimate
 * pooled over pairs, ratio-linearised by session, with the asymptotic confidence sequence over sessions.
 */
export function estimateHoldout(units: readonly HoldoutUnit[]): HoldoutResult {
  const all = units.flatMap((unit) => unit.pairs);
  const held = all.filter((pair) => pair.held);
  const shown = all.filter((pair) => !pair.held);
  const share = (pairs: readonly HoldoutPair[]) =>
    pairs.length === 0 ? null : pairs.filter((pair) => pair.occurred).length / pairs.length;
  const base: HoldoutResult = {
    sessions: units.length,
    pairs: all.length,
    held: held.length,
    heldShare: share(held),
    shownShare: share(shown),
    difference: null,
    interval: null,
    detectable: null,
    stockSlope: null,
    verdict: 'none',
    reason: 'No fact about an error that can recur has been chosen for a session yet.',
  };
  if (all.length === 0) return base;
  if (isUnbalanced(all))
    return {
      ...base,
      verdict: 'broken',
      reason: `The hold-out withheld ${held.length} of ${all.length} pairs, far from what it was set to (p < .001): nothing is reported until that is explained.`,
    };
  const days = spanDays(units);
  if (
    units.length < holdoutMinimum.sessions ||
    held.length < holdoutMinimum.held ||
    days < holdoutMinimum.days
  )
    return { ...base, verdict: 'too few', reason: missing(units.length, held.length, days) };

  const parts = contributions(units);
  const n = parts.length;
  const difference = sumOf(parts, (part) => part.psi) / sumOf(parts, (part) => part.pairs);
  const meanPairs = sumOf(parts, (part) => part.pairs) / n;
  const deviations = parts.map((part) => (part.psi - difference * part.pairs) / meanPairs);
  // Few withheld errors give a low estimate and a low variance at once, which would find harm by luck; so the
  // variance is never taken below what chance alone gives.
  const seen = deviations.reduce((sum, value) => sum + value * value, 0) / (n - 1);
  const byChance = sumOf(parts, (part) => part.nullVariance) / n / meanPairs ** 2;
  const sd = Math.sqrt(Math.max(seen, byChance));
  const margin = sequenceMargin(n, sd);
  const interval: Interval = [difference - margin, difference + margin];
  const result = {
    ...base,
    difference,
    interval,
    detectable: minimumDetectable(sd / Math.sqrt(n)),
    stockSlope: stockSlope(parts),
  };
  if (interval[0] > 0)
    return {
      ...result,
      verdict: 'helps',
      reason: 'Withheld facts’ errors occur more often than shown facts’ errors.',
    };
  if (interval[1] < 0)
    return {
      ...result,
      verdict: 'harms',
      reason: 'Shown facts’ errors occur more often than withheld facts’ errors.',
    };
  // Narrow enough to have seen a quarter of the errors go away: then "nothing seen" says something.
  const worthSeeing = 0.25 * (base.heldShare ?? 0);
  return margin <= worthSeeing
    ? {
        ...result,
        verdict: 'no effect seen',
        reason: 'A quarter fewer of their own errors would have been seen by now.',
      }
    : {
        ...result,
        verdict: 'too few',
        reason: `The interval still spans ±${percent(margin)}; ${moreSessions(n, margin, base)}`,
      };
}

function missing(sessions: number, held: number, days: number): string {
  const parts = [
    sessions < holdoutMinimum.sessions && `${sessions} of ${holdoutMinimum.sessions} sessions`,
    held < holdoutMinimum.held && `${held} of ${holdoutMinimum.held} withheld facts`,
    days < holdoutMinimum.days && `${days} of ${holdoutMinimum.days} days`,
  ].filter(Boolean);
  return `So far ${parts.join(', ')} with a fact about an error in play.`;
}

function moreSessions(n: number, margin: number, base: HoldoutResult): string {
  const target = (base.heldShare ?? 0) / 2;
  if (target <= 0) return 'no withheld fact’s error has occurred yet.';
  const needed = Math.ceil((n * (margin / target) ** 2) / 10) * 10;
  return needed <= n
    ? 'a halving of those errors would have been seen.'
    : `about ${needed - n} more sessions would show a halving of those errors.`;
}

const percent = (value: number) => `${(100 * value).toFixed(1)} points`;
const sumOf = <T>(items: readonly T[], of: (item: T) => number) =>
  items.reduce((sum, item) => sum + of(item), 0);

function spanDays(units: readonly HoldoutUnit[]): number {
  const days = units.map((unit) => unit.day).sort();
  return Math.round((Date.parse(days.at(-1) as string) - Date.parse(days[0] as string)) / dayMs) + 1;
}

/** Sample-ratio check: the number withheld against its binomial expectation, alarm at p < .001 (spec 04, guardrails). */
function isUnbalanced(pairs: readonly HoldoutPair[]): boolean {
  const expected = sumOf(pairs, (pair) => 1 - pair.q);
  const variance = sumOf(pairs, (pair) => pair.q * (1 - pair.q));
  const held = pairs.filter((pair) => pair.held).length;
  return variance >= 5 && normalTwoSided((held - expected) / Math.sqrt(variance)) < 0.001;
}

/** OLS of a session's effect on ln(1 + stock) with HC2 errors (MacKinnon & White 1985): does the effect grow with the store? */
function stockSlope(parts: readonly Contribution[]): HoldoutResult['stockSlope'] {
  const n = parts.length;
  if (n < 200) return null;
  const xs = parts.map((part) => Math.log1p(part.stock));
  const ys = parts.map((part) => part.psi / part.pairs);
  const meanX = sumOf(xs, (x) => x) / n;
  const meanY = sumOf(ys, (y) => y) / n;
  const sxx = sumOf(xs, (x) => (x - meanX) ** 2);
  if (sxx < 1e-9) return null;
  const slope = xs.reduce((sum, x, i) => sum + (x - meanX) * ((ys[i] as number) - meanY), 0) / sxx;
  const meat = xs.reduce((sum, x, i) => {
    const residual = (ys[i] as number) - meanY - slope * (x - meanX);
    const leverage = 1 / n + (x - meanX) ** 2 / sxx;
    return sum + ((x - meanX) ** 2 * residual ** 2) / (1 - leverage);
  }, 0);
  const half = tCritical(0.05, n - 2) * (Math.sqrt(meat) / sxx);
  return { slope, interval: [slope - half, slope + half] };
}
