import type { TokenCounts } from '../transcripts/event.ts';

/** At most five characters: `987`, `12.3k`, `105M`. */
export function shortCount(count: number): string {
  for (const [unit, name] of [
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ] as const) {
    // What is shown is rounded: 999,600 is 1.0M, never 1000k.
    if (count < (unit === 1e3 ? unit : unit * 0.9995)) continue;
    const value = count / unit;
    return `${value < 99.95 ? value.toFixed(1) : Math.round(value)}${name}`;
  }
  return String(count);
}

/** A time span to the minute: `45s`, `12m`, `3h05`, `2d04h`. */
export function shortSpan(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 1) return `${Math.round(ms / 1000)}s`;
  if (minutes < 60) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  const two = (value: number) => String(value).padStart(2, '0');
  return hours < 48 ? `${hours}h${two(minutes % 60)}` : `${Math.floor(hours / 24)}d${two(hours % 24)}h`;
}

/** All tokens that passed, cached ones included. */
export function tokenSum(tokens: TokenCounts): number {
  return tokens.input + tokens.output + tokens.cacheRead + tokens.cacheWrite;
}
