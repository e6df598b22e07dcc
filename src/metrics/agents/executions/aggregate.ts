import { isoWeek } from '../../../base/calendar.ts';
import { isObject } from '../../../base/is-object.ts';
import { meanOf, quantileOfSorted } from '../../../base/statistics/describe.ts';
import { compareText, sha256Hex } from '../../../base/text.ts';
import type { Execution } from './execution.ts';
import { idBits } from './id-set.ts';

/**
 * A week of executions that were pruned: a row of `aggregates.jsonl`. It names the executions it stands for, so that
 * one that comes back with a merge is known, a second prune of the same week adds only what it removed, and two
 * branches that pruned the same executions leave the same row.
 */
export interface Aggregate {
  id: string;
  week: string;
  agent: string;
  executions: number;
  successes: number;
  firstExecution: string;
  lastExecution: string;
  executionTimeS: { n: number; mean: number; median: number; p95: number } | null;
  qualityScore: { n: number; mean: number } | null;
  /** By name; of every primary metric the executions had. */
  primaryMetrics: Record<string, { n: number; mean: number }>;
  /** Sum over the executions that tell it. */
  tokens: { n: number; total: number } | null;
  agentVersions: string[];
  models: string[];
  /** Both halves of each id's 64 bits folded into 8 hex digits, in order and without a separator. */
  executionIds: string;
}

const digits = 8;

/** The short form under which an aggregate names an execution of its week. */
function shortId(id: string): string {
  const { high, low } = idBits(id);
  return ((high ^ low) >>> 0).toString(16).padStart(digits, '0');
}

/** The short ids an aggregate stands for. */
function shortIdsOf(aggregate: Pick<Aggregate, 'executionIds'>): string[] {
  return aggregate.executionIds.match(/.{8}/g) ?? [];
}

/** A test whether one of the aggregates stands for an execution. */
export function foldedIn(aggregates: readonly Aggregate[]): (execution: Execution) => boolean {
  const known = new Set(aggregates.flatMap((one) => shortIdsOf(one).map((id) => `${one.week} ${id}`)));
  return ({ id, timestamp }) => known.has(`${isoWeek(timestamp)} ${shortId(id)}`);
}

/** Executions folded into one row a week, oldest first. */
export function aggregateWeeks(agent: string, executions: readonly Execution[]): Aggregate[] {
  return [...grouped(executions, (one) => isoWeek(one.timestamp))]
    .sort(([a], [b]) => compareText(a, b))
    .map(([week, ofWeek]) => aggregateOf(agent, week, ofWeek));
}

function aggregateOf(agent: string, week: string, executions: readonly Execution[]): Aggregate {
  const times = executions.flatMap((one) => one.executionTimeS ?? []).sort((a, b) => a - b);
  const qualities = executions.flatMap((one) => one.qualityScore ?? []).sort((a, b) => a - b);
  const at = executions.map((one) => one.timestamp).sort(compareText);
  const named = grouped(
    executions.flatMap((one) => one.primaryMetric ?? []),
    (metric) => metric.name,
  );
  const counted = executions.flatMap(({ tokens }) => (tokens ? [tokenTotal(tokens)] : []));
  const rest = {
    week,
    agent,
    executions: executions.length,
    successes: executions.filter((one) => one.success).length,
    firstExecution: at[0] as string,
    lastExecution: at.at(-1) as string,
    executionTimeS:
      times.length === 0
        ? null
        : {
            n: times.length,
            mean: meanOf(times) as number,
            median: quantileOfSorted(times, 0.5) as number,
            p95: quantileOfSorted(times, 0.95) as number,
          },
    qualityScore: qualities.length === 0 ? null : { n: qualities.length, mean: meanOf(qualities) as number },
    primaryMetrics: Object.fromEntries(
      [...named]
        .sort(([a], [b]) => compareText(a, b))
        .map(([name, metrics]) => [
          name,
          {
            n: metrics.length,
            mean: meanOf(metrics.map(({ value }) => value).sort((a, b) => a - b)) as number,
          },
        ]),
    ),
    tokens:
      counted.length === 0 ? null : { n: counted.length, total: counted.reduce((sum, one) => sum + one, 0) },
    agentVersions: distinct(executions.map((one) => one.agentVersion)),
    models: distinct(executions.map((one) => one.model)),
    executionIds: executions
      .map((one) => shortId(one.id))
      .sort(compareText)
      .join(''),
  };
  return { id: sha256Hex(JSON.stringify(rest)).slice(0, 16), ...rest };
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}

