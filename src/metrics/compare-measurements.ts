import { dayMs } from '../base/calendar.ts';
import { compareWindows, type WindowChange } from './compare-windows.ts';
import type { Figure, Measured } from './figure.ts';
import type { Measurement } from './measurement.ts';

/** Two measurements of one repository, figure by figure. */
export interface Comparison {
  earlier: { asOf: string; verdict: string };
  now: { asOf: string; verdict: string };
  rows: { id: Figure['id']; earlier: Figure; now: Figure; change: WindowChange }[];
  /** Days both windows share: their sessions stand on both sides, so no change is judged. */
  sharedDays: number;
}

/** A measurement with what comparing it takes. */
interface Side {
  measured: Measurement;
  material: readonly Measured[];
}

/** Compares the windows of two measurements; each was made with the store and the log of its own time. */
export function compareMeasurements(earlier: Side, later: Side): Comparison {
  const [then, now] = [earlier.measured, later.measured];
  const sharedDays = Math.max(
    0,
    Math.round(
      (Date.parse(min(then.window.to, now.window.to)) - Date.parse(max(then.window.from, now.window.from))) /
        dayMs,
    ) + 1,
  );
  const changes = compareWindows(earlier.material, later.material);
  return {
    earlier: { asOf: then.asOf, verdict: then.verdict.verdict },
    now: { asOf: now.asOf, verdict: now.verdict.verdict },
    sharedDays,
    rows: now.figures.map((row, index) => ({
      id: row.window.id,
      earlier: (then.figures[index] as (typeof then.figures)[number]).window,
      now: row.window,
      change:
        sharedDays > 0
          ? { difference: null, interval: null, kind: null, state: 'not compared' }
          : (changes[index] as WindowChange),
    })),
  };
}

const min = (a: string, b: string) => (a < b ? a : b);
const max = (a: string, b: string) => (a > b ? a : b);
