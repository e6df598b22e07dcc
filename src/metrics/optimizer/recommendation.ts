import { z } from 'zod';
import { base32Id } from '../../base/text.ts';
import { type Finding, findingTypes, type Gauge } from './finding.ts';
import type { OptimizerWindow } from './strata.ts';

/** Where the optimizer keeps what it said (seed 004, ADR-004). */
export const optimizerPaths = {
  analysis: '.kaizen/metrics/optimizer/analysis.json',
  recommendations: '.kaizen/metrics/optimizer/recommendations.jsonl',
} as const;

/** A finding as advice to a person: a row of `recommendations.jsonl`, never changed after it is written. */
export interface Recommendation extends Finding {
  /** The same for the same advice, whichever branch gives it. */
  id: string;
  agent: string;
  /** When it was given. */
  at: string;
  window: OptimizerWindow;
  /** 1 − `chance`, at most 0.9999; null for a seed rule, whose confidence nobody knows. */
  confidence: number | null;
  /** Day from which on the data are asked whether it helped. */
  checkDate: string;
  /** The earlier recommendation on the same matter, when there was one. */
  follows: string | null;
}

/** What a person or the data say of a recommendation later. */
export const statuses = [
  'open',
  'accepted',
  'dismissed',
  'helped',
  'no_change',
  'worse',
  'too_few',
  'unknown',
] as const;
/** What became of a recommendation. */
export type RecommendationStatus = (typeof statuses)[number];

/** A later row about a recommendation. */
export interface StatusRow {
  /** Id of the recommendation. */
  id: string;
  at: string;
  status: RecommendationStatus;
  /** Who says it. */
  by: 'person' | 'data';
  reason: string;
  /** When it is looked at next; null when it is closed. */
  checkDate: string | null;
}

/** What is one matter: advice on it is not given twice while it is open. The version is not part of it, the model is. */
export function keyOf(of: Pick<Recommendation, 'agent' | 'type' | 'metric' | 'model'>): string {
  return JSON.stringify([of.agent, of.type, of.metric, of.model]);
}

/** The id of the `ordinal`-th recommendation (from 0) on a matter. */
export function recommendationId(key: string, ordinal: number): string {
  return `rec-${base32Id(`${key}\n${ordinal}`, 8)}`;
}

const day = z.string().regex(/^\d{4}-\d\d-\d\d$/);
const interval = z.tuple([z.number(), z.number()]).nullable();
const text = z.string().max(2000);
const nullableText = z.string().max(500).nullable();
const GaugeOnDisk = z.union([
  z.object({ kind: z.literal('rate'), of: z.literal('failure') }),
  z.object({ kind: z.literal('rate'), of: z.literal('error'), error_type: z.string() }),
  z.object({ kind: z.literal('rate'), of: z.literal('outlier'), metric: z.string(), fence: z.number() }),
  z.object({ kind: z.literal('rate'), of: z.literal('missing'), metric: z.string() }),
  z.object({ kind: z.literal('values'), metric: z.string(), better: z.enum(['higher', 'lower']) }),
  z.object({ kind: z.literal('spread'), metric: z.string() }),
]);

const RecommendationRow = z.object({
  kind: z.literal('recommendation'),
  id: z.string().max(40),
  at: z.iso.datetime(),
  agent: z.string().max(64),
  /** As it was given; later rows say what became of it. */
  status: z.literal('open'),
  type: z.enum(findingTypes),
  metric: z.string().max(200),
  sentence: text,
  evidence: z.object({
    n: z.number(),
    window: z.object({ from: day, to: day, days: z.number() }),
    agent_version: nullableText,
    model: nullableText,
    value: z.number(),
    unit: z.enum(['s', 'share', 'tokens', '']),
    interval_95: interval,
    reference: z
      .object({
        value: z.number(),
        source: z.enum(['config', 'front matter', 'record', 'seed', 'baseline', 'tolerance']),
        n: z.number().optional(),
        mad: z.number().optional(),
      })
      .nullable(),
    chance_if_stable: z.number().nullable(),
    since: day.nullable(),
    sessions: z.array(z.string()),
  }),
  confidence: z.number().nullable(),
  action: text,
  expected_effect: text,
  check_date: day,
  follows: z.string().nullable(),
  gauge: GaugeOnDisk,
});

