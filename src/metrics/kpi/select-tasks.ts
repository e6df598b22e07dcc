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
    if (days && (days[1] ?? days[2])) filters.push(isBetween(item, days[1], days[2]));
    else if (key === 'agent') filters.push((task) => task.agent === value);
    else if (key === 'repo') filters.push((task) => task.repo === value);
    else if (key === 'size') filters.push(hasSize(value));
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

/** Days that are none, or stand the wrong way round, hold no task and would read as "there were none". */
function isBetween(item: string, from: string | undefined, to: string | undefined) {
  const wrong = [from, to].find((day) => day !== undefined && dayOf(day) !== day);
  if (wrong !== undefined) throw new KaizenError('usage', `the day ${wrong} does not exist`);
  if (from !== undefined && to !== undefined && from > to)
    throw new KaizenError('usage', `${item} ends before it begins`);
  return (task: KpiTask) => {
    const day = dayOf(task.startedAt ?? '');
    return day !== null && day >= (from ?? '') && day <= (to ?? '9999-12-31');
  };
}

function hasSize(size: string) {
  if (size !== 'small' && size !== 'medium' && size !== 'large')
    throw new KaizenError('usage', `size: cannot be '${size}'; it is one of: small, medium, large`);
  return (task: KpiTask) => task.size === size;
}
