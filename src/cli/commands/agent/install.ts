import type { Command, CommandContext } from '../../command.ts';
import { switchFlag } from '../../flag-values.ts';

export const init: Command = {
  name: 'init',
  summary: 'Install a packaged agent; without a name, list them',
  description:
    'Writes a packaged definition to .kaizen/agents/<name>/agent.md, or with --claude-code to .claude/agents/<name>.md together with hooks in .claude/settings.json that note the end of a session; the next harvest makes the record. Everything else in the settings keeps its bytes. Run twice it changes nothing, and a definition you edited is kept.',
  args: [{ name: 'name', summary: 'A packaged agent' }],
  flags: [
    { name: 'claude-code', summary: 'Install it as an agent of Claude Code, with the hooks' },
    { name: 'no-hooks', summary: 'With --claude-code: leave .claude/settings.json alone' },
  ],
  examples: [
    ['What comes with Kaizen', 'kaizen agent init'],
    ['See what would be written', 'kaizen agent init tdd-workflow --claude-code --dry-run'],
    ['For an agent of any other host', 'kaizen agent init debugging'],
  ],
  writes: true,
  errors: ['not_found', 'usage', 'bad_input', 'outside_store', 'changed_meanwhile'],
  async run(ctx, [name], flags) {
    const { renderInstall, renderPackaged } = await import('../../render-agent-install.ts');
    const { installAgent, listPackagedAgents } = await import('../../../flows/agents/agent-install.ts');
    if (name === undefined) {
      const agents = await listPackagedAgents();
      return { data: { agents }, text: renderPackaged(agents) };
    }
    const receipt = await installAgent(await openHere(ctx), name, {
      claudeCode: switchFlag(flags, 'claude-code'),
      hooks: !switchFlag(flags, 'no-hooks'),
      dryRun: ctx.dryRun,
    });
    return { data: withoutTexts(receipt), text: renderInstall(receipt, ctx.dryRun) };
  },
};

export const remove: Command = {
  name: 'remove',
  summary: 'Take out an installed agent, to the byte',
  description:
    'Removes the file that `kaizen agent init` wrote, where it was not edited since, and with the last agent of Claude Code the hooks: settings nobody changed meanwhile get back the bytes they had, and in others only our entries go. Memory and metrics stay.',
  args: [{ name: 'name', summary: 'An agent installed by `kaizen agent init`', required: true }],
  examples: [
    ['Take it out again', 'kaizen agent remove tdd-workflow'],
    ['See what would go', 'kaizen agent remove tdd-workflow --dry-run'],
  ],
  writes: true,
  errors: ['not_found', 'bad_input', 'outside_store', 'changed_meanwhile'],
  async run(ctx, [name = '']) {
    const { removeAgent } = await import('../../../flows/agents/agent-install.ts');
    const { renderRemoval } = await import('../../render-agent-install.ts');
    const receipt = await removeAgent(await openHere(ctx), name, { dryRun: ctx.dryRun });
    return { data: withoutTexts(receipt), text: renderRemoval(receipt, ctx.dryRun) };
  },
};

async function openHere(ctx: CommandContext) {
  const { openRepository } = await import('../../../io/repository.ts');
  return openRepository(ctx.cwd);
}

function withoutTexts<T extends { changes: readonly { kind: string; path: string }[] }>(receipt: T) {
  return { ...receipt, changes: receipt.changes.map(({ kind, path }) => ({ kind, path })) };
}
