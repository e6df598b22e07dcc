import { resolve } from 'node:path';
import { KaizenError } from '../../../base/errors.ts';
import { counted, terminalSafe } from '../../../base/text.ts';
import { type Status, statuses } from '../../../knowledge/fact.ts';
import type { Command } from '../../command.ts';
import { switchFlag, textFlag, textFlags } from '../../flag-values.ts';
import { byFlag, callOf, changesForJson, scopeFlag } from './calls.ts';

export const exportFacts: Command = {
  name: 'export',
  summary: 'Print facts as one JSON or YAML file',
  description:
    'Entries of the form {id, fact, category, domain, confidence, tags, source_count, first_seen, last_confirmed, …}, by id. Facts that were imported keep the id and fields they came with.',
  flags: [
    {
      name: 'format',
      value: '<name>',
      choices: ['json', 'yaml'],
      default: 'json',
      summary: 'Form of the file',
    },
    scopeFlag,
    {
      name: 'status',
      value: '<name>',
      repeat: true,
      choices: [...statuses, 'all'],
      summary: 'Only of this status (default: active)',
    },
  ],
  examples: [['Everything in use, as JSON', 'kaizen knowledge export > facts.json']],
  errors: ['usage'],
  async run(ctx, _, flags) {
    const { exportFacts: run } = await import('../../../flows/knowledge/knowledge-exchange.ts');
    const chosen = textFlags(flags, 'status');
    const format = textFlag(flags, 'format') === 'yaml' ? 'yaml' : 'json';
    if (ctx.json && format === 'yaml')
      throw new KaizenError('usage', 'give either --json or --format yaml, not both');
    const text = await run(ctx.cwd, {
      format,
      scopes: textFlags(flags, 'scope'),
      statuses: chosen.includes('all') ? statuses : (chosen as Status[]),
    });
    return ctx.json ? { data: JSON.parse(text), text } : { data: {}, text, raw: true };
  },
};

export const importFacts: Command = {
  name: 'import',
  summary: 'Bring in the facts of an index.json or YAML file',
  description:
    'Nobody here has seen the evidence behind them, so they wait for review, unless you vouch for all of them. Secrets and personal data are masked. Facts that are there already keep their words.',
  args: [{ name: 'file', summary: 'A JSON or YAML file with a list of facts', required: true }],
  flags: [
    { name: 'owner', value: '<name>', summary: 'Owner of repositories that are named without one' },
    { name: 'vouch', summary: 'Take them into use at once, on your word' },
    byFlag,
  ],
  examples: [['From another store', 'kaizen knowledge import ../other/knowledge/index.json --owner acme']],
  writes: true,
  errors: ['cannot_read', 'bad_input', 'changed_meanwhile'],
  async run(ctx, [file = ''], flags) {
    const { importFacts: run } = await import('../../../flows/knowledge/knowledge-exchange.ts');
    const { renderChanges } = await import('../../render-knowledge.ts');
    const result = await run(callOf(ctx), resolve(ctx.cwd, file), {
      owner: textFlag(flags, 'owner'),
      tier: switchFlag(flags, 'vouch') ? 'human' : 'agent',
      by: textFlag(flags, 'by'),
    });
    const waiting = result.added.filter(({ status }) => status === 'candidate').length;
    const lines = [
      `${counted(result.added.length, 'fact')} ${ctx.dryRun ? 'would be ' : ''}added, ${result.known} known already, ${result.skipped.length} left out.`,
      ...result.skipped.slice(0, 20).map(({ entry, reason }) => `  entry ${entry}: ${reason}`),
      ...(result.skipped.length > 20 ? [`  … and ${result.skipped.length - 20} more`] : []),
      ...(waiting > 0 && !ctx.dryRun
        ? [`${waiting} ${waiting === 1 ? 'waits' : 'wait'} for review: kaizen knowledge review`]
        : []),
      ...renderChanges(result, ctx.dryRun),
    ];
    const { added, known, skipped } = result;
    return {
      data: { added, known, skipped, changes: changesForJson(result.changes) },
      text: terminalSafe(lines.join('\n')),
      exitCode: skipped.length > 0 && added.length + known === 0 ? 1 : 0,
    };
  },
};
