/** Whether more of a metric is better or less of it. */
export type MetricDirection = 'higher' | 'lower';

const lowerIsBetter =
  /(^|_)(s|ms|seconds|minutes|hours|time|duration|latency|cost|usd|errors?|failures?|retries|tokens)$/i;

/** Without a definition the name decides: times, costs, errors and token counts are better lower, all else higher. */
export function assumedDirection(name: string): MetricDirection {
  return lowerIsBetter.test(name) ? 'lower' : 'higher';
}
