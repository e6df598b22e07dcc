import { compareText, sha256Hex } from '../../../base/text.ts';
import type { Execution } from './execution.ts';

/**
 * The version of the OpenTelemetry GenAI conventions the export follows. All `gen_ai.*` names are in development and
 * may change: what is stored keeps its own names, and only this mapping follows a newer version.
 */
export const genAiSchemaUrl = 'https://opentelemetry.io/schemas/gen-ai/1.42.0';

interface Attribute {
  key: string;
  value: Record<string, unknown>;
}

/** A number stands for a count; a measured value is marked, so that 1 and 0.98 have one type. */
type Value = string | number | boolean | { measured: number } | undefined;

const measured = (value: number | undefined): Value =>
  value === undefined ? undefined : { measured: value };

/**
 * Executions in the OTLP JSON encoding, two lines as the OTLP file exporter writes them: their spans
 * (`invoke_agent {agent}`), then their metrics (`gen_ai.invoke_agent.duration` in seconds,
 * `gen_ai.client.token.usage`) as delta histograms. What the conventions do not know goes under `kaizen.*`.
 * Executions of one session share a trace. One without a time is a span of no length with `kaizen.duration_known` false.
 */
export function exportOtlp(executions: readonly Execution[], kaizenVersion: string): string {
  const resource = { attributes: attributesOf({ 'service.name': 'kaizen' }) };
  const scope = { name: 'kaizen-loop', version: kaizenVersion };
  const spans = {
    resourceSpans: [
      { resource, scopeSpans: [{ scope, spans: executions.map(spanOf), schemaUrl: genAiSchemaUrl }] },
    ],
  };
  const metrics = {
    resourceMetrics: [
      { resource, scopeMetrics: [{ scope, metrics: metricsOf(executions), schemaUrl: genAiSchemaUrl }] },
    ],
  };
  return `${JSON.stringify(spans)}\n${JSON.stringify(metrics)}\n`;
}

const nanos = (ms: number) => `${BigInt(Math.round(ms)) * 1_000_000n}`;

function spanOf(execution: Execution): Record<string, unknown> {
  const { id, agent, timestamp, executionTimeS, success, sessionUid } = execution;
  const endMs = Date.parse(timestamp);
  return {
    traceId: sha256Hex(sessionUid === undefined ? `execution ${id}` : `session ${sessionUid}`).slice(0, 32),
    spanId: sha256Hex(`execution ${id}`).slice(0, 16),
    name: `invoke_agent ${agent}`,
    kind: 1,
    startTimeUnixNano: nanos(endMs - (executionTimeS ?? 0) * 1000),
    endTimeUnixNano: nanos(endMs),
    attributes: spanAttributes(execution),
    status: success ? { code: 1 } : { code: 2 },
  };
}

function spanAttributes(execution: Execution): Attribute[] {
  const { tokens, primaryMetric, secondaryMetrics, metadata } = execution;
  return attributesOf({
    ...common(execution),
    'gen_ai.agent.version': execution.agentVersion,
    'gen_ai.conversation.id': execution.sessionUid,
    'gen_ai.usage.input_tokens': inputTokens(tokens),
    'gen_ai.usage.output_tokens': tokens?.output,
    'gen_ai.usage.cache_read.input_tokens': tokens?.cacheRead,
    'gen_ai.usage.cache_creation.input_tokens': tokens?.cacheWrite,
    'kaizen.execution.id': execution.id,
    'kaizen.execution.success': execution.success,
    'kaizen.duration_known': execution.executionTimeS !== undefined,
    'kaizen.tokens.total': tokens?.total,
    'kaizen.quality_score': measured(execution.qualityScore),
    'kaizen.primary_metric.name': primaryMetric?.name,
    'kaizen.primary_metric.value': measured(primaryMetric?.value),
    'kaizen.primary_metric.target': measured(primaryMetric?.target),
    'kaizen.repo': execution.repo,
    'kaizen.flavour': execution.flavour,
    'kaizen.infra_overhead_share': measured(execution.infraOverheadShare),
    'kaizen.secondary_metrics': secondaryMetrics && JSON.stringify(secondaryMetrics),
    'kaizen.metadata': metadata && JSON.stringify(metadata),
  });
}

