/** `480ms`, `12s`, `4m5s`, `2h5m`, `3d4h`; with a sign where it can be negative (seed 002). */
export function formatDuration(ms: number): string {
  const size = Math.abs(ms);
  const sign = ms < 0 ? '−' : '';
  if (size < 1000) return `${sign}${Math.round(size)}ms`;
  const seconds = Math.round(size / 1000);
  if (seconds < 60) return `${sign}${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${sign}${minutes}m${seconds % 60 === 0 ? '' : `${seconds % 60}s`}`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${sign}${hours}h${minutes % 60 === 0 ? '' : `${minutes % 60}m`}`;
  return `${sign}${Math.floor(hours / 24)}d${hours % 24 === 0 ? '' : `${hours % 24}h`}`;
}

/** A time in seconds as `formatDuration` has it, with the tenths that count below a minute: `850ms`, `4.2s`, `17m2s`. */
export function formatSeconds(seconds: number): string {
  if (seconds >= 1 && seconds < 59.95) return `${Number(seconds.toFixed(1))}s`;
  // From an hour on seconds are not shown: the minute is the nearest one.
  return formatDuration(1000 * (seconds < 3600 ? seconds : 60 * Math.round(seconds / 60)));
}
