/** One measured figure for the README: what it is, how often it was taken, and under which conditions. */
export interface BenchFigure {
  name: string;
  value: number;
  unit: string;
  /** Measurements the value is the median of, or cases it was taken over. */
  n: number;
  note: string;
}

/** What a file of this folder exports as `bench`. Skipped (undefined) when its input is not on this machine. */
export type Bench = () => Promise<BenchFigure[] | undefined>;

/** The middle value; of an even number the lower one. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}
