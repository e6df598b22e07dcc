import type { Measurement } from '../measurement.ts';
import { timeChart } from '../mermaid-chart.ts';

/** Charts over time, where there are points enough; else nothing. */
export function timeSection({ series }: Measurement): string {
  const charts = [
    timeChart(series, {
      title: `Errors seen before, by ${series.unit}`,
      axis: 'percent of error events',
      top: 100,
      kind: 'line',
      valueOf: (point) => (point.recurrence === null ? null : 100 * point.recurrence),
    }),
    timeChart(series, {
      title: `First verification green, by ${series.unit}`,
      axis: 'percent of sessions',
      top: 100,
      kind: 'line',
      valueOf: (point) => (point.firstTry === null ? null : 100 * point.firstTry),
    }),
    timeChart(series, {
      title: `Active minutes a session, median by ${series.unit}`,
      axis: 'minutes',
      kind: 'line',
      valueOf: (point) => point.minutes,
    }),
  ].filter((chart) => chart !== undefined);
  if (charts.length === 0) return '';
  return [
    '## Over time',
    ...charts.flatMap((chart) => [chart.block, ...(chart.note ? [chart.note] : [])]),
  ].join('\n\n');
}
