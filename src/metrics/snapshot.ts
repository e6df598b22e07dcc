import { isoWeek } from '../base/text.ts';
import type { Figure } from './figure.ts';
import type { Measurement } from './measurement.ts';

/**
 * metrics/snapshots/<iso-week>.json: the week's figures as they were measured, with the version of their definitions,
 * for trends that outlive the transcripts. A second snapshot in the same week replaces the first. Keys in fixed order.
 */
export function formatSnapshot(measured: Measurement): string {
  const { asOf, definitions, window, verdict, holdout, figures, store } = measured;
  const total = (key: 'active' | 'candidate' | 'disputed' | 'retired') =>
    store.reduce((sum, row) => sum + row[key], 0);
  const snapshot = {
    schema_version: 1,
    week: isoWeek(asOf),
    as_of: asOf,
    definitions,
    window: { from: window.from, to: window.to },
    verdict: verdict.verdict,
    figures: Object.fromEntries(figures.map((row) => [row.window.id, compact(row.window)])),
    holdout: {
      sessions: holdout.sessions,
      pairs: holdout.pairs,
      held: holdout.held,
      difference: holdout.difference,
      interval: holdout.interval,
      verdict: holdout.verdict,
    },
    facts: {
      active: total('active'),
      candidate: total('candidate'),
      disputed: total('disputed'),
      retired: total('retired'),
    },
  };
  return `${JSON.stringify(snapshot, null, 2)}\n`;
}

function compact({ value, unit, n, interval, reason, coverage }: Figure) {
  return { value, unit, n, interval, reason, usable: coverage.usable, total: coverage.total };
}
