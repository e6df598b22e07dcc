import { terminalSafe } from '../../../base/text.ts';
import type { Decision } from '../../../proposals/decide.ts';
import type { Command, CommandContext, CommandResult, FlagValues } from '../../command.ts';
import { textFlag } from '../../flag-values.ts';

const idArg = { name: 'id', summary: 'Id of the proposal, or its beginning', required: true };
const reasonFlag = { name: 'reason', value: '<text>', summary: 'Why; kept in the file' };
const byFlag = { name: 'by', value: '<name>', summary: 'Who decides, when Git does not say' };
const shared = {
  args: [idArg],
  flags: [reasonFlag, byFlag],
  writes: true,
  errors: ['not_found', 'usage', 'bad_input', 'changed_meanwhile'],
} as const;

export const accept: Command = {
  ...shared,
  name: 'accept',
  summary: 'Say that a proposal will be carried out',
  flags: [...shared.flags, { name: 'owner', value: '<name>', summary: 'Who sees to it' }],
  examples: [
    ['Somebody works on it', 'kaizen propose accept k7f3q2m9xw --owner ana --reason "for sprint 12"'],
  ],
  run: (ctx, [id], flags) => decideOne(ctx, id ?? '', 'accept', flags),
};

export const done: Command = {
  ...shared,
  name: 'done',
  summary: 'Say that it was carried out: from now on the promise is checked',
  description:
    'Keeps what was measured and promised, and the day. Once twenty sessions began after it, `kaizen propose` sets the realised saving against the promised one, with an interval.',
  examples: [['The script is there', 'kaizen propose done k7f3q2m9xw --reason "scripts/release.sh"']],
  run: (ctx, [id], flags) => decideOne(ctx, id ?? '', 'done', flags),
};

export const reject: Command = {
  ...shared,
  name: 'reject',
  summary: 'Turn a proposal down: it stays silent until its cost doubles',
  examples: [['Not worth it', 'kaizen propose reject k7f3q2m9xw --reason "goes away with the new runner"']],
  run: (ctx, [id], flags) => decideOne(ctx, id ?? '', 'reject', flags),
};

export const reopen: Command = {
  ...shared,
  name: 'reopen',
  summary: 'Make a decided proposal open again',
  examples: [['It came back', 'kaizen propose reopen k7f3q2m9xw']],
  run: (ctx, [id], flags) => decideOne(ctx, id ?? '', 'reopen', flags),
};

async function decideOne(
  ctx: CommandContext,
  id: string,
  decision: Decision,
  flags: FlagValues,
): Promise<CommandResult> {
  const { decideProposal } = await import('../../../flows/propose/proposal-records.ts');
  const { before, record, changes } = await decideProposal(
    { dir: ctx.cwd, now: ctx.now, env: ctx.env, dryRun: ctx.dryRun },
    id,
    decision,
    { reason: textFlag(flags, 'reason'), by: textFlag(flags, 'by'), owner: textFlag(flags, 'owner') },
  );
  const words =
    changes.length === 0
      ? `${record.id} stays as it is, ${record.status}`
      : ctx.dryRun
        ? `${record.id} would be ${record.status} (is ${before.status})`
        : `${record.id} is ${record.status} now (was ${before.status})`;
  const { page, ...shown } = record;
  return {
    data: { proposal: shown, changes: changes.map(({ kind, path }) => ({ kind, path })) },
    text: terminalSafe(`${words}: ${record.title}\n`),
  };
}
