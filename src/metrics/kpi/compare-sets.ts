import { type Interval, median } from '../../base/statistics/describe.ts';
import { normalQuantile, normalTwoSided } from '../../base/statistics/distributions.ts';
import { benjaminiHochberg } from '../../base/statistics/proportion.ts';
import { survivalMedian } from '../../base/statistics/survival.ts';
import { brunnerMunzel, hodgesLehmann, mannWhitney } from '../../base/statistics/two-sample.ts';
import { fewest } from '../figure.ts';
import { costOf, type PriceTable } from './cost.ts';
import { hasWork } from './fleet-kpi.ts';
import type { KpiTask } from './kpi-tasks.ts';

/** What sets of tasks are compared by; one is named in advance. */
export const setMetrics = [
  'tvc',
  'tvc-active',
  'duration',
  'active',
  'touches',
  'output-tokens',
  'cost',
] as const;
/** A figure by which two sets of tasks are compared. */
export type SetMetric = (typeof setMetrics)[number];

/** One metric of two sets. φ below ½ means that the new set is smaller (faster, cheaper). */
export interface SetRow {
  metric: SetMetric;
  isPrimary: boolean;
  unit: 'ms' | 'count' | 'tokens' | 'money';
  base: SetSide;
  new: SetSide;
  /** φ = P(base < new) + ½ ties within strata of size, with its interval; null when too few. */
  phi: number | null;
  interval: Interval | null;
  /** Hodges–Lehmann shift new − base over values reached on both sides; null when too few. */
  shift: number | null;
  /** Two-sided; of the other metrics after Benjamini–Hochberg among themselves. */
  p: number | null;
  state: 'better' | 'worse' | 'no change seen' | 'too few' | 'no common size' | 'not known';
  strata: { size: string; base: number; new: number; phi: number | null }[];
}

interface SetSide {
  n: number;
  /** Not reached: unverified or uncommitted tasks count as longer than any other, and are censored in the median. */
  censored: number;
  median: number | null;
}

/** A comparison of two sets of tasks. */
export interface SetComparison {
  base: { name: string; tasks: number };
  new: { name: string; tasks: number };
  fewest: number;
  rows: SetRow[];
}

/** Stands for what was not reached: above every time there is, and finite, so that two of them tie. */
const notReached = Number.MAX_VALUE;

/** A value, or `notReached` with the time it was followed for. */
interface Value {
  size: string;
  value: number;
  seen: number;
}

/**
 * Compares finished tasks of two sets by rank (no distribution assumed), within strata of size so that easier tasks
 * are no improvement. Below `fewest` on a side it says so and judges nothing. A task that reached no verified commit
 * ranks above every one that did: leaving work unfinished must not look fast.
 */
export function compareSets(
  base: { name: string; tasks: readonly KpiTask[] },
  next: { name: string; tasks: readonly KpiTask[] },
  options: { primary: SetMetric; prices: PriceTable | null },
): SetComparison {
  const [before, after] = [base.tasks.filter(isFinished), next.tasks.filter(isFinished)];
  const rows = setMetrics.map((metric) => compareMetric(metric, before, after, options));
  const others = rows.filter((row) => !row.isPrimary && row.p !== null);
  const adjusted = benjaminiHochberg(others.map((row) => row.p as number));
  others.forEach((row, index) => {
    row.p = adjusted[index] as number;
  });
  for (const row of rows) if (row.p !== null && row.phi !== null) row.state = stateOf(row.p, row.phi);
  rows.sort((a, b) => Number(b.isPrimary) - Number(a.isPrimary));
  return {
    base: { name: base.name, tasks: before.length },
    new: { name: next.name, tasks: after.length },
    fewest,
    rows,
  };
}

const isFinished = (task: KpiTask) => task.outcome !== 'running' && hasWork(task);

const stateOf = (p: number, phi: number): SetRow['state'] =>
  p >= 0.05 ? 'no change seen' : phi < 0.5 ? 'better' : 'worse';

const units: Record<SetMetric, SetRow['unit']> = {
  tvc: 'ms',
  'tvc-active': 'ms',
  duration: 'ms',
  active: 'ms',
  touches: 'count',
  'output-tokens': 'tokens',
  cost: 'money',
};

