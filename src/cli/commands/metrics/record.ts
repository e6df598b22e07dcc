import { KaizenError } from '../../../base/errors.ts';
import type { Command, CommandContext, FlagValues } from '../../command.ts';
import { numberFlag, parseTime, switchFlag, textFlag, textFlags } from '../../flag-values.ts';
import { openTarget, targetFlag } from './calls.ts';

/** A pipe that stays open must not hold up a call whose flags say everything. */
const stdinWaitMs = 2_000;

export const command: Command = {
  name: 'record',
  summary: 'Append one execution of an agent to its metrics',
  description:
    'Appends to .kaizen/metrics/<agent>/executions.jsonl and renews summary.json. The record comes from flags, or with --json from stdin as one JSON object (timestamp, success, execution_time_s, quality_score, primary_metric {name, value, target}, session_id, tokens, metadata …); both may be given while they agree. Secrets in texts are masked. KAIZEN_SESSION_UID, KAIZEN_REPO, KAIZEN_FLAVOUR, KAIZEN_TOKENS and KAIZEN_INFRA_OVERHEAD_SHARE fill fields that are not given.',
  args: [{ name: 'agent', summary: 'Name of the agent, its folder under .kaizen/metrics/', required: true }],
  flags: [
    targetFlag,
    { name: 'success', summary: 'It did what it was asked to' },
    { name: 'failure', summary: 'It did not' },
    { name: 'time', value: '<seconds>', summary: 'How long it took' },
    { name: 'quality', value: '<score>', summary: 'Quality score, 0 to 1' },
    { name: 'metric', short: 'm', value: '<name=value>', summary: 'The primary metric' },
    {
      name: 'metric-target',
      value: '<number>',
      summary: "Goal of the primary metric (default: that of the agent's definition)",
    },
    { name: 'secondary', value: '<name=value>', repeat: true, summary: 'A further metric' },
    { name: 'session', value: '<uid>', summary: 'The session it ran in' },
    { name: 'model', value: '<name>', summary: 'The model it ran on' },
    { name: 'agent-version', value: '<version>', summary: 'Version of the agent' },
    { name: 'error-type', value: '<word>', summary: 'Kind of the failure, e.g. timeout' },
    { name: 'metadata', value: '<key=text>', repeat: true, summary: 'Anything else worth keeping' },
    { name: 'timestamp', value: '<iso>', summary: 'When it ended', default: 'now' },
    {
      name: 'idempotency-key',
      value: '<key>',
      summary: 'The same key with the same content is recorded once; with other content it is an error',
    },
    { name: 'sync', summary: 'Return only when the row is on the disk' },
  ],
  examples: [
    ['From flags', 'kaizen metrics record tdd-workflow --success --time 812 --metric test_pass_rate=0.98'],
    ['A failure', 'kaizen metrics record tdd-workflow --failure --error-type tests_red'],
    [
      'A whole record from a program',
      'echo \'{"success": true, "execution_time_s": 812}\' | kaizen metrics record tdd-workflow --json',
    ],
    [
      'From a hook that may run twice',
      'kaizen metrics record tdd-workflow --success --idempotency-key "$SESSION"',
    ],
  ],
  writes: true,
  errors: ['usage', 'bad_input', 'locked', 'cannot_write', 'outside_store'],
  async run(ctx, [agent = ''], flags) {
    const { parseAgentName } = await import('../../../metrics/agents/agent-name.ts');
    const { recordFromRequest } = await import('../../../flows/agent-metrics/agent-metrics-record.ts');
    const { renderRecorded, recordedData } = await import('../../render-agent-metrics.ts');
    parseAgentName(agent);
    const fields = fieldsOf(flags);
    const receipt = await recordFromRequest(await openTarget(ctx, flags), {
      agent,
      fields,
      json: await bodyFrom(ctx, fields),
      now: ctx.now,
      env: ctx.env,
      dryRun: ctx.dryRun,
      sync: switchFlag(flags, 'sync'),
    });
    for (const warning of receipt.warnings) ctx.note(`Warning: ${warning}`);
    return {
      data: { ...recordedData(receipt), dry_run: ctx.dryRun },
      text: renderRecorded(receipt, { dryRun: ctx.dryRun }),
    };
  },
};

/** The JSON of stdin where it is asked for: with --json, unless the flags say it all and nothing comes. */
async function bodyFrom(
  ctx: CommandContext,
  fields: Readonly<Record<string, unknown>>,
): Promise<string | undefined> {
  const complete = fields.success !== undefined;
  if (!ctx.json) {
    if (complete) return undefined;
    throw new KaizenError('usage', 'say whether it succeeded: --success or --failure', {
      hint: 'Or give the whole record as JSON on stdin, with --json.',
    });
  }
  const text = await ctx.readStdin(complete ? stdinWaitMs : undefined);
  if (text.trim() !== '') return text;
  if (complete) return undefined;
  throw new KaizenError('usage', 'with --json the record is read from stdin, and nothing came', {
    hint: 'Pipe a JSON object in, or give --success or --failure.',
  });
}

/** The flags under the names their values have on disk: from here on flags and JSON are the same. */
function fieldsOf(flags: FlagValues): Record<string, unknown> {
  const [success, failure] = [switchFlag(flags, 'success'), switchFlag(flags, 'failure')];
  if (success && failure) throw new KaizenError('usage', '--success and --failure exclude each other');
  const timestamp = textFlag(flags, 'timestamp');
  const secondary = textFlags(flags, 'secondary').map((text) => namedNumber('secondary', text));
  const metadata = textFlags(flags, 'metadata').map((text) => named('metadata', text));
  const all: Record<string, unknown> = {
    success: success || (failure ? false : undefined),
    execution_time_s: numberFlag(flags, 'time', { min: 0, whole: false }),
    quality_score: numberFlag(flags, 'quality', { min: 0, max: 1, whole: false }),
    primary_metric: primaryMetric(flags),
    secondary_metrics: secondary.length === 0 ? undefined : Object.fromEntries(secondary),
    session_id: textFlag(flags, 'session'),
    model: textFlag(flags, 'model'),
    agent_version: textFlag(flags, 'agent-version'),
    error_type: textFlag(flags, 'error-type'),
    metadata: metadata.length === 0 ? undefined : Object.fromEntries(metadata),
    timestamp: timestamp === undefined ? undefined : parseTime(timestamp, 'timestamp').toISOString(),
    idempotency_key: textFlag(flags, 'idempotency-key'),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

function primaryMetric(flags: FlagValues): Record<string, unknown> | undefined {
  const text = textFlag(flags, 'metric');
  const target = numberFlag(flags, 'metric-target', { whole: false });
  if (text === undefined) {
    if (target === undefined) return undefined;
    throw new KaizenError('usage', '--metric-target needs --metric name=value');
  }
  const [name, value] = namedNumber('metric', text);
  return { name, value, ...(target !== undefined && { target }) };
}

function named(flag: string, text: string): [string, string] {
  const at = text.indexOf('=');
  if (at <= 0) throw new KaizenError('usage', `--${flag} cannot be '${text}'; write name=value`);
  return [text.slice(0, at), text.slice(at + 1)];
}

function namedNumber(flag: string, text: string): [string, number] {
  const [name, value] = named(flag, text);
  if (!/^-?\d+(\.\d+)?([eE][-+]?\d+)?$/.test(value) || !Number.isFinite(Number(value)))
    throw new KaizenError('usage', `--${flag} cannot be '${text}'; write name=number`);
  return [name, Number(value)];
}
