import type { Command } from '../../command.ts';
import { openTarget, targetFlag } from './calls.ts';

export const command: Command = {
  name: 'correlate',
  summary: 'Show what agents recorded of a session beside what its events say',
  description:
    'Joins the executions with this session id and the events of the repository: what was observed, how the last checks came out, tasks, and which facts the session was shown and used. Says where a record and the events do not agree. Exit code 1 when nothing is known of the session.',
  args: [{ name: 'uid', summary: 'Session id, the start of one, or its key', required: true }],
  flags: [targetFlag],
  examples: [
    ['By the start of its id', 'kaizen metrics correlate 1b4e28ba'],
    ['By its key, for a script', 'kaizen metrics correlate claude-code/1b4e28ba --json'],
  ],
  errors: ['usage', 'cannot_read'],
  async run(ctx, [uid = ''], flags) {
    const { correlate } = await import('../../../flows/agent-metrics/agent-metrics-correlate.ts');
    const { rowOf } = await import('../../render-agent-metrics.ts');
    const { renderCorrelation } = await import('../../render-correlation.ts');
    const found = await correlate(await openTarget(ctx, flags), uid);
    const { sessionUid, executions, observed, verification, tasks, facts, events } = found;
    const known = executions.length > 0 || Object.keys(events).length > 0;
    return {
      data: {
        session_id: sessionUid,
        executions: executions.map(rowOf),
        observed,
        verification,
        tasks,
        facts,
        events,
        disagreements: found.disagreements,
        unread_lines: found.skipped,
      },
      text: renderCorrelation(found),
      exitCode: known ? 0 : 1,
    };
  },
};
