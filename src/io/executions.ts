import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KaizenError } from '../base/errors.ts';
import { sha256Hex } from '../base/text.ts';
import { findCaseClash, problemOfAgentName } from '../metrics/agents/agent-name.ts';
import { agentMetricsFolder, agentMetricsPaths } from '../metrics/agents/agent-paths.ts';
import { type Aggregate, parseAggregates } from '../metrics/agents/executions/aggregate.ts';
import {
  type Execution,
  type ExecutionDraft,
  formatExecution,
  parseExecution,
} from '../metrics/agents/executions/execution.ts';
import { parseExecutionLine } from '../metrics/agents/executions/executions-text.ts';
import { type AgentSummary, summarise, summaryOf } from '../metrics/agents/executions/summary.ts';
import { appendLastingRow, refuseLinks } from './append-rows.ts';
import { appendLock } from './execution-locks.ts';
import { isAbsent, listFolders, readTextIfExists } from './files.ts';
import { withLock } from './lock.ts';
import { keepUnionMerge, refreshSummary } from './refresh-summary.ts';
import type { Repository } from './repository.ts';
import { collectExecutions } from './tally-executions.ts';

/** The executions of an agent that could be read. */
export interface ExecutionLog {
  /** By time, then id; each id once. */
  executions: Execution[];
  /** Lines that are no executions. */
  skipped: number;
  /** Rows whose id another row has. */
  duplicates: number;
}

/**
 * Reads the executions of an agent, with `sinceMs` only those of that time (milliseconds since 1970) and later; none
 * when it has no file. The name must have passed `parseAgentName`.
 */
export async function readExecutions(
  root: string,
  agent: string,
  options: { sinceMs?: number } = {},
): Promise<ExecutionLog> {
  const path = agentMetricsPaths(agent).executions;
  refuseLinks(root, path);
  return collectExecutions(join(root, path), agent, options.sinceMs);
}

/** Reads the weeks of an agent whose executions were pruned. */
export async function readAggregates(
  root: string,
  agent: string,
): Promise<{ aggregates: Aggregate[]; skipped: number }> {
  const path = agentMetricsPaths(agent).aggregates;
  refuseLinks(root, path);
  return parseAggregates((await readTextIfExists(join(root, path))) ?? '');
}

/** The agents with a metrics folder, and folders whose name cannot be that of an agent. */
export async function listAgents(root: string): Promise<{ agents: string[]; unsafe: string[] }> {
  const names = await listFolders(join(root, agentMetricsFolder));
  const others = names.filter((name) => name.toLowerCase() !== 'optimizer');
  return {
    agents: others.filter((name) => problemOfAgentName(name) === undefined),
    unsafe: others.filter((name) => problemOfAgentName(name) !== undefined),
  };
}

/** How an execution is recorded. */
export interface RecordOptions {
  /** The time of an execution that has none, and the clock that tells one from the future. */
  now: Date;
  /** Masks secrets in texts before they are written (`openRepoRedactor`). */
  redactor: { text(value: string): string; value(value: unknown): unknown };
  dryRun: boolean;
  /** Wait until the row is on the disk. */
  sync?: boolean;
}

/** What became of an execution to record. */
export interface RecordReceipt {
  /** As it stands in the file; of a repeated one, the row that was there. */
  execution: Execution;
  summary: AgentSummary;
  /** It was recorded before: nothing was written. */
  duplicate: boolean;
  warnings: string[];
}

const futureWarningMs = 5 * 60_000;
const futureLimitMs = 24 * 3_600_000;
/** One write below this size is not torn by other writers (POSIX PIPE_BUF; local file systems do better). */
const atomicBytes = 4096;
const maxRowBytes = 64 * 1024;

/**
 * Appends an execution to its agent's file and renews the summary. Without an idempotency key (or an id of its own)
 * every call is an execution; with one, the same content again writes nothing (`duplicate`), and other content is
 * KaizenError `bad_input`. Content is everything but the time, unless the draft gives it.
 */
export async function recordExecution(
  repository: Repository,
  draft: ExecutionDraft,
  options: RecordOptions,
): Promise<RecordReceipt> {
  const { root, git } = repository;
  if (git?.bare)
    throw new KaizenError('not_a_repository', `${root} is bare: there is no work tree to write to`, {
      hint: 'Run it in a clone and push what it writes.',
    });
  const { agents } = await listAgents(root);
  const clash = findCaseClash(draft.agent, agents);
  if (clash !== undefined)
    throw new KaizenError(
      'usage',
      `there is an agent '${clash}'; '${draft.agent}' would be the same folder on macOS`,
    );
  const execution = withoutSecrets(completed(draft, options.now), options.redactor);
  const warnings = warningsOf(execution, options.now);
  const row = formatExecution(execution);
  const bytes = Buffer.byteLength(row);
  if (bytes > maxRowBytes)
    throw new KaizenError('bad_input', `the execution has ${bytes} bytes; at most ${maxRowBytes} are kept`, {
      hint: 'Keep logs elsewhere and name them in metadata.',
    });
  // What must not be lost to the limits of the format is found out before it is written, not when it is read.
  parseExecution(JSON.parse(row), draft.agent);

  const append = async (): Promise<Execution | undefined> => {
    const known = await findRecorded(root, execution, draft);
    if (known || options.dryRun) return known;
    await keepUnionMerge(root);
    const paths = agentMetricsPaths(draft.agent);
    appendLastingRow(root, paths.executions, row, { sync: options.sync ?? false });
    return undefined;
  };
  const mayRepeat = draft.idempotencyKey !== undefined || draft.id !== undefined;
  const alone = !options.dryRun && (mayRepeat || bytes >= atomicBytes);
  const known = alone ? await withLock(appendLock(repository, draft.agent), append) : await append();
  const summary = options.dryRun
    ? await summaryWith(root, draft.agent, known ? [] : [execution])
    : summaryOf(draft.agent, (await refreshSummary(repository, draft.agent)).tally);
  return { execution: known ?? execution, summary, duplicate: known !== undefined, warnings };
}

