import type { Git } from '../../io/git.ts';
import type { PlannedSession } from './plan-sessions.ts';

/** A commit to make: when, and for which session. */
export interface PlannedCommit {
  session: PlannedSession;
  atMs: number;
}

const calendarTest = 'test/calendar-month-end.test.ts';
const identity = 'Pilot <pilot@example.com>';

/**
 * Makes the history of the made-up project in one go: a first commit, then one for each session that commits, with fixed
 * author and times, so that their ids depend on the seed alone. Gives the ids by session.
 */
export async function makeHistory(
  git: Git,
  startMs: number,
  commits: readonly PlannedCommit[],
): Promise<Map<string, string>> {
  const first = commitText(startMs, 'ledger: begin', [
    ['package.json', '{ "name": "ledger", "scripts": { "test": "vitest run" } }\n'],
    [calendarTest, '// depends on the month it is run in\n'],
  ]);
  const rest = commits.map(({ session, atMs }) => {
    const { module, subject } = session.task;
    const text = `// ${subject} (${session.number})\n`;
    const gone = session.end === 'deletes_test' ? [calendarTest] : [];
    return commitText(
      atMs,
      `${module}: ${subject}`,
      [
        [`src/${module}.ts`, text],
        [`test/${module}.test.ts`, text],
      ],
      gone,
    );
  });
  await git.rawBytes(['fast-import', '--quiet'], `${[first, ...rest].join('')}done\n`);
  await git.raw(['reset', '--quiet', '--hard', 'refs/heads/main']);
  const ids = (await git.raw(['rev-list', '--reverse', 'refs/heads/main'])).trim().split('\n').slice(1);
  return new Map(commits.map(({ session }, at) => [session.id, ids[at] ?? '']));
}

function commitText(
  atMs: number,
  message: string,
  files: readonly (readonly [string, string])[],
  removed: readonly string[] = [],
): string {
  const stamp = `${identity} ${Math.floor(atMs / 1000)} +0000`;
  const body = `${message}\n`;
  const changes = files.map(
    ([path, text]) => `M 100644 inline ${path}\ndata ${Buffer.byteLength(text)}\n${text}\n`,
  );
  return `commit refs/heads/main\nauthor ${stamp}\ncommitter ${stamp}\ndata ${Buffer.byteLength(body)}\n${body}\n${changes.join('')}${removed.map((path) => `D ${path}\n`).join('')}\n`;
}
