import { utcDay } from '../../base/calendar.ts';
import { counted } from '../../base/text.ts';
import type { Command } from '../command.ts';
import { numberFlag, repoFlag } from '../flag-values.ts';

export const command: Command = {
  name: 'kpi',
  summary: 'Time to verified commit, touches, success and cost of the fleet',
  description:
    'Adds up the tasks of the event log. A task begins with a message of a person and goes on to the first message after a commit; a commit is verified when a check (tests, build, types, lint) was green after the last edit and none was red, or a runner recorded its tree as green. A touch is a message after the first, a plan approved, a call refused, an interruption, a resume, or a commit by hand. Tasks that reached no verified commit are kept as "at least so long", not dropped. Every figure carries its n; estimates carry a 95 % interval. Cost needs prices in .kaizen/config.yml. Nothing is written.',
  flags: [
    { name: 'days', value: '<n>', summary: 'Tasks that began in the n days up to --now', default: 30 },
    { name: 'window', value: '<n>', summary: 'At most the n newest of them', default: 50 },
    { name: 'repo', value: '<owner/name>', summary: 'Only tasks about this repository' },
  ],
  examples: [
    ['The last 30 days', 'kaizen kpi'],
    ['A quarter of one repository, all tasks', 'kaizen kpi --days 90 --window 1000 --repo acme/app'],
    ['For a script', 'kaizen kpi --json'],
  ],
  errors: ['usage', 'bad_config'],
  async run(ctx, _args, flags) {
    const { readKpi } = await import('../../flows/kpi.ts');
    const { openRepository } = await import('../../io/repository.ts');
    const { renderKpi } = await import('../render-kpi.ts');
    const report = await readKpi(await openRepository(ctx.cwd), {
      asOf: utcDay(ctx.now),
      days: numberFlag(flags, 'days', { min: 1, max: 3660 }) ?? 30,
      most: numberFlag(flags, 'window', { min: 1, max: 1_000_000 }) ?? 50,
      repo: repoFlag(flags),
    });
    if (report.unreadLines > 0)
      ctx.note(`${counted(report.unreadLines, 'line')} of the event log could not be read.`);
    return { data: report, text: renderKpi(report, { color: ctx.color }) };
  },
};