async function summaryWith(root: string, agent: string, more: readonly Execution[]): Promise<AgentSummary> {
  const { executions } = await readExecutions(root, agent);
  return summarise(agent, [...executions, ...more]);
}

function completed(draft: ExecutionDraft, now: Date): Execution {
  const id =
    draft.id ??
    (draft.idempotencyKey === undefined
      ? randomBytes(8).toString('hex')
      : sha256Hex(`${draft.agent}\0${draft.idempotencyKey}`).slice(0, 16));
  return { ...draft, id, timestamp: draft.timestamp ?? now.toISOString() };
}

function withoutSecrets(execution: Execution, redactor: RecordOptions['redactor']): Execution {
  const { metadata, primaryMetric, secondaryMetrics, ...flat } = execution;
  const texts = Object.entries(flat).map(([key, value]) => [
    key,
    typeof value === 'string' && !['id', 'timestamp', 'agent'].includes(key) ? redactor.text(value) : value,
  ]);
  const names = Object.entries(secondaryMetrics ?? {}).map(([name, value]) => [redactor.text(name), value]);
  return {
    ...(Object.fromEntries(texts) as Execution),
    ...(primaryMetric && { primaryMetric: { ...primaryMetric, name: redactor.text(primaryMetric.name) } }),
    ...(secondaryMetrics && { secondaryMetrics: Object.fromEntries(names) }),
    ...(metadata && { metadata: redactor.value(metadata) as Record<string, unknown> }),
  };
}

function warningsOf({ timestamp }: Execution, now: Date): string[] {
  const aheadMs = Date.parse(timestamp) - now.getTime();
  if (aheadMs > futureLimitMs)
    throw new KaizenError('bad_input', `timestamp ${timestamp} lies more than a day in the future`, {
      hint: 'Correct the time, or the clock of this machine.',
    });
  return aheadMs > futureWarningMs ? [`timestamp ${timestamp} lies in the future`] : [];
}

/** The row that is this execution already; KaizenError `bad_input` when it says something else. */
async function findRecorded(
  root: string,
  execution: Execution,
  draft: ExecutionDraft,
): Promise<Execution | undefined> {
  const { id, idempotencyKey } = execution;
  if (draft.id === undefined && draft.idempotencyKey === undefined) return undefined;
  const known = await findRow(
    join(root, agentMetricsPaths(draft.agent).executions),
    draft.agent,
    [id, idempotencyKey].filter((text) => text !== undefined),
    (row) => row.id === id || (idempotencyKey !== undefined && row.idempotencyKey === idempotencyKey),
  );
  if (!known) return undefined;
  const content = (one: Execution) =>
    formatExecution({ ...one, id: '', timestamp: draft.timestamp === undefined ? '' : one.timestamp });
  if (content(known) === content(execution)) return known;
  const what = draft.idempotencyKey === undefined ? `id '${id}'` : `idempotency key '${idempotencyKey}'`;
  throw new KaizenError('bad_input', `the ${what} was used for another execution, of ${known.timestamp}`, {
    hint: 'Give each execution its own key; `kaizen metrics show --last 20` lists the newest.',
  });
}

/** The first row that `matches`. Only lines that hold one of the texts are parsed: the file may have a million. */
async function findRow(
  path: string,
  agent: string,
  texts: readonly string[],
  matches: (row: Execution) => boolean,
): Promise<Execution | undefined> {
  const bytes = await readFile(path).catch((error: unknown) => {
    if (isAbsent(error)) return Buffer.alloc(0);
    throw error;
  });
  for (const text of texts) {
    const needle = Buffer.from(JSON.stringify(text));
    for (let at = bytes.indexOf(needle); at >= 0; at = bytes.indexOf(needle, at + 1)) {
      const from = at === 0 ? 0 : bytes.lastIndexOf(0x0a, at - 1) + 1;
      const to = bytes.indexOf(0x0a, at);
      const parsed = parseExecutionLine(bytes.toString('utf8', from, to < 0 ? undefined : to), agent);
      if (parsed.kind === 'execution' && matches(parsed.execution)) return parsed.execution;
    }
  }
  return undefined;
}
