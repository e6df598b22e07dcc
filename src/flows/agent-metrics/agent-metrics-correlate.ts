import type { KaizenEvent } from '../../base/events.ts';
import { compareText } from '../../base/text.ts';
import { readEvents } from '../../io/event-log.ts';
import { listAgents, readExecutions } from '../../io/executions.ts';
import type { Repository } from '../../io/repository.ts';
import { type Correlation, correlateSession } from '../../metrics/agents/executions/correlate.ts';
import type { Execution } from '../../metrics/agents/executions/execution.ts';

/** The executions of a session, of every agent, beside what the events of this repository say of it. */
export async function correlate(
  { root }: Repository,
  uid: string,
): Promise<Correlation & { skipped: number }> {
  const { agents } = await listAgents(root);
  const executions: Execution[] = [];
  let skipped = 0;
  for (const agent of agents) {
    const read = await readExecutions(root, agent);
    skipped += read.skipped;
    executions.push(...read.executions.filter((one) => one.sessionUid !== undefined));
  }
  const log: { events: KaizenEvent[]; skipped: number } = await readEvents(root);
  executions.sort((a, b) => compareText(a.timestamp, b.timestamp) || compareText(a.id, b.id));
  return { ...correlateSession(uid, executions, log.events), skipped: skipped + log.skipped };
}
