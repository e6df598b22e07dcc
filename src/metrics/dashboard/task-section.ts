import { formatTable } from '../../base/markdown.ts';
import { stopReasons } from '../../base/stop-reasons.ts';
import { counted } from '../../base/text.ts';
import type { FleetKpi } from '../kpi/fleet-kpi.ts';
import { formatRate, formatTvc } from '../kpi/format-kpi.ts';
import type { Measurement } from '../measurement.ts';

/** How long tasks took to a verified commit and how often they needed a person; nothing before the first task. */
export function taskSection({ kpi, window }: Measurement): string {
  if (kpi.all.tasks.finished === 0) return '';
  const row = (name: string, words: (one: FleetKpi) => string) => [
    name,
    ...[kpi.window, kpi.before, kpi.all].map((one) => (one.tasks.finished === 0 ? '–' : words(one))),
  ];
  const rows = [
    row('finished tasks', ({ tasks }) => `${tasks.finished} (${tasks.verified} verified)`),
    row('time to verified commit, median', ({ tvc }) => formatTvc(tvc.wall)),
    row('the same without pauses', ({ tvc }) => formatTvc(tvc.active)),
    row('needed nobody and verified', ({ touchFree }) => formatRate(touchFree)),
    row('touches a task, median', ({ touches }) => String(touches.median)),
    row('ended with a commit', ({ success }) => formatRate(success)),
  ];
  const ends = kpi.all.stopReasons.map(
    ({ code, count: n }) => `${n} ${Object.hasOwn(stopReasons, code) ? stopReasons[code].title : 'other'}`,
  );
  if (kpi.all.otherReasons > 0) ends.push(`${kpi.all.otherReasons} otherwise`);
  return [
    '## Tasks',
    formatTable(['', counted(window.days, 'day'), 'before', 'all time'], rows),
    `A task begins with a message and ends with a commit; verified means that a check was green for what was committed. Tasks that reached no verified commit are kept as “at least so long”. All time they ended: ${ends.join(', ')}. \`kaizen kpi\` and \`kaizen report\` say more.`,
  ].join('\n\n');
}
