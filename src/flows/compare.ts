import { KaizenError } from '../base/errors.ts';
import type { Repository } from '../io/repository.ts';
import { compareDocuments, type DocumentComparison } from '../metrics/kpi/compare-documents.ts';
import { compareSets, type SetComparison, type SetMetric } from '../metrics/kpi/compare-sets.ts';
import { type KpiTask, withoutCopies } from '../metrics/kpi/kpi-tasks.ts';
import { parseTaskSelection } from '../metrics/kpi/select-tasks.ts';
import { type KpiRecord, readKpiRecord } from './kpi-record.ts';
import { fromLog, type ReportOptions, readReport } from './report.ts';

/** Two runs side by side; each is named as `kaizen report` names it. */
export async function compareRuns(
  repository: Repository,
  a: string,
  b: string,
  options: ReportOptions,
): Promise<DocumentComparison> {
  const record = await readKpiRecord(repository);
  const first = await readReport(repository, a, options, record);
  const second = await readReport(repository, b, options, record);
  return compareDocuments(first.document, second.document);
}

/**
 * Two sets of tasks from the event log; several texts of one side add up. A name that is not there is `not_found`, sets
 * that share tasks are `usage`: no p and no interval holds for them.
 */
export async function compareTaskSets(
  repository: Repository,
  sets: { base: readonly string[]; next: readonly string[]; primary: SetMetric },
): Promise<SetComparison> {
  const record = await readKpiRecord(repository);
  const side = (texts: readonly string[]) => ({ name: texts.join(' + '), tasks: selectTasks(record, texts) });
  const [base, next] = [side(sets.base), side(sets.next)];
  const shared = new Set(base.tasks);
  const both = next.tasks.filter((task) => shared.has(task)).length;
  if (both > 0)
    throw new KaizenError('usage', `${both} ${both === 1 ? 'task is' : 'tasks are'} in both sets`, {
      hint: 'Narrow one of them, so that no task is compared with itself: days, agent:, model:, repo:, size:.',
    });
  return compareSets(base, next, { primary: sets.primary, prices: record.prices });
}

function selectTasks(record: KpiRecord, texts: readonly string[]): KpiTask[] {
  const selected = new Set<KpiTask>();
  for (const text of texts) {
    const { names, filters } = parseTaskSelection(text);
    const named =
      names.length === 0 ? withoutCopies(record.tasks) : names.flatMap((name) => tasksNamed(record, name));
    for (const task of named) if (filters.every((filter) => filter(task))) selected.add(task);
  }
  return [...selected];
}

function tasksNamed(record: KpiRecord, name: string): KpiTask[] {
  const [, session = name, number] = /^(.+)#(\d{1,6})$/.exec(name) ?? [];
  const { tasks } = fromLog(record, session);
  return number === undefined ? tasks : tasks.filter((task) => task.number === Number(number));
}
