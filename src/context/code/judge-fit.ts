import { meanOf, sdOf } from '../../base/statistics/describe.ts';
import { compareText } from '../../base/text.ts';
import { differenceOf, type RankerDifference } from './compare-rankers.ts';
import { type FitTask, fitWeights } from './fit-weights.ts';
import { measureRanking, type RetrievalMeasures } from './retrieval-measures.ts';
import type { SignalName } from './signals.ts';
import type { Weight, Weights } from './weights.ts';

/** A task to fit to, with the paths of its files. */
export type PathFitTask = FitTask & { paths: readonly string[] };

/** What fitting gave. */
export type FitResult =
  | { outcome: 'refused'; reason: string }
  | {
      outcome: 'better' | 'not better';
      trainedOn: number;
      testedOn: number;
      weights: Weights;
      difference: RankerDifference;
    };

const leastFitTasks = 60;
const trainShare = 2 / 3;

/** Fits to the older two thirds of the tasks (given oldest first) and judges on the newer third. */
export function fitAndJudge(fits: readonly PathFitTask[], start: Weights, newest: string): FitResult {
  if (fits.length < leastFitTasks)
    return {
      outcome: 'refused',
      reason: `${fits.length} tasks are too few to fit weights to: it takes ${leastFitTasks}. The built-in weights stay.`,
    };
  const trainedOn = Math.floor(fits.length * trainShare);
  const weights: Weights = {
    name: 'fitted-1',
    provenance: `fitted to ${trainedOn} past changes of this repository up to ${newest.slice(0, 12)}, from ${start.name}`,
    signals: fitWeights(fits.slice(0, trainedOn), start),
  };
  const test = fits.slice(trainedOn);
  const [fitted, before] = [weights, start].map((by) => test.map((task) => measureFit(task, by))) as [
    RetrievalMeasures[],
    RetrievalMeasures[],
  ];
  const difference = differenceOf(weights.name, fitted, start.name, before);
  return {
    outcome: isClearGain(fitted, before) ? 'better' : 'not better',
    trainedOn,
    testedOn: test.length,
    weights,
    difference,
  };
}

/** Whether the mean gain in MRR and Recall@10 is more than its standard error: a toss of a coin is no reason to change. */
function isClearGain(fitted: readonly RetrievalMeasures[], before: readonly RetrievalMeasures[]): boolean {
  const worth = ({ mrr, recall10 }: RetrievalMeasures) => mrr + recall10;
  const gains = fitted.map((one, at) => worth(one) - worth(before[at] as RetrievalMeasures));
  return (meanOf(gains) ?? 0) > (sdOf(gains) ?? 0) / Math.sqrt(gains.length);
}

function measureFit(task: PathFitTask, { signals }: Weights): RetrievalMeasures {
  const scores = new Float64Array(task.files);
  for (const [name, weight] of Object.entries(signals) as [SignalName, Weight][]) {
    const column = task.values[name];
    const factor = weight.base + (weight.long ?? 0) * task.length;
    if (column)
      for (let file = 0; file < task.files; file++)
        scores[file] = (scores[file] as number) + factor * (column[file] as number);
  }
  const order = [...task.paths.keys()].sort(
    (a, b) =>
      (scores[b] as number) - (scores[a] as number) ||
      compareText(task.paths[a] as string, task.paths[b] as string),
  );
  return measureRanking(
    order.map((at) => task.paths[at] as string),
    task.gold.map((at) => task.paths[at] as string),
  );
}
