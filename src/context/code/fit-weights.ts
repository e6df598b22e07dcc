import type { SignalName } from './signals.ts';
import type { Weight, Weights } from './weights.ts';

/** The signals of the files of one past task that may matter, and which of them were changed. */
export interface FitTask {
  /** 0 … 1 as in the query. */
  length: number;
  /** Values of each signal, file by file. */
  values: Partial<Record<SignalName, ArrayLike<number>>>;
  gold: readonly number[];
  files: number;
}

const rounds = 150;
const step = 0.05;
/** How sharply the softmax tells files apart, and how strongly weights are held where they start. */
const sharpness = 1.5;
const pull = 0.02;

/**
 * Weights fitted to past tasks: the likelihood of each changed file against all unchanged ones (softmax, as in ListNet,
 * Cao et al. 2007) is raised by gradient steps (Adam), while the start weights pull back, so that few tasks change
 * little. The same tasks give the same weights.
 */
export function fitWeights(tasks: readonly FitTask[], start: Weights): Weights['signals'] {
  const parts = partsOf(start);
  const weights = parts.map((part) => part.start);
  const first = parts.map(() => 0);
  const second = parts.map(() => 0);
  for (let round = 1; round <= rounds; round++) {
    const slope = slopeOf(tasks, parts, weights);
    for (const [at, part] of parts.entries()) {
      const gradient = (slope[at] as number) - pull * ((weights[at] as number) - part.start);
      first[at] = 0.9 * (first[at] as number) + 0.1 * gradient;
      second[at] = 0.999 * (second[at] as number) + 0.001 * gradient * gradient;
      const scaled = (first[at] as number) / (1 - 0.9 ** round);
      weights[at] =
        (weights[at] as number) +
        (step * scaled) / (Math.sqrt((second[at] as number) / (1 - 0.999 ** round)) + 1e-8);
    }
  }
  return signalsOf(parts, weights);
}

/** One number to fit: the base or the long part of a signal's weight. */
interface Part {
  name: SignalName;
  long: boolean;
  start: number;
}

function partsOf(start: Weights): Part[] {
  return Object.entries(start.signals).flatMap(([name, weight]) => [
    { name: name as SignalName, long: false, start: (weight as Weight).base },
    ...((weight as Weight).long === undefined
      ? []
      : [{ name: name as SignalName, long: true, start: (weight as Weight).long as number }]),
  ]);
}

function signalsOf(parts: readonly Part[], weights: readonly number[]): Weights['signals'] {
  const signals: Partial<Record<SignalName, Weight>> = {};
  for (const [at, { name, long }] of parts.entries()) {
    const value = Math.round((weights[at] as number) * 1000) / 1000;
    if (long) signals[name] = { ...(signals[name] as Weight), long: value };
    else signals[name] = { base: value };
  }
  return signals;
}

/** The mean slope of the log-likelihood of the changed files. */
function slopeOf(tasks: readonly FitTask[], parts: readonly Part[], weights: readonly number[]): number[] {
  const slope = parts.map(() => 0);
  for (const task of tasks) {
    const isGold = new Set(task.gold);
    const columns = parts.map(({ name }) => task.values[name]);
    const factors = parts.map(({ long }) => (long ? task.length : 1));
    const scores = new Float64Array(task.files);
    for (const [at, column] of columns.entries()) {
      const factor = (weights[at] as number) * (factors[at] as number);
      if (column && factor !== 0)
        for (let file = 0; file < task.files; file++)
          scores[file] = (scores[file] as number) + factor * (column[file] as number);
    }
    const most = scores.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    const shares = scores.map((score) => Math.exp(sharpness * (score - most)));
    let others = 0;
    for (let file = 0; file < task.files; file++) if (!isGold.has(file)) others += shares[file] as number;
    if (others === 0) continue;
    for (const [at, column] of columns.entries()) {
      if (!column) continue;
      let expected = 0;
      for (let file = 0; file < task.files; file++)
        if (!isGold.has(file)) expected += (shares[file] as number) * (column[file] as number);
      expected /= others;
      for (const file of task.gold) {
        const missed = others / (others + (shares[file] as number));
        const gain = sharpness * missed * ((column[file] as number) - expected) * (factors[at] as number);
        slope[at] = (slope[at] as number) + gain / task.gold.length / tasks.length;
      }
    }
  }
  return slope;
}
