import { meanOf, sdOf } from '../../base/statistics/describe.ts';
import { tCritical } from '../../base/statistics/distributions.ts';

/** How well a ranking finds the files of a task, each 0 … 1. */
export interface RetrievalMeasures {
  /** The first file is one of them. */
  hit1: number;
  /** 1 / rank of the first of them (mean reciprocal rank). */
  mrr: number;
  /** Share of them among the first 5, 10, 20. */
  recall5: number;
  recall10: number;
  recall20: number;
}

/** The measures in the order they are shown. */
export const measureNames = ['hit1', 'mrr', 'recall5', 'recall10', 'recall20'] as const;

/** Measures one ranking (paths, best first). */
export function measureRanking(ranked: readonly string[], gold: readonly string[]): RetrievalMeasures {
  const ranks = gold
    .map((path) => ranked.indexOf(path))
    .map((at) => (at < 0 ? Number.POSITIVE_INFINITY : at + 1));
  const within = (most: number) => ranks.filter((rank) => rank <= most).length / gold.length;
  const first = Math.min(...ranks);
  return {
    hit1: first === 1 ? 1 : 0,
    mrr: 1 / first,
    recall5: within(5),
    recall10: within(10),
    recall20: within(20),
  };
}

/** A mean over tasks with its 95 % interval (Student's t); no interval below two tasks. */
export interface TaskMean {
  mean: number;
  low: number | null;
  high: number | null;
  n: number;
}

/** The mean of one value a task. undefined without any. */
export function meanOverTasks(values: readonly number[]): TaskMean | undefined {
  const mean = meanOf(values);
  if (mean === undefined) return undefined;
  const sd = sdOf(values);
  if (sd === undefined) return { mean, low: null, high: null, n: values.length };
  const half = (tCritical(0.05, values.length - 1) * sd) / Math.sqrt(values.length);
  return { mean, low: mean - half, high: mean + half, n: values.length };
}
