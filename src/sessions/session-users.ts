import { isPersonalName } from './redact/person.ts';
import type { Session } from './session.ts';

const homeOwner =
  /(?:^|[\s"'=(:,])(?:(?:\/mnt)?\/[a-z])?\/(?:Users|home)\/([\w.-]+)|\b[A-Za-z]:[\\/]{1,4}Users[\\/]{1,4}([\w.-]+)/g;

/** How often a home directory must stand in the calls of a session that does not work inside it. */
const oftenEnough = 3;

/**
 * Account names of the people whose home directories a session worked in, to be masked in all of its texts (`ls -l`
 * shows them in every line). They are read from working folders and from what the agent itself called, never from
 * tool output. Not the owner of the session's repository: that name is public and part of its address.
 */
export function sessionUsers(session: Session): string[] {
  const owner = session.summary.repo?.split('/')[0];
  const seen = new Map<string, number>();
  const count = (text: string, weight: number): void => {
    for (const hit of text.matchAll(homeOwner)) {
      const user = (hit[1] ?? hit[2] ?? '').replace(/[.-]+$/, '');
      seen.set(user, (seen.get(user) ?? 0) + weight);
    }
  };
  for (const event of session.events) {
    if (event.kind === 'meta') count(event.meta.cwd ?? '', oftenEnough);
    else if (event.kind === 'call') count(JSON.stringify(event.input).slice(0, 20_000), 1);
  }
  return [...seen]
    .filter(([user, times]) => times >= oftenEnough && user.length >= 4 && isPersonalName(user))
    .map(([user]) => user)
    .filter((user) => user.toLowerCase() !== owner)
    .sort();
}
