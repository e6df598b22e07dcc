import { isDeepStrictEqual } from 'node:util';
import { KaizenError } from '../../base/errors.ts';
import { type RecordReceipt, recordExecution } from '../../io/executions.ts';
import type { Repository } from '../../io/repository.ts';
import { type ExecutionDraft, parseExecutionDraft } from '../../metrics/agents/executions/execution.ts';
import { readSoundDefinition } from '../agents/agent-definitions.ts';
import { openRepoRedactor } from '../open-redactor.ts';

/** What a person or a hook says of an execution: fields as on disk, from flags and from a JSON text. */
export interface RecordRequest {
  agent: string;
  /** Fields given as flags, under their names on disk. */
  fields: Readonly<Record<string, unknown>>;
  /** A whole record as JSON; undefined when none was given. */
  json: string | undefined;
  now: Date;
  env: Readonly<Record<string, string | undefined>>;
  dryRun: boolean;
  /** Wait until the row is on the disk. */
  sync: boolean;
}

/** Records an execution from flags, JSON or both. What both give must be the same, else KaizenError `usage`. */
export async function recordFromRequest(
  repository: Repository,
  { agent, fields, json, now, env, dryRun, sync }: RecordRequest,
): Promise<RecordReceipt> {
  const body = joinFields(json === undefined ? {} : parseBody(json), fields);
  const { found, ignored } = correlationFields(env);
  const { draft, warnings } = parseExecutionDraft({ ...found, ...body }, agent);
  const { target, problem } = await definedTarget(repository, draft);
  const redactor = await openRepoRedactor(repository, env, { makeKey: !dryRun });
  const receipt = await recordExecution(
    repository,
    target === undefined || !draft.primaryMetric
      ? draft
      : { ...draft, primaryMetric: { ...draft.primaryMetric, target } },
    { now, redactor, dryRun, sync },
  );
  const defined = problem ? [`the definition was left out: ${problem}`] : [];
  return { ...receipt, warnings: [...ignored, ...defined, ...warnings, ...receipt.warnings] };
}

function parseBody(json: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(json.replace(/^\ufeff/, ''));
  } catch (cause) {
    throw new KaizenError('bad_input', `stdin is not one JSON document: ${(cause as Error).message}`, {
      cause,
    });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new KaizenError('bad_input', 'stdin must hold one execution, a JSON object');
  return value as Record<string, unknown>;
}

/** Flags add to the JSON; one that says something else is a mistake, not a correction. */
function joinFields(
  body: Readonly<Record<string, unknown>>,
  fields: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const other = Object.entries(fields).find(
    ([name, value]) => (body[name] ?? undefined) !== undefined && !isDeepStrictEqual(body[name], value),
  );
  if (other)
    throw new KaizenError('usage', `the flags and the JSON on stdin do not say the same of ${other[0]}`, {
      hint: 'Give each field once, as a flag or in the JSON.',
    });
  return { ...body, ...fields };
}

const correlations = {
  KAIZEN_SESSION_UID: ['session_id', String],
  KAIZEN_REPO: ['repo', String],
  KAIZEN_FLAVOUR: ['flavour', String],
  KAIZEN_TOKENS: ['tokens', Number],
  KAIZEN_INFRA_OVERHEAD_SHARE: ['infra_overhead_share', Number],
} as const;

/** Fields that whoever runs the agent puts into the environment. One that cannot be right is left out, not fatal. */
function correlationFields(env: RecordRequest['env']): {
  found: Record<string, unknown>;
  ignored: string[];
} {
  const found: Record<string, unknown> = {};
  const ignored: string[] = [];
  for (const [name, [field, typed]] of Object.entries(correlations)) {
    const text = env[name]?.trim();
    if (!text) continue;
    try {
      parseExecutionDraft({ success: true, [field]: typed(text) }, 'any');
      found[field] = typed(text);
    } catch (error) {
      if (!(error instanceof KaizenError)) throw error;
      ignored.push(`${name} was left out: ${error.message}`);
    }
  }
  return { found, ignored };
}

/** The target of the primary metric in the agent's definition, for a record that names the metric without one. */
async function definedTarget(
  repository: Repository,
  { primaryMetric, agent }: ExecutionDraft,
): Promise<{ target?: number | undefined; problem?: string | null }> {
  if (!primaryMetric || primaryMetric.target !== undefined) return {};
  const { definition, problem } = await readSoundDefinition(repository, agent);
  const defined = definition?.metrics?.primary;
  return { target: defined?.name === primaryMetric.name ? defined.target : undefined, problem };
}
