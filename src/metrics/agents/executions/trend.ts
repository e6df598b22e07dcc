import { type Interval, meanOf } from '../../../base/statistics/describe.ts';
import { newcombe } from '../../../base/statistics/proportion.ts';
import { welch } from '../../../base/statistics/two-sample.ts';
import type { MetricDirection } from '../metric-direction.ts';

/** Executions in the recent window and, before it, in the prior one; with fewer in all, each takes its half. */
export const windowSize = 20;
/** With fewer on a side nothing is said. */
export const fewestPerSide = 5;
/** A smaller change is not worth an arrow: 5 points of a share or score, 5 % of anything else (the seed's 0.05). */
const noticeable = 0.05;

/** How a metric is compared: shares by their counts, scores of 0–1 by difference, times by ratio, others by share of before. */
export type Scale = 'share' | 'score' | 'time' | 'amount';

/** The recent window of a metric against the one before it. */
export interface Trend {
  scale: Scale;
  /** The comparison made, for a reader who wants to check it. */
  method: string;
  /** Which way the value moved; `?` when there is too little to say. */
  arrow: '↑' | '↓' | '→' | '?';
  /** What that means; rising and falling where it is not known which way is good. */
  verdict: 'better' | 'worse' | 'rising' | 'falling' | 'no change seen' | 'too few';
  recent: { n: number; mean: number | null };
  prior: { n: number; mean: number | null };
  /** Recent minus prior; as a share of the prior where `relative`. Null when there are too few. */
  change: number | null;
  /** 95 % of the change. */
  interval: Interval | null;
  relative: boolean;
}

const methods: Record<Scale, string> = {
  share: 'difference of two shares (Newcombe)',
  score: 'difference of two means (Welch)',
  time: 'ratio of two geometric means (Welch on logarithms)',
  amount: 'difference of two means (Welch), as a share of the prior mean',
};

/**
 * The trend of the last values of a metric, oldest first: the newest 20 against the 20 before. An arrow needs an
 * interval of the change that excludes 0, and a change of at least 5 points or 5 %. Success counts as 0 and 1.
 */
export function trendOf(
  values: readonly number[],
  scale: Scale,
  goodDirection: MetricDirection | null,
): Trend {
  const half = Math.min(windowSize, Math.floor(values.length / 2));
  const recent = half === 0 ? [] : values.slice(-half);
  const prior = half === 0 ? [] : values.slice(-2 * half, -half);
  const relative = scale === 'time' || scale === 'amount';
  const shown = {
    scale,
    method: methods[scale],
    recent: { n: recent.length, mean: meanOf(recent) ?? null },
    prior: { n: prior.length, mean: meanOf(prior) ?? null },
    relative,
  };
  const compared = half < fewestPerSide ? undefined : comparisons[scale](prior, recent);
  if (!compared) return { ...shown, arrow: '?', verdict: 'too few', change: null, interval: null };
  const { change, interval } = compared;
  const seen = (interval[0] > 0 || interval[1] < 0) && Math.abs(change) >= noticeable - 1e-12;
  const arrow = seen ? (change > 0 ? '↑' : '↓') : '→';
  return { ...shown, arrow, verdict: verdictOf(arrow, goodDirection), change, interval };
}

function verdictOf(arrow: '↑' | '↓' | '→', goodDirection: MetricDirection | null): Trend['verdict'] {
  if (arrow === '→') return 'no change seen';
  if (goodDirection === null) return arrow === '↑' ? 'rising' : 'falling';
  return (arrow === '↑') === (goodDirection === 'higher') ? 'better' : 'worse';
}

interface Compared {
  change: number;
  interval: Interval;
}

type Compare = (prior: readonly number[], recent: readonly number[]) => Compared | undefined;

const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

const comparisons: Record<Scale, Compare> = {
  share(prior, recent) {
    const found = newcombe(total(prior), prior.length, total(recent), recent.length);
    return found && { change: found.difference, interval: found.interval };
  },
  score: differenceOfMeans,
  time(prior, recent) {
    // A millisecond is added so that a time of 0 has a logarithm.
    const logs = (values: readonly number[]) => values.map((value) => Math.log(value + 0.001));
    const { change, interval } = differenceOfMeans(logs(prior), logs(recent));
    return { change: Math.expm1(change), interval: [Math.expm1(interval[0]), Math.expm1(interval[1])] };
  },
  amount(prior, recent) {
    const before = Math.abs(meanOf(prior) as number);
    const { change, interval } = differenceOfMeans(prior, recent);
    if (before === 0) return change === 0 ? { change, interval } : undefined;
    return { change: change / before, interval: [interval[0] / before, interval[1] / before] };
  },
};

/** Without any spread on either side the difference is what it is: its interval is a point. */
function differenceOfMeans(prior: readonly number[], recent: readonly number[]): Compared {
  const found = welch(prior, recent);
  const change = (meanOf(recent) as number) - (meanOf(prior) as number);
  return { change, interval: found?.interval ?? [change, change] };
}
