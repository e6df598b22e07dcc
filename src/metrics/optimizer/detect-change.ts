import { cusum } from '../../base/statistics/control-chart.ts';
import {
  type Interval,
  median,
  medianAbsoluteDeviation,
  medianInterval,
} from '../../base/statistics/describe.ts';
import {
  logRiseEvidence,
  logShiftEvidence,
  sequentialScores,
  sequentialSpreadScores,
} from '../../base/statistics/e-process.ts';
import { newcombe, wilson } from '../../base/statistics/proportion.ts';
import { theilSen } from '../../base/statistics/trend.ts';
import { alarmBudget, type Question } from './alarm-budget.ts';
import { type Deviation, worstFirst } from './deviation.ts';
import { chanceOfSums, type Point, type Series, shortestBaseline, valuesOf } from './series.ts';

/** Smallest change worth words: of a value in its own median absolute deviations and relatively, of a rate in points. */
const worthWords = { deviations: 1, relative: 0.1, points: 0.05, trendDeviations: 0.5, trendRelative: 0.05 };

/**
 * Whether a metric got worse than it was: beyond the own baseline (median ± MAD, where no target is set), or on a
 * falling trend. Both rest on the same evidence, so they are one question and give at most one finding: sequential ranks
 * that lean to the worse side (no assumption on the distribution), or a failure rate higher than before.
 */
export function detectChange(series: Series, nth = 1): Deviation | undefined {
  const { measure, within, look } = series;
  if (within.length < look.min) return undefined;
  const change = measure.role === 'success' ? rateChange(series) : valueChange(series);
  if (!change) return undefined;
  const question: Question = {
    about: measure.role,
    nth,
    ...(series.target
      ? { part: 'change beside a target' }
      : measure.role === 'success' && { part: 'change beside a floor' }),
  };
  const chance =
    measure.role === 'success' ? chanceOfRise(question, series) : chanceOfShift(question, series);
  if (chance > alarmBudget) return undefined;
  return {
    ...change,
    series,
    chance,
    since: onsetOf(series),
    sessions: worstFirst(
      measure.role === 'success' ? within.filter(({ value }) => value === 0) : within,
      measure.better,
    ),
  };
}

const shiftEvidence = (sum: number, n: number, alike: number) =>
  logShiftEvidence(sum > 0 ? sum / alike : sum, n);

function chanceOfShift(question: Question, { measure, points, look }: Series): number {
  const sign = measure.better === 'lower' ? 1 : -1;
  const scores = sequentialScores(points.map(({ value }) => sign * value));
  const scored = points.map(({ index }, i) => ({ index, score: scores[i] as number }));
  return chanceOfSums(question, look, scored, shiftEvidence);
}

function chanceOfRise(question: Question, { points, look }: Series): number {
  const failed = points.map(({ index, value }) => ({ index, score: 1 - value }));
  const total = failed.reduce((sum, { score }) => sum + score, 0);
  return chanceOfSums(question, look, failed, (hits, n, alike) => {
    const part = (count: number) => count / alike ** 2;
    const before = { hits: part(total - hits), n: part(failed.length - n) };
    return logRiseEvidence(before, { hits: part(hits), n: part(n) });
  });
}

type Change = Pick<Deviation, 'type' | 'n' | 'value' | 'interval' | 'reference'> & {
  earlier: { value: number; n: number };
};

/** The points before the window, or the first half of the window where there are too few. */
function halves({ before, within, look }: Series): { earlier: Point[]; later: Point[] } {
  if (before.length >= look.min) return { earlier: before, later: within };
  const half = Math.floor(within.length / 2);
  return { earlier: [...before, ...within.slice(0, half)], later: within.slice(half) };
}

function rateChange(series: Series): Change | undefined {
  const { earlier, later } = halves(series);
  const count = (points: readonly Point[]) => points.filter(({ value }) => value === 1).length;
  const compared = newcombe(count(earlier), earlier.length, count(later), later.length);
  if (!compared || compared.interval[1] >= 0 || compared.difference > -worthWords.points) return undefined;
  const [hits, n] = [count(later), later.length];
  const base = { value: count(earlier) / earlier.length, n: earlier.length };
  const againstBaseline = !series.target && series.before.length >= shortestBaseline;
  return {
    type: againstBaseline ? 'success_below_target' : 'falling_trend',
    n,
    value: hits / n,
    interval: wilson(hits, n) ?? null,
    reference: againstBaseline ? { ...base, source: 'baseline' } : null,
    earlier: base,
  };
}

const levelType = {
  time: 'slow',
  quality: 'quality_below_target',
  primary: 'primary_metric_miss',
  cost: 'cost_growth',
  secondary: 'secondary_metric_miss',
} as const;

