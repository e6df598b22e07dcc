import type { CheckOutcome, TaskFigures } from '../../base/event-task.ts';
import type { Session } from '../../sessions/session.ts';
import type { TaskSlice } from './split-tasks.ts';

/** What the end of a task depends on. */
interface EndSigns {
  hasCommit: boolean;
  hasEdited: boolean;
  /** The last task of its session: it alone can be cut off. */
  isLast: boolean;
  isLive: boolean;
  lastCheck: CheckOutcome | null;
}

/**
 * How a task ended and why. With a commit it is complete; without one, what came last decides: a person who stopped
 * or refused, a service that failed, a transcript that breaks off, an answer. A session that can still go on is running.
 */
export function endOfTask(
  session: Session,
  { events }: TaskSlice,
  signs: EndSigns,
): Pick<TaskFigures, 'outcome' | 'stopReason'> {
  if (signs.hasCommit) return { outcome: 'complete', stopReason: 'complete' };
  if (signs.isLive && signs.isLast) return { outcome: 'running', stopReason: null };
  const last = events.findLast(
    ({ event }) => !event.side && event.kind !== 'meta' && event.kind !== 'usage' && event.kind !== 'compact',
  )?.event;
  if (last?.kind === 'interrupt') return { outcome: 'stopped', stopReason: 'user_interrupt' };
  if (last?.kind === 'result' && last.denied === 'person')
    return { outcome: 'stopped', stopReason: 'user_denied' };
  if (last?.kind === 'api_error') return { outcome: 'stopped', stopReason: 'worker_failed' };
  const { termination } = session.summary;
  const isCut = termination === 'truncated' || termination === 'tool_pending';
  if (signs.isLast && isCut) return { outcome: 'stopped', stopReason: 'cut_off' };
  if (!signs.hasEdited) return { outcome: 'complete', stopReason: 'answered' };
  return { outcome: 'stopped', stopReason: signs.lastCheck === 'red' ? 'left_red' : 'not_committed' };
}
