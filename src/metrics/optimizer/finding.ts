import type { Interval } from '../../base/statistics/describe.ts';
import type { Target } from './targets.ts';

/** What a detector can say of an agent. */
export const findingTypes = [
  'success_below_target',
  'primary_metric_miss',
  'slow',
  'quality_below_target',
  'secondary_metric_miss',
  'cost_above_target',
  'falling_trend',
  'cost_growth',
  'unstable',
  'outliers',
  'error_cluster',
  'missing_data',
] as const;
/** What was found about an agent. */
export type FindingType = (typeof findingTypes)[number];

/** What a metric was held against: a target, the agent's own earlier executions, or a limit of the detector. */
export interface Reference {
  value: number;
  source: Target['source'] | 'baseline' | 'tolerance';
  /** Executions of the baseline and its median absolute deviation. */
  n?: number;
  mad?: number;
}

/**
 * What is measured again after the check date: the share of executions something happens to, or the values of a
 * metric. `spread`: how far values lie from the middle of their side.
 */
export type Gauge =
  | { kind: 'rate'; of: 'failure' }
  | { kind: 'rate'; of: 'error'; errorType: string }
  | { kind: 'rate'; of: 'outlier'; metric: string; fence: number }
  | { kind: 'rate'; of: 'missing'; metric: string }
  | { kind: 'values'; metric: string; better: 'higher' | 'lower' }
  | { kind: 'spread'; metric: string };

/** Something an agent's executions show beyond chance, with all it rests on. */
export interface Finding {
  type: FindingType;
  /** Name of the metric, of the error, or of the missing field. */
  metric: string;
  unit: 's' | 'share' | 'tokens' | '';
  version: string | null;
  model: string | null;
  /** Executions of the window that carry the metric. */
  n: number;
  /** Median, or share, in the window. */
  value: number;
  /** 95 % interval of `value`, for reading; the decision rests on `chance`. */
  interval: Interval | null;
  reference: Reference | null;
  /** Upper bound of the chance that any stable agent ever shows this (`alarm-budget.ts`); null for a seed rule. */
  chance: number | null;
  /** Day since which a CUSUM chart sees it; null when none does. */
  since: string | null;
  /** Sessions to look into, the worst first, at most five. */
  sessions: string[];
  /** One sentence: what is the case. */
  sentence: string;
  /** What to do. */
  action: string;
  /** What it brings if the reference is met, with the assumption. */
  expected: string;
  gauge: Gauge;
}
