import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** One line of a made-up Claude Code transcript. */
export type Line = Record<string, unknown>;

let uuids = 0;

/** A user line a person typed. */
export function typed(text: string): Line {
  return { type: 'user', message: { role: 'user', content: text } };
}

/** An assistant line with text. */
export function said(text: string): Line {
  return { type: 'assistant', message: { role: 'assistant', content: [{ type: 'text', text }] } };
}

/** A shell call and its result. */
export function ran(command: string, output: string, fails = false): Line[] {
  uuids += 1;
  const id = `toolu_${uuids}`;
  return [
    {
      type: 'assistant',
      message: { role: 'assistant', content: [{ type: 'tool_use', id, name: 'Bash', input: { command } }] },
    },
    {
      type: 'user',
      message: {
        role: 'user',
        content: [
          {
            type: 'tool_result',
            tool_use_id: id,
            is_error: fails,
            content: fails ? `Exit code 1\n${output}` : output,
          },
        ],
      },
    },
  ];
}

/** Writes a transcript file; gives its path. Lines get their envelope: session, uuid, time, folder. */
export function writeTranscript(
  folder: string,
  sessionId: string,
  lines: readonly Line[],
  cwd = '/srv/shop',
): string {
  const path = join(folder, `${sessionId}.jsonl`);
  const rows = lines.map((line, at) =>
    JSON.stringify({
      uuid: `${sessionId}-${at}`,
      sessionId,
      cwd,
      version: '2.1.0',
      timestamp: `2026-11-0${(at % 9) + 1}T09:00:00.000Z`,
      ...line,
    }),
  );
  writeFileSync(path, `${rows.join('\n')}\n`);
  return path;
}
