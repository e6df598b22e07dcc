import { z } from 'zod';
import { KaizenError } from '../base/errors.ts';
import type { Figure } from './figure.ts';
import type { Measurement } from './measurement.ts';
import { ProgressSection } from './progress/progress-section.ts';

/** Where the snapshot of an ISO week lies. */
export const snapshotPath = (week: string): string => `metrics/snapshots/${week}.json`;

/**
 * metrics/snapshots/<iso-week>.json: what was measured in a week, for trends that outlive the transcripts. Each command
 * writes its own section and keeps the other's; a second run in the week replaces its section.
 */
export interface Snapshot {
  week: string;
  /** Of `kaizen measure --snapshot`: kept as it is, nothing reads it back. */
  loop: Readonly<Record<string, unknown>> | null;
  /** Of `kaizen progress`. */
  progress: ProgressSection | null;
}

const week = z.string().regex(/^\d{4}-W\d{2}$/);
const anyObject = z.record(z.string(), z.unknown());
const sectioned = z.object({
  schema_version: z.literal(2),
  week,
  loop: anyObject.nullable(),
  progress: ProgressSection.nullable(),
});
/** Before there were sections, the whole file was that of `measure`. */
const unsectioned = z.looseObject({ schema_version: z.literal(1), week });

/** The snapshot in a file; `path` names it in the error `bad_input` of one that is none. */
export function parseSnapshot(text: string, path: string): Snapshot {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  const parsed = sectioned.safeParse(value);
  if (parsed.success)
    return { week: parsed.data.week, loop: parsed.data.loop, progress: parsed.data.progress };
  const old = unsectioned.safeParse(value);
  if (old.success) {
    const { schema_version, week: ofWeek, ...loop } = old.data;
    return { week: ofWeek, loop, progress: null };
  }
  throw new KaizenError('bad_input', `${path} is no snapshot of a week`, {
    hint: 'Restore it from Git, or delete it: the next run writes the week anew.',
  });
}

/** The file of a snapshot, keys in fixed order; parsing it gives the same snapshot. */
export function formatSnapshot({ week: ofWeek, loop, progress }: Snapshot): string {
  return `${JSON.stringify({ schema_version: 2, week: ofWeek, loop, progress }, null, 2)}\n`;
}

/** The figures of `kaizen measure` as they were measured, with the version of their definitions. */
export function loopSection(measured: Measurement): Record<string, unknown> {
  const { asOf, definitions, window, verdict, holdout, figures, store } = measured;
  const total = (key: 'active' | 'candidate' | 'disputed' | 'retired') =>
    store.reduce((sum, row) => sum + row[key], 0);
  return {
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
}

function compact({ value, unit, n, interval, reason, coverage }: Figure) {
  return { value, unit, n, interval, reason, usable: coverage.usable, total: coverage.total };
}
