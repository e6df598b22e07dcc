import type { Repository } from '../io/repository.ts';
import { type FleetKpi, fleetKpi } from '../metrics/kpi/fleet-kpi.ts';
import { withoutCopies } from '../metrics/kpi/kpi-tasks.ts';
import { recentTasks } from '../metrics/kpi/recent-tasks.ts';
import { readKpiRecord } from './kpi-record.ts';

/** KPIs of a stretch of days. */
export interface KpiReport extends FleetKpi {
  window: { from: string; to: string; days: number; most: number; leftOut: number };
  repo: string | null;
  unreadLines: number;
}

/** The KPIs of the newest `most` tasks that began in the `days` days up to `asOf`. Reads only. */
export async function readKpi(
  repository: Repository,
  options: { asOf: string; days: number; most: number; repo: string | undefined },
): Promise<KpiReport> {
  const record = await readKpiRecord(repository);
  const { tasks, window, leftOut } = recentTasks(withoutCopies(record.tasks), options);
  return {
    window: { ...window, most: options.most, leftOut },
    repo: options.repo ?? null,
    unreadLines: record.unreadLines,
    ...fleetKpi(tasks, record.prices, record.orphans),
  };
}
