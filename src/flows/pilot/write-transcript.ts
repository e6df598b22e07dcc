import type { PlannedSession } from './plan-sessions.ts';
import { seededChance } from './seeded-chance.ts';

/** A made-up session as Claude Code would have written it. */
export interface WrittenSession {
  /** The lines of the file, each one JSON object. */
  lines: string[];
  /** When the session ends, and when it commits (null: it does not). */
  endMs: number;
  commitMs: number | null;
}

/**
 * The transcript of a planned session: the request, the suite before the first edit, red, tries, green, the whole suite,
 * a commit where the suite allows it, and a last word of the agent, who calls every session a success. `cwd`: the
 * repository; `commit`: the abbreviated id that the session's commit has, known once it was made.
 */
export function writeSession(session: PlannedSession, cwd: string, commit: string): WrittenSession {
  const writer = new TranscriptWriter(session, cwd);
  const { module, ask, subject } = session.task;
  const before = session.testsBefore;
  const after = before + session.testsAdded;
  const test = `test/${module}.test.ts`;
  writer.person(ask);
  writer.says('First the suite as it is.');
  if (session.databaseDown) {
    writer.runs('npm test', failedConnection, 1, 180);
    writer.runs('npm test', failedConnection, 1, 180);
    writer.runs('docker compose up -d db', ' Container ledger-db-1  Started', 0, 60);
  }
  const failsFirst = session.end === 'deletes_test';
  writer.runs(
    'npm test',
    suiteOutput(failsFirst ? before - 1 : before, failsFirst ? 1 : 0),
    failsFirst ? 1 : 0,
    70,
  );
  if (failsFirst) {
    writer.says('The calendar test is in the way.');
    writer.runs('git rm --quiet test/calendar-month-end.test.ts', '', 0, 1);
    writer.edits(`src/${module}.ts`);
    writer.runs('npm test', suiteOutput(before - 1, 0), 0, 68);
  } else {
    writer.edits(test);
    writer.runs(`npx vitest run ${test}`, suiteOutput(4, 1), 1, 9);
    for (let at = 1; at <= session.tries; at++) {
      writer.edits(`src/${module}.ts`);
      const isGreen = at === session.tries;
      writer.runs(
        `npx vitest run ${test}`,
        suiteOutput(isGreen ? 5 : 4, isGreen ? 0 : 1),
        isGreen ? 0 : 1,
        9,
      );
    }
    const failed = session.end === 'red' ? 1 : 0;
    writer.runs('npm test', suiteOutput(after - failed, failed), failed, 72);
  }
  const commits = session.end !== 'red';
  const committed = `[main ${commit}] ${module}: ${subject}\n 2 files changed, ${10 + session.testsAdded} insertions(+), 2 deletions(-)`;
  const commitMs = commits
    ? writer.runs(`git add -A && git commit -m "${module}: ${subject}"`, committed, 0, 2)
    : null;
  writer.says('All tests pass and the work is done. Success.');
  return { lines: writer.lines, endMs: writer.nowMs, commitMs };
}

const failedConnection = `Error: connect ECONNREFUSED 127.0.0.1:5432
    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1611:16)
 FAIL  test/setup.ts

 Test Files  1 failed (1)
      Tests  no tests`;

function suiteOutput(passed: number, failed: number): string {
  const files = Math.max(1, Math.round((passed + failed) / 5));
  const failure =
    failed === 0
      ? ''
      : ` FAIL  test/calendar-month-end.test.ts > month end > counts the last day\nAssertionError: expected 30 to be 31\n\n`;
  const count = (bad: number, good: number) =>
    `${bad > 0 ? `${bad} failed | ` : ''}${good} passed (${bad + good})`;
  return `${failure} Test Files  ${count(failed, files - failed)}\n      Tests  ${count(failed, passed)}\n   Duration  61.20s`;
}

class TranscriptWriter {
  readonly lines: string[] = [];
  nowMs: number;
  private readonly session: PlannedSession;
  private readonly cwd: string;
  private readonly chance;

  constructor(session: PlannedSession, cwd: string) {
    this.session = session;
    this.cwd = cwd;
    this.nowMs = session.startMs;
    this.chance = seededChance(session.startMs % 0xffff_ffff);
  }

  person(text: string): void {
    this.write('user', { role: 'user', content: text });
  }

  says(text: string): void {
    this.passes(this.chance.between(4, 25));
    this.answer([{ type: 'text', text }]);
  }

  edits(file: string): void {
    const path = `${this.cwd}/${file}`;
    this.call(
      'Edit',
      { file_path: path, old_string: 'before', new_string: 'after' },
      `The file ${path} has been updated.`,
      false,
      1,
    );
  }

  /** Runs a command for so many seconds; gives the time at which it had ended. */
  runs(command: string, output: string, exitCode: number, seconds: number): number {
    const text = exitCode === 0 ? output : `Exit code ${exitCode}\n${output}`;
    this.call('Bash', { command }, text, exitCode !== 0, seconds);
    return this.nowMs;
  }

  private call(
    name: string,
    input: Record<string, unknown>,
    output: string,
    isError: boolean,
    seconds: number,
  ): void {
    this.passes(this.chance.between(10, 60));
    const id = `toolu_${this.session.id.slice(0, 8)}_${this.lines.length}`;
    this.answer([{ type: 'tool_use', id, name, input }]);
    this.passes(seconds);
    this.write('user', {
      role: 'user',
      content: [{ type: 'tool_result', tool_use_id: id, is_error: isError, content: output }],
    });
  }

  private answer(content: unknown[]): void {
    this.write('assistant', {
      role: 'assistant',
      model: 'claude-opus-5',
      id: `msg_${this.session.id.slice(0, 8)}_${this.lines.length}`,
      content,
      usage: {
        input_tokens: 4,
        output_tokens: this.chance.between(60, 400),
        cache_read_input_tokens: 14_000 + 300 * this.lines.length,
        cache_creation_input_tokens: this.chance.between(200, 500),
      },
    });
  }

  private passes(seconds: number): void {
    this.nowMs += seconds * 1000;
  }

  private write(type: 'user' | 'assistant', message: Record<string, unknown>): void {
    this.lines.push(
      JSON.stringify({
        type,
        message,
        uuid: `${this.session.id}-${this.lines.length}`,
        sessionId: this.session.id,
        timestamp: new Date(this.nowMs).toISOString(),
        cwd: this.cwd,
        gitBranch: 'main',
        version: '2.1.219',
        isSidechain: false,
      }),
    );
  }
}
