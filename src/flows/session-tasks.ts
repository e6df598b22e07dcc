import type { TaskObserved, VerificationRecorded } from '../base/events.ts';
import { observeTasks } from '../outcomes/tasks/observe-tasks.ts';
import { recordVerification } from '../outcomes/tasks/record-verification.ts';
import { readForTasks } from '../outcomes/tasks/split-tasks.ts';
import type { Session } from '../sessions/session.ts';

/** A session as tasks, and how its work stood when it was last checked (undefined: it ran no check). */
export interface SessionTasks {
  tasks: Omit<TaskObserved, 'v' | 'id'>[];
  verification: Omit<VerificationRecorded, 'v' | 'id'> | undefined;
}

/** Reads the tasks of a session. Nothing is written and no run is altered. */
export async function readSessionTasks(
  session: Session,
  around: { repo: string | null; redact(text: string): string; now: string; isLive: boolean },
): Promise<SessionTasks> {
  const reading = readForTasks(session);
  return {
    tasks: observeTasks(session, reading, { ...around, commits: null }),
    verification: recordVerification(session, reading, around),
  };
}
