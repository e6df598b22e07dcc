import { meanOverTasks, measureNames, type RetrievalMeasures, type TaskMean } from './retrieval-measures.ts';

/** The mean of every measure over tasks. */
export type MeasureMeans = Record<keyof RetrievalMeasures, TaskMean>;

/** Means of one way to rank. */
export interface RankerResult {
  name: string;
  measures: MeasureMeans;
}

/** How much better one ranking is than another on the same tasks. */
export interface RankerDifference {
  of: string;
  over: string;
  measures: MeasureMeans;
}

/** Means with their intervals. */
export function meansOf(measures: readonly RetrievalMeasures[]): MeasureMeans {
  const none: TaskMean = { mean: 0, low: null, high: null, n: 0 };
  const means = measureNames.map((name) => [name, meanOverTasks(measures.map((one) => one[name])) ?? none]);
  return Object.fromEntries(means) as MeasureMeans;
}

/** The paired differences of two rankings of the same tasks, task by task. */
export function differenceOf(
  of: string,
  better: readonly RetrievalMeasures[],
  over: string,
  worse: readonly RetrievalMeasures[],
): RankerDifference {
  const differences = better.map((one, at) =>
    Object.fromEntries(
      measureNames.map((name) => [name, one[name] - (worse[at] as RetrievalMeasures)[name]]),
    ),
  );
  return { of, over, measures: meansOf(differences as unknown as RetrievalMeasures[]) };
}
