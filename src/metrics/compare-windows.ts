import type { Interval } from '../base/statistics/describe.ts';
import { normalCdf, normalQuantile, normalTwoSided } from '../base/statistics/distributions.ts';
import { benjaminiHochberg, newcombe } from '../base/statistics/proportion.ts';
import { definitions } from './definitions.ts';
import { fewest, type Measured, type StratifiedValue } from './figure.ts';

/** How a figure changed from one window to the other. */
export interface WindowChange {
  /** Difference of shares, or relative change of minutes; null when it cannot be said. */
  difference: number | null;
  interval: Interval | null;
  kind: 'points' | 'relative' | null;
  /** Only after Benjamini–Hochberg over all figures (the primary one apart) is a change called better or worse. */
  state: 'better' | 'worse' | 'changed' | 'no change seen' | 'too few' | 'not compared';
}

/** The one figure named in advance; all others share a false-discovery rate of 5 %. */
const primaryFigure = 'recurrence';

interface Raw {
  change: WindowChange;
  p: number | null;
}

/** Compares figure by figure, `before` against `after`; both lists have the same ids in the same order. */
export function compareWindows(before: readonly Measured[], after: readonly Measured[]): WindowChange[] {
  const raw = after.map((one, index) => compareOne(before[index] as Measured, one));
  const others = raw.filter((one, index) => one.p !== null && after[index]?.figure.id !== primaryFigure);
  const adjusted = benjaminiHochberg(others.map((one) => one.p as number));
  return raw.map((one, index) => {
    if (one.p === null) return one.change;
    const { id } = (after[index] as Measured).figure;
    const p = id === primaryFigure ? one.p : (adjusted[others.indexOf(one)] as number);
    if (p >= 0.05) return { ...one.change, state: 'no change seen' };
    const { better } = definitions[id];
    const isHigher = (one.change.difference as number) > 0;
    return {
      ...one.change,
      state: better === null ? 'changed' : isHigher === (better === 'higher') ? 'better' : 'worse',
    };
  });
}

const none = (state: WindowChange['state']): Raw => ({
  change: { difference: null, interval: null, kind: null, state },
  p: null,
});

function compareOne(before: Measured, after: Measured): Raw {
  if (before.raw.kind === 'share' && after.raw.kind === 'share') {
    const [a, b] = [before.raw, after.raw];
    if (Math.min(a.units, b.units) < fewest) return none('too few');
    const result = newcombe(a.hits, a.units, b.hits, b.units);
    if (!result) return none('too few');
    const pooled = (a.hits + b.hits) / (a.units + b.units);
    const standardError = Math.sqrt(pooled * (1 - pooled) * (1 / a.units + 1 / b.units));
    const p = standardError > 0 ? normalTwoSided(result.difference / standardError) : 1;
    return {
      change: {
        difference: result.difference,
        interval: result.interval,
        kind: 'points',
        state: 'no change seen',
      },
      p,
    };
  }
  if (before.raw.kind === 'values' && after.raw.kind === 'values')
    return compareValues(before.raw.values, after.raw.values);
  return none('not compared');
}

/**
 * Mean difference of log values within strata (same repository, same size of task), weighted by n₁n₂/(n₁+n₂), with
 * one pooled within-stratum variance: a change of the mix of tasks is not taken for a change of speed.
 */
function compareValues(before: readonly StratifiedValue[], after: readonly StratifiedValue[]): Raw {
  const strata = new Map<string, { a: number[]; b: number[] }>();
  const add = (side: 'a' | 'b', { stratum, value }: StratifiedValue) => {
    const group = strata.get(stratum) ?? { a: [], b: [] };
    group[side].push(value);
    strata.set(stratum, group);
  };
  for (const value of before) add('a', value);
  for (const value of after) add('b', value);
  const shared = [...strata.values()].filter(({ a, b }) => a.length > 0 && b.length > 0);
  const [nA, nB] = [sum(shared.map(({ a }) => a.length)), sum(shared.map(({ b }) => b.length))];
  if (Math.min(nA, nB) < fewest) return none('too few');
  let [weights, weighted, squares, df] = [0, 0, 0, 0];
  for (const { a, b } of shared) {
    const weight = (a.length * b.length) / (a.length + b.length);
    weights += weight;
    weighted += weight * (average(b) - average(a));
    squares += squareSum(a) + squareSum(b);
    df += a.length + b.length - 2;
  }
  if (df < 10 || squares === 0) return none('too few');
  const difference = weighted / weights;
  const standardError = Math.sqrt(squares / df / weights);
  const half = normalQuantile(0.975) * standardError;
  return {
    change: {
      difference: Math.expm1(difference),
      interval: [Math.expm1(difference - half), Math.expm1(difference + half)],
      kind: 'relative',
      state: 'no change seen',
    },
    p: 2 * (1 - normalCdf(Math.abs(difference / standardError))),
  };
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const average = (values: readonly number[]) => sum(values) / values.length;
const squareSum = (values: readonly number[]) => {
  const mean = average(values);
  return sum(values.map((value) => (value - mean) ** 2));
};
