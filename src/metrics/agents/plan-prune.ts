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

const dayMs = 86_400_000;

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
  const oldest = Math.floor(now.getTime() / dayMs) - retentionDays;
  // Day 4 of 1970 was a Monday.
  const monday = oldest - ((((oldest - 4) % 7) + 7) % 7);
  const before = new Date(monday * dayMs).toISOString().slice(0, 10);
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
