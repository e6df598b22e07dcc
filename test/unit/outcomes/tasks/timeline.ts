import { SessionBuilder } from '../../../../src/sessions/build-session.ts';
import type { Session } from '../../../../src/sessions/session.ts';
import type { TokenCounts, TranscriptEvent, UserOrigin } from '../../../../src/transcripts/event.ts';

/** One event of a made-up session, at a second after 2026-03-02T10:00:00Z (null: no time). */
export type Row = { at: number | null; side?: boolean } & (
  | { user: string; origin?: UserOrigin }
  | { says: string }
  | { call: string; tool: string; input?: Record<string, unknown> }
  | { call: string; runs: string }
  | {
      result: string | null;
      gives?: string;
      exitCode?: number;
      error?: boolean;
      denied?: 'person' | 'rule';
      durationMs?: number;
    }
  | { interrupt: true }
  | { apiError: string }
  | { version: string }
  | { usage: Partial<TokenCounts>; model?: string | null; response?: string | null }
);

export const startMs = Date.parse('2026-03-02T10:00:00Z');

/** ISO time of a second of the session. */
export const timeAt = (second: number) => new Date(startMs + second * 1000).toISOString();

/** A session of the rows, built by the real builder. Every row has a line of its own. */
export function timeline(
  rows: readonly Row[],
  options: { id?: string; isTorn?: boolean; parentId?: string } = {},
): Session {
  const builder = new SessionBuilder({ keep: true });
  const commands = new Map<string, string>();
  if (options.parentId) {
    const src = { file: 's.jsonl', line: 0 };
    builder.add({ kind: 'meta', src, at: null, side: false, meta: { parentId: options.parentId } });
  }
  rows.forEach((row, index) => {
    const base = {
      src: { file: 's.jsonl', line: index + 1 },
      at: row.at === null ? null : timeAt(row.at),
      side: row.side ?? false,
    };
    builder.add(eventOf(row, base, commands));
  });
  return builder.finish({
    agent: 'claude-code',
    file: 's.jsonl',
    bytes: 1000,
    lines: rows.length,
    skipped: [],
    contentSha256: 'c'.repeat(64),
    fallbackId: options.id ?? 'aaaaaaaa-0000',
    isTorn: options.isTorn ?? false,
  });
}

function eventOf(
  row: Row,
  base: Pick<TranscriptEvent, 'src' | 'at' | 'side'>,
  commands: Map<string, string>,
): TranscriptEvent {
  if ('user' in row)
    return { ...base, kind: 'user', text: row.user, origin: row.origin ?? 'typed', uuid: null };
  if ('says' in row) return { ...base, kind: 'assistant', text: row.says, thinking: false };
  if ('interrupt' in row) return { ...base, kind: 'interrupt' };
  if ('apiError' in row) return { ...base, kind: 'api_error', text: row.apiError };
  if ('version' in row) return { ...base, kind: 'meta', meta: { agentVersion: row.version } };
  if ('usage' in row) {
    const tokens = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, ...row.usage };
    const { model = 'm1', response = null } = row;
    return { ...base, kind: 'usage', responseId: response, model, tokens };
  }
  if ('call' in row) {
    if ('runs' in row) {
      commands.set(row.call, row.runs);
      return { ...base, kind: 'call', id: row.call, tool: 'Bash', input: { command: row.runs } };
    }
    return { ...base, kind: 'call', id: row.call, tool: row.tool, input: row.input ?? {} };
  }
  const isShell = row.result !== null && commands.has(row.result);
  // As Claude Code's reader has it: a command that goes on has no exit code yet.
  const exitCode = isShell && !row.gives?.startsWith('Command running') ? (row.exitCode ?? 0) : null;
  return {
    ...base,
    kind: 'result',
    id: row.result,
    text: row.gives ?? '',
    isError: row.error ?? (row.denied !== undefined || (exitCode ?? 0) !== 0),
    exitCode,
    durationMs: row.durationMs ?? null,
    denied: row.denied ?? null,
    deniedSaid: null,
    collateral: false,
  };
}

/** An edit of one line and its result. */
export function edits(at: number, id: string, file = 'src/a.ts'): Row[] {
  return [
    { at, call: id, tool: 'Edit', input: { file_path: file, old_string: 'a\nb', new_string: 'a\nc\nd' } },
    { at: at + 1, result: id },
  ];
}

/** A command and its result some seconds later. */
export function runs(
  at: number,
  seconds: number,
  id: string,
  command: string,
  gives = '',
  exitCode = 0,
): Row[] {
  return [
    { at, call: id, runs: command },
    { at: at + seconds, result: id, gives, exitCode, durationMs: seconds * 1000 },
  ];
}

/** `git commit` that prints what Git prints. */
export function commits(at: number, id: string, hash: string): Row[] {
  return runs(
    at,
    2,
    id,
    'git commit -am "Mend the parser"',
    `[main ${hash}] Mend the parser\n 1 file changed, 2 insertions(+), 1 deletion(-)`,
  );
}

export const greenTests = ' Test Files  1 passed (1)\n      Tests  3 passed (3)\n';
export const redTests = ' Test Files  1 failed (1)\n      Tests  1 failed | 2 passed (3)\n';
