import { join } from 'node:path';
import { agentMetricsPaths } from '../metrics/agents/agent-paths.ts';
import type { Execution } from '../metrics/agents/execution.ts';
import { type ParsedLine, parseExecutionLine } from '../metrics/agents/executions-text.ts';
import { uniqueExecutions } from '../metrics/agents/summary.ts';
import { Tally, tallyRowOf } from '../metrics/agents/tally.ts';
import { refuseLinks } from './append-rows.ts';
import { scanExecutions } from './scan-executions.ts';

/** What the file of an agent comes to, and what of it could not be counted. */
export interface TalliedFile {
  tally: Tally;
  /** Lines that are no executions. */
  skipped: number;
  /** Rows whose id another row has. */
  duplicates: number;
}

/** Tallies the executions of an agent. */
export function tallyExecutions(root: string, agent: string): TalliedFile {
  const relative = agentMetricsPaths(agent).executions;
  refuseLinks(root, relative);
  const path = join(root, relative);
  const tally = new Tally();
  let [skipped, duplicates] = [0, 0];
  scanExecutions(path, agent, {
    row(row) {
      if (!tally.add(row)) duplicates += 1;
    },
    line(parsed) {
      if (parsed.kind === 'bad') skipped += 1;
      else if (parsed.kind === 'execution' && !tally.add(tallyRowOf(parsed.execution))) duplicates += 1;
    },
  });
  // Of rows with one id the earliest counts, wherever it stands: that takes all of them side by side.
  return duplicates === 0 ? { tally, skipped, duplicates } : tallyUnique(path, agent);
}

function tallyUnique(path: string, agent: string): TalliedFile {
  const { executions, skipped, duplicates } = collectExecutions(path, agent);
  const tally = new Tally();
  for (const execution of executions) tally.add(tallyRowOf(execution));
  return { tally, skipped, duplicates };
}

/** The executions of a file by time, then id, each id once; `sinceMs`: only those of that time and later. */
export function collectExecutions(path: string, agent: string, sinceMs = Number.NEGATIVE_INFINITY) {
  const rows: Execution[] = [];
  let skipped = 0;
  const take = (parsed: ParsedLine) => {
    if (parsed.kind === 'bad') skipped += 1;
    else if (parsed.kind === 'execution' && Date.parse(parsed.execution.timestamp) >= sinceMs)
      rows.push(parsed.execution);
  };
  scanExecutions(path, agent, {
    row(row, text) {
      if (row.atMs >= sinceMs) take(parseExecutionLine(text(), agent));
    },
    line: take,
  });
  const executions = uniqueExecutions(rows);
  return { executions, skipped, duplicates: rows.length - executions.length };
}