function tokenTotal(tokens: NonNullable<Execution['tokens']>): number {
  const { input = 0, output = 0, cacheRead = 0, cacheWrite = 0, total } = tokens;
  return total ?? input + output + cacheRead + cacheWrite;
}

function distinct(values: readonly (string | undefined)[]): string[] {
  return [...new Set(values.filter((value) => value !== undefined))].sort(compareText);
}

const onDisk: readonly [keyof Aggregate, string, (value: unknown) => boolean][] = [
  ['id', 'id', (value) => typeof value === 'string'],
  ['week', 'week', (value) => typeof value === 'string' && /^\d{4}-W\d\d$/.test(value)],
  ['agent', 'agent', (value) => typeof value === 'string'],
  ['executions', 'execution_count', isCount],
  ['successes', 'success_count', isCount],
  ['firstExecution', 'first_execution', isTime],
  ['lastExecution', 'last_execution', isTime],
  ['executionTimeS', 'execution_time_s', isFiguresOrNull],
  ['qualityScore', 'quality_score', isFiguresOrNull],
  ['primaryMetrics', 'primary_metrics', isObject],
  ['tokens', 'tokens', isFiguresOrNull],
  ['agentVersions', 'agent_versions', Array.isArray],
  ['models', 'models', Array.isArray],
  ['executionIds', 'execution_ids', (value) => typeof value === 'string' && /^([0-9a-f]{8})+$/.test(value)],
];

function isCount(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 0;
}
function isTime(value: unknown): boolean {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value));
}
function isFiguresOrNull(value: unknown): boolean {
  return value === null || (isObject(value) && Object.values(value).every((one) => Number.isFinite(one)));
}

/** A row of `aggregates.jsonl`, without its newline. */
export function formatAggregate(aggregate: Aggregate): string {
  return JSON.stringify(Object.fromEntries(onDisk.map(([key, disk]) => [disk, aggregate[key]])));
}

/** The aggregates in the text of the file, each id once, oldest first; lines that are none are counted. */
export function parseAggregates(text: string): { aggregates: Aggregate[]; skipped: number } {
  const byId = new Map<string, Aggregate>();
  let skipped = 0;
  for (const line of text.replace(/^\ufeff/, '').split('\n')) {
    if (line.trim() === '') continue;
    const aggregate = parseAggregate(line);
    if (aggregate) byId.set(aggregate.id, aggregate);
    else skipped += 1;
  }
  const aggregates = [...byId.values()].sort(
    (a, b) => compareText(a.week, b.week) || compareText(a.id, b.id),
  );
  return { aggregates: withoutOverlap(aggregates), skipped };
}

function parseAggregate(line: string): Aggregate | undefined {
  try {
    const row: unknown = JSON.parse(line);
    if (!isObject(row) || !onDisk.every(([, disk, check]) => check(row[disk]))) return undefined;
    return Object.fromEntries(onDisk.map(([key, disk]) => [key, row[disk]])) as unknown as Aggregate;
  } catch {
    // A torn line: the caller counts it.
    return undefined;
  }
}

/**
 * Branches that pruned a week apart may leave rows that stand for the same executions in part. No row can be taken
 * apart, so of those that overlap the one of more executions counts.
 */
function withoutOverlap(aggregates: readonly Aggregate[]): Aggregate[] {
  const kept: Aggregate[] = [];
  const seen = new Map<string, Set<string>>();
  const bySize = [...aggregates].sort((a, b) => b.executions - a.executions || compareText(a.id, b.id));
  for (const aggregate of bySize) {
    const ids = shortIdsOf(aggregate);
    const known = seen.get(aggregate.week) ?? new Set();
    if (ids.some((id) => known.has(id))) continue;
    for (const id of ids) known.add(id);
    seen.set(aggregate.week, known);
    kept.push(aggregate);
  }
  return kept.sort((a, b) => compareText(a.week, b.week) || compareText(a.id, b.id));
}
