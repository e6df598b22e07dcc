import type { Command } from '../command.ts';
import { switchFlag } from '../flag-values.ts';

export const command: Command = {
  name: 'report',
  summary: 'Where the time, the tokens and the attention of a run went',
  description:
    'Reads one run (a session, or one of its tasks) and prints its KPIs: time to verified commit, touches by a person, phases with the time that belongs to none, tokens, checks, changes and how it ended. A transcript on this machine is read as it is now, also while the agent is still at work; else the event log answers. What is not known is said with its reason. Nothing is written.',
  args: [
    {
      name: 'run',
      summary:
        '`latest`, the key or id of a session, `<session>#<task>`, a task key, or a transcript file (default: latest)',
    },
  ],
  flags: [{ name: 'kpi-only', summary: 'Only the figures: no list of tasks, no reasons' }],
  examples: [
    ['The latest run of this repository', 'kaizen report'],
    ['The second task of a session', 'kaizen report claude-code/5a8e13d7#2'],
    ['A transcript, for a script', 'kaizen report ~/.claude/projects/-home-me-app/5a8e13d7.jsonl --json'],
  ],
  errors: ['not_found', 'not_a_transcript', 'cannot_read', 'usage', 'bad_config'],
  async run(ctx, [named = 'latest'], flags) {
    const { readReport } = await import('../../flows/report.ts');
    const { openDisplayRedactor } = await import('../../flows/open-display-redactor.ts');
    const { openRepository } = await import('../../io/repository.ts');
    const { renderReport } = await import('../render-report.ts');
    const repository = await openRepository(ctx.cwd);
    const redactor = await openDisplayRedactor(ctx.cwd, ctx.env);
    const { cwd, env, now } = ctx;
    const report = await readReport(repository, named, { cwd, env, now, redactor });
    return {
      data: { source: report.source, unreadLines: report.unreadLines, ...report.document },
      text: renderReport(report, { color: ctx.color, kpiOnly: switchFlag(flags, 'kpi-only') }),
    };
  },
};
