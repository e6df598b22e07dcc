import { KaizenError } from '../../../base/errors.ts';
import { counted } from '../../../base/text.ts';
import type { Command } from '../../command.ts';
import { switchFlag, textFlag } from '../../flag-values.ts';
import { openTarget, targetFlag } from './calls.ts';

export const command: Command = {
  name: 'recommendations',
  summary: 'List what the optimizer recommended, or show one with its evidence',
  description:
    'Open recommendations wait for a person, or after `accepted` for their check date. Closed ones (dismissed, helped, no change, worse) are listed with --all.',
  args: [{ name: 'id', summary: 'Id of a recommendation, or its beginning' }],
  flags: [
    targetFlag,
    { name: 'agent', value: '<name>', summary: 'Only those of an agent' },
    { name: 'all', summary: 'Closed ones too' },
  ],
  examples: [
    ['What is open', 'kaizen metrics recommendations'],
    ['One of them in full', 'kaizen metrics recommendations rec-k3xa2p7q'],
    ['All of an agent', 'kaizen metrics recommendations --agent tdd-workflow --all'],
  ],
  errors: ['usage', 'not_found', 'cannot_read'],
  async run(ctx, [id], flags) {
    const { findRecommendation, readRecommendations } = await import(
      '../../../flows/agent-metrics/recommendations.ts'
    );
    const { entryData, renderEntries, renderEntry } = await import('../../render-recommendations.ts');
    const repository = await openTarget(ctx, flags);
    const agent = textFlag(flags, 'agent');
    if (id !== undefined && (agent !== undefined || switchFlag(flags, 'all')))
      throw new KaizenError('usage', 'An id shows one recommendation; --agent and --all are for the list');
    const { entries, skipped } = await readRecommendations(repository);
    if (skipped > 0) ctx.note(`${counted(skipped, 'line')} of recommendations.jsonl could not be read.`);
    if (id !== undefined) {
      const entry = findRecommendation(entries, id);
      return { data: entryData(entry), text: renderEntry(entry, ctx.color) };
    }
    const shown = entries.filter(
      (entry) =>
        (agent === undefined || entry.recommendation.agent === agent) &&
        (entry.isOpen || switchFlag(flags, 'all')),
    );
    return {
      data: {
        recommendations: shown.map(entryData),
        closed: entries.filter((entry) => !entry.isOpen).length,
        unread: skipped,
      },
      text: renderEntries(shown, {
        color: ctx.color,
        closed: entries.filter((entry) => !entry.isOpen).length,
      }),
    };
  },
};
