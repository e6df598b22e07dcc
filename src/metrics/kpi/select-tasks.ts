import { dayOf } from '../../base/calendar.ts';
import { KaizenError } from '../../base/errors.ts';
import type { KpiTask } from './kpi-tasks.ts';

/** One set of tasks as a person names it: filters that all hold, and runs by name. */
export interface TaskSelection {
  text: string;
  names: string[];
  filters: ((task: KpiTask) => boolean)[];
}

/**
 * Reads `2026-10-01..2026-10-31,agent:codex,model:claude-opus,repo:acme/app,size:small` or names of sessions and
 * tasks, separated by commas. Filters narrow each other; names add up. A wrong day or an empty text is `usage`.
 */
export function parseTaskSelection(text: string): TaskSelection {
  const names: string[] = [];
  const filters: TaskSelection['filters'] = [];
  for (const item of text.split(',').map((part) => part.trim())) {
    if (item === '') continue;
    const days = /^(\d{4}-\d\d-\d\d)?\.\.(\d{4}-\d\d-\d\d)?$/.exec(item);
    const [, key, value = ''] = /^(agent|model|repo|size):(.+)$/.exec(item) ?? [];
    if (days && (days[1] ?? days[2])) filters.push(isBetween(days[1] ?? '', days[2] ?? '9999-12-31'));
    else if (key === 'agent') filters.push((task) => task.agent === value);
    else if (key === 'repo') filters.push((task) => task.repo === value);
    else if (key === 'size') filters.push((task) => task.size === value);
    else if (key === 'model')
      filters.push((task) => task.workers.some(({ model }) => model?.startsWith(value) === true));
    else names.push(item);
  }
  if (names.length === 0 && filters.length === 0)
    throw new KaizenError('usage', `a set cannot be '${text}'`, {
      hint: 'Name days, agents, models, repositories, sizes or runs: 2026-10-01..2026-10-31,repo:acme/app',
    });
  return { text, names, filters };
}

const isBetween = (from: string, to: string) => (task: KpiTask) => {
  const day = dayOf(task.startedAt ?? '');
  return day !== null && day >= from && day <= to;
};
