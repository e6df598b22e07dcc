import { clipEnd, counted, foldSpace, terminalSafe } from '../base/text.ts';
import type { Correlation } from '../metrics/agents/executions/correlate.ts';
import { formatSeconds } from '../metrics/format-duration.ts';
import { formatNumber } from '../metrics/format-figure.ts';
import { shortCount, shortSpan, tokenSum } from './format-figures.ts';

/** A session from both sides: what was recorded, and what was measured. */
export function renderCorrelation(found: Correlation): string {
  const { sessionUid, executions, observed, events } = found;
  const kinds = Object.entries(events);
  if (executions.length === 0 && kinds.length === 0)
    return terminalSafe(`Nothing is known of a session '${sessionUid}' here.`);
  const lines = [`Session ${sessionUid}`, ''];
  lines.push(executions.length === 0 ? 'Recorded: nothing' : 'Recorded');
  for (const one of executions) {
    const figures = [
      one.success ? 'success' : ['failure', one.errorType].filter(Boolean).join(': '),
      ...(one.executionTimeS === undefined ? [] : [formatSeconds(one.executionTimeS)]),
      ...(one.qualityScore === undefined ? [] : [`quality ${formatNumber(one.qualityScore)}`]),
      ...(one.primaryMetric ? [`${one.primaryMetric.name} ${formatNumber(one.primaryMetric.value)}`] : []),
    ];
    lines.push(`  ${one.timestamp.slice(0, 16).replace('T', ' ')}  ${one.agent}: ${figures.join(', ')}`);
  }
  lines.push('', observed ? 'Observed' : 'Observed: nothing, the session was not harvested here');
  lines.push(...observedLines(found).map((line) => `  ${line}`));
  if (kinds.length > 0) lines.push(`  events: ${kinds.map(([type, n]) => `${n} ${type}`).join(', ')}`);
  if (found.disagreements.length > 0) lines.push('', ...found.disagreements.map((one) => `! ${one}`));
  return terminalSafe(lines.join('\n'));
}

function observedLines({ observed, verification, tasks, facts }: Correlation): string[] {
  const lines: string[] = [];
  if (observed) {
    const active =
      observed.activeMs === null ? 'active time unknown' : `active ${shortSpan(observed.activeMs)}`;
    const tokens = observed.tokens ? `${shortCount(tokenSum(observed.tokens))} tokens` : 'tokens unknown';
    lines.push(
      `${observed.agent}${observed.models.length > 0 ? ` (${observed.models.join(', ')})` : ''}, ${counted(observed.turns, 'turn')}, ${counted(observed.toolCalls, 'call')}, ${counted(observed.errors, 'error')}, ${active}, ${tokens}, ended: ${observed.termination}`,
    );
  }
  if (verification) {
    const why = verification.reason ? ` (${verification.reason})` : '';
    lines.push(`last checks: ${verification.outcome}${why}`);
    for (const { kind, command, outcome, tests } of verification.checks.slice(0, 8)) {
      const counts = tests
        ? `, ${tests.passed} passed, ${tests.failed} failed, ${tests.skipped} skipped`
        : '';
      lines.push(`  ${kind} ${outcome}: ${clipEnd(foldSpace(command), 80)}${counts}`);
    }
  }
  if (tasks.length > 0) lines.push(`tasks: ${tasks.length}`);
  const { delivered, withheld, used } = facts;
  if (delivered.length + withheld.length > 0)
    lines.push(`facts: ${delivered.length} shown, ${withheld.length} withheld, ${used.length} used`);
  return lines;
}
