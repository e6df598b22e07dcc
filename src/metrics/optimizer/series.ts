import type { Execution } from '../agents/execution.ts';
import { chanceOf, type EvidenceStart, type Question } from './alarm-budget.ts';
import type { Measure } from './measures.ts';
import type { OptimizerWindow, Stratum } from './strata.ts';
import type { Target } from './targets.ts';

/** One look at a stratum. */
export interface Look {
  stratum: Stratum;
  window: OptimizerWindow;
  /** Index of the first execution of the window. */
  windowAt: number;
  /** Fewest executions for a finding. */
  min: number;
}

/** A metric of a stratum in time order: its executions before the window, and those in it. */
export interface Series {
  measure: Measure;
  target: Target | undefined;
  look: Look;
  points: Point[];
  /** The latest points before the window, at most `longestBaseline`. */
  before: Point[];
  within: Point[];
}

/** An execution that has the metric; `index` is its place in the stratum. */
export interface Point {
  index: number;
  value: number;
  execution: Execution;
}

/** Fewest executions of an own baseline (spec 06, comparison rules: ≥ 20 points), and the most that are looked at. */
export const shortestBaseline = 20;
const longestBaseline = 200;

/** The series of a measure. */
export function seriesOf(measure: Measure, target: Target | undefined, look: Look): Series {
  const points = look.stratum.executions.flatMap((execution, index): Point[] => {
    const value = measure.read(execution);
    return value === undefined ? [] : [{ index, value, execution }];
  });
  const cut = points.findIndex(({ index }) => index >= look.windowAt);
  const at = cut === -1 ? points.length : cut;
  const before = points.slice(Math.max(0, at - longestBaseline), at);
  return { measure, target, look, points, before, within: points.slice(at) };
}

/** The values of points. */
export const valuesOf = (points: readonly Point[]): number[] => points.map(({ value }) => value);

/**
 * The chance of as much evidence (see `chanceOf`) when each point adds to two sums: `logEvidence(sum, n)` of what the
 * points from a start on add up to.
 */
export function chanceOfSums(
  question: Question,
  starts: readonly EvidenceStart[],
  points: readonly { index: number; score: number }[],
  logEvidence: (sum: number, n: number) => number,
): number {
  const sums = new Array<number>(points.length + 1).fill(0);
  for (let i = points.length - 1; i >= 0; i -= 1)
    sums[i] = (sums[i + 1] as number) + (points[i] as { score: number }).score;
  let at = 0;
  const from = starts.map((start) => {
    while (at < points.length && (points[at] as { index: number }).index < start.at) at += 1;
    return { start, at };
  });
  const place = new Map(from.map((one) => [one.start, one.at]));
  return chanceOf(question, starts, (start) => {
    const first = place.get(start) as number;
    return logEvidence(sums[first] as number, points.length - first);
  });
}
