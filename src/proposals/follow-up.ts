import { dayMs } from '../base/calendar.ts';
import { type Interval, median } from '../base/statistics/describe.ts';
import { type Charge, chargeTime } from './charge-time.ts';
import { findPatterns } from './make-proposals.ts';
import { observedSpan } from './observed-span.ts';
import { type PatternKind, patternKinds, sessionsOf } from './pattern.ts';
import { costOfSession } from './plan-proposals.ts';
import { type Range, sessionCosts, weeksPerMonth } from './price-pattern.ts';
import type { ProposalRecord } from './proposal-record.ts';
import type { WorkProfile } from './work-profile.ts';

/** What became of a promise. */
export interface FollowUp {
  id: string;
  kind: PatternKind;
  title: string;
  day: string;
  /** Promised saving, hours a month. */
  promised: { low: number; mid: number; high: number };
  /** Sessions watched before and after. */
  before: number;
  after: number;
  /** Saving seen, hours a month at the pace of the sessions after; null with `reason` while there is too little. */
  realised: number | null;
  interval: Interval | null;
  /** Share of what it cost that went away, at least 0; null like `realised`. */
  share: number | null;
  verdict: 'kept' | 'partly' | 'not kept' | 'not enough data';
  reason: string | null;
}

/** Sessions after the mending below which nothing is said. */
const leastAfter = 20;

/**
 * Measures the pattern of a proposal that was declared done again, in the sessions that began after that day, and sets
 * it against the promise: cost of a session before minus after, times the sessions a month there are now. The interval
 * is normal, from the standard errors of both means over all sessions watched (those without the pattern count 0).
 * Undefined for a record that is not done.
 */
export function followUp(record: ProposalRecord, profiles: readonly WorkProfile[]): FollowUp | undefined {
  const { promise } = record;
  if (record.status !== 'done' || !promise) return undefined;
  const since = Date.parse(`${promise.day}T00:00:00Z`) + dayMs;
  const later = profiles.filter(({ beganMs }) => beganMs !== null && beganMs >= since);
  const span = observedSpan(later);
  const head = {
    id: record.id,
    kind: record.kind,
    title: record.title,
    day: promise.day,
    promised: promise.savingMonth,
    before: promise.watched,
    after: later.length,
  };
  const open = (reason: string): FollowUp => ({
    ...head,
    realised: null,
    interval: null,
    share: null,
    verdict: 'not enough data',
    reason,
  });
  if (later.length < leastAfter)
    return open(`${later.length} of ${leastAfter} sessions that are needed after ${promise.day}`);
  if (span.weeks === null) return open(span.reason ?? 'the sessions after it span less than a week');
  const now = costOfSession(costsOf(record, later), later.length);
  const monthly = (later.length / span.weeks) * weeksPerMonth;
  const realised = (promise.costSession.mean - now.mean) * monthly;
  const half = 1.96 * Math.hypot(promise.costSession.se, now.se) * monthly;
  const interval: Interval = [realised - half, realised + half];
  const before = promise.costSession.mean;
  return {
    ...head,
    realised,
    interval,
    share: before > 0 ? Math.max(0, 1 - now.mean / before) : null,
    verdict: verdictOf(realised, interval, promise.savingMonth.low),
    reason: null,
  };
}

/** Hours of each session that shows the record's pattern, charged beside the other patterns that are seen. */
function costsOf(record: ProposalRecord, profiles: readonly WorkProfile[]): number[] {
  const references =
    record.referenceMs === null
      ? undefined
      : new Map(record.keys.map((key) => [key, record.referenceMs as number]));
  const keys = new Set(record.keys);
  const patterns = findPatterns(profiles, references);
  const own = patterns.filter(
    (pattern) => pattern.kind === record.kind && pattern.keys.some((key) => keys.has(key)),
  );
  const charges = chargeTime(patterns.filter((pattern) => own.includes(pattern) || sessionsOf(pattern) >= 3));
  return own.flatMap((pattern) => sessionCosts(pattern, charges.get(pattern) as Charge));
}

/** Kept: surely saving, and by the best estimate as much as was promised at least. */
function verdictOf(realised: number, [low, high]: Interval, promisedLow: number): FollowUp['verdict'] {
  if (low > 0) return realised >= promisedLow ? 'kept' : 'partly';
  return high < promisedLow ? 'not kept' : 'not enough data';
}

/** Finished proposals of one kind that make their measured shares better than an assumption. */
const enoughFollowUps = 3;

/**
 * What share of its cost the mending of a kind has taken away so far: lowest, median and highest of its follow-ups, for
 * kinds with at least three that could be measured.
 */
export function realisedShares(
  followUps: readonly { kind: PatternKind; share: number | null }[],
): Map<PatternKind, Range & { n: number }> {
  const shares = new Map<PatternKind, Range & { n: number }>();
  for (const kind of patternKinds) {
    const own = followUps.flatMap((one) => (one.kind === kind && one.share !== null ? [one.share] : []));
    if (own.length < enoughFollowUps) continue;
    shares.set(kind, {
      low: Math.min(...own),
      mid: median(own) as number,
      high: Math.max(...own),
      n: own.length,
    });
  }
  return shares;
}
