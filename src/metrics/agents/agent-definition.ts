import { z } from 'zod';
import { KaizenError } from '../../base/errors.ts';
import { parseFrontmatter } from '../../knowledge/frontmatter.ts';
import { problemOfAgentName } from './agent-name.ts';
import { findFieldLine } from './executions/field-line.ts';
import type { MetricDirection } from './metric-direction.ts';

/** What an agent is measured by. */
export interface AgentMetrics {
  primary: { name: string; target: number; direction: MetricDirection };
  secondary: { name: string; target?: number; direction: MetricDirection }[];
  /**
   * `per_execution`: Kaizen makes one record of each session of the agent from what the session's checks said;
   * `manual`: only `kaizen metrics record` makes records.
   */
  collection: 'per_execution' | 'manual';
  /** Records older than this are folded by `kaizen metrics prune`. */
  retentionDays: number;
}

/** What the optimizer may do with an agent's records, and the limits it has there instead of the agent's own past. */
export interface AgentOptimization {
  enabled: boolean;
  /** Fewest records for a recommendation; the optimizer's own minimum counts when that is larger. */
  minExecutions?: number;
  /** Days looked at. */
  windowDays?: number;
  /** Success rate (0–1) below which the agent is worth a recommendation. */
  successRate?: number;
  /** Seconds a session may take. */
  executionTimeS?: number;
  /** Mean quality score (0–1) below which the agent is worth a recommendation. */
  qualityScore?: number;
}

/** An agent as its file defines it. Fields of the host (tools, model, colour …) stay in `hostFields`, untouched. */
export interface AgentDefinition {
  name: string;
  description: string;
  version?: string;
  metrics?: AgentMetrics;
  memory: 'enabled' | 'disabled';
  /** `session`: a session is one record however often it is closed; `none`: every close makes a record. */
  idempotency: 'session' | 'none';
  optimization: AgentOptimization;
  hostFields: Record<string, unknown>;
  /** The prompt, with `\n` line ends. */
  body: string;
}

/** What is wrong with a definition, and where. `line` counts from 1; `field` is dotted as in the file. */
export interface DefinitionProblem {
  line: number;
  field: string;
  reason: string;
}

/** Which way each metric of an agent is good, by its name; nothing where no definition says. */
export function goodDirections(definition: AgentDefinition | undefined): Record<string, MetricDirection> {
  const { metrics } = definition ?? {};
  if (!metrics) return {};
  return Object.fromEntries(
    [metrics.primary, ...metrics.secondary].map(({ name, direction }) => [name, direction]),
  );
}

/**
 * The agent in a Markdown file with YAML front matter, as Claude Code and `.kaizen/agents/<name>/agent.md` have it.
 * Throws KaizenError `bad_agent`: `path:line: field: what it must be`, with the number of further problems.
 */
export function parseAgentDefinition(path: string, text: string): AgentDefinition {
  const checked = checkAgentDefinition(path, text);
  if ('definition' in checked) return checked.definition;
  const [first, ...more] = checked.problems;
  const rest = more.length === 0 ? '' : ` (and ${more.length} more)`;
  throw new KaizenError('bad_agent', `${path}:${first?.line}: ${first?.field}: ${first?.reason}${rest}`);
}

/** The agent in a file, or everything that is wrong with it, in the order of the lines. */
export function checkAgentDefinition(
  path: string,
  text: string,
): { definition: AgentDefinition } | { problems: DefinitionProblem[] } {
  let file: ReturnType<typeof parseFrontmatter>;
  try {
    file = parseFrontmatter(path, text, 'bad_agent');
  } catch (error) {
    if (!(error instanceof KaizenError)) throw error;
    return { problems: [frontmatterProblem(path, error)] };
  }
  const parsed = AgentFields.safeParse(file.fields);
  const problems = parsed.success ? [] : parsed.error.issues.flatMap((issue) => problemsOf(issue, text));
  if (file.body === '')
    problems.push({ line: 1, field: 'body', reason: 'the prompt below the front matter is empty' });
  if (!parsed.success || problems.length > 0)
    return { problems: problems.sort((a, b) => a.line - b.line || (a.field < b.field ? -1 : 1)) };
  return { definition: toDefinition(parsed.data, file.body) };
}

/** js-yaml counts lines from the opening `---`, which is line 1 of the file. */
function frontmatterProblem(path: string, error: KaizenError): DefinitionProblem {
  const reason = error.message.replace(`${path}: `, '').replace(/^frontmatter: /, '');
  const at = /at line (\d+)/.exec(reason);
  return { line: at ? Number(at[1]) : 1, field: 'frontmatter', reason };
}

function problemsOf(issue: z.core.$ZodIssue, text: string): DefinitionProblem[] {
  const path = issue.path.map(String);
  const keys = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...path, key]) : [path];
  return keys.map((field) => ({
    line: findFieldLine(text, field),
    field: field.join('.'),
    reason: issue.code === 'unrecognized_keys' ? 'is not a field here' : issue.message,
  }));
}

const shown = (value: unknown) =>
  value === undefined ? 'missing' : (JSON.stringify(value) ?? String(value)).slice(0, 60);
