import { readExecutions } from '../../io/executions.ts';
import type { Repository } from '../../io/repository.ts';
import { type Execution, formatExecution } from '../../metrics/agents/executions/execution.ts';
import { exportCsv } from '../../metrics/agents/executions/export-csv.ts';
import { exportOtlp } from '../../metrics/agents/executions/export-otlp.ts';
import { requireAgent } from './agent-metrics-show.ts';

/** The forms executions can be exported in. */
export const exportFormats = ['jsonl', 'csv', 'otlp-json'] as const;

/** What to export. */
export interface ExportOptions {
  format: (typeof exportFormats)[number];
  /** Only executions of this time and later. */
  since: Date | undefined;
  kaizenVersion: string;
}

/** The executions of an agent as a text, by time, each id once, and how many lines were no executions. */
export async function exportExecutions(
  { root }: Repository,
  agent: string,
  { format, since, kaizenVersion }: ExportOptions,
): Promise<{ text: string; executions: number; skipped: number }> {
  await requireAgent(root, agent);
  const { executions, skipped } = await readExecutions(
    root,
    agent,
    since ? { sinceMs: since.getTime() } : {},
  );
  const write: Record<ExportOptions['format'], (all: readonly Execution[]) => string> = {
    jsonl: (all) => all.map((one) => `${formatExecution(one)}\n`).join(''),
    csv: exportCsv,
    'otlp-json': (all) => exportOtlp(all, kaizenVersion),
  };
  return { text: write[format](executions), executions: executions.length, skipped };
}
