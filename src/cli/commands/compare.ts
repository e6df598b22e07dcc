import { KaizenError } from '../../base/errors.ts';
import type { SetMetric } from '../../metrics/kpi/compare-sets.ts';
import type { Command, CommandResult } from '../command.ts';
import { textFlag, textFlags } from '../flag-values.ts';

/** Names of `setMetrics`; written out so that help needs no import of the statistics. */
const metrics: readonly SetMetric[] = [
  'tvc',
  'tvc-active',
  'duration',
  'active',
  'touches',
  'output-tokens',
  'cost',
];

export const command: Command = {
  name: 'compare',
  summary: 'Two runs side by side, or two sets of tasks with honest statistics',
  description:
    'With two runs it prints their KPIs row by row and marks what grew by more than a fifth (and by at least a second). With two sets it compares medians, the probability φ that a task of the first set is shorter, and the shift between them, within strata of task size; one metric is primary, the others are corrected for being many, and fewer than 20 tasks on a side are too few to judge. Nothing is written.',
  args: [
    { name: 'a', summary: 'A run, named as for `kaizen report`' },
    { name: 'b', summary: 'The run to compare it with' },
  ],
  flags: [
    {
      name: 'base-set',
      value: '<set>',
      summary:
        'Tasks to compare with: days (2026-10-01..2026-10-31), agent:, model:, repo:, size:, or runs, by commas',
      repeat: true,
    },
    { name: 'new-set', value: '<set>', summary: 'Tasks to judge, named in the same way', repeat: true },
    {
      name: 'primary',
      value: '<metric>',
      summary: 'The one metric named in advance',
      choices: metrics,
      default: 'tvc',
    },
  ],
  examples: [
    ['Two sessions', 'kaizen compare claude-code/5a8e13d7 claude-code/91c07f2e'],
    ['Two tasks of one session', 'kaizen compare claude-code/5a8e13d7#1 claude-code/5a8e13d7#2'],
    ['October against November', 'kaizen compare --base-set 2026-10-01..2026-10-31 --new-set 2026-11-01..'],
    [
      'Two models on one repository',
      'kaizen compare --base-set model:claude-sonnet,repo:acme/app --new-set model:claude-opus,repo:acme/app',
    ],
  ],
  errors: ['usage', 'not_found', 'cannot_read', 'bad_config'],
  async run(ctx, [a, b], flags): Promise<CommandResult> {
    const { compareRuns, compareTaskSets } = await import('../../flows/compare.ts');
    const { openRepository } = await import('../../io/repository.ts');
    const { renderRuns, renderSets } = await import('../render-compare.ts');
    const repository = await openRepository(ctx.cwd);
    const [base, next] = [textFlags(flags, 'base-set'), textFlags(flags, 'new-set')];
    if (base.length > 0 || next.length > 0) {
      if (base.length === 0 || next.length === 0 || a !== undefined)
        throw new KaizenError('usage', 'give two runs, or both --base-set and --new-set');
      const primary = (textFlag(flags, 'primary') ?? 'tvc') as SetMetric;
      const sets = await compareTaskSets(repository, { base, next, primary });
      return { data: sets, text: renderSets(sets, ctx) };
    }
    if (a === undefined || b === undefined)
      throw new KaizenError('usage', 'give two runs, or both --base-set and --new-set');
    const { openDisplayRedactor } = await import('../../flows/open-display-redactor.ts');
    const redactor = await openDisplayRedactor(ctx.cwd, ctx.env);
    const { cwd, env, now } = ctx;
    const comparison = await compareRuns(repository, a, b, { cwd, env, now, redactor });
    return { data: comparison, text: renderRuns(comparison, ctx) };
  },
};
