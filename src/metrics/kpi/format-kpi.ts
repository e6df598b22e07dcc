import { formatDuration } from '../format-duration.ts';
import { formatShare } from '../format-figure.ts';
import type { KpiRate, KpiTvc } from './fleet-kpi.ts';

/** `12m (8m–20m; 30 of 41 verified)`, `at least 20m (…)` when half were not reached, `unknown` without tasks. */
export function formatTvc({ median, interval, n, events }: KpiTvc): string {
  if (n === 0) return 'unknown';
  const [low, high] = interval;
  const reached = `${events} of ${n} verified`;
  if (median === null)
    return low === null ? `not reached (${reached})` : `at least ${formatDuration(low)} (${reached})`;
  if (low === null && high === null) return `${formatDuration(median)} (${reached})`;
  const ends = `${low === null ? '0s' : formatDuration(low)}–${high === null ? 'open' : formatDuration(high)}`;
  return `${formatDuration(median)} (${ends}; ${reached})`;
}

/** `62 % (41–79 %, 13 of 21)`, `unknown` when there is nothing to divide by. */
export function formatRate({ value, interval, hits, n }: KpiRate): string {
  if (value === null) return 'unknown (n 0)';
  const [low, high] = interval ?? [];
  const ends =
    low === undefined || high === undefined
      ? ''
      : `${formatShare(low).replace(/ %$/, '')}–${formatShare(high)}, `;
  return `${formatShare(value)} (${ends}${hits} of ${n})`;
}
