import { type TokensByType, type TouchKind, touchKinds } from '../../base/event-task.ts';
import { type Interval, quantile } from '../../base/statistics/describe.ts';
import { wilson } from '../../base/statistics/proportion.ts';
import { type SurvivalMedian, survivalMedian } from '../../base/statistics/survival.ts';
import type { StopReasonCode } from '../../base/stop-reasons.ts';
import { compareText } from '../../base/text.ts';
import { addTokens } from '../../sessions/token-sum.ts';
import { type Cost, costOf, type PriceTable } from './cost.ts';
import type { KpiTask } from './kpi-tasks.ts';

/** A share with its Wilson interval; null value when there is nothing to divide by. */
export interface KpiRate {
  value: number | null;
  hits: number;
  n: number;
  interval: Interval | null;
}

/** Median time to verified checkpoint of some tasks, censored ones kept. Milliseconds. */
export interface KpiTvc extends Pick<SurvivalMedian, 'median' | 'interval' | 'n' | 'events'> {}

/** Spread of durations. Milliseconds. */
interface KpiSpread {
  p50: number | null;
  p90: number | null;
  max: number | null;
  n: number;
}

const sizes = ['small', 'medium', 'large'] as const;

/** KPIs of many tasks. Only tasks that changed a file count for rates and TVc; questions are told apart. */
export interface FleetKpi {
  tasks: {
    total: number;
    /** They changed a file (or committed), and are not running any more. */
    finished: number;
    running: number;
    /** Nothing was changed: a question, a plan, a look. */
    withoutChange: number;
    verified: number;
    unverified: number;
    uncommitted: number;
    /** Sub-agents whose task is not in the log. */
    orphans: number;
  };
  tvc: { wall: KpiTvc; active: KpiTvc; bySize: Record<(typeof sizes)[number], KpiTvc> };
  /** 0 touches and a verified checkpoint, of all finished. */
  touchFree: KpiRate & { bySize: Record<(typeof sizes)[number], KpiRate> };
  touches: {
    total: number;
    byKind: Record<TouchKind, number | null>;
    median: number | null;
    n: number;
    /** Tasks for which manual commits could be looked for. */
    manualKnown: number;
  };
  /** Ended with a commit. */
  success: KpiRate;
  /** Of those with a commit: it was verified. */
  verifiedShare: KpiRate;
  stopReasons: { code: StopReasonCode; count: number }[];
  /** Tasks that ended for a rarer reason than those listed. */
  otherReasons: number;
  duration: KpiSpread;
  active: KpiSpread;
  tokens: { sum: TokensByType | null; medianOutput: number | null; n: number; total: number };
  cost: Cost & { perVerifiedCommit: number | null; n: number; total: number };
  /** How many tasks have the parts that figures need. */
  coverage: { times: number; tokens: number; tree: number; total: number };
}

/** Listed stop reasons: the most frequent. */
const listedReasons = 5;

/** Adds up tasks. Cost is of every task, failures included. */
export function fleetKpi(tasks: readonly KpiTask[], prices: PriceTable | null, orphans = 0): FleetKpi {
  const running = tasks.filter(({ outcome }) => outcome === 'running');
  const ended = tasks.filter(({ outcome }) => outcome !== 'running');
  const finished = ended.filter(hasWork);
  const committed = finished.filter(({ checkpoint }) => checkpoint !== null);
  const verified = finished.filter(isVerified);
  const timed = finished.filter(({ totalMs }) => totalMs !== null);
  const ofSize = (size: (typeof sizes)[number]) => timed.filter((task) => task.size === size);
  const freeOf = (some: readonly KpiTask[]) =>
    rateOf(some.filter((task) => task.touches.count === 0 && isVerified(task)).length, some.length);
  const withTokens = tasks.filter(({ tokens }) => tokens !== null);
  const cost = fleetCost(withTokens, prices);
  const reasons = reasonsOf(ended);
  return {
    tasks: {
      total: tasks.length,
      finished: finished.length,
      running: running.length,
      withoutChange: ended.length - finished.length,
      verified: verified.length,
      unverified: committed.length - verified.length,
      uncommitted: finished.length - committed.length,
      orphans,
    },
    tvc: {
      wall: tvcOf(timed, 'tvcMs'),
      active: tvcOf(timed, 'tvcActiveMs'),
      bySize: bySize((size) => tvcOf(ofSize(size), 'tvcMs')),
    },
    touchFree: {
      ...freeOf(finished),
      bySize: bySize((size) => freeOf(finished.filter((task) => task.size === size))),
    },
    touches: touchesOf(finished),
    success: rateOf(committed.length, finished.length),
    verifiedShare: rateOf(verified.length, committed.length),
    stopReasons: reasons.slice(0, listedReasons),
    otherReasons: reasons.slice(listedReasons).reduce((sum, { count }) => sum + count, 0),
    duration: spreadOf(finished.flatMap(({ totalMs }) => totalMs ?? [])),
    active: spreadOf(finished.flatMap(({ activeMs }) => activeMs ?? [])),
    tokens: {
      sum: withTokens.reduce<TokensByType | null>(
        (sum, { tokens }) => (tokens === null ? sum : sum ? addTokens(sum, tokens) : tokens),
        null,
      ),
      medianOutput:
        quantile(
          withTokens.map(({ tokens }) => tokens?.output ?? 0),
          0.5,
        ) ?? null,
      n: withTokens.length,
      total: tasks.length,
    },
    cost: {
      ...cost,
      perVerifiedCommit: cost.amount === null || verified.length === 0 ? null : cost.amount / verified.length,
      n: withTokens.length,
      total: tasks.length,
    },
    coverage: {
      times: tasks.filter(({ totalMs }) => totalMs !== null).length,
      tokens: withTokens.length,
      tree: finished.filter(({ checkpoint }) => checkpoint?.tree).length,
      total: tasks.length,
    },
  };
}