function compareMetric(
  metric: SetMetric,
  before: readonly KpiTask[],
  after: readonly KpiTask[],
  { primary, prices }: { primary: SetMetric; prices: PriceTable | null },
): SetRow {
  const [a, b] = [before, after].map((tasks) => tasks.flatMap((task) => valueIn(metric, task, prices) ?? []));
  const [base, next] = [a ?? [], b ?? []];
  const row: SetRow = {
    metric,
    isPrimary: metric === primary,
    unit: units[metric],
    base: sideOf(base),
    new: sideOf(next),
    phi: null,
    interval: null,
    shift: null,
    p: null,
    state: base.length === 0 || next.length === 0 ? 'not known' : 'too few',
    strata: [],
  };
  if (base.length < fewest || next.length < fewest) return row;
  const { phi, interval, p, strata } = stratified(base, next);
  const reached = (values: readonly Value[]) =>
    values.map(({ value }) => value).filter((value) => value < notReached);
  const state = phi === null ? 'no common size' : row.state;
  return {
    ...row,
    state,
    phi,
    interval,
    p,
    strata,
    shift: hodgesLehmann(reached(base), reached(next)) ?? null,
  };
}

function sideOf(values: readonly Value[]): SetSide {
  const times = values.map(({ value, seen }) => ({
    time: Math.min(value, seen),
    censored: value === notReached,
  }));
  const censored = times.filter((time) => time.censored).length;
  const middle = censored > 0 ? survivalMedian(times)?.median : median(values.map(({ value }) => value));
  return { n: values.length, censored, median: middle ?? null };
}

function valueIn(metric: SetMetric, task: KpiTask, prices: PriceTable | null): Value | undefined {
  const size = task.size ?? 'unknown';
  const known = (value: number | null) => (value === null ? undefined : { size, value, seen: value });
  switch (metric) {
    case 'tvc':
    case 'tvc-active': {
      const [reached, seen] =
        metric === 'tvc'
          ? [task.checkpoint?.tvcMs ?? null, task.totalMs]
          : [task.checkpoint?.tvcActiveMs ?? null, task.activeMs];
      return seen === null
        ? undefined
        : { size, value: reached ?? notReached, seen: Math.max(seen, reached ?? 0) };
    }
    case 'duration':
      return known(task.totalMs);
    case 'active':
      return known(task.activeMs);
    case 'touches':
      return known(task.touches.count);
    case 'output-tokens':
      return known(task.tokens?.output ?? null);
    case 'cost':
      return known(costOf(task.workers, prices).amount);
  }
}

/**
 * φ of each stratum (Brunner–Munzel; Fay & Malinovsky 2018), combined with weights n·m ÷ (n + m) as van Elteren (1960)
 * does, so that strata with few tasks on a side count little. Where one side lies wholly below the other there is no
 * spread to estimate an error from: the one of no difference, which is larger, stands in.
 */
function stratified(base: readonly Value[], next: readonly Value[]) {
  const sizes = [...new Set([...base, ...next].map(({ size }) => size))].sort();
  const parts = sizes.flatMap((size) => {
    const of = (values: readonly Value[]) =>
      values.filter((one) => one.size === size).map(({ value }) => value);
    const [a, b] = [of(base), of(next)];
    const [n, m] = [a.length, b.length];
    const test = brunnerMunzel(a, b);
    const phi = mannWhitney(a, b)?.probLess;
    const standardError = test?.standardError ?? Math.sqrt((n + m + 1) / (12 * n * m));
    return [{ size, n, m, test, phi, standardError, weight: n + m === 0 ? 0 : (n * m) / (n + m) }];
  });
  const strata = parts.map(({ size, n, m, phi }) => ({ size, base: n, new: m, phi: phi ?? null }));
  const usable = parts.filter((part) => part.phi !== undefined);
  const total = usable.reduce((sum, { weight }) => sum + weight, 0);
  if (total === 0) return { phi: null, interval: null, p: null, strata };
  const only = usable.length === 1 ? usable[0] : undefined;
  if (only?.test) return { phi: only.test.probLess, interval: only.test.interval, p: only.test.p, strata };
  const share = (part: (typeof usable)[number]) => part.weight / total;
  const phi = usable.reduce((sum, part) => sum + share(part) * (part.phi as number), 0);
  const standardError = Math.sqrt(
    usable.reduce((sum, part) => sum + (share(part) * part.standardError) ** 2, 0),
  );
  const half = normalQuantile(0.975) * standardError;
  const interval: Interval = [Math.max(0, phi - half), Math.min(1, phi + half)];
  return { phi, interval, p: normalTwoSided((phi - 0.5) / standardError), strata };
}
