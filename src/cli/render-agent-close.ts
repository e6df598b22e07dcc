import pc from 'picocolors';
import { counted, terminalSafe } from '../base/text.ts';
import type { CloseReceipt } from '../flows/agents/agent-close.ts';
import type { QueueReceipt } from '../flows/agents/close-queued.ts';
import { formatExecution } from '../metrics/agents/executions/execution.ts';

interface Style {
  color: boolean;
  dryRun: boolean;
}

/** One closed session: what was recorded, on what evidence, what is not known. */
export function renderClose(receipt: CloseReceipt, style: Style): string {
  return [...closeLines(receipt, style), ...plainCommand(receipt, style)].join('\n');
}

/** The sessions that hooks noted. */
export function renderQueue(receipt: QueueReceipt, style: Style): string {
  const { closed, dropped, waiting } = receipt;
  if (closed.length + dropped.length + waiting.length === 0) return 'No session waits to be closed.';
  const left = [...dropped, ...waiting].map(({ agent, session, reason }) =>
    terminalSafe(`${agent}, session ${session}: ${reason}`),
  );
  return [
    ...closed.flatMap((one) => closeLines(one, style)),
    ...left,
    ...(waiting.length > 0 ? [`${counted(waiting.length, 'note')} left for the next time.`] : []),
  ].join('\n');
}

function closeLines(receipt: CloseReceipt, style: Style): string[] {
  const { bold, dim, yellow } = pc.createColors(style.color);
  const { execution, unknown } = receipt;
  const where = receipt.session?.key ?? 'the session';
  const lines: string[] = [];
  if (!execution) {
    const [first] = unknown.filter(({ field }) => ['success', 'session', 'metrics'].includes(field));
    const reason = first?.reason ?? 'nothing is known of it';
    return [`${bold(terminalSafe(receipt.agent))}: ${terminalSafe(`${where} is not recorded: ${reason}.`)}`];
  }
  const verdict = execution.success ? 'a success' : `no success (${execution.errorType ?? 'failed'})`;
  if (receipt.outcome === 'known') {
    lines.push(terminalSafe(`${receipt.agent}: ${where} was recorded before, as ${verdict}.`));
    if (receipt.wentOn) lines.push('  It went on after that; the record stays as it was made.');
    return lines;
  }
  const done = style.dryRun ? 'would be recorded' : 'is recorded';
  lines.push(`${bold(terminalSafe(receipt.agent))}: ${terminalSafe(where)} ${done} as ${verdict}.`);
  lines.push(...figureLines(execution).map((line) => `  ${terminalSafe(line)}`));
  for (const { field, reason } of unknown) lines.push(dim(terminalSafe(`  ${field}: not known, ${reason}`)));
  if (receipt.testLoss) lines.push(yellow(`  Flagged: ${terminalSafe(receipt.testLoss)}.`));
  return lines;
}

function figureLines(execution: NonNullable<CloseReceipt['execution']>): string[] {
  const { primaryMetric: primary, secondaryMetrics, executionTimeS, metadata } = execution;
  const tests = metadata?.tests as
    | { run: number; passed: number; failed: number; skipped: number }
    | undefined;
  const checks = (metadata?.checks ?? []) as { command: string; outcome: string }[];
  return [
    ...(primary
      ? [
          `${primary.name} ${figure(primary.value)}${primary.target === undefined ? '' : ` (target ${figure(primary.target)})`}${
            tests ? `, ${tests.passed} of ${tests.run} tests passed, ${tests.skipped} skipped` : ''
          }`,
        ]
      : []),
    ...Object.entries(secondaryMetrics ?? {}).map(([name, value]) => `${name} ${figure(value)}`),
    ...(executionTimeS === undefined ? [] : [`active time ${figure(executionTimeS)} s`]),
    ...checks.slice(-5).map(({ command, outcome }) => `${outcome}: ${command}`),
  ];
}

const figure = (value: number) => String(Math.round(value * 1000) / 1000);

/** The same record for a host without hooks, as a line for a shell. */
function plainCommand({ execution, outcome, agent }: CloseReceipt, style: Style): string[] {
  if (!style.dryRun || outcome !== 'recorded' || !execution) return [];
  const { agent: _agent, ...row } = JSON.parse(
    formatExecution({ ...execution, id: '', timestamp: execution.timestamp ?? '' }),
  );
  const { id: _id, ...given } = row;
  const quoted = JSON.stringify(given).replaceAll("'", "'\\''");
  return [
    '',
    'By hand, with the same values:',
    terminalSafe(`printf %s '${quoted}' | kaizen metrics record ${agent} --json`),
  ];
}
