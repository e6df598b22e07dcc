import { lagOneCorrelation } from '../../base/statistics/clusters.ts';
import { logRateEvidence } from '../../base/statistics/e-process.ts';
import type { Execution } from '../agents/executions/execution.ts';
import { chanceOf, type Question } from './alarm-budget.ts';
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
 * The chance of as much evidence (see `chanceOf`) when each point adds to two sums: `logEvidence(sum, n, alike)` of what
 * the points from a start on add up to. `alike` (≥ 1) says how many times wider a mean of them varies because
 * neighbours resemble each other; evidence that is shrunk by it stays fair, since it is never more than without.
 */
export function chanceOfSums(
  question: Question,
  look: Look,
  points: readonly { index: number; score: number }[],
  logEvidence: (sum: number, n: number, alike: number) => number,
): number {
  const { starts } = look.stratum;
  const sums = new Array<number>(points.length + 1).fill(0);
  for (let i = points.length - 1; i >= 0; i -= 1)
    sums[i] = (sums[i + 1] as number) + (points[i] as { score: number }).score;
  const firstFrom = (at: number) => {
    const first = points.findIndex(({ index }) => index >= at);
    return first === -1 ? points.length : first;
  };
  const scores = points.map(({ score }) => score);
  return chanceOf(question, starts, (start) => {
    const first = firstFrom(start.at);
    return logEvidence(sums[first] as number, points.length - first, alikeness(scores, first));
  });
}

/**
 * √((1+ρ)/(1−ρ)) with the lag-1 correlation ρ of the scores around their means before and after `cut` (a change there
 * is no likeness), less its standard error, so that it is 1 for most series without any.
 */
function alikeness(scores: readonly number[], cut: number): number {
  const centred = [scores.slice(0, cut), scores.slice(cut)].flatMap((part) => {
    const mean = part.reduce((sum, score) => sum + score, 0) / part.length;
    return part.map((score) => score - mean);
  });
  const rho = lagOneCorrelation(centred) - 1 / Math.sqrt(centred.length);
  const kept = Math.min(0.9, Math.max(0, rho));
  return Math.sqrt((1 + kept) / (1 - kept));
}

/** `logRateEvidence` with counts divided by how alike neighbours are: as much as that many independent points say. */
export const rateEvidenceOf =
  (rate: number) =>
  (hits: number, n: number, alike: number): number =>
    logRateEvidence(hits / alike ** 2, n / alike ** 2, rate, 'above');
