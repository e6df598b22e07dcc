import { KaizenError } from '../../../base/errors.ts';
import type { SectionName } from '../../../knowledge/agent-memory/sections.ts';
import type { Command, FlagValues } from '../../command.ts';
import { textFlag, textFlags } from '../../flag-values.ts';
import { changesForJson } from '../knowledge/calls.ts';
import { agentArg, callOf } from './calls.ts';

const noteFlags: readonly { name: string; section: SectionName; summary: string }[] = [
  { name: 'finding', section: 'Accumulated Findings', summary: 'Something found out' },
  { name: 'worked', section: 'What Worked', summary: 'A way of working that paid' },
  { name: 'watch', section: 'Watch Points', summary: 'A risk to watch' },
  { name: 'thread', section: 'Open Threads', summary: 'Something left undone' },
];

export const command: Command = {
  name: 'close',
  summary: 'Close a session: one log line, the count, and its execution in the metrics',
  description:
    'In one step: the notes given, one line `day · issue · outcome` in the session log, session_count, last_updated, and one execution made from what the checks of the session said (never from what is given here; a session without a verdict gives no metric, and it says why). Closing a session again adds nothing but new notes, and finishes what an interrupted close left. A log of more than 100 lines is folded into a line a month, but for the newest 50.',
  args: [agentArg],
  flags: [
    {
      name: 'session',
      value: '<id>',
      summary: 'Id of the session, or its key as `kaizen session list` shows it',
    },
    {
      name: 'issue',
      value: '<text>',
      summary: 'What it was about',
      default: 'its branch, or its first message',
    },
    {
      name: 'outcome',
      value: '<text>',
      summary: 'How it ended, for the log',
      default: 'what its checks said',
    },
    ...noteFlags.map(({ name, section, summary }) => ({
      name,
      value: '<text>',
      repeat: true,
      summary: `${summary}, for ${section}`,
    })),
  ],
  examples: [
    [
      'At the end of a session',
      'kaizen memory close tdd-workflow --session claude-code/3d0c6a52 --issue "#32"',
    ],
    [
      'With what it learned',
      'kaizen memory close tdd-workflow --session claude-code/3d0c6a52 --finding "Docker must run" --thread "#33: retry policy"',
    ],
  ],
  writes: true,
  errors: ['usage', 'not_found', 'bad_input', 'bad_agent', 'changed_meanwhile', 'locked'],
  async run(ctx, [agent = ''], flags) {
    const session = textFlag(flags, 'session');
    if (session === undefined) throw new KaizenError('usage', 'Name the session: --session <id>');
    const { closeMemory } = await import('../../../flows/memory/memory-close.ts');
    const { renderMemoryClose } = await import('../../render-memory-close.ts');
    const receipt = await closeMemory(callOf(ctx), agent, {
      session,
      issue: textFlag(flags, 'issue'),
      outcome: textFlag(flags, 'outcome'),
      notes: notesOf(flags),
    });
    return {
      data: { ...receipt, changes: changesForJson(receipt.changes) },
      text: renderMemoryClose(receipt, ctx.dryRun),
    };
  },
};

function notesOf(flags: FlagValues): { section: SectionName; text: string }[] {
  return noteFlags.flatMap(({ name, section }) => textFlags(flags, name).map((text) => ({ section, text })));
}
