import { dayMs, utcDay, weekIndex, weekMs } from '../../../base/calendar.ts';
import { type Aggregate, aggregateWeeks, foldedIn } from './aggregate.ts';
import type { Execution } from './execution.ts';

/** What a prune takes away and what stays of it. */
export interface PrunePlan {
  /** The first day that is kept: a Monday, so that a week is folded whole. */
  before: string;
  /** Ids of the executions to remove. */
  remove: ReadonlySet<string>;
  /** Rows to append to the aggregates before anything is removed. */
  aggregates: Aggregate[];
}

/**
 * Executions of the weeks that ended more than `retentionDays` before `now` are folded into a row a week. Executions
 * that an aggregate stands for already (a prune was interrupted, or a merge brought them back) are removed without
 * another row.
 */
export function planPrune(
  agent: string,
  executions: readonly Execution[],
  existing: readonly Aggregate[],
  { now, retentionDays }: { now: Date; retentionDays: number },
): PrunePlan {
  const before = utcDay(weekMs(weekIndex(now.getTime() - retentionDays * dayMs)));
  const old = executions.filter((one) => one.timestamp < before);
  const isFolded = foldedIn(existing);
  return {
    before,
    remove: new Set(old.map((one) => one.id)),
    aggregates: aggregateWeeks(
      agent,
      old.filter((one) => !isFolded(one)),
    ),
  };
}
