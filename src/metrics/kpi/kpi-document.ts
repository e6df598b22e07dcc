import type { PhaseTime, TaskFigures, TaskPhase, TokensByType } from '../../base/event-task.ts';
import type { ContextExposed } from '../../base/events.ts';
import { type StopReason, type StopReasonCode, stopReasons } from '../../base/stop-reasons.ts';
import { sizeRule } from '../../outcomes/tasks/size-of-task.ts';
import { addTokens } from '../../sessions/token-sum.ts';
import { addChanges, addChecks, addKnown, addPhases, addTouches, joinWorkers } from './add-tasks.ts';
import { type Cost, costOf, type PriceTable } from './cost.ts';
import type { KpiTask } from './kpi-tasks.ts';

/** One task in a document of several. */
interface TaskLine {
  number: number;
  key: string;
  title: string | null;
  startedAt: string | null;
  totalMs: number | null;
  tvcMs: number | null;
  tvcActiveMs: number | null;
  touches: number;
  size: TaskFigures['size'];
  outcome: TaskFigures['outcome'];
  stopReason: StopReasonCode | null;
  commit: string | null;
  verified: boolean | null;
  /** Why (not) verified; null without a commit. */
  reason: string | null;
}

/**
 * The KPIs of one run: a session, or one task of it. Durations in milliseconds; null is not known, and `unknown` says
 * why. Σ phases + unattributedMs = totalMs. With several tasks the segments are joined: the total runs from the first
 * to the last event, and pauses between tasks are waiting. TVc belongs to a task, so it is null for several.
 */
export interface KpiDocument {
  /** `<session>` or `<session>#<task>`. */
  id: string;
  sessionId: string;
  agent: string;
  repo: string | null;
  title: string | null;
  startedAt: string | null;
  endedAt: string | null;
  totalMs: number | null;
  activeMs: number | null;
  unattributedMs: number | null;
  /** Of the unattributed time: waiting for a person, and the rest. */
  waitingMs: number | null;
  idleMs: number | null;
  tvcMs: number | null;
  tvcActiveMs: number | null;
  outcome: TaskFigures['outcome'];
  stopReason: ({ code: StopReasonCode } & StopReason) | null;
  nextAction: StopReason['nextAction'];
  suggestedCommand: string | null;
  phases: Partial<Record<TaskPhase, PhaseTime>>;
  workers: KpiTask['workers'];
  workerCalls: number | null;
  toolCalls: number;
  /** Calls of the session before its first message, which belong to no task: it goes on from an earlier session. */
  callsOutside: number;
  tokens: TokensByType | null;
  cost: Cost;
  verify: { attempts: number; retries: number; durationMs: number | null; checks: KpiTask['checks'] };
  changes: TaskFigures['changes'];
  size: TaskFigures['size'];
  sizeRule: string;
  /** Commits, and how many of them were verified; a transcript plans none, so there is no total. */
  milestones: { completed: number; verified: number; total: null };
  reliability: TaskFigures['reliability'];
  touches: TaskFigures['touches'];
  checkpoint: TaskFigures['checkpoint'];
  verifiedTree: string | null;
  /** Facts put in front of the session, and the tokens they took; null when none were. */
  context: { facts: number; packetTokens: number; channel: ContextExposed['channel'] } | null;
  clockSteps: number;
  tasks: TaskLine[];
  unknown: TaskFigures['unknown'];
}

/** Makes the document of some tasks of one session (at least one), in their order. */
export function kpiDocument(
  tasks: readonly KpiTask[],
  around: {
    exposures: readonly ContextExposed[];
    prices: PriceTable | null;
    isWhole: boolean;
    /** Tool calls of the whole session; null when not known. */
    sessionCalls?: number | null;
  },
): KpiDocument {
  const [first, last] = [tasks[0] as KpiTask, tasks.at(-1) as KpiTask];
  const only = tasks.length === 1 ? first : undefined;
  const phases = addPhases(tasks);
  const workers = tasks.flatMap((task) => task.workers);
  const cost = costOf(workers, around.prices);
  const commits = tasks.flatMap((task) => [
    ...(task.checkpoint ? [task.checkpoint] : []),
    ...task.otherCommits,
  ]);
  const code = last.stopReason;
  // A log may hold codes of a newer version.
  const stop = code !== null && Object.hasOwn(stopReasons, code) ? stopReasons[code] : null;
  const shown = around.exposures.at(-1);
  const document: Omit<KpiDocument, 'unknown'> = {
    id: around.isWhole ? first.session : `${first.session}#${first.number}`,
    sessionId: first.sessionId,
    agent: first.agent,
    repo: first.repo,
    title: first.title,
    ...timesOf(tasks, phases),
    tvcMs: only?.checkpoint?.tvcMs ?? null,
    tvcActiveMs: only?.checkpoint?.tvcActiveMs ?? null,
    outcome: last.outcome,
    stopReason: code === null || stop === null ? null : { code, ...stop },
    nextAction: stop?.nextAction ?? 'none',
    suggestedCommand: suggestedCommand(last, stop?.nextAction ?? 'none'),
    phases,
    workers: joinWorkers(workers),
    workerCalls: workers.length === 0 ? null : addKnown(workers.map(({ calls }) => calls)),
    toolCalls: tasks.reduce((sum, task) => sum + task.toolCalls, 0),
    callsOutside: around.isWhole
      ? Math.max(0, (around.sessionCalls ?? 0) - tasks.reduce((sum, task) => sum + task.toolCalls, 0))
      : 0,
    tokens: tasks.reduce<TokensByType | null>(
      (sum, { tokens }) => (tokens === null ? sum : sum ? addTokens(sum, tokens) : tokens),
      null,
    ),
    cost,
    verify: addChecks(tasks),
    changes: addChanges(tasks),
    size: only?.size ?? null,
    sizeRule,
    milestones: {
      completed: commits.length,
      verified: commits.filter(({ verified }) => verified).length,
      total: null,
    },
    reliability: {
      apiErrors: tasks.reduce((sum, task) => sum + task.reliability.apiErrors, 0),
      toolErrors: tasks.reduce((sum, task) => sum + task.reliability.toolErrors, 0),
      compactions: tasks.reduce((sum, task) => sum + task.reliability.compactions, 0),
    },
    touches: addTouches(tasks),
    checkpoint: only?.checkpoint ?? null,
    verifiedTree: only?.checkpoint?.verified ? only.checkpoint.tree : null,
    context: shown
      ? { facts: shown.delivered.length, packetTokens: shown.packetTokens, channel: shown.channel }
      : null,
    clockSteps: Math.max(...tasks.map((task) => task.clockSteps)),
    tasks: tasks.map(lineOf),
  };
  return { ...document, unknown: unknownOf(tasks, document) };
}

