import { describeChange } from '../../../base/change.ts';
import { counted, terminalSafe } from '../../../base/text.ts';
import type { Command } from '../../command.ts';
import { switchFlag } from '../../flag-values.ts';
import { changesForJson } from './calls.ts';

export const command: Command = {
  name: 'index',
  summary: 'Make index.json and the pages people read anew',
  description:
    'Both follow from the fact files alone and hold no clock: on a merge conflict take either side and run this. Every command of kaizen that changes facts does it by itself.',
  flags: [{ name: 'check', summary: 'Write nothing; exit code 1 when something is out of date' }],
  examples: [
    ['After editing fact files by hand', 'kaizen knowledge index'],
    ['In CI: is everything up to date?', 'kaizen knowledge index --check'],
  ],
  writes: true,
  errors: ['changed_meanwhile'],
  async run(ctx, _, flags) {
    const { rebuildIndex } = await import('../../../flows/knowledge/knowledge-index.ts');
    const { renderBad, renderChanges } = await import('../../render-knowledge.ts');
    const check = switchFlag(flags, 'check');
    const { changes, facts, bad, inTheWay } = await rebuildIndex(ctx.cwd, { write: !check && !ctx.dryRun });
    const said =
      changes.length === 0
        ? `Up to date with ${counted(facts, 'fact')}.`
        : check
          ? `${counted(changes.length, 'file is', 'files are')} out of date; \`kaizen knowledge index\` makes them anew.`
          : `${counted(facts, 'fact')}: ${counted(changes.length, 'file')} ${ctx.dryRun ? 'to make' : 'made'} anew.`;
    const lines = [
      said,
      ...changes.slice(0, 20).map((change) => `  ${describeChange(change)}`),
      ...(changes.length > 20 ? [`  … and ${changes.length - 20} more`] : []),
      ...renderChanges({ changes: [], inTheWay }, false),
      ...renderBad(bad),
    ];
    return {
      data: { facts, upToDate: changes.length === 0, changes: changesForJson(changes), inTheWay, bad },
      text: terminalSafe(lines.join('\n')),
      exitCode: check && (changes.length > 0 || inTheWay.length > 0) ? 1 : 0,
    };
  },
};
