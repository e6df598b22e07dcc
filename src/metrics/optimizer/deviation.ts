import type { Finding } from './finding.ts';
import type { Point, Series } from './series.ts';

/** A finding before it is put into words. */
export type Deviation = Pick<
  Finding,
  'type' | 'n' | 'value' | 'interval' | 'reference' | 'chance' | 'since' | 'sessions'
> & {
  series: Series;
  /** The median or share before, for what is a change. */
  earlier?: { value: number; n: number };
  /** What tells items of one list apart: the kind of the error, the fence of outliers. */
  errorType?: string;
  fence?: number;
};

const mostSessions = 5;

/** Sessions of the worst points, the worst first; of equal ones the latest. Executions without a session are left out. */
export function worstFirst(points: readonly Point[], better: 'higher' | 'lower'): string[] {
  const sign = better === 'lower' ? -1 : 1;
  const sorted = [...points].sort((a, b) => sign * (a.value - b.value) || b.index - a.index);
  const sessions = sorted.flatMap(({ execution }) => execution.sessionUid ?? []);
  return [...new Set(sessions)].slice(0, mostSessions);
}