/** From the first event to the last: what the phases account for, and what went by while a person was waited for. */
function timesOf(
  tasks: readonly KpiTask[],
  phases: KpiDocument['phases'],
): Pick<
  KpiDocument,
  'startedAt' | 'endedAt' | 'totalMs' | 'activeMs' | 'unattributedMs' | 'waitingMs' | 'idleMs'
> {
  const [first, last] = [tasks[0] as KpiTask, tasks.at(-1) as KpiTask];
  const { startedAt } = first;
  const { endedAt } = last;
  const spanned = startedAt === null || endedAt === null ? null : Date.parse(endedAt) - Date.parse(startedAt);
  const totalMs = (tasks.length === 1 ? first.totalMs : null) ?? spanned;
  const attributed = Object.values(phases).reduce((sum, { durationMs }) => sum + durationMs, 0);
  const unattributedMs = totalMs === null ? null : totalMs - attributed;
  const within = addKnown(tasks.map((task) => task.waitingMs));
  // Between two tasks nothing runs: that time is a person's, too.
  const between = totalMs === null ? 0 : totalMs - (addKnown(tasks.map((task) => task.totalMs)) ?? 0);
  const waitingMs = within === null ? null : within + Math.max(0, between);
  return {
    startedAt,
    endedAt,
    totalMs,
    activeMs: addKnown(tasks.map((task) => task.activeMs)),
    unattributedMs,
    waitingMs,
    idleMs: unattributedMs === null || waitingMs === null ? null : unattributedMs - waitingMs,
  };
}

function lineOf(task: KpiTask): TaskLine {
  const { checkpoint } = task;
  return {
    number: task.number,
    key: task.key,
    title: task.title,
    startedAt: task.startedAt,
    totalMs: task.totalMs,
    tvcMs: checkpoint?.tvcMs ?? null,
    tvcActiveMs: checkpoint?.tvcActiveMs ?? null,
    touches: task.touches.count,
    size: task.size,
    outcome: task.outcome,
    stopReason: task.stopReason,
    commit: checkpoint?.commit ?? null,
    verified: checkpoint?.verified ?? null,
    reason: checkpoint?.reason ?? null,
  };
}

function unknownOf(
  tasks: readonly KpiTask[],
  document: Omit<KpiDocument, 'unknown'>,
): TaskFigures['unknown'] {
  const found = new Map<string, string>();
  for (const { unknown } of tasks)
    for (const { field, reason } of unknown) found.set(`${field}\n${reason}`, field);
  const rows = [...found].map(([key, field]) => ({ field, reason: key.slice(field.length + 1) }));
  const say = (field: string, reason: string) => rows.push({ field, reason });
  if (document.cost.amount === null && document.cost.reason) say('cost', document.cost.reason);
  if (tasks.length > 1) say('TVc', `the session has ${tasks.length} tasks; each has its own`);
  else if (document.tvcMs === null) say('TVc', tvcReason(tasks[0] as KpiTask));
  return rows;
}

/** Why a task has no time to verified checkpoint. */
export function tvcReason({
  checkpoint,
  changes,
  startedAt,
}: Pick<KpiTask, 'checkpoint' | 'changes' | 'startedAt'>): string {
  if (startedAt === null) return 'no line of the transcript carries a time';
  if (checkpoint === null) return changes === null ? 'no file was changed' : 'no commit (censored)';
  return `unverified commit: ${checkpoint.reason} (censored)`;
}

function suggestedCommand(task: KpiTask, action: StopReason['nextAction']): string | null {
  const isPlain = /^[\w-]{1,64}$/.test(task.sessionId);
  if (action === 'resume' && isPlain && task.agent === 'claude-code')
    return `claude --resume ${task.sessionId}`;
  if (action === 'resume' && isPlain && task.agent === 'codex') return `codex resume ${task.sessionId}`;
  return action === 'none' ? null : `kaizen session show ${task.session}`;
}