/** What spans and metrics share. A failure of unknown kind is `_OTHER`, as the conventions want it. */
function common(execution: Execution): Record<string, Value> {
  return {
    'gen_ai.operation.name': 'invoke_agent',
    'gen_ai.agent.name': execution.agent,
    'gen_ai.provider.name': execution.provider ?? providerOf(execution.model),
    'gen_ai.request.model': execution.model,
    'error.type': execution.success ? undefined : (execution.errorType ?? '_OTHER'),
  };
}

/** The provider a well-known model name belongs to. */
function providerOf(model: string | undefined): string | undefined {
  if (model === undefined) return undefined;
  if (/^claude\b/i.test(model)) return 'anthropic';
  if (/^(gpt|chatgpt|codex|o\d)\b/i.test(model)) return 'openai';
  return /^gemini\b/i.test(model) ? 'gcp.gemini' : undefined;
}

/** The conventions count cached tokens among the input; we keep them apart. */
function inputTokens(tokens: Execution['tokens']): number | undefined {
  if (tokens?.input === undefined) return undefined;
  return tokens.input + (tokens.cacheRead ?? 0) + (tokens.cacheWrite ?? 0);
}

function attributesOf(values: Record<string, Value>): Attribute[] {
  return Object.entries(values).flatMap(([key, value]) =>
    value === undefined ? [] : [{ key, value: typedValue(value) }],
  );
}

function typedValue(value: NonNullable<Value>): Record<string, unknown> {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  // 64-bit integers are strings in the JSON encoding of OTLP.
  return typeof value === 'number' ? { intValue: String(value) } : { doubleValue: value.measured };
}

/** Seconds, doubled from 0.1 s to 3.6 h: a coding agent works for minutes and hours, not milliseconds. */
const secondBounds = Array.from({ length: 18 }, (_, i) => Math.round(0.1 * 2 ** i * 10) / 10);
/** Tokens, times four, as the conventions advise. */
const tokenBounds = Array.from({ length: 14 }, (_, i) => 4 ** i);

function metricsOf(executions: readonly Execution[]): Record<string, unknown>[] {
  const durations = executions.flatMap((one) =>
    one.executionTimeS === undefined ? [] : [{ one, value: one.executionTimeS, attributes: common(one) }],
  );
  const tokens = executions.flatMap((one) =>
    (['input', 'output'] as const).flatMap((type) => {
      const value = type === 'input' ? inputTokens(one.tokens) : one.tokens?.output;
      return value === undefined
        ? []
        : [{ one, value, attributes: { ...common(one), 'gen_ai.token.type': type } }];
    }),
  );
  return [
    histogram('gen_ai.invoke_agent.duration', 's', durations, secondBounds),
    histogram('gen_ai.client.token.usage', '{token}', tokens, tokenBounds),
  ].flatMap((metric) => metric ?? []);
}

interface Measurement {
  one: Execution;
  value: number;
  attributes: Record<string, Value>;
}

function histogram(name: string, unit: string, all: readonly Measurement[], bounds: readonly number[]) {
  if (all.length === 0) return undefined;
  const groups = new Map<string, Measurement[]>();
  for (const one of all) {
    const key = JSON.stringify(one.attributes);
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  const dataPoints = [...groups]
    .sort(([a], [b]) => compareText(a, b))
    .map(([, group]) => dataPoint(group, bounds));
  return { name, unit, histogram: { aggregationTemporality: 1, dataPoints } };
}

function dataPoint(group: readonly Measurement[], bounds: readonly number[]): Record<string, unknown> {
  const times = group.map(({ one }) => Date.parse(one.timestamp));
  const starts = group.map(({ one }) => Date.parse(one.timestamp) - (one.executionTimeS ?? 0) * 1000);
  const values = group.map(({ value }) => value).sort((a, b) => a - b);
  const counts = new Array<number>(bounds.length + 1).fill(0);
  for (const value of values) {
    const at = bounds.findIndex((bound) => value <= bound);
    counts[at < 0 ? bounds.length : at] = (counts[at < 0 ? bounds.length : at] as number) + 1;
  }
  return {
    attributes: attributesOf(group[0]?.attributes ?? {}),
    startTimeUnixNano: nanos(least(starts)),
    timeUnixNano: nanos(-least(times.map((time) => -time))),
    count: String(values.length),
    sum: values.reduce((sum, value) => sum + value, 0),
    min: values[0],
    max: values.at(-1),
    bucketCounts: counts.map(String),
    explicitBounds: bounds,
  };
}

const least = (values: readonly number[]) =>
  values.reduce((low, value) => Math.min(low, value), Number.POSITIVE_INFINITY);
