import type { Command, CommandContext } from '../../command.ts';

export const list: Command = {
  name: 'list',
  summary: 'List the agents that are defined, remembered or measured here',
  examples: [['Every agent, with its metric and its records', 'kaizen agent list']],
  errors: ['cannot_read'],
  async run(ctx) {
    const { listDefinedAgents } = await import('../../../flows/agents/agent-overview.ts');
    const { renderAgents } = await import('../../render-agents.ts');
    const { styleOf } = await import('../../render-knowledge.ts');
    const agents = await listDefinedAgents(await openHere(ctx));
    return { data: { agents: agents.map(forJson) }, text: renderAgents(agents, styleOf(ctx)) };
  },
};

export const show: Command = {
  name: 'show',
  summary: 'Show an agent: its definition, records, findings and flagged records',
  args: [{ name: 'agent', summary: 'Its name', required: true }],
  examples: [['One agent', 'kaizen agent show tdd-workflow']],
  errors: ['not_found', 'cannot_read'],
  async run(ctx, [name = '']) {
    const { describeAgent } = await import('../../../flows/agents/agent-overview.ts');
    const { renderAgent } = await import('../../render-agents.ts');
    const { styleOf } = await import('../../render-knowledge.ts');
    const { executions, ...agent } = await describeAgent(await openHere(ctx), name);
    return {
      data: { ...agent, definition: agent.definition ?? null },
      text: renderAgent({ ...agent, executions }, styleOf(ctx)),
    };
  },
};

export const lint: Command = {
  name: 'lint',
  summary: 'Check definitions, and records against them',
  description:
    'Reads every definition in .kaizen/agents/<name>/agent.md and .claude/agents/. Errors, with file, line and field: front matter that is not valid, a metric measured in the wrong direction, a target that cannot be reached. Hints: agents with metrics or memory but no definition, metrics nobody measures or that were never recorded, targets that no record reached.',
  args: [{ name: 'agent', summary: 'Only this one' }],
  examples: [
    ['All agents; exit code 1 when one has an error', 'kaizen agent lint'],
    ['One, for a script', 'kaizen agent lint tdd-workflow --json'],
  ],
  errors: ['not_found', 'cannot_read'],
  async run(ctx, [name]) {
    const { checkAgents } = await import('../../../flows/agents/agent-overview.ts');
    const { renderAgentLint } = await import('../../render-agents.ts');
    const { styleOf } = await import('../../render-knowledge.ts');
    const { definitions, findings } = await checkAgents(await openHere(ctx), name);
    const errors = findings.filter(({ level }) => level === 'error').length;
    return {
      data: { definitions, errors, hints: findings.length - errors, findings },
      text: renderAgentLint(definitions, findings, styleOf(ctx)),
      exitCode: errors > 0 ? 1 : 0,
    };
  },
};

function forJson<T extends { definition: { body: string } | undefined }>({ definition, ...rest }: T) {
  const { body: _body, ...fields } = definition ?? { body: '' };
  return { ...rest, definition: definition ? fields : null };
}

async function openHere(ctx: CommandContext) {
  const { openRepository } = await import('../../../io/repository.ts');
  return openRepository(ctx.cwd);
}
