import { SessionBuilder } from '../../../src/sessions/build-session.ts';
import type { ToolCall } from '../../../src/sessions/session.ts';
import type { TranscriptEvent, UserOrigin } from '../../../src/transcripts/event.ts';

/** Events of a made-up session, ten seconds apart. */
export function eventMaker(file = 's.jsonl') {
  let line = 0;
  const base = (more: { side?: boolean; at?: string | null } = {}) => {
    line++;
    const at = new Date(Date.UTC(2026, 10, 2, 9, 0, line * 10)).toISOString();
    return { src: { file, line }, at: more.at === undefined ? at : more.at, side: more.side ?? false };
  };
  return {
    user: (text: string, origin: UserOrigin = 'typed', more = {}): TranscriptEvent => ({
      kind: 'user',
      ...base(more),
      text,
      origin,
      uuid: null,
    }),
    says: (text: string, more = {}): TranscriptEvent => ({
      kind: 'assistant',
      ...base(more),
      text,
      thinking: false,
    }),
    call: (id: string, tool: string, input: Record<string, unknown>, more = {}): TranscriptEvent => ({
      kind: 'call',
      ...base(more),
      id,
      tool,
      input,
    }),
    result: (
      id: string | null,
      text: string,
      more: Partial<Extract<TranscriptEvent, { kind: 'result' }>> = {},
    ): TranscriptEvent => ({
      kind: 'result',
      ...base(more),
      ...{
        id,
        text,
        isError: false,
        exitCode: null,
        durationMs: null,
        denied: null,
        deniedSaid: null,
        collateral: false,
      },
      ...more,
    }),
    interrupt: (): TranscriptEvent => ({ kind: 'interrupt', ...base() }),
    usage: (responseId: string | null, input: number, output: number, more = {}): TranscriptEvent => ({
      kind: 'usage',
      ...base(more),
      responseId,
      model: 'm',
      tokens: { input, output, cacheRead: 0, cacheWrite: 0 },
    }),
    meta: (meta: Extract<TranscriptEvent, { kind: 'meta' }>['meta']): TranscriptEvent => ({
      kind: 'meta',
      ...base({ at: null }),
      meta,
    }),
  };
}

export const source = {
  agent: 'claude-code',
  file: 's.jsonl',
  bytes: 100,
  lines: 9,
  skipped: [],
  contentSha256: 'f00',
  fallbackId: 'fallback0000',
  isTorn: false,
};

/** The session of some events. */
export function build(events: readonly TranscriptEvent[], more: Partial<typeof source> = {}) {
  const builder = new SessionBuilder({ keep: true });
  for (const event of events) builder.add(event);
  return builder.finish({ ...source, ...more });
}

/** A failed shell call. */
export function failedCall(
  command: string,
  text: string,
  more: Partial<NonNullable<ToolCall['result']>> = {},
): ToolCall {
  const src = { file: 's.jsonl', line: 1 };
  return {
    ...{ id: 'c', tool: 'Bash', input: { command }, command, path: null, src, at: null, side: false },
    result: {
      ...{
        text,
        src,
        at: null,
        isError: true,
        exitCode: 1,
        durationMs: null,
        denied: null,
        deniedSaid: null,
        collateral: false,
      },
      ...more,
    },
  };
}
