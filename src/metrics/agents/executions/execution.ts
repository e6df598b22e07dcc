import { KaizenError } from '../../../base/errors.ts';
import { isObject } from '../../../base/is-object.ts';
import { sha256Hex } from '../../../base/text.ts';
import {
  count,
  object,
  optional,
  plainText,
  type Read,
  real,
  share,
  timestamp,
  truth,
} from './execution-fields.ts';

/** A measured value with its goal. */
export interface PrimaryMetric {
  name: string;
  value: number;
  target?: number | undefined;
}

/** Tokens of one execution by type; `total` alone where the types are not known. */
export interface ExecutionTokens {
  input?: number | undefined;
  output?: number | undefined;
  cacheRead?: number | undefined;
  cacheWrite?: number | undefined;
  total?: number | undefined;
}

/**
 * One execution of an agent: a row of `.kaizen/metrics/<agent>/executions.jsonl` (seed 004, ADR-004; there in
 * snake_case). What is not known is absent, never 0.
 */
export interface Execution {
  /** Equal ids are the same execution, whichever branch a row comes from. */
  id: string;
  /** When it ended: ISO 8601 in UTC with milliseconds. */
  timestamp: string;
  agent: string;
  success: boolean;
  /** Seconds, ≥ 0. */
  executionTimeS?: number | undefined;
  /** 0–1. */
  qualityScore?: number | undefined;
  primaryMetric?: PrimaryMetric | undefined;
  /** Further measured values by name. */
  secondaryMetrics?: Readonly<Record<string, number>> | undefined;
  /** The same key with the same content is recorded once. */
  idempotencyKey?: string | undefined;
  /** The session it ran in, as the events of this repository name it (`sessionId`); `session_id` on disk. */
  sessionUid?: string | undefined;
  repo?: string | undefined;
  flavour?: string | undefined;
  provider?: string | undefined;
  model?: string | undefined;
  agentVersion?: string | undefined;
  tokens?: ExecutionTokens | undefined;
  /** Share of the time that went into infrastructure, 0–1. */
  infraOverheadShare?: number | undefined;
  /** Kind of the failure, a short word of low variety: `timeout`, `tests_red`. */
  errorType?: string | undefined;
  metadata?: Readonly<Record<string, unknown>> | undefined;
}

/** An execution to record: the store gives the id, and the time where there is none. */
export type ExecutionDraft = Omit<Execution, 'id' | 'timestamp'> & {
  id?: string | undefined;
  timestamp?: string | undefined;
};

/** A value read, with what a person should know of it (unknown fields, a time without a zone). */
export interface ParsedDraft {
  draft: ExecutionDraft;
  warnings: string[];
}

type Key = keyof Execution;

/** Every field: its name on disk and how it is read, in the order in which a row is written. */
const fields: readonly { key: Key; disk: string; read: Read<unknown> }[] = [
  { key: 'id', disk: 'id', read: plainText(64) },
  { key: 'timestamp', disk: 'timestamp', read: timestamp },
  { key: 'agent', disk: 'agent', read: plainText(64) },
  { key: 'success', disk: 'success', read: truth },
  { key: 'executionTimeS', disk: 'execution_time_s', read: real({ min: 0 }) },
  { key: 'qualityScore', disk: 'quality_score', read: share },
  { key: 'primaryMetric', disk: 'primary_metric', read: primaryMetric },
  { key: 'secondaryMetrics', disk: 'secondary_metrics', read: secondaryMetrics },
  { key: 'idempotencyKey', disk: 'idempotency_key', read: plainText(200) },
  { key: 'sessionUid', disk: 'session_id', read: plainText(200) },
  { key: 'repo', disk: 'repo', read: plainText(200) },
  { key: 'flavour', disk: 'flavour', read: plainText(100) },
  { key: 'provider', disk: 'provider', read: plainText(100) },
  { key: 'model', disk: 'model', read: plainText(200) },
  { key: 'agentVersion', disk: 'agent_version', read: plainText(100) },
  { key: 'tokens', disk: 'tokens', read: tokens },
  { key: 'infraOverheadShare', disk: 'infra_overhead_share', read: share },
  { key: 'errorType', disk: 'error_type', read: plainText(100) },
  { key: 'metadata', disk: 'metadata', read: object },
];
const fieldOnDisk = new Map(fields.map((field) => [field.disk, field]));
/** Other spellings that are read; `session_uid` is what a correlation calls it. */
const aliases = new Map([
  ['session_uid', 'session_id'],
  ['flavor', 'flavour'],
  ['schema_version', ''],
]);

/**
 * A value as an execution of `agent` to record: fields in their ranges, an agent named in the body must be `agent`,
 * unknown fields move under `metadata` with a warning. Fields that are null count as absent. Throws KaizenError
 * `bad_input` with the path of the field.
 */
