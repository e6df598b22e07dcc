import { KaizenError } from '../../../base/errors.ts';
import type { Command, CommandContext, CommandResult } from '../../command.ts';
import { switchFlag, textFlag } from '../../flag-values.ts';

/** A host writes its JSON at once; one that says nothing costs this much. */
const inputWaitMs = 300;

export const close: Command = {
  name: 'close',
  summary: "Make the record of an agent's session from what its checks said",
  description:
    "Reads the session's events (or its transcript) and records one execution: success and the primary metric by the last checks after the last change, time, tokens, model. Nothing the agent says of itself enters it; a session without a verdict is not recorded, and a pass rate that rose while fewer tests ran is flagged. A session closed twice is one record. `kaizen harvest` closes what the hooks of Claude Code noted; --dry-run shows the record and the plain command with its values.",
  args: [{ name: 'agent', summary: 'An agent that is defined here' }],
  flags: [
    { name: 'session', value: '<id>', summary: 'Key or id of a session' },
    { name: 'transcript', value: '<file>', summary: 'A transcript file instead' },
    { name: 'queued', summary: 'All sessions that hooks noted, as the next harvest would' },
    { name: 'enqueue', summary: 'From a hook: note the session on stdin, at most 1 KiB, and end at once' },
  ],
  examples: [
    ['The record of a session', 'kaizen agent close tdd-workflow --session claude-code/5a8e13d7'],
    ['Look at it first', 'kaizen agent close tdd-workflow --transcript session.jsonl --dry-run'],
    ['Sessions that ended since the last harvest', 'kaizen agent close --queued'],
  ],
  writes: true,
  errors: ['usage', 'not_found', 'bad_agent', 'not_a_transcript', 'bad_input'],
  async run(ctx, [agent], flags) {
    if (switchFlag(flags, 'enqueue')) return enqueue(ctx);
    const { openRepository } = await import('../../../io/repository.ts');
    const { renderClose, renderQueue } = await import('../../render-agent-close.ts');
    const repository = await openRepository(ctx.cwd);
    if (switchFlag(flags, 'queued')) {
      const { closeQueuedSessions } = await import('../../../flows/agents/close-queued.ts');
      const receipt = await closeQueuedSessions(repository, ctx);
      return { data: receipt, text: renderQueue(receipt, ctx) };
    }
    if (agent === undefined) throw new KaizenError('usage', 'Name the agent, or use --queued');
    const { closeAgentSession } = await import('../../../flows/agents/agent-close.ts');
    const { cwd, now, env, dryRun } = ctx;
    const session = textFlag(flags, 'session');
    const transcript = textFlag(flags, 'transcript');
    if ((session === undefined) === (transcript === undefined))
      throw new KaizenError('usage', 'Give either --session or --transcript');
    const receipt = await closeAgentSession(repository, {
      agent,
      session,
      transcript,
      cwd,
      now,
      env,
      dryRun,
    });
    return {
      data: receipt,
      text: renderClose(receipt, ctx),
      exitCode: receipt.outcome === 'not_recorded' ? 1 : 0,
    };
  },
};

/** A hook says nothing and never fails, whatever goes wrong. */
async function enqueue(ctx: CommandContext): Promise<CommandResult> {
  const input = ctx.readStdin(inputWaitMs);
  const { enqueueEndedSession } = await import('../../../flows/agents/enqueue-closing.ts');
  await enqueueEndedSession({ cwd: ctx.cwd, now: ctx.now, input });
  return { data: null, text: '', raw: true };
}
