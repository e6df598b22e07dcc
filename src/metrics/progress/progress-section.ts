import { z } from 'zod';
import { metricDefinitions, type ProgressMetric } from './progress-metric.ts';
import type { PackageMetrics } from './tree-metrics.ts';

const count = z.number().finite().nullable();
const WrittenMetric = z.object({
  id: z.string(),
  value: count,
  unit: z.string(),
  direction: z.enum(['higher', 'lower', 'none']),
  n: z.number().int().nonnegative(),
  numerator: count,
  denominator: count,
  interval: z.tuple([z.number(), z.number()]).nullable(),
  method: z.string(),
  source_commit: z.string().nullable(),
  reason: z.string().nullable(),
  partial: z.boolean(),
  notes: z.array(z.string()),
});

/** One metric as snapshots and `--json` show it. */
export type WrittenMetric = z.infer<typeof WrittenMetric>;

/** What `kaizen progress` writes into the snapshot of a week. */
export const ProgressSection = z.object({
  /** Day for which it was measured; of a back-filled week its Sunday. */
  as_of: z.string(),
  source_commit: z.string().nullable(),
  /** The files were not those of the commit alone. */
  uncommitted: z.boolean(),
  metrics: z.array(WrittenMetric),
  packages: z.array(z.object({ folder: z.string(), metrics: z.array(WrittenMetric) })),
});
/** The section, typed. */
export type ProgressSection = z.infer<typeof ProgressSection>;

/** A metric in its written form. */
function writtenMetric(metric: ProgressMetric): WrittenMetric {
  const { unit, direction } = metricDefinitions[metric.id];
  const { id, value, n, numerator, denominator, interval, method, sourceCommit, reason, partial, notes } =
    metric;
  return {
    id,
    value: rounded(value),
    unit,
    direction,
    n,
    numerator: rounded(numerator),
    denominator: rounded(denominator),
    interval: interval && [rounded(interval[0]) as number, rounded(interval[1]) as number],
    method,
    source_commit: sourceCommit,
    reason,
    partial,
    notes: [...notes],
  };
}

/** The section of metrics that were measured together. */
export function progressSection(
  source: { asOf: string; commit: string | null; uncommitted: boolean },
  metrics: readonly ProgressMetric[],
  packages: readonly PackageMetrics[],
): ProgressSection {
  const written = (those: readonly ProgressMetric[]) =>
    those.map((metric) => writtenMetric({ ...metric, sourceCommit: source.commit }));
  return {
    as_of: source.asOf,
    source_commit: source.commit,
    uncommitted: source.uncommitted,
    metrics: written(metrics),
    packages: packages.map(({ folder, metrics: own }) => ({ folder, metrics: written(own) })),
  };
}

/** Six digits are more than any of these figures is worth. */
function rounded(value: number | null): number | null {
  return value === null ? null : Number(value.toFixed(6));
}