const StatusOnDisk = z.object({
  kind: z.literal('status'),
  id: z.string().max(40),
  at: z.iso.datetime(),
  status: z.enum(statuses),
  by: z.enum(['person', 'data']),
  reason: text,
  check_date: day.nullable(),
});

const rounded = (value: number) => Number(value.toPrecision(6));

/** The row of a recommendation, without its newline. */
export function formatRecommendation(one: Recommendation): string {
  const row: z.input<typeof RecommendationRow> = {
    kind: 'recommendation',
    id: one.id,
    at: one.at,
    agent: one.agent,
    status: 'open',
    type: one.type,
    metric: one.metric,
    sentence: one.sentence,
    evidence: {
      n: one.n,
      window: one.window,
      agent_version: one.version,
      model: one.model,
      value: one.value,
      unit: one.unit,
      interval_95: one.interval && [one.interval[0], one.interval[1]],
      reference: one.reference,
      chance_if_stable: one.chance,
      since: one.since,
      sessions: one.sessions,
    },
    confidence: one.confidence,
    action: one.action,
    expected_effect: one.expected,
    check_date: one.checkDate,
    follows: one.follows,
    gauge: one.gauge.kind === 'rate' && one.gauge.of === 'error' ? errorOnDisk(one.gauge) : one.gauge,
  };
  return JSON.stringify(row, (_, value) => (typeof value === 'number' ? rounded(value) : value));
}

function errorOnDisk(gauge: Extract<Gauge, { of: 'error' }>) {
  return { kind: gauge.kind, of: gauge.of, error_type: gauge.errorType };
}

/** The row of a status, without its newline. */
export function formatStatus({ checkDate, ...row }: StatusRow): string {
  return JSON.stringify({ kind: 'status', ...row, check_date: checkDate });
}

/** The rows of a `recommendations.jsonl`; `skipped` counts lines that are none (torn, of another program). */
export function parseRecommendationRows(content: string): {
  recommendations: Recommendation[];
  statuses: StatusRow[];
  skipped: number;
} {
  const rows = { recommendations: [] as Recommendation[], statuses: [] as StatusRow[], skipped: 0 };
  for (const line of content.replace(/^\ufeff/, '').split('\n')) {
    if (line.trim() === '') continue;
    const value = parseJson(line);
    const status = StatusOnDisk.safeParse(value);
    const recommendation = RecommendationRow.safeParse(value);
    if (status.success) rows.statuses.push(statusOf(status.data));
    else if (recommendation.success) rows.recommendations.push(recommendationOf(recommendation.data));
    else rows.skipped += 1;
  }
  return rows;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // A torn row: the caller counts it.
    return undefined;
  }
}

function statusOf({ kind: _, check_date, ...row }: z.infer<typeof StatusOnDisk>): StatusRow {
  return { ...row, checkDate: check_date };
}

function recommendationOf(row: z.infer<typeof RecommendationRow>): Recommendation {
  const { evidence, gauge } = row;
  return {
    id: row.id,
    at: row.at,
    agent: row.agent,
    type: row.type,
    metric: row.metric,
    sentence: row.sentence,
    n: evidence.n,
    window: evidence.window,
    version: evidence.agent_version,
    model: evidence.model,
    value: evidence.value,
    unit: evidence.unit,
    interval: evidence.interval_95,
    reference: evidence.reference && withoutUndefined(evidence.reference),
    chance: evidence.chance_if_stable,
    since: evidence.since,
    sessions: evidence.sessions,
    confidence: row.confidence,
    action: row.action,
    expected: row.expected_effect,
    checkDate: row.check_date,
    follows: row.follows,
    gauge: 'error_type' in gauge ? { kind: 'rate', of: 'error', errorType: gauge.error_type } : gauge,
  };
}

function withoutUndefined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as never;
}
