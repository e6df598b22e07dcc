/** Where the metrics of agents are, from the root of the repository (seed 004, ADR-004). */
export const agentMetricsFolder = '.kaizen/metrics';

/** The files of one agent; its name must have passed `parseAgentName`. */
export function agentMetricsPaths(agent: string) {
  const folder = `${agentMetricsFolder}/${agent}`;
  return {
    folder,
    /** One execution a line: truth, append-only. */
    executions: `${folder}/executions.jsonl`,
    /** Derived from the executions. */
    summary: `${folder}/summary.json`,
    /** Weeks whose executions were pruned: truth. */
    aggregates: `${folder}/aggregates.jsonl`,
    /** Lines that were no executions, moved here by `kaizen metrics doctor --fix`. */
    badLines: `${folder}/executions.bad.jsonl`,
  };
}
