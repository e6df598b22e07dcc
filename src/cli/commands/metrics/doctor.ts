import type { Command } from '../../command.ts';
import { switchFlag } from '../../flag-values.ts';
import { openTarget, targetFlag } from './calls.ts';

export const command: Command = {
  name: 'doctor',
  summary: 'Look through the metrics of agents, and with --fix put them right',
  description:
    'Finds lines that are no executions (torn by a crash, marks of a merge conflict, values out of range), rows that stand twice, ids used twice, byte order marks and carriage returns, a summary.json that is out of date, times in the future, pruned executions that came back, and folders that cannot be agents. With --fix rows are put right; what is taken out of executions.jsonl is kept in executions.bad.jsonl. Exit code 1 while something is left to do.',
  args: [{ name: 'agent', summary: 'One agent; without it all' }],
  flags: [targetFlag, { name: 'fix', summary: 'Put right what can be put right without loss' }],
  examples: [
    ['Is everything readable', 'kaizen metrics doctor'],
    ['Put it right', 'kaizen metrics doctor --fix'],
  ],
  writes: true,
  errors: ['usage', 'not_found', 'locked', 'cannot_write'],
  async run(ctx, [agent], flags) {
    const { parseAgentName } = await import('../../../metrics/agents/agent-name.ts');
    const { checkMetrics } = await import('../../../flows/agent-metrics/agent-metrics-doctor.ts');
    const { renderCheckup } = await import('../../render-metrics-upkeep.ts');
    const checkup = await checkMetrics(await openTarget(ctx, flags), {
      agent: agent === undefined ? undefined : parseAgentName(agent),
      fix: switchFlag(flags, 'fix'),
      now: ctx.now,
      dryRun: ctx.dryRun,
    });
    const left = checkup.findings.filter(({ state }) => state === 'fixable' || state === 'by hand');
    return {
      data: {
        agents: checkup.agents,
        findings: checkup.findings,
        changes: checkup.changes.map(({ kind, path }) => ({ kind, path })),
        dry_run: ctx.dryRun,
      },
      text: renderCheckup(checkup),
      exitCode: left.length === 0 ? 0 : 1,
    };
  },
};
