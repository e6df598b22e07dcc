import pc from 'picocolors';
import { counted, terminalSafe } from '../base/text.ts';
import type { RunReport } from '../flows/report.ts';
import { formatDuration } from '../metrics/format-duration.ts';
import { formatMoney } from '../metrics/kpi/format-money.ts';
import { type KpiDocument, tvcReason } from '../metrics/kpi/kpi-document.ts';
import { shortCount } from './format-figures.ts';
import { renderTable } from './render-table.ts';
import { touchWords } from './touch-words.ts';

/** A run on a page: about ten lines of figures, then its tasks and what is not known. */
export function renderReport(
  { document, source }: RunReport,
  style: { color: boolean; kpiOnly: boolean },
): string {
  const { bold, dim } = pc.createColors(style.color);
  const safe = (text: string) => terminalSafe(text.replace(/\s+/g, ' '));
  const head = [
    `${bold(safe(document.id))}  ${safe([document.repo, document.title].filter(Boolean).join(' · '))}`,
    ...headLines(document).map(([name, text]) => `  ${name.padEnd(12)}${safe(text)}`),
  ];
  if (style.kpiOnly) return head.join('\n');
  const parts = [...head];
  if (document.tasks.length > 1) parts.push('', taskTable(document, style.color));
  if (document.unknown.length > 0)
    parts.push(
      '',
      bold('Not known'),
      ...document.unknown.map(({ field, reason }) => `  ${safe(`${field}: ${reason}`)}`),
    );
  parts.push(
    '',
    dim(
      safe(
        `Touches are those a transcript shows: a permission given with a keystroke leaves no trace. Size by change (${document.sizeRule}). From ${source}.`,
      ),
    ),
  );
  return parts.join('\n');
}

function headLines(document: KpiDocument): [string, string][] {
  return [
    ['Total', totalWords(document)],
    ['Outcome', outcomeWords(document)],
    ['TVc', tvcWords(document)],
    ['Touches', touchLine(document.touches)],
    ['Phases', phaseWords(document)],
    ['Workers', workerWords(document)],
    ['Verify', verifyWords(document)],
    ['Changes', changeWords(document)],
    ['Reliability', reliabilityWords(document)],
    ['Context', contextWords(document)],
    ['Cost', document.cost.amount === null ? `unknown: ${document.cost.reason}` : formatMoney(document.cost)],
  ];
}

function totalWords({
  totalMs,
  unattributedMs,
  waitingMs,
  idleMs,
  activeMs,
  clockSteps,
}: KpiDocument): string {
  if (totalMs === null || unattributedMs === null) return 'unknown: no line of the transcript carries a time';
  const signed = `${unattributedMs < 0 ? '' : '+'}${formatDuration(unattributedMs)}`;
  const split =
    waitingMs === null || unattributedMs <= 0
      ? ''
      : `: ${formatDuration(waitingMs)} waiting for a person${(idleMs ?? 0) >= 1000 ? `, ${formatDuration(idleMs ?? 0)} idle` : ''}`;
  const steps = clockSteps > 0 ? ` · the clock ran back ${counted(clockSteps, 'time')}` : '';
  return `${formatDuration(totalMs)} (unattributed ${signed}${split}) · ${formatDuration(activeMs ?? 0)} active${steps}`;
}

function outcomeWords({ outcome, stopReason, milestones, suggestedCommand }: KpiDocument): string {
  const reason = stopReason && stopReason.code !== outcome ? ` (${stopReason.title})` : '';
  const commits = `${counted(milestones.completed, 'commit')}${milestones.completed > 0 ? `, ${milestones.verified} verified` : ''}`;
  return `${outcome}${reason} · ${commits}${suggestedCommand ? ` · next: ${suggestedCommand}` : ''}`;
}

function tvcWords(document: KpiDocument): string {
  const { tvcMs, tvcActiveMs, checkpoint, tasks } = document;
  if (tasks.length > 1) {
    const shown = tasks.slice(0, 8).map((task) => (task.tvcMs === null ? '–' : formatDuration(task.tvcMs)));
    return `${shown.join(', ')}${tasks.length > 8 ? ', …' : ''} (${tasks.filter((task) => task.tvcMs !== null).length} of ${tasks.length} tasks verified)`;
  }
  if (tvcMs === null)
    return tvcReason({ checkpoint, changes: document.changes, startedAt: document.startedAt });
  return `${formatDuration(tvcMs)} wall, ${formatDuration(tvcActiveMs ?? 0)} active · ${checkpoint?.commit?.slice(0, 9) ?? 'commit'} verified: ${checkpoint?.reason}`;
}