/** The task changed something: only then is there a checkpoint to reach. */
export function hasWork(task: Pick<KpiTask, 'changes' | 'checkpoint'>): boolean {
  return task.changes !== null || task.checkpoint !== null;
}

/** It reached a verified commit. */
export function isVerified(task: Pick<KpiTask, 'checkpoint'>): boolean {
  return task.checkpoint?.verified === true;
}

/** A task that reached no verified commit is censored at its end: it took at least that long. */
function tvcOf(tasks: readonly KpiTask[], key: 'tvcMs' | 'tvcActiveMs'): KpiTvc {
  const times = tasks.map((task) => {
    const reached = task.checkpoint?.[key] ?? null;
    const end = (key === 'tvcMs' ? task.totalMs : task.activeMs) ?? 0;
    return reached === null ? { time: end, censored: true } : { time: reached, censored: false };
  });
  return survivalMedian(times) ?? { median: null, interval: [null, null], n: 0, events: 0 };
}

function rateOf(hits: number, n: number): KpiRate {
  return { value: n === 0 ? null : hits / n, hits, n, interval: wilson(hits, n) ?? null };
}

const bySize = <T>(of: (size: (typeof sizes)[number]) => T) =>
  Object.fromEntries(sizes.map((size) => [size, of(size)])) as Record<(typeof sizes)[number], T>;

function spreadOf(values: readonly number[]): KpiSpread {
  return {
    p50: quantile(values, 0.5) ?? null,
    p90: quantile(values, 0.9) ?? null,
    max: values.length === 0 ? null : Math.max(...values),
    n: values.length,
  };
}

function touchesOf(tasks: readonly KpiTask[]): FleetKpi['touches'] {
  const sum = (kind: TouchKind) => {
    const known = tasks.flatMap((task) => task.touches.byKind[kind] ?? []);
    return known.length === 0 ? null : known.reduce((total, n) => total + n, 0);
  };
  return {
    total: tasks.reduce((total, task) => total + task.touches.count, 0),
    byKind: Object.fromEntries(touchKinds.map((kind) => [kind, sum(kind)])) as Record<
      TouchKind,
      number | null
    >,
    median:
      quantile(
        tasks.map((task) => task.touches.count),
        0.5,
      ) ?? null,
    n: tasks.length,
    manualKnown: tasks.filter((task) => task.touches.byKind.manual_commit !== null).length,
  };
}

function reasonsOf(tasks: readonly KpiTask[]): FleetKpi['stopReasons'] {
  const counts = new Map<StopReasonCode, number>();
  for (const { stopReason } of tasks)
    if (stopReason !== null) counts.set(stopReason, (counts.get(stopReason) ?? 0) + 1);
  return [...counts]
    .map(([code, count]) => ({ code, count }))
    .sort((a, b) => b.count - a.count || compareText(a.code, b.code));
}

function fleetCost(tasks: readonly KpiTask[], prices: PriceTable | null): Cost {
  return costOf(
    tasks.flatMap(({ workers }) => workers),
    prices,
  );
}
