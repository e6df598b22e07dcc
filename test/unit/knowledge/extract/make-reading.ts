import { stripInvisible } from '../../../../src/base/visible-text.ts';
import { type Reading, readForFacts } from '../../../../src/knowledge/extract/reading.ts';
import { SessionBuilder } from '../../../../src/sessions/build-session.ts';
import { checkOutcome } from '../../../../src/sessions/check-commands.ts';
import type { Session } from '../../../../src/sessions/session.ts';
import type { TranscriptEvent, UserOrigin } from '../../../../src/transcripts/event.ts';

/** One thing that happens in a made-up session; each takes one transcript line. */
export type Step =
  | { user: string; origin?: UserOrigin }
  | { agent: string }
  | { summary: string }
  | { interrupt: true }
  | { run: string; out?: string; fails?: boolean; input?: Record<string, unknown> }
  | { tool: string; input: Record<string, unknown>; out?: string; fails?: boolean; refused?: string };

/** The session that these steps make; a call and its result take two lines. */
function makeSession(steps: readonly Step[], id = 'aaaaaaaa-0000'): Session {
  const builder = new SessionBuilder({ keep: true });
  let line = 0;
  const base = () => {
    line += 1;
    return {
      src: { file: 'made.jsonl', line },
      at: `2026-11-01T10:00:${String(line % 60).padStart(2, '0')}Z`,
      side: false,
    };
  };
  const add = (event: TranscriptEvent) => builder.add(event);
  add({ kind: 'meta', ...base(), meta: { sessionId: id, cwd: '/srv/shop' } });
  for (const step of steps) {
    if ('user' in step)
      add({ kind: 'user', ...base(), text: step.user, origin: step.origin ?? 'typed', uuid: null });
    else if ('agent' in step) add({ kind: 'assistant', ...base(), text: step.agent, thinking: false });
    else if ('summary' in step) add({ kind: 'compact', ...base(), text: step.summary });
    else if ('interrupt' in step) add({ kind: 'interrupt', ...base() });
    else {
      const tool = 'run' in step ? 'Bash' : step.tool;
      const input = 'run' in step ? { command: step.run, ...step.input } : step.input;
      const refused = 'refused' in step ? step.refused : undefined;
      const fails = step.fails === true || refused !== undefined;
      const call = base();
      add({ kind: 'call', ...call, id: `call-${call.src.line}`, tool, input });
      add({
        kind: 'result',
        ...base(),
        id: `call-${call.src.line}`,
        text: refused ?? step.out ?? '',
        isError: fails,
        exitCode: fails ? 1 : 0,
        durationMs: null,
        denied: refused === undefined ? null : 'person',
        deniedSaid: refused ?? null,
        collateral: false,
      });
    }
  }
  return builder.finish({
    agent: 'claude-code',
    file: 'made.jsonl',
    bytes: 0,
    lines: line,
    skipped: [],
    contentSha256: `${id}-sha`,
    fallbackId: id,
    isTorn: false,
  });
}

/** The same, read for the rules; nothing is redacted. */
export function makeReading(...steps: Step[]): Reading {
  return readForFacts(makeSession(steps), {
    redact: (text) => text,
    redactValue: (value) => value,
    stripInvisible,
    checkOutcome,
  });
}
