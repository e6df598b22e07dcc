import { dayOf } from '../../base/calendar.ts';
import { compareText } from '../../base/text.ts';
import { type Window, windowEnding } from '../window.ts';
import type { KpiTask } from './kpi-tasks.ts';

/** The newest tasks of a window of days; what is beyond `most` is counted. Tasks without times count in no window. */
export function recentTasks(
  tasks: readonly KpiTask[],
  options: { asOf: string; days: number; most: number; repo?: string | undefined },
): { tasks: KpiTask[]; window: Window; leftOut: number } {
  const window = windowEnding(options.asOf, options.days);
  const inside = tasks
    .filter((task) => {
      const day = dayOf(task.startedAt ?? '');
      const isWanted = options.repo === undefined || task.repo === options.repo;
      return isWanted && day !== null && day >= window.from && day <= window.to;
    })
    .sort((a, b) => compareText(b.startedAt ?? '', a.startedAt ?? '') || compareText(a.key, b.key));
  return {
    tasks: inside.slice(0, options.most),
    window,
    leftOut: Math.max(0, inside.length - options.most),
  };
}
