import { formatNumber, formatShare } from '../format-figure.ts';
import { metricDefinitions, type ProgressMetricId } from '../progress/progress-metric.ts';
import type { MetricSeries } from './metric-series.ts';
import { gapMark } from './sparkline.ts';

/** `82 %`, `0.71`, `12.5 days`; `·` for what is not known. `short` leaves the unit out. */
export function formatMetricValue(id: ProgressMetricId, value: number | null, short = false): string {
  const { unit } = metricDefinitions[id];
  if (value === null) return gapMark;
  if (unit === 'share') return formatShare(value);
  const words = { ratio: '', count: '', days: ' days', libyears: ' libyears', years: ' years' }[unit];
  return formatNumber(value) + (short ? '' : words);
}

/** `▲ 3.0 points, better` where the newest value lies beyond the noise band, else `–`. */
export function formatTrend({ id, trend }: MetricSeries): string {
  const { state, change } = trend;
  if ((state !== 'better' && state !== 'worse' && state !== 'moved') || change === null) return '–';
  const size =
    metricDefinitions[id].unit === 'share'
      ? `${formatNumber(Number((100 * Math.abs(change)).toFixed(2)))} points`
      : formatNumber(Number(Math.abs(change).toFixed(4)));
  const arrow = change > 0 ? '▲' : change < 0 ? '▼' : '→';
  return `${arrow} ${size}${state === 'moved' ? '' : `, ${state}`}`;
}
