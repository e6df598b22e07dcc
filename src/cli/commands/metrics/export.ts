import { counted } from '../../../base/text.ts';
import type { Command } from '../../command.ts';
import { parseTime, textFlag } from '../../flag-values.ts';
import { openTarget, targetFlag } from './calls.ts';

export const command: Command = {
  name: 'export',
  summary: 'Print the executions of an agent as JSONL, CSV or OTLP JSON',
  description:
    'By time, each id once, lines that are no executions left out and counted on stderr. csv is RFC 4180 with texts that look like formulas made harmless. otlp-json gives two lines, spans and metrics, in the OTLP JSON encoding with the names of the OpenTelemetry GenAI conventions 1.42.0 (all of them in development, so the version is pinned); an OTLP JSON file receiver reads them.',
  args: [{ name: 'agent', summary: 'Name of the agent', required: true }],
  flags: [
    targetFlag,
    {
      name: 'format',
      value: '<form>',
      choices: ['jsonl', 'csv', 'otlp-json'],
      default: 'jsonl',
      summary: 'Form of the export',
    },
    { name: 'since', value: '<time>', summary: 'Only executions of this day or time and later' },
  ],
  examples: [
    ['Everything, as it is stored', 'kaizen metrics export tdd-workflow'],
    ['For a spreadsheet', 'kaizen metrics export tdd-workflow --format csv > tdd.csv'],
    [
      'For an OpenTelemetry collector',
      'kaizen metrics export tdd-workflow --format otlp-json --since 2026-11-01',
    ],
  ],
  errors: ['usage', 'not_found', 'cannot_read'],
  async run(ctx, [agent = ''], flags) {
    const { parseAgentName } = await import('../../../metrics/agents/agent-name.ts');
    const { exportExecutions } = await import('../../../flows/agent-metrics/agent-metrics-export.ts');
    const { kaizenVersion } = await import('../../../io/package-version.ts');
    const since = textFlag(flags, 'since');
    const format = (textFlag(flags, 'format') ?? 'jsonl') as 'jsonl' | 'csv' | 'otlp-json';
    const { text, executions, skipped } = await exportExecutions(
      await openTarget(ctx, flags),
      parseAgentName(agent),
      {
        format,
        since: since === undefined ? undefined : parseTime(since, 'since'),
        kaizenVersion: kaizenVersion(),
      },
    );
    if (skipped > 0) ctx.note(`${counted(skipped, 'line is', 'lines are')} no execution and left out.`);
    // The form asked for is the document; --json does not wrap it.
    return { data: { format, executions, skipped }, text, raw: true };
  },
};
