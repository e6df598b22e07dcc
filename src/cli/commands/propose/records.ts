import { terminalSafe } from '../../../base/text.ts';
import { proposalStatuses } from '../../../proposals/proposal-record.ts';
import type { Command } from '../../command.ts';
import { textFlag } from '../../flag-values.ts';

export const list: Command = {
  name: 'list',
  summary: 'List the proposals on file',
  flags: [
    { name: 'status', value: '<status>', summary: 'Only those', choices: [...proposalStatuses] },
    { name: 'owner', value: '<name>', summary: 'Only those of this owner' },
  ],
  examples: [
    ['What is open', 'kaizen propose list --status open'],
    ['All of them, for a script', 'kaizen propose list --json'],
  ],
  async run(ctx, _args, flags) {
    const { openRepository } = await import('../../../io/repository.ts');
    const { readProposals } = await import('../../../flows/propose/proposal-records.ts');
    const { renderProposalList } = await import('../../render-propose.ts');
    const files = await readProposals((await openRepository(ctx.cwd)).root);
    for (const { path, reason } of files.bad) ctx.note(terminalSafe(`${path} is no proposal: ${reason}`));
    const [status, owner] = [textFlag(flags, 'status'), textFlag(flags, 'owner')];
    const records = files.stored
      .map(({ record }) => record)
      .filter(
        (record) =>
          (status === undefined || record.status === status) &&
          (owner === undefined || record.owner === owner),
      )
      .sort((a, b) => (b.netHours?.mid ?? 0) - (a.netHours?.mid ?? 0));
    return {
      data: { proposals: records.map(({ page, ...shown }) => shown), bad: files.bad },
      text: renderProposalList(records, {
        color: ctx.color,
        isFiltered: status !== undefined || owner !== undefined,
      }),
    };
  },
};

export const show: Command = {
  name: 'show',
  summary: 'Show one proposal on file',
  args: [{ name: 'id', summary: 'Id of the proposal, or its beginning', required: true }],
  examples: [['Read it', 'kaizen propose show k7f3q2m9xw']],
  errors: ['not_found'],
  async run(ctx, [id]) {
    const { openRepository } = await import('../../../io/repository.ts');
    const { findProposal, readProposals } = await import('../../../flows/propose/proposal-records.ts');
    const { renderProposalFile } = await import('../../render-propose.ts');
    const { path, record } = findProposal(
      await readProposals((await openRepository(ctx.cwd)).root),
      id ?? '',
    );
    return { data: { path, ...record }, text: renderProposalFile(path, record) };
  },
};
