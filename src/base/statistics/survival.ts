import type { Interval } from './describe.ts';
import { normalQuantile } from './distributions.ts';

/** A time until something happened, or (`censored`) until it was last known not to have happened. */
export interface TimeToEvent {
  time: number;
  censored: boolean;
}

/** One step of a survival curve, at a time at which something happened. */
export interface SurvivalStep {
  time: number;
  atRisk: number;
  events: number;
  /** Share that goes on beyond this time. */
  survival: number;
  /** Greenwood's sum Σ d/(n(n−d)); Infinity when nobody is left. */
  greenwood: number;
}

/** Product-limit estimate (Kaplan & Meier 1958). Something that happened at a time comes before what is censored at it. */
export function kaplanMeier(times: readonly TimeToEvent[]): SurvivalStep[] {
  const sorted = [...times].sort((a, b) => a.time - b.time);
  const steps: SurvivalStep[] = [];
  let [survival, greenwood] = [1, 0];
  for (let i = 0; i < sorted.length; ) {
    const { time } = sorted[i] as TimeToEvent;
    let end = i;
    let events = 0;
    for (; end < sorted.length && sorted[end]?.time === time; end += 1)
      if (!sorted[end]?.censored) events += 1;
    const atRisk = sorted.length - i;
    if (events > 0) {
      survival *= 1 - events / atRisk;
      greenwood += events / (atRisk * (atRisk - events));
      steps.push({ time, atRisk, events, survival, greenwood });
    }
    i = end;
  }
  return steps;
}

/** The median of times some of which are censored. */
export interface SurvivalMedian {
  /** First time at which half are done; null when more than half go on at the end of what is known. */
  median: number | null;
  /** An end is null when the curve does not reach it: the interval is open there. */
  interval: readonly [number | null, number | null];
  n: number;
  events: number;
}

/**
 * Median and its interval: the times at which the log−log band of the curve contains ½ (Brookmeyer & Crowley 1982;
 * band after Kalbfleisch & Prentice). Undefined when empty.
 */
export function survivalMedian(times: readonly TimeToEvent[], confidence = 0.95): SurvivalMedian | undefined {
  if (times.length === 0) return undefined;
  const steps = kaplanMeier(times);
  const z = normalQuantile(1 - (1 - confidence) / 2);
  // The product of shares misses ½ by a rounding error at times.
  const half = 0.5 + 1e-9;
  const first = (isBelow: (step: SurvivalStep) => boolean) => steps.find(isBelow)?.time ?? null;
  return {
    median: first(({ survival }) => survival <= half),
    interval: [
      first((step) => (bandOf(step, z)?.[0] ?? 1) <= half),
      first((step) => (bandOf(step, z)?.[1] ?? 1) <= half),
    ],
    n: times.length,
    events: steps.reduce((sum, { events }) => sum + events, 0),
  };
}

/** S^exp(±z·√V / ln S); undefined when nobody is left (S = 0): there is no band then. */
function bandOf({ survival, greenwood }: SurvivalStep, z: number): Interval | undefined {
  if (survival <= 0) return undefined;
  const log = Math.log(survival);
  const half = (z * Math.sqrt(greenwood)) / Math.abs(log);
  return [survival ** Math.exp(half), survival ** Math.exp(-half)];
}