function touchLine({ count, byKind }: KpiDocument['touches']): string {
  const kinds = touchWords(byKind);
  const manual = byKind.manual_commit === null ? ' (manual commits not known)' : '';
  return `${count}${kinds === '' ? '' : `: ${kinds}`}${manual}`;
}

function phaseWords({ phases }: KpiDocument): string {
  const words = Object.entries(phases)
    .filter(([, { durationMs, calls }]) => durationMs > 0 || calls > 0)
    .map(([name, { durationMs, attempts }]) => `${name}=${formatDuration(durationMs)}(x${attempts})`);
  return words.length === 0 ? 'none' : words.join(' ');
}

function workerWords({ workers, workerCalls, toolCalls, callsOutside, tokens }: KpiDocument): string {
  const outside = callsOutside > 0 ? ` (${callsOutside} more before its first message, in no task)` : '';
  const tools = `${counted(toolCalls, 'tool call')}${outside}`;
  if (!tokens) return `${tools} · tokens unknown`;
  const sub = workers
    .filter(({ worker }) => worker === 'sub-agent')
    .reduce((sum, { calls }) => sum + (calls ?? 0), 0);
  const models = [...new Set(workers.map(({ model }) => model ?? 'unnamed model'))].join(', ');
  const types = `${shortCount(tokens.input)} in, ${shortCount(tokens.output)} out, ${shortCount(tokens.cacheRead)} cache read, ${shortCount(tokens.cacheWrite)} cache write`;
  return `${counted(workerCalls ?? 0, 'model call')}${sub > 0 ? ` (${sub} by sub-agents)` : ''}, ${tools} · ${types} · ${models}`;
}

function verifyWords({ verify }: KpiDocument): string {
  if (verify.attempts === 0) return 'no check ran';
  const time = verify.durationMs === null ? 'time unknown' : formatDuration(verify.durationMs);
  const last = new Map(verify.checks.map((check) => [check.kind, check.last]));
  const states = [...last].map(([kind, state]) => `${kind} ${state}`).join(', ');
  const retries = counted(verify.retries, 'retry', 'retries');
  return `${counted(verify.attempts, 'attempt')}, ${retries}, ${time} · last: ${states}`;
}

function changeWords({ changes, size }: KpiDocument): string {
  if (!changes) return 'no file changed';
  const source = changes.source === 'git' ? 'Git' : 'the edits seen';
  return `${counted(changes.files, 'file')}, +${changes.linesAdded} −${changes.linesRemoved} by ${source}${size ? ` · ${size}` : ''}`;
}

function reliabilityWords({ reliability: { apiErrors, toolErrors, compactions } }: KpiDocument): string {
  const parts = [
    ...(apiErrors > 0 ? [counted(apiErrors, 'API error')] : []),
    ...(toolErrors > 0 ? [counted(toolErrors, 'failed call')] : []),
    ...(compactions > 0 ? [counted(compactions, 'compaction')] : []),
  ];
  return parts.length === 0 ? 'clean' : parts.join(', ');
}

function contextWords({ context }: KpiDocument): string {
  if (!context) return 'no packet recorded';
  return `${counted(context.facts, 'fact')}, ${context.packetTokens} tokens (${context.channel})`;
}

function taskTable(document: KpiDocument, color: boolean): string {
  const rows = document.tasks.map((task) => [
    String(task.number),
    task.title ?? '–',
    task.totalMs === null ? '–' : formatDuration(task.totalMs),
    task.tvcMs === null ? '–' : formatDuration(task.tvcMs),
    String(task.touches),
    task.size ?? '–',
    task.commit === null && task.reason === null
      ? (task.stopReason ?? task.outcome).replaceAll('_', ' ')
      : `${task.commit?.slice(0, 9) ?? 'commit'} ${task.verified ? 'verified' : 'unverified'}: ${task.reason}`,
  ]);
  return renderTable(
    [
      { head: '#', align: 'right' },
      { head: 'task', flexible: true },
      { head: 'total', align: 'right' },
      { head: 'TVc', align: 'right' },
      { head: 'touches', align: 'right' },
      { head: 'size' },
      { head: 'ended with' },
    ],
    rows,
    { columns: 120, color },
  );
}