function valueChange(series: Series): Change | undefined {
  const { measure, target, before, within } = series;
  const sign = measure.better === 'lower' ? 1 : -1;
  const values = valuesOf(within);
  const [now, interval] = [median(values) as number, medianInterval(values) ?? null];
  const past = valuesOf(before);
  const isLevel = (!target || measure.role === 'cost') && past.length >= shortestBaseline;
  if (isLevel) {
    const [centre, mad] = [median(past) as number, medianAbsoluteDeviation(past) as number];
    const limit = Math.max(worthWords.deviations * mad, worthWords.relative * Math.abs(centre));
    if (sign * (now - centre) > limit)
      return {
        type: levelType[measure.role as keyof typeof levelType],
        n: within.length,
        value: now,
        interval,
        reference: { value: centre, source: 'baseline', n: past.length, mad },
        earlier: { value: centre, n: past.length },
      };
  }
  return trendOf(series, sign, interval);
}

/** A trend that is there (Theil–Sen over baseline and window) and has led somewhere (later against earlier). */
function trendOf(series: Series, sign: number, windowInterval: Interval | null): Change | undefined {
  const { earlier, later } = halves(series);
  const [then, now] = [valuesOf(earlier), valuesOf(later)];
  const [centre, end] = [median(then), median(now)];
  if (centre === undefined || end === undefined) return undefined;
  const mad = medianAbsoluteDeviation(then) as number;
  const limit = Math.max(worthWords.trendDeviations * mad, worthWords.trendRelative * Math.abs(centre));
  if (!(sign * (end - centre) > limit)) return undefined;
  const slope = theilSen(thinned([...then, ...now]));
  if (slope === undefined || sign * slope <= 0) return undefined;
  const isWhole = later.length === series.within.length;
  return {
    type: series.measure.role === 'cost' ? 'cost_growth' : 'falling_trend',
    n: later.length,
    value: end,
    interval: isWhole ? windowInterval : (medianInterval(now) ?? null),
    reference: null,
    earlier: { value: centre, n: earlier.length },
  };
}

/** Every second, third … value, so that at most 200 are left: Theil–Sen looks at all pairs. */
function thinned(values: readonly number[]): number[] {
  const step = Math.ceil(values.length / 200);
  return values.filter((_, index) => index % step === 0);
}

/** The day on which the climb of a CUSUM chart to its alarm began, towards the worse side. */
function onsetOf(series: Series): string | null {
  const { earlier, later } = halves(series);
  const sign = series.measure.better === 'lower' ? 1 : -1;
  const scale = scaleOf(series);
  const chart = cusum(
    earlier.map(({ value }) => sign * scale(value)),
    later.map(({ value }) => sign * scale(value)),
  );
  const alarmAt = chart?.hi.findIndex((height) => height > 5) ?? -1;
  if (!chart || alarmAt === -1) return null;
  const climb = chart.hi.slice(0, alarmAt).lastIndexOf(0) + 1;
  return later[climb]?.execution.timestamp.slice(0, 10) ?? null;
}

/** Times and tokens are compared on the log scale (spec 06, comparison rules). */
function scaleOf({ measure }: Series): (value: number) => number {
  return measure.role === 'time' || measure.role === 'cost'
    ? (value) => Math.log(Math.max(value, 1e-3))
    : (value) => value;
}

/** Least growth of the median absolute deviation that counts as unstable, and least deviation (relative). */
const spreadLimits = { growth: 1.5, relative: 0.05 } as const;

/**
 * Whether a metric spreads more than in its own baseline: ranks of the distance from the middle lean upwards, and the
 * MAD in the window is at least half as large again. Needs a baseline; times on the log scale.
 */
export function detectSpread(series: Series, nth = 1): Deviation | undefined {
  const { measure, before, within, look, points } = series;
  if (before.length < shortestBaseline || within.length < look.min) return undefined;
  const scale = scaleOf(series);
  const scaled = (some: readonly Point[]) => some.map(({ value }) => scale(value));
  const was = medianAbsoluteDeviation(scaled(before)) as number;
  const now = medianAbsoluteDeviation(scaled(within)) as number;
  const isLog = measure.role === 'time' || measure.role === 'cost';
  const least = spreadLimits.relative * (isLog ? 1 : Math.abs(median(valuesOf(within)) as number));
  if (!(now >= spreadLimits.growth * was && now > least)) return undefined;
  const scores = sequentialSpreadScores(scaled(points));
  const scored = points.map(({ index }, i) => ({ index, score: scores[i] as number }));
  const chance = chanceOfSums({ about: 'spread', nth }, look, scored, shiftEvidence);
  if (chance > alarmBudget) return undefined;
  return {
    type: 'unstable',
    series,
    n: within.length,
    value: now,
    interval: null,
    reference: { value: was, source: 'baseline', n: before.length },
    chance,
    since: null,
    sessions: worstFirst(within, measure.better),
    earlier: { value: was, n: before.length },
  };
}
