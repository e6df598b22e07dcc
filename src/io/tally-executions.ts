import { join } from 'node:path';
import { agentMetricsPaths } from '../metrics/agents/agent-paths.ts';
import type { Execution } from '../metrics/agents/executions/execution.ts';
import { type ParsedLine, parseExecutionLine } from '../metrics/agents/executions/executions-text.ts';
import { IdSet } from '../metrics/agents/executions/id-set.ts';
import { uniqueExecutions } from '../metrics/agents/executions/summary.ts';
import { Tally, type TallyRow, tallyRowOf } from '../metrics/agents/executions/tally.ts';
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
  const repeated = new IdSet();
  let [skipped, duplicates] = [0, 0];
  const add = (row: TallyRow) => {
    if (tally.add(row)) return;
    duplicates += 1;
    repeated.add(row.idHigh, row.idLow);
  };
  scanExecutions(path, agent, {
    row: add,
    line(parsed) {
      if (parsed.kind === 'bad') skipped += 1;
      else if (parsed.kind === 'execution') add(tallyRowOf(parsed.execution));
    },
  });
  return {
    tally: duplicates === 0 ? tally : tallyOnce(path, agent, repeated),
    skipped,
    duplicates,
  };
}

/** Of rows with one id the earliest counts, wherever it stands: a second look with those side by side. */
function tallyOnce(path: string, agent: string, repeated: IdSet): Tally {
  const tally = new Tally();
  const several: Execution[] = [];
  const take = (parsed: ParsedLine) => {
    if (parsed.kind !== 'execution') return;
    const row = tallyRowOf(parsed.execution);
    if (repeated.has(row.idHigh, row.idLow)) several.push(parsed.execution);
    else tally.add(row);
  };
  scanExecutions(path, agent, {
    row(row, text) {
      if (repeated.has(row.idHigh, row.idLow)) take(parseExecutionLine(text(), agent));
      else tally.add(row);
    },
    line: take,
  });
  for (const execution of uniqueExecutions(several)) tally.add(tallyRowOf(execution));
  return tally;
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
