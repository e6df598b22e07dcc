import type { MemoryCall } from '../../../flows/memory/memory-store.ts';
import type { CommandContext } from '../../command.ts';

/** What the memory flows need of a command's world. */
export function callOf(ctx: CommandContext): MemoryCall {
  return { dir: ctx.cwd, now: ctx.now, env: ctx.env, dryRun: ctx.dryRun };
}

export const agentArg = { name: 'agent', summary: 'Name of the agent, e.g. tdd-workflow', required: true };
