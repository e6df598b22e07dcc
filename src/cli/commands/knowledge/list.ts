import { counted, terminalSafe } from '../../../base/text.ts';
import type { ListedFact, ListOptions } from '../../../flows/knowledge/knowledge-list.ts';
import { type Category, categories, type Status, statuses } from '../../../knowledge/fact.ts';
import type { Command } from '../../command.ts';
import { numberFlag, switchFlag, textFlag, textFlags } from '../../flag-values.ts';
import { scopeFlag } from './calls.ts';

export const command: Command = {
  name: 'list',
  summary: 'List facts with what they are worth today',
  description:
    'CONF is the confidence today: it falls by 0.05 a week since the last confirmation, half as fast while the files a fact names stay unchanged, twice as fast once they changed, and never below 0.1; * is pinned. SEEN counts the sessions and people behind a fact, AGE is the time since it was last confirmed.',
  flags: [
    scopeFlag,
    {
      name: 'status',
      value: '<name>',
      repeat: true,
      choices: [...statuses, 'all'],
      summary: 'Only of this status (default: all but archived and superseded)',
    },
    { name: 'category', value: '<name>', repeat: true, choices: categories, summary: 'Only of this kind' },
    { name: 'stale', summary: 'Only facts below 0.30 today, and how to archive them' },
    {
      name: 'sort',
      value: '<order>',
      choices: ['confidence', 'recent', 'support', 'title'],
      default: 'confidence',
      summary: 'Order within a scope',
    },
    { name: 'limit', value: '<n>', summary: 'At most n facts' },
  ],
  examples: [
    ['What is known about this repository', 'kaizen knowledge list --scope .'],
    ['What waits for review', 'kaizen knowledge list --status candidate'],
    ['What nobody has confirmed for long', 'kaizen knowledge list --stale'],
  ],
  errors: ['usage'],
  async run(ctx, _, flags) {
    const { listFacts } = await import('../../../flows/knowledge/knowledge-list.ts');
    const { renderBad, renderList, scopeInWords, styleOf } = await import('../../render-knowledge.ts');
    const chosen = textFlags(flags, 'status');
    const stale = switchFlag(flags, 'stale');
    const { facts, total, bad } = await listFacts(ctx.cwd, {
      scopes: textFlags(flags, 'scope'),
      statuses: chosen.includes('all') ? statuses : (chosen as Status[]),
      categories: textFlags(flags, 'category') as Category[],
      stale,
      sort: (textFlag(flags, 'sort') ?? 'confidence') as ListOptions['sort'],
      now: ctx.now,
    });
    const limit = numberFlag(flags, 'limit', { min: 1 }) ?? facts.length;
    const shown = facts.slice(0, limit);
    const data = { facts: shown, matching: facts.length, total, bad };
    if (facts.length === 0) {
      const none =
        total === 0
          ? 'There are no facts yet. `kaizen harvest` finds them in transcripts, `kaizen knowledge add` writes one down.'
          : `None of the ${counted(total, 'fact')} matches.`;
      return { data, text: [stale && total > 0 ? 'No fact is stale.' : none, ...renderBad(bad)].join('\n') };
    }
    const lines = [
      renderList(shown, ctx.now, styleOf(ctx)),
      '',
      summary(shown, facts.length, total, scopeInWords),
    ];
    const some = shown.length > 20 ? ', for example' : '';
    const archive = `Archive what no longer holds${some}: kaizen knowledge retire ${shown
      .map((fact) => fact.id)
      .slice(0, 20)
      .join(' ')}`;
    return {
      data,
      text: [...lines, ...(stale ? [archive] : []), ...renderBad(bad)].join('\n'),
    };
  },
};

function summary(
  shown: readonly ListedFact[],
  matching: number,
  total: number,
  scopeInWords: (scope: ListedFact['scope']) => string,
): string {
  const scopes = [...new Set(shown.map((fact) => fact.scope))];
  const statusCounts = statuses
    .map((status) => [shown.filter((fact) => fact.status === status).length, status] as const)
    .filter(([n]) => n > 0)
    .map(([n, status]) => `${n.toLocaleString('en-US')} ${status}`);
  return [
    shown.length < matching
      ? `${shown.length.toLocaleString('en-US')} of ${counted(matching, 'fact')}`
      : counted(matching, 'fact'),
    ...(total > matching ? [`of ${total.toLocaleString('en-US')} in the store`] : []),
    ...(scopes.length === 1 && scopes[0] ? [`about ${terminalSafe(scopeInWords(scopes[0]))}`] : []),
    `(${statusCounts.join(', ')})`,
  ].join(' ');
}
