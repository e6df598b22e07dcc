import type { Execution } from './execution.ts';

type Cell = string | number | boolean | undefined;

/** Columns in their order; texts of executions go through the guard against formulas. */
const columns: readonly [string, (execution: Execution) => Cell][] = [
  ['id', (one) => one.id],
  ['timestamp', (one) => one.timestamp],
  ['agent', (one) => one.agent],
  ['success', (one) => one.success],
  ['execution_time_s', (one) => one.executionTimeS],
  ['quality_score', (one) => one.qualityScore],
  ['primary_metric_name', (one) => one.primaryMetric?.name],
  ['primary_metric_value', (one) => one.primaryMetric?.value],
  ['primary_metric_target', (one) => one.primaryMetric?.target],
  ['session_id', (one) => one.sessionUid],
  ['idempotency_key', (one) => one.idempotencyKey],
  ['repo', (one) => one.repo],
  ['flavour', (one) => one.flavour],
  ['provider', (one) => one.provider],
  ['model', (one) => one.model],
  ['agent_version', (one) => one.agentVersion],
  ['tokens_input', (one) => one.tokens?.input],
  ['tokens_output', (one) => one.tokens?.output],
  ['tokens_cache_read', (one) => one.tokens?.cacheRead],
  ['tokens_cache_creation', (one) => one.tokens?.cacheWrite],
  ['tokens_total', (one) => one.tokens?.total],
  ['infra_overhead_share', (one) => one.infraOverheadShare],
  ['error_type', (one) => one.errorType],
  ['secondary_metrics', (one) => one.secondaryMetrics && JSON.stringify(one.secondaryMetrics)],
  ['metadata', (one) => one.metadata && JSON.stringify(one.metadata)],
];

/**
 * Executions as CSV (RFC 4180): a heading, one record a line, CRLF. An absent value is an empty cell. A text that a
 * spreadsheet would take for a formula (it begins with `=`, `+`, `-`, `@`, a tab or a return) gets a `'` in front, as
 * OWASP advises; numbers stay numbers. No cell holds a line break: those of texts are written as spaces.
 */
export function exportCsv(executions: readonly Execution[]): string {
  const lines = [columns.map(([name]) => name).join(',')];
  for (const execution of executions)
    lines.push(columns.map(([, value]) => cell(value(execution))).join(','));
  return `${lines.join('\r\n')}\r\n`;
}

function cell(value: Cell): string {
  if (value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  // Also where white space comes first: some programs drop it.
  const safe = /^\s*[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  const line = safe.replace(/[\r\n\u2028\u2029]+/g, ' ');
  return /[",;'\s]/.test(line) ? `"${line.replaceAll('"', '""')}"` : line;
}
