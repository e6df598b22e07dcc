import { terminalSafe } from '../../../base/text.ts';
import type { Command } from '../../command.ts';

export const command: Command = {
  name: 'show',
  summary: "Print an agent's memory; without a name, list every memory",
  description:
    'Prints the file as it stands, or with --json its front matter and its sections entry by entry with their lines. Without a name: one line an agent.',
  args: [{ name: 'agent', summary: 'Name of the agent; all of them when left out' }],
  examples: [
    ['What an agent remembers', 'kaizen memory show tdd-workflow'],
    ['Which agents have a memory', 'kaizen memory show'],
  ],
  errors: ['usage', 'not_found', 'bad_input', 'bad_agent'],
  async run(ctx, [agent]) {
    const { listAllMemories, showMemory } = await import('../../../flows/memory/memory-show.ts');
    if (agent === undefined) {
      const { renderMemories } = await import('../../render-memory.ts');
      const memories = await listAllMemories(ctx.cwd);
      return { data: { memories }, text: renderMemories(memories, ctx) };
    }
    const { text, ...shown } = await showMemory(ctx.cwd, agent);
    return {
      data: { ...shown, text },
      text:
        shown.disabled && text === ''
          ? terminalSafe(`${shown.agent} keeps no memory: its definition says \`memory: disabled\`.`)
          : terminalSafe(text.replace(/^\ufeff/, '')).trimEnd(),
    };
  },
};
