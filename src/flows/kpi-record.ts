import type { ContextExposed, KaizenEvent, VerificationRecorded } from '../base/events.ts';
import { readEvents } from '../io/event-log.ts';
import { readPriceTable } from '../io/price-table.ts';
import { readEventsAt } from '../io/read-events-at.ts';
import type { Repository } from '../io/repository.ts';
import { readFleet } from '../metrics/fleet.ts';
import type { PriceTable } from '../metrics/kpi/cost.ts';
import { type KpiTask, kpiTasks } from '../metrics/kpi/kpi-tasks.ts';

/** Everything the KPIs of a repository are made from, as its event log tells it. */
export interface KpiRecord {
  /** In order of their start, sub-agents counted with their task; copies of a session repeat theirs. */
  tasks: KpiTask[];
  /** Sub-agents whose task is not in the log. */
  orphans: number;
  verifications: VerificationRecorded[];
  exposures: ContextExposed[];
  /** Tool calls of whole sessions, by session id. */
  sessionCalls: ReadonlyMap<string, number>;
  prices: PriceTable | null;
  /** Lines of the log that are torn or foreign. */
  unreadLines: number;
}

/** Reads the log (from HEAD where there is no work tree) and the prices. Changes nothing. */
export async function readKpiRecord({ git, root }: Repository): Promise<KpiRecord> {
  const head = git?.bare ? await git.head() : null;
  const inHead = git && head !== null ? await readEventsAt(git, head) : { events: [], skipped: 0 };
  const log = git?.bare ? inHead : await readEvents(root);
  const fleet = readFleet(log.events);
  return {
    ...kpiTasks(fleet.tasks, fleet.verifications),
    verifications: fleet.verifications,
    exposures: log.events.filter((event) => event.type === 'context.exposed'),
    sessionCalls: callsOf(log.events),
    prices: git?.bare ? null : await readPriceTable(root),
    unreadLines: log.skipped,
  };
}

/** A session that was resumed is in the log several times: the longest counts. */
function callsOf(events: readonly KaizenEvent[]): Map<string, number> {
  const calls = new Map<string, number>();
  for (const event of events)
    if (event.type === 'session.observed')
      calls.set(event.sessionId, Math.max(event.toolCalls, calls.get(event.sessionId) ?? 0));
  return calls;
}
