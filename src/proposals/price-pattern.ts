import type { Interval } from '../base/statistics/describe.ts';
import type { Charge } from './charge-time.ts';
import type { ObservedSpan } from './observed-span.ts';
import { type Pattern, type PatternKind, sessionsOf } from './pattern.ts';

/** Weeks of an average month: 365.25 ÷ 12 ÷ 7. */
export const weeksPerMonth = 4.345;

/** What hours are worth and how far ahead is looked. */
export interface PriceSettings {
  hourlyRate: number;
  currency: string;
  horizonWeeks: number;
}

/** Lowest, expected and highest value. */
export interface Range {
  low: number;
  mid: number;
  high: number;
}

/** Shares that finished proposals were measured to have taken away, by kind. */
export type RealisedShares = ReadonlyMap<PatternKind, Range & { n: number }>;

/** What a pattern costs and what ending it would bring. Hours; null where the span is too short for a rate. */
export interface Price {
  /** Charged to it in the sessions seen. */
  hours: number;
  /** Hours a month of 4.345 weeks, with a 95 % interval. */
  monthly: Range | null;
  /** Share of that which should go away. */
  share: Range;
  /** Finished proposals of the kind that the share was measured on; null: it is assumed. */
  shareFrom: number | null;
  /** What goes away, hours a month. */
  saving: Range | null;
  effort: Range;
  upkeepMonthly: Range;
  /** Weeks until effort and upkeep are paid back; `high` and `mid` are null when they never are. */
  breakEvenWeeks: { low: number | null; mid: number | null; high: number | null } | null;
  /** Saving minus effort and upkeep over the horizon, hours. */
  net: Range | null;
  sessions: number;
  occurrences: number;
  /** Occurrences whose length was measured. */
  measured: number;
  /** Occurrences that nothing ended in the session: charged with the call alone. */
  unended: number;
  confidence: 'high' | 'medium' | 'low';
  priority: 'critical' | 'high' | 'medium' | 'low';
}

/**
 * Prices a pattern from the time charged to it. The interval of the rate is that of a compound Poisson sum (sessions
 * come at random, each with its own cost): ln S ± 1.96 √Σx² ÷ Σx over the costs x of its sessions, the delta method on
 * the log scale. The intervals of saving and net value take the worst and the best of every part together.
 */
export function pricePattern(
  pattern: Pattern,
  charge: Charge,
  span: ObservedSpan,
  { horizonWeeks, shares }: Pick<PriceSettings, 'horizonWeeks'> & { shares?: RealisedShares | undefined },
): Price {
  const costs = sessionCosts(pattern, charge);
  const hours = costs.reduce((sum, cost) => sum + cost, 0);
  const realised = shares?.get(pattern.kind);
  const share = realised ?? assumedShare(pattern);
  const { effort, upkeepMonthly } = effortOf(pattern);
  const firsts = pattern.stretches.filter(({ isPart }) => !isPart);
  const occurrences = firsts.length;
  const measured = firsts.filter((stretch) => stretch.measured).length;
  const monthly = span.weeks === null ? null : rateOf(costs, span.weeks);
  const saving = monthly && {
    low: monthly.low * share.low,
    mid: monthly.mid * share.mid,
    high: monthly.high * share.high,
  };
  const months = horizonWeeks / weeksPerMonth;
  const net = saving && {
    low: saving.low * months - effort.high - upkeepMonthly.high * months,
    mid: saving.mid * months - effort.mid - upkeepMonthly.mid * months,
    high: saving.high * months - effort.low - upkeepMonthly.low * months,
  };
  const breakEvenWeeks = saving && {
    low: weeksToPay(effort.low, saving.high - upkeepMonthly.low),
    mid: weeksToPay(effort.mid, saving.mid - upkeepMonthly.mid),
    high: weeksToPay(effort.high, saving.low - upkeepMonthly.high),
  };
  const confidence = confidenceOf(pattern, measured / occurrences, monthly);
  return {
    hours,
    monthly,
    share: { low: share.low, mid: share.mid, high: share.high },
    shareFrom: realised?.n ?? null,
    saving,
    effort,
    upkeepMonthly,
    breakEvenWeeks,
    net,
    sessions: sessionsOf(pattern),
    occurrences,
    measured,
    unended: firsts.filter((stretch) => !stretch.ended).length,
    confidence,
    priority: priorityOf(saving, breakEvenWeeks, confidence),
  };
}

