import { compareText } from '../../../base/text.ts';
import type { Aggregate } from './aggregate.ts';
import type { AgentWeek } from './summary.ts';

/** The weeks of an agent with those whose executions were pruned, oldest first: what stays of a long trend. */
export function withPrunedWeeks(weeks: readonly AgentWeek[], aggregates: readonly Aggregate[]): AgentWeek[] {
  const byWeek = new Map<string, Sums>();
  const add = (week: string, more: Sums) => {
    const sums = byWeek.get(week);
    if (!sums) byWeek.set(week, { ...more });
    else for (const key of keys) sums[key] += more[key];
  };
  for (const one of aggregates)
    add(one.week, {
      n: one.executions,
      successes: one.successes,
      timeN: one.executionTimeS?.n ?? 0,
      timeSum: (one.executionTimeS?.n ?? 0) * (one.executionTimeS?.mean ?? 0),
      qualityN: one.qualityScore?.n ?? 0,
      qualitySum: (one.qualityScore?.n ?? 0) * (one.qualityScore?.mean ?? 0),
    });
  for (const one of weeks)
    add(one.week, {
      n: one.executions,
      successes: one.successes,
      timeN: one.timed,
      timeSum: one.timed * (one.meanExecutionTimeS ?? 0),
      qualityN: one.scored,
      qualitySum: one.scored * (one.meanQualityScore ?? 0),
    });
  return [...byWeek]
    .sort(([a], [b]) => compareText(a, b))
    .map(([week, sums]) => ({
      week,
      executions: sums.n,
      successes: sums.successes,
      successRate: sums.successes / sums.n,
      timed: sums.timeN,
      meanExecutionTimeS: sums.timeN === 0 ? null : sums.timeSum / sums.timeN,
      scored: sums.qualityN,
      meanQualityScore: sums.qualityN === 0 ? null : sums.qualitySum / sums.qualityN,
    }));
}

const keys = ['n', 'successes', 'timeN', 'timeSum', 'qualityN', 'qualitySum'] as const;
type Sums = Record<(typeof keys)[number], number>;