export function parseExecutionDraft(value: unknown, agent: string): ParsedDraft {
  if (!isObject(value)) throw new KaizenError('bad_input', 'an execution is a JSON object');
  const warnings: string[] = [];
  const read: Partial<Record<Key, unknown>> = {};
  const unknown: [string, unknown][] = [];
  for (const [name, raw] of Object.entries(value)) {
    const disk = aliases.get(name) ?? name;
    if (disk === '' || raw === null || raw === undefined) continue;
    const field = fieldOnDisk.get(disk);
    if (!field) unknown.push([name, raw]);
    else {
      const found = field.read(raw, name, warnings);
      if (isObject(raw)) unknown.push(...unknownWithin(name, disk, raw));
      if (read[field.key] !== undefined && read[field.key] !== found)
        throw new KaizenError('bad_input', `${name} and ${disk} do not say the same`);
      read[field.key] = found;
    }
  }
  if (read.success === undefined) throw new KaizenError('bad_input', 'success is missing: true or false');
  if ((read.agent ?? agent) !== agent)
    throw new KaizenError(
      'bad_input',
      `agent is '${read.agent as string}' in the record, but '${agent}' was named`,
    );
  const metadata = withUnknown(read.metadata as Execution['metadata'], unknown, warnings);
  return { draft: { ...(read as ExecutionDraft), agent, ...(metadata && { metadata }) }, warnings };
}

/**
 * A row of the file of `agent` as an execution. A row without an id (another program wrote it) gets one from its
 * content, so that it stays the same row after a merge. Throws KaizenError `bad_input`.
 */
export function parseExecution(value: unknown, agent: string): { execution: Execution; warnings: string[] } {
  const { draft, warnings } = parseExecutionDraft(value, agent);
  if (draft.timestamp === undefined) throw new KaizenError('bad_input', 'timestamp is missing');
  const id = draft.id ?? sha256Hex(JSON.stringify(value)).slice(0, 16);
  return { execution: { ...draft, id, timestamp: draft.timestamp }, warnings };
}

/** The row of an execution, without its newline: snake_case, fields in a fixed order, absent ones left out. */
export function formatExecution(execution: Execution): string {
  const row = fields.flatMap(({ key, disk }) => {
    const value = execution[key];
    return value === undefined
      ? []
      : [[disk, key === 'tokens' ? tokensOnDisk(value as ExecutionTokens) : value]];
  });
  return JSON.stringify(Object.fromEntries(row));
}

/** Members of the fields that have members of their own; the names on the right are other spellings of them. */
const members: Record<string, readonly string[]> = {
  primary_metric: ['name', 'value', 'target'],
  tokens: [
    ...['input', 'output', 'cache_read', 'cache_creation', 'total'],
    ...['input_tokens', 'output_tokens', 'cache_write', 'cacheRead', 'cacheWrite', 'cacheCreation'],
  ],
};

function unknownWithin(name: string, disk: string, raw: Record<string, unknown>): [string, unknown][] {
  const known = members[disk];
  if (!known) return [];
  return Object.entries(raw).flatMap(([key, value]) =>
    known.includes(key) || value === null ? [] : [[`${name}.${key}`, value]],
  );
}

function withUnknown(
  metadata: Execution['metadata'],
  unknown: readonly [string, unknown][],
  warnings: string[],
): Execution['metadata'] {
  if (unknown.length === 0) return metadata;
  const twice = unknown.find(([name]) => metadata !== undefined && Object.hasOwn(metadata, name));
  if (twice)
    throw new KaizenError('bad_input', `${twice[0]} stands both in the record and under its metadata`);
  const names = unknown.map(([name]) => name).join(', ');
  warnings.push(`not a field of an execution, kept under metadata: ${names}`);
  return { ...metadata, ...Object.fromEntries(unknown) };
}

function primaryMetric(value: unknown, path: string, warnings: string[]): PrimaryMetric {
  const { name, value: amount, target } = object(value, path);
  return {
    name: plainText(100)(name, `${path}.name`, warnings),
    value: real()(amount, `${path}.value`, warnings),
    ...optional('target', target, `${path}.target`, real()),
  };
}

function secondaryMetrics(value: unknown, path: string, warnings: string[]): Record<string, number> {
  const entries = Object.entries(object(value, path)).filter(([, amount]) => amount !== null);
  return Object.fromEntries(
    entries.map(([name, amount]) => [name, real()(amount, `${path}.${name}`, warnings)]),
  );
}

function tokens(value: unknown, path: string, warnings: string[]): ExecutionTokens {
  if (typeof value === 'number') return { total: count(value, path, warnings) };
  const read = object(value, path);
  const one = (key: keyof ExecutionTokens, raw: unknown) => optional(key, raw, `${path}.${key}`, count);
  return {
    ...one('input', read.input ?? read.input_tokens),
    ...one('output', read.output ?? read.output_tokens),
    ...one('cacheRead', read.cache_read ?? read.cacheRead),
    ...one('cacheWrite', read.cache_creation ?? read.cache_write ?? read.cacheWrite ?? read.cacheCreation),
    ...one('total', read.total),
  };
}

function tokensOnDisk({ cacheRead, cacheWrite, total, ...rest }: ExecutionTokens): Record<string, unknown> {
  return { ...rest, cache_read: cacheRead, cache_creation: cacheWrite, total };
}
