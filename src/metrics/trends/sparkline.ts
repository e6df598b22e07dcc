const bars = '▁▂▃▄▅▆▇█';

/** What stands for a week without a value, in tables and sparklines. */
export const gapMark = '·';

/** Values as bars from the lowest to the highest of them; a gap is `·`, equal values are a level line. */
export function sparkline(values: readonly (number | null)[]): string {
  const known = values.filter((value) => value !== null);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  return values
    .map((value) => {
      if (value === null) return gapMark;
      const share = high > low ? (value - low) / (high - low) : 0.5;
      return bars[Math.min(bars.length - 1, Math.floor(share * bars.length))] as string;
    })
    .join('');
}
