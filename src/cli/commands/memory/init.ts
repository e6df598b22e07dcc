import type { Command } from '../../command.ts';
import { switchFlag } from '../../flag-values.ts';
import { changesForJson } from '../knowledge/calls.ts';
import { agentArg, callOf } from './calls.ts';

export const command: Command = {
  name: 'init',
  summary: 'Make the memory of an agent, and the folder of its metrics',
  description:
    'Writes .kaizen/agents/<agent>/memory.md with its front matter and six empty sections, and an empty .kaizen/metrics/<agent>/executions.jsonl with its summary.json. What is there already is kept; --force starts the memory over (never the metrics) and says how to get the old one back. An agent whose definition says `memory: disabled` gets no memory.',
  args: [agentArg],
  flags: [
    { name: 'no-metrics', summary: 'Do not make the folder of the metrics' },
    { name: 'force', summary: 'Replace a memory that is there' },
  ],
  examples: [
    ['Give an agent a memory', 'kaizen memory init tdd-workflow'],
    ['Without metrics', 'kaizen memory init reviewer --no-metrics'],
  ],
  writes: true,
  errors: ['usage', 'bad_agent', 'changed_meanwhile'],
  async run(ctx, [agent = ''], flags) {
    const { initMemory } = await import('../../../flows/memory/memory-init.ts');
    const { renderInit } = await import('../../render-memory.ts');
    const receipt = await initMemory(callOf(ctx), agent, {
      metrics: !switchFlag(flags, 'no-metrics'),
      force: switchFlag(flags, 'force'),
    });
    return {
      data: { ...receipt, changes: changesForJson(receipt.changes) },
      text: renderInit(receipt, ctx.dryRun),
    };
  },
};
