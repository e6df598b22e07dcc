import { describeChange } from '../../../base/change.ts';
import { KaizenError } from '../../../base/errors.ts';
import { terminalSafe } from '../../../base/text.ts';
import type { Command } from '../../command.ts';
import { textFlag } from '../../flag-values.ts';
import { openTarget, targetFlag } from './calls.ts';

const decisions = ['accepted', 'dismissed', 'open'] as const;

export const command: Command = {
  name: 'decide',
  summary: 'Say that a recommendation is acted on, or that it is not wanted',
  description:
    'accepted: acted on from now; at the check date the executions since are compared with those before. dismissed: closed, and silent until the figure is twice as far off. open: taken back. Appends a row to recommendations.jsonl.',
  args: [
    { name: 'id', summary: 'Id of a recommendation, or its beginning', required: true },
    { name: 'decision', summary: 'accepted, dismissed or open', required: true },
  ],
  flags: [targetFlag, { name: 'reason', value: '<text>', summary: 'Why, or what was done' }],
  examples: [
    ['Acted on', 'kaizen metrics decide rec-k3xa2p7q accepted --reason "split the prompt in two"'],
    ['Not wanted', 'kaizen metrics decide rec-k3xa2p7q dismissed --reason "large tasks on purpose"'],
  ],
  writes: true,
  errors: ['usage', 'not_found', 'cannot_write'],
  async run(ctx, [id = '', decision = ''], flags) {
    const { decideRecommendation } = await import('../../../flows/agent-metrics/recommendations.ts');
    const status = decisions.find((one) => one === decision);
    if (!status)
      throw new KaizenError('usage', `'${decision}' is no decision; write accepted, dismissed or open`);
    const reason = textFlag(flags, 'reason') ?? '';
    if (reason.length > 500) throw new KaizenError('usage', '--reason has at most 500 characters');
    const repository = await openTarget(ctx, flags);
    const { entry, row, changes } = await decideRecommendation(
      repository,
      { id, status, reason: reason.replace(/\s+/g, ' ').trim() },
      { now: ctx.now, dryRun: ctx.dryRun, env: ctx.env },
    );
    const next = row.checkDate === null ? '' : ` The data are asked on ${row.checkDate}.`;
    const what = `${entry.recommendation.id} (${entry.recommendation.agent}, ${entry.recommendation.type})`;
    const [change] = changes;
    return {
      data: {
        id: entry.recommendation.id,
        status,
        reason: row.reason,
        check_date: change ? row.checkDate : entry.checkDate,
        changes: changes.map(({ kind, path }) => ({ kind, path })),
      },
      text: terminalSafe(
        change
          ? `${ctx.dryRun ? 'Would mark' : 'Marked'} ${what} as ${status}.${next}\n${describeChange(change)}`
          : `${what} is ${status} already; nothing was written.`,
      ),
    };
  },
};
