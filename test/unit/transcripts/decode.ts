import type { TranscriptEvent } from '../../../src/transcripts/event.ts';
import type { TranscriptFormat } from '../../../src/transcripts/format.ts';

/** All events of some parsed lines; `wrong` holds the numbers of lines the format does not know. */
export function decode(format: TranscriptFormat, lines: readonly unknown[]) {
  const decoder = format.decoder('t.jsonl');
  const events: TranscriptEvent[] = [];
  const wrong: number[] = [];
  for (const [at, line] of lines.entries()) {
    const found = decoder.push(structuredClone(line), at + 1);
    if (found) events.push(...found);
    else wrong.push(at + 1);
  }
  events.push(...decoder.end());
  return { events, wrong };
}

/** The events of one kind. */
export function only<K extends TranscriptEvent['kind']>(events: readonly TranscriptEvent[], kind: K) {
  return events.filter((event): event is Extract<TranscriptEvent, { kind: K }> => event.kind === kind);
}

/** Lines of a Claude Code transcript, a second apart, each with its own uuid. */
export function claudeLines() {
  let count = 0;
  const line = (type: string, more: Record<string, unknown>) => {
    count++;
    return {
      isSidechain: false,
      cwd: '/home/ada/shop',
      sessionId: 'session-1',
      version: '2.1.80',
      gitBranch: 'main',
      type,
      uuid: `uuid-${count}`,
      timestamp: new Date(Date.UTC(2026, 10, 2, 9, 0, count)).toISOString(),
      ...more,
    };
  };
  return {
    line,
    user: (content: unknown, more: Record<string, unknown> = {}) =>
      line('user', { message: { role: 'user', content }, ...more }),
    assistant: (content: unknown[], more: Record<string, unknown> = {}) =>
      line('assistant', {
        message: { role: 'assistant', id: `msg-${count}`, model: 'claude-x', content },
        ...more,
      }),
    call: (id: string, name: string, input: unknown, more: Record<string, unknown> = {}) =>
      line('assistant', {
        message: { role: 'assistant', id: `msg-${id}`, content: [{ type: 'tool_use', id, name, input }] },
        ...more,
      }),
    result: (
      id: string | undefined,
      content: unknown,
      isError?: boolean,
      more: Record<string, unknown> = {},
    ) =>
      line('user', {
        message: {
          role: 'user',
          content: [
            {
              type: 'tool_result',
              tool_use_id: id,
              content,
              ...(isError !== undefined && { is_error: isError }),
            },
          ],
        },
        ...more,
      }),
    queue: (operation: string, content?: string) => ({
      type: 'queue-operation',
      operation,
      sessionId: 'session-1',
      timestamp: '2026-11-02T09:30:00.000Z',
      ...(content !== undefined && { content }),
    }),
  };
}
