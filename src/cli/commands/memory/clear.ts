import { KaizenError } from '../../../base/errors.ts';
import { counted, terminalSafe } from '../../../base/text.ts';
import type { Command } from '../../command.ts';
import { switchFlag } from '../../flag-values.ts';
import { changesForJson } from '../knowledge/calls.ts';
import { agentArg, callOf } from './calls.ts';

export const command: Command = {
  name: 'clear',
  summary: "Remove an agent's memory, after asking",
  description:
    'Removes memory.md and nothing else: metrics and the definition stay. It asks first, or takes --yes; either way it says how Git brings the file back, and when it cannot.',
  args: [agentArg],
  flags: [{ name: 'yes', short: 'y', summary: 'Do not ask' }],
  examples: [
    ['Start over', 'kaizen memory clear tdd-workflow'],
    ['In a script', 'kaizen memory clear tdd-workflow --yes'],
  ],
  writes: true,
  errors: ['usage', 'not_found', 'changed_meanwhile'],
  async run(ctx, [agent = ''], flags) {
    const { planClear } = await import('../../../flows/memory/memory-clear.ts');
    const plan = await planClear(callOf(ctx), agent);
    const { path, sessions, lost, undo } = plan;
    const what = `${path} (${counted(sessions, 'session')})`;
    const data = { agent: plan.agent, path, sessions, lost, undo, changes: changesForJson(plan.changes) };
    if (ctx.dryRun)
      return { data: { ...data, cleared: false }, text: terminalSafe(`Would remove ${what}.\n${undo}`) };
    if (!switchFlag(flags, 'yes')) {
      if (!ctx.interactive)
        throw new KaizenError('usage', `Nobody can be asked here; add --yes to remove ${path}`);
      const { openPrompt } = await import('../../prompt.ts');
      const prompt = openPrompt(ctx.signal);
      const answer = await prompt.ask(`Remove ${what}? ${undo} [y/N] `);
      prompt.close();
      if (!/^y(?:es)?$/i.test(answer ?? ''))
        return { data: { ...data, cleared: false }, text: 'Nothing was removed.', exitCode: 1 };
    }
    await plan.apply(false);
    return { data: { ...data, cleared: true }, text: terminalSafe(`Removed ${what}.\n${undo}`) };
  },
};
