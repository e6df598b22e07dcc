import { terminalSafe } from '../base/text.ts';
import type { SessionRecord } from '../flows/agents/record-session.ts';
import type { CloseReceipt } from '../flows/memory/memory-close.ts';
import { formatSeconds } from '../metrics/format-duration.ts';
import { formatNumber } from '../metrics/format-figure.ts';
import { renderChanges } from './render-knowledge.ts';

/** What closing a session wrote, or found done. */
export function renderMemoryClose(receipt: CloseReceipt, dryRun: boolean): string {
  const { changes, masked } = receipt;
  const lines = [
    ...memoryLines(receipt, dryRun),
    ...metricLines(receipt.metric, dryRun),
    ...renderChanges({ changes, masked }, dryRun),
  ];
  return terminalSafe(lines.join('\n'));
}

function memoryLines(receipt: CloseReceipt, dryRun: boolean): string[] {
  const { agent, session, disabled, line, logged, sessionCount, healedFrom, folded, headProblem, changes } =
    receipt;
  if (disabled || line === null)
    return [`${agent} keeps no memory: its definition says \`memory: disabled\`.`];
  const entry = `${line.day} · ${line.issue} · ${line.outcome}`;
  const first = logged
    ? `${dryRun ? 'Would close' : 'Closed'} session ${session}: ${entry}`
    : changes.length === 0
      ? `Session ${session} is closed already; the memory stays as it is.`
      : `Session ${session} is closed already; ${dryRun ? 'would add' : 'added'} what was new.`;
  return [
    first,
    ...(logged && sessionCount !== null ? [`session_count is ${sessionCount}.`] : []),
    ...(healedFrom === null
      ? []
      : [`It said ${healedFrom} before, fewer than the log holds; that is healed.`]),
    ...(folded === 0
      ? []
      : [`${folded} older log lines went into month lines; Git keeps them as they were.`]),
    ...(headProblem === null
      ? []
      : [`The front matter was left as it is (it ${headProblem}): \`kaizen memory lint ${agent}\`.`]),
  ];
}

function metricLines(
  { state, reason, execution, unknown, testLoss }: SessionRecord,
  dryRun: boolean,
): string[] {
  if (state === 'none' || !execution) return [`No metric was recorded: ${reason}.`];
  const { success, executionTimeS, primaryMetric } = execution;
  const parts = [
    success ? 'success' : 'failure',
    ...(executionTimeS === undefined ? [] : [formatSeconds(executionTimeS)]),
    ...(primaryMetric === undefined ? [] : [`${primaryMetric.name} ${formatNumber(primaryMetric.value)}`]),
  ];
  const said =
    state === 'known'
      ? `Its execution was recorded before (${parts.join(', ')}).`
      : `${dryRun ? 'Would record' : 'Recorded'} its execution: ${parts.join(', ')}.`;
  const missing = unknown.filter(({ field }) => field !== 'success');
  return [
    said,
    ...(state === 'known' ? [] : missing.map((one) => `Unknown: ${one.field} (${one.reason}).`)),
    ...(testLoss === null ? [] : [`Look at the diff: ${testLoss}.`]),
  ];
}
