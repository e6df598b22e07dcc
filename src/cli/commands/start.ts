import { resolve } from 'node:path';
import type { Command } from '../command.ts';
import { numberFlag, switchFlag, textFlag } from '../flag-values.ts';

export const command: Command = {
  name: 'start',
  summary: 'Run the whole loop on the transcripts of this machine (or samples) in a throw-away repository',
  description:
    'Finds the newest transcripts the agents on this machine keep (the bundled samples when there are none), makes a Git repository of its own, and runs the real loop there: harvest, commit, bootstrap, measure. It shows what it found, what a next session would be told, and what can be proven. Nothing else on this machine is written.',
  flags: [
    { name: 'samples', summary: 'Use the bundled samples even when this machine has transcripts' },
    { name: 'limit', value: '<n>', summary: 'Most transcripts to read, newest first', default: 20 },
    { name: 'into', value: '<folder>', summary: 'Keep the repository in this new or empty folder' },
  ],
  examples: [
    ['See what your own sessions would teach', 'kaizen start'],
    [
      'See the loop on the bundled samples, and keep it to look around',
      'kaizen start --samples --into kaizen-demo',
    ],
  ],
  errors: ['usage', 'cannot_write', 'git_failed'],
  async run(ctx, _, flags) {
    const { start } = await import('../../flows/start.ts');
    const { renderStart } = await import('../render-start.ts');
    const into = textFlag(flags, 'into');
    const report = await start({
      samples: switchFlag(flags, 'samples'),
      limit: numberFlag(flags, 'limit', { min: 1, max: 1000 }) ?? 20,
      into: into === undefined ? undefined : resolve(ctx.cwd, into),
      now: ctx.now,
      env: ctx.env,
      signal: ctx.signal,
      progress: ctx.progress,
    });
    const columns = Math.max(80, Math.min(110, process.stdout.columns || 100));
    return { data: report, text: renderStart(report, { columns, color: ctx.color }) };
  },
};
