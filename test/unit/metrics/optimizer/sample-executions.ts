import type { Execution } from '../../../../src/metrics/agents/executions/execution.ts';
import type { AgentRecord, LookOptions } from '../../../../src/metrics/optimizer/analyse-agent.ts';

/** The day of all looks in these tests, a Friday. */
export const today = '2026-11-20';
const dayMs = 86_400_000;

/** Options of a look on `today`. */
export function lookOn(more: Partial<LookOptions> = {}): LookOptions {
  return { today, windowDays: 30, min: 10, seedCompat: false, ...more };
}

/**
 * `n` executions, one every `everyDays`, the last one on `until`; `at` says what the i-th has. Each has an own session.
 */
export function executions(
  n: number,
  at: (index: number) => Partial<Execution>,
  options: { until?: string; everyDays?: number; prefix?: string } = {},
): Execution[] {
  const { until = today, everyDays = 1, prefix = 'x' } = options;
  const end = Date.parse(`${until}T12:00:00Z`);
  return Array.from({ length: n }, (_, index) => ({
    id: `${prefix}${String(index).padStart(3, '0')}`,
    sessionUid: `s-${prefix}${index}`,
    timestamp: new Date(end - (n - 1 - index) * everyDays * dayMs).toISOString(),
    agent: 'tdd-workflow',
    success: true,
    ...at(index),
  }));
}

/** A record of one agent. */
export function record(rows: readonly Execution[], more: Partial<AgentRecord> = {}): AgentRecord {
  return { agent: 'tdd-workflow', executions: rows, ...more };
}

/** 60, 61 … 69, 60 …: a steady time that is not the same every time. */
export const steady = (index: number): number => 60 + ((index * 7) % 10);