/** Hours charged in each session of the pattern. */
export function sessionCosts(pattern: Pick<Pattern, 'stretches'>, charge: Pick<Charge, 'ownMs'>): number[] {
  const bySession = new Map<number, number>();
  pattern.stretches.forEach(({ at }, index) => {
    bySession.set(at, (bySession.get(at) ?? 0) + (charge.ownMs[index] ?? 0) / 3_600_000);
  });
  return [...bySession.values()];
}

/** Hours a month with the interval of a compound Poisson sum. */
export function rateOf(costs: readonly number[], weeks: number): Range {
  const sum = costs.reduce((total, cost) => total + cost, 0);
  const mid = (sum / weeks) * weeksPerMonth;
  if (sum === 0) return { low: 0, mid: 0, high: 0 };
  const [low, high] = sumInterval(costs);
  return { low: (low / weeks) * weeksPerMonth, mid, high: (high / weeks) * weeksPerMonth };
}

/** 95 % interval of a compound Poisson sum with these summands, by the delta method on the log scale. */
export function sumInterval(costs: readonly number[]): Interval {
  const sum = costs.reduce((total, cost) => total + cost, 0);
  if (sum === 0) return [0, 0];
  const relative = Math.sqrt(costs.reduce((total, cost) => total + cost * cost, 0)) / sum;
  return [sum * Math.exp(-1.96 * relative), sum * Math.exp(1.96 * relative)];
}

function weeksToPay(effort: number, savedMonthly: number): number | null {
  return savedMonthly <= 0 ? null : (effort / savedMonthly) * weeksPerMonth;
}

const range = (low: number, high: number, mid = (low + high) / 2): Range => ({ low, mid, high });

/** How much of a kind's time a mending takes away where no follow-up has measured it; the page says that it is assumed. */
function assumedShare({ detail }: Pattern): Range {
  switch (detail.kind) {
    case 'error':
      return detail.fixes.length > 0 || detail.missing !== null
        ? range(0.5, 0.95, 0.75)
        : range(0.3, 0.9, 0.6);
    case 'retry':
      return range(0.3, 0.85, 0.6);
    case 'poll':
      return range(0.4, 0.9, 0.7);
    case 'slow':
      return detail.standing ? range(0.15, 0.6, 0.35) : range(0.2, 0.8, 0.5);
    case 'routine':
      return range(0.5, 0.85, 0.7);
  }
}

/** Hours of work to end it, and to keep it so: a range by kind, by what is known of the fix, and by its size. */
function effortOf({ detail }: Pattern): { effort: Range; upkeepMonthly: Range } {
  switch (detail.kind) {
    case 'error':
      return detail.fixes.length > 0 || detail.missing !== null
        ? { effort: range(0.5, 2), upkeepMonthly: range(0, 0.25) }
        : { effort: range(1, 6), upkeepMonthly: range(0, 0.5) };
    case 'retry':
      return { effort: range(1, 5), upkeepMonthly: range(0, 0.5) };
    case 'poll':
      return { effort: range(0.5, 2), upkeepMonthly: range(0, 0.25) };
    case 'slow':
      return { effort: detail.standing ? range(3, 16) : range(2, 10), upkeepMonthly: range(0.25, 1) };
    case 'routine':
      return { effort: range(0.5, 0.5 + 0.5 * detail.steps.length), upkeepMonthly: range(0.1, 0.5) };
  }
}

function confidenceOf(pattern: Pattern, measured: number, monthly: Range | null): Price['confidence'] {
  const sessions = sessionsOf(pattern);
  if (monthly === null || measured < 0.5 || sessions < 5) return 'low';
  // Some of it may be waits for a person.
  if (pattern.detail.kind === 'slow' && pattern.detail.mayWait) return 'medium';
  const isNarrow = monthly.high <= 3 * monthly.low;
  return sessions >= 10 && measured >= 0.8 && isNarrow ? 'high' : 'medium';
}

/** Soon paid back *and* large; a doubtful figure is never critical. */
function priorityOf(
  saving: Range | null,
  breakEven: Price['breakEvenWeeks'],
  confidence: Price['confidence'],
): Price['priority'] {
  const weeks = breakEven?.mid;
  if (!saving || weeks == null) return 'low';
  const latest = breakEven?.high ?? Number.POSITIVE_INFINITY;
  if (weeks <= 1 && latest <= 6 && saving.mid >= 8 && confidence !== 'low') return 'critical';
  if (weeks <= 4 && saving.mid >= 4) return 'high';
  if (weeks <= 12 && saving.mid >= 1) return 'medium';
  return 'low';
}