const text = (what: string) => z.string({ error: (issue) => `must be ${what}, not ${shown(issue.input)}` });
const line = (max: number) =>
  text('text').refine(
    (value) =>
      value.length <= max && !/[\p{Cc}\p{Cs}]/u.test(value) && value.trim() === value && value !== '',
    `must be one line of 1–${max} characters`,
  );
const choice = <T extends string>(...values: T[]) =>
  z.enum(values, { error: (issue) => `must be ${values.join(' or ')}, not ${shown(issue.input)}` });
const number = (min: number, max: number, options: { whole?: boolean } = {}) => {
  const wanted = `must be a ${options.whole ? 'whole ' : ''}number ${
    max === Number.MAX_VALUE ? `of at least ${min}` : `from ${min} to ${max}`
  }`;
  return text('a number')
    .refine((value) => /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i.test(value), wanted)
    .transform(Number)
    .refine((value) => value >= min && value <= max && (!options.whole || Number.isInteger(value)), wanted);
};
const mapping = <T extends z.core.$ZodLooseShape>(shape: T) =>
  z.strictObject(shape, { error: (issue) => `must be a mapping, not ${shown(issue.input)}` });

/** The name of an agent is also the name of its folder, so the store's rule holds. */
const agentName = text('the name of the agent').superRefine((value, context) => {
  const problem = problemOfAgentName(value);
  if (problem) context.addIssue({ code: 'custom', message: `cannot be '${value.slice(0, 64)}': ${problem}` });
});
const metricName = text('the name of a metric').regex(
  /^[a-z][a-z0-9_.]{0,63}$/,
  'must be 1–64 of a-z, 0-9, dot and underscore, beginning with a letter',
);
const target = number(-Number.MAX_VALUE, Number.MAX_VALUE);

const MetricsFields = mapping({
  primary: mapping({ name: metricName, target, direction: choice('higher', 'lower') }),
  secondary: z
    .array(mapping({ name: metricName, target: target.optional(), direction: choice('higher', 'lower') }), {
      error: 'must be a list',
    })
    .max(20, 'must be at most 20 metrics')
    .default([]),
  collection: choice('per_execution', 'manual').default('per_execution'),
  retention_days: number(1, 36_500, { whole: true }).default(180),
}).superRefine(({ primary, secondary }, context) => {
  const seen = new Set([primary.name]);
  for (const [index, { name }] of secondary.entries()) {
    if (seen.has(name))
      context.addIssue({
        code: 'custom',
        path: ['secondary', index, 'name'],
        message: `'${name}' is there twice`,
      });
    seen.add(name);
  }
});

const switched = choice('enabled', 'disabled');
const OptimizationFields = z.preprocess(
  (value) => (value === 'enabled' || value === 'disabled' ? { enabled: String(value === 'enabled') } : value),
  z.strictObject(
    {
      enabled: choice('true', 'false')
        .transform((value) => value === 'true')
        .default(true),
      min_executions: number(1, 100_000, { whole: true }).optional(),
      window_days: number(1, 3650, { whole: true }).optional(),
      success_rate: number(0, 1).optional(),
      execution_time_s: number(0, Number.MAX_VALUE).optional(),
      quality_score: number(0, 1).optional(),
    },
    { error: (issue) => `must be enabled, disabled or a mapping, not ${shown(issue.input)}` },
  ),
);

/** The front matter; every scalar arrives as text. Other fields belong to the host and pass. */
const AgentFields = z.looseObject({
  name: agentName,
  description: text('a text that says when to use the agent').refine(
    (value) => value.trim() !== '' && value.length <= 4000,
    'must be 1–4000 characters that say when to use the agent',
  ),
  version: line(40).optional(),
  metrics: MetricsFields.optional(),
  memory: switched.default('enabled'),
  idempotency: choice('session', 'none').default('session'),
  optimization: OptimizationFields.prefault({}),
});

const ownFields = new Set(Object.keys(AgentFields.shape));

function toDefinition(fields: z.infer<typeof AgentFields>, body: string): AgentDefinition {
  const { metrics, version, optimization } = fields;
  return {
    name: fields.name,
    description: fields.description,
    ...(version === undefined ? {} : { version }),
    ...(metrics === undefined ? {} : { metrics: toMetrics(metrics) }),
    memory: fields.memory,
    idempotency: fields.idempotency,
    optimization: toOptimization(optimization),
    hostFields: Object.fromEntries(Object.entries(fields).filter(([key]) => !ownFields.has(key))),
    body,
  };
}

function toMetrics(fields: z.infer<typeof MetricsFields>): AgentMetrics {
  return {
    primary: fields.primary,
    secondary: fields.secondary.map(({ target, ...rest }) =>
      target === undefined ? rest : { ...rest, target },
    ),
    collection: fields.collection,
    retentionDays: fields.retention_days,
  };
}

function toOptimization(fields: z.infer<typeof OptimizationFields>): AgentOptimization {
  const limits = {
    minExecutions: fields.min_executions,
    windowDays: fields.window_days,
    successRate: fields.success_rate,
    executionTimeS: fields.execution_time_s,
    qualityScore: fields.quality_score,
  };
  const given = Object.entries(limits).filter(([, value]) => value !== undefined);
  return { enabled: fields.enabled, ...Object.fromEntries(given) };
}
