import type { KaizenEvent } from '../base/events.ts';
import { readSession } from '../io/read-session.ts';
import type { Repository } from '../io/repository.ts';
import { observeSession } from '../outcomes/observe-session.ts';
import { sessionUsers } from '../sessions/session-users.ts';
import { openScopeFinder } from './find-session-scope.ts';
import { openRepoRedactor } from './open-redactor.ts';
import { openCommitFinder } from './session-commits.ts';
import { readSessionTasks } from './session-tasks.ts';

/**
 * The events a harvest would write of a transcript's outcome (what was seen, its tasks, its last verification), without
 * writing anything. Throws what `readSession` throws.
 */
export async function observeTranscript(
  repository: Repository,
  file: string,
  options: { now: Date; env: Readonly<Record<string, string | undefined>> },
): Promise<KaizenEvent[]> {
  const session = await readSession(file);
  const redactor = (await openRepoRedactor(repository, options.env, { makeKey: false })).forUsers(
    sessionUsers(session),
  );
  const scope = await openScopeFinder(repository, undefined).find(session);
  const around = {
    repo: scope.slice('repo:'.length),
    redact: (text: string) => redactor.text(text),
    now: options.now.toISOString(),
    isLive: false,
  };
  const observed = observeSession(session, { usedFacts: [], ...around });
  const { tasks, verification } = await readSessionTasks(session, openCommitFinder(repository), around);
  const rows = [
    { ...observed, repo: observed.repo ?? around.repo },
    ...tasks,
    ...(verification ? [verification] : []),
  ];
  return rows.map((row, at) => ({ v: 1, id: `seen-${at}`, ...row }));
}
