import type { Change } from '../../base/change.ts';
import { listAgents, readAggregates, readExecutions } from '../../io/executions.ts';
import { exists, readTextIfExists } from '../../io/files.ts';
import { keepUnionMerge } from '../../io/refresh-summary.ts';
import type { Repository } from '../../io/repository.ts';
import { rewriteExecutions } from '../../io/rewrite-executions.ts';
import { tallyExecutions } from '../../io/tally-executions.ts';
import { findCaseClash } from '../../metrics/agents/agent-name.ts';
import { agentMetricsFolder, agentMetricsPaths } from '../../metrics/agents/agent-paths.ts';
import { foldedIn } from '../../metrics/agents/executions/aggregate.ts';
import { type Flaw, planRepair } from '../../metrics/agents/executions/plan-repair.ts';
import { summaryOf } from '../../metrics/agents/executions/summary.ts';
import { formatSummary } from '../../metrics/agents/executions/summary-file.ts';
import { refreshIfRecorded, requireAgent } from './agent-metrics-show.ts';

/** Something a look at the metrics found. */
export interface MetricsFinding {
  /** null: of no one agent. */
  agent: string | null;
  what: string;
  count: number;
  detail: string;
  /** `fixed` by this run; `fixable` with --fix; `by hand`; `note`: nothing is wrong, but one should know. */
  state: 'fixed' | 'fixable' | 'by hand' | 'note';
}

/** What is wrong, and what was changed. */
export interface MetricsCheckup {
  agents: number;
  findings: MetricsFinding[];
  changes: Change[];
}

/** Which agents to look at, and whether to put right what can be. */
export interface DoctorOptions {
  agent: string | undefined;
  fix: boolean;
  now: Date;
  dryRun: boolean;
}

/**
 * Looks through the metrics of agents: broken lines, rows that stand twice, a summary that is out of date or broken,
 * times in the future, pruned executions that came back, folders that cannot be agents. With `fix` the files are put
 * right; a line taken out is kept in `executions.bad.jsonl`.
 */
export async function checkMetrics(repository: Repository, options: DoctorOptions): Promise<MetricsCheckup> {
  const { root } = repository;
  if (options.agent !== undefined) await requireAgent(root, options.agent);
  const { agents, unsafe } = await listAgents(root);
  const looked = options.agent === undefined ? agents : [options.agent];
  const findings: MetricsFinding[] = [];
  const changes: Change[] = [];
  if (options.agent === undefined) {
    for (const name of unsafe)
      findings.push(byHand(null, 'folder that cannot be an agent', JSON.stringify(name)));
    for (const [at, name] of agents.entries()) {
      const clash = findCaseClash(name, agents.slice(0, at));
      if (clash) findings.push(byHand(name, 'name clash', `on macOS it is the same folder as '${clash}'`));
    }
  }
  const writes = options.fix && !options.dryRun;
  for (const agent of looked) {
    const stale = await checkSummary(root, agent, writes);
    findings.push(...stale);
    findings.push(...(await checkRows(repository, agent, options, changes)));
    if (writes && (await refreshIfRecorded(repository, agent)).summary === 'left alone' && stale.length > 0)
      findings.push(
        byHand(agent, 'summary.json not written', 'another process is at it, or it may not be written'),
      );
    findings.push(...(await checkTimes(root, agent, options.now)));
  }
  if (looked.length > 0 && !(await exists(`${root}/${agentMetricsFolder}/.gitattributes`))) {
    if (writes) keepUnionMerge(root);
    const detail = 'without it branches that both recorded would conflict';
    findings.push({ agent: null, what: 'no .gitattributes', count: 1, detail, state: stateOf(writes) });
  }
  return { agents: looked.length, findings, changes };
}

const stateOf = (fix: boolean) => (fix ? 'fixed' : 'fixable');

function byHand(agent: string | null, what: string, detail: string): MetricsFinding {
  return { agent, what, count: 1, detail, state: 'by hand' };
}

async function checkRows(
  repository: Repository,
  agent: string,
  { fix, dryRun }: DoctorOptions,
  changes: Change[],
): Promise<MetricsFinding[]> {
  let flaws: Flaw[] = [];
  let outOfOrder = 0;
  const path = agentMetricsPaths(agent).badLines;
  const planned = await rewriteExecutions(
    repository,
    agent,
    (text) => {
      const repair = planRepair(text, agent);
      flaws = repair.flaws;
      outOfOrder = repair.outOfOrder;
      if (flaws.length === 0 || !fix) return undefined;
      const lines = repair.setAside.map((one) => JSON.stringify(one));
      return { text: repair.text, before: lines.length === 0 ? [] : [{ kind: 'append', path, lines }] };
    },
    dryRun || !fix,
  );
  changes.push(...planned);
  const findings: MetricsFinding[] = flaws.map(({ kind, count, line, detail }) => ({
    agent,
    what: kind,
    count,
    detail: `${detail} (line ${line}${count > 1 ? ' first' : ''})`,
    state: stateOf(fix && !dryRun),
  }));
  const detail = 'a merge, or a clock that was set back; order of lines does not matter';
  if (outOfOrder > 0)
    findings.push({ agent, what: 'row out of order', count: outOfOrder, detail, state: 'note' });
  return findings;
}

async function checkSummary(root: string, agent: string, writes: boolean): Promise<MetricsFinding[]> {
  const paths = agentMetricsPaths(agent);
  if (!(await exists(`${root}/${paths.executions}`))) return [];
  const { tally } = tallyExecutions(root, agent);
  const is = await readTextIfExists(`${root}/${paths.summary}`);
  const fresh = is === formatSummary(summaryOf(agent, tally));
  if (fresh) return [];
  const detail = is === undefined ? 'there is none' : 'it is not what the executions come to';
  return [{ agent, what: 'summary.json out of date', count: 1, detail, state: stateOf(writes) }];
}

async function checkTimes(root: string, agent: string, now: Date): Promise<MetricsFinding[]> {
  const { aggregates, skipped } = await readAggregates(root, agent);
  const findings: MetricsFinding[] = [];
  if (skipped > 0)
    findings.push({
      ...byHand(agent, 'bad line in aggregates.jsonl', 'a pruned week is not counted'),
      count: skipped,
    });
  const { executions: future } = await readExecutions(root, agent, { sinceMs: now.getTime() + 1 });
  if (future.length > 0) {
    const detail = `the latest ${future.at(-1)?.timestamp}; they hold the place of the newest`;
    findings.push({ ...byHand(agent, 'time in the future', detail), count: future.length });
  }
  if (aggregates.length === 0) return findings;
  const { executions } = await readExecutions(root, agent);
  const back = executions.filter(foldedIn(aggregates)).length;
  if (back > 0) {
    const detail = `counted among the pruned weeks too: \`kaizen metrics prune ${agent}\` takes them out`;
    findings.push({ ...byHand(agent, 'pruned execution that came back', detail), count: back });
  }
  return findings;
}
