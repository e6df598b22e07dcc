import type { TaskObserved, VerificationRecorded } from '../base/events.ts';
import { observeTasks } from '../outcomes/tasks/observe-tasks.ts';
import { recordVerification } from '../outcomes/tasks/record-verification.ts';
import { readForTasks } from '../outcomes/tasks/split-tasks.ts';
import type { Session } from '../sessions/session.ts';
import type { CommitFinder } from './session-commits.ts';

/** A session as tasks, and how its work stood when it was last checked (undefined: it ran no check). */
export interface SessionTasks {
  tasks: Omit<TaskObserved, 'v' | 'id'>[];
  verification: Omit<VerificationRecorded, 'v' | 'id'> | undefined;
}

/** Reads the tasks of a session, joined with the local Git. Nothing is written and no run is altered. */
export async function readSessionTasks(
  session: Session,
  finder: CommitFinder,
  around: { repo: string | null; redact(text: string): string; now: string; isLive: boolean },
): Promise<SessionTasks> {
  const reading = readForTasks(session);
  const commits = await finder.find(session, reading, around.repo);
  return {
    tasks: observeTasks(session, reading, { ...around, commits }),
    verification: recordVerification(session, reading, around),
  };
}
