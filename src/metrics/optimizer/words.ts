import type { Interval } from '../../base/statistics/describe.ts';
import { counted } from '../../base/text.ts';
import { formatNumber, formatShare } from '../format-figure.ts';
import type { Finding, Reference } from './finding.ts';

/** `84 s`, `52 %`, `120,000 tokens`, `0.86`. */
export function formatMeasured(value: number, unit: Finding['unit']): string {
  if (unit === 'share') return formatShare(value);
  const plain = unit === 'tokens' ? Math.round(value).toLocaleString('en-US') : formatNumber(value);
  return unit === '' ? plain : `${plain} ${unit}`;
}

/** `[71–99]`, `[33–71 %]`; `[interval: n < 6]` where the data give none. */
export function formatSpan(interval: Interval | null, unit: Finding['unit']): string {
  if (!interval) return '[no interval]';
  const [low, high] = interval.map((end) => formatMeasured(end, unit === 'share' ? unit : ''));
  return unit === 'share' ? `[${low?.replace(/ %$/, '')}–${high}]` : `[${low}–${high}]`;
}

/** `target 60 s (front matter)`, `own baseline 60 s ± 8 (n 120)`, `5 % is let pass`. */
export function formatReference(reference: Reference, unit: Finding['unit']): string {
  const value = formatMeasured(reference.value, unit);
  switch (reference.source) {
    case 'baseline': {
      const spread = reference.mad === undefined ? '' : ` ± ${formatNumber(reference.mad)}`;
      return `own baseline ${value}${spread} (n ${reference.n})`;
    }
    case 'tolerance':
      return `${Math.round(100 * reference.value)} % is let pass`;
    case 'seed':
      return `seed limit ${value}`;
    default:
      return `target ${value} (${reference.source})`;
  }
}

/** A time in the unit a person would use: `45 s`, `9 min`, `3.5 h`. */
export function secondsInWords(seconds: number): string {
  if (seconds < 90) return `${formatNumber(seconds)} s`;
  const minutes = seconds / 60;
  if (minutes < 90) return `${Math.round(minutes)} min`;
  const hours = minutes / 60;
  return `${hours < 10 ? hours.toFixed(1).replace('.0', '') : formatNumber(Math.round(hours))} h`;
}

/** `1 run`, `23 runs`. */
export const runs = (n: number): string => counted(n, 'run');
