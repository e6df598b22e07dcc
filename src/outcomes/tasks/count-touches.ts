import type { TouchKind } from '../../base/event-task.ts';
import type { TimedEvent } from './hold-clock.ts';
import { isPersonMessage } from './person-message.ts';
import type { SessionReading } from './split-tasks.ts';

type SeenTouches = Record<Exclude<TouchKind, 'manual_commit'>, number>;

/**
 * How often a person was drawn into a task, by kind (spec 06): a message after the first (an answer to a question of
 * the agent included), a plan approved, a call refused, an interruption, a session taken up again. What one keystroke
 * causes counts once: several calls refused together, and the interruption that follows a refusal. Calls that were
 * permitted with a keystroke leave no trace in a transcript, so approvals are a lower bound.
 */
export function countTouches(
  events: readonly TimedEvent[],
  { callOf, resumes }: Pick<SessionReading, 'callOf' | 'resumes'>,
): SeenTouches {
  const touches: SeenTouches = { message: 0, approval: 0, denial: 0, interrupt: 0, resume: 0 };
  let hasBegun = false;
  let isRefusing = false;
  for (const { event } of events) {
    if (event.side) continue;
    if (isPersonMessage(event)) {
      if (hasBegun) touches.message += 1;
      if (hasBegun && resumes.has(event)) touches.resume += 1;
      hasBegun = true;
      isRefusing = false;
    } else if (event.kind === 'interrupt' || (event.kind === 'result' && event.denied === 'person')) {
      if (!isRefusing) touches[event.kind === 'interrupt' ? 'interrupt' : 'denial'] += 1;
      isRefusing = true;
    } else if (event.kind === 'result' && !event.isError) {
      const tool = callOf(event)?.tool.toLowerCase();
      if (tool === 'exitplanmode') touches.approval += 1;
      else if (tool === 'askuserquestion' || tool === 'request_user_input') touches.message += 1;
    } else if (event.kind === 'call' || event.kind === 'assistant') isRefusing = false;
  }
  return touches;
}
