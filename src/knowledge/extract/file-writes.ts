import type { ToolCall } from '../../sessions/session.ts';

/** Text a tool call put into a file, and the text it took away; `whole`: `added` is all of the file. */
export interface FileWrite {
  path: string;
  added: string;
  removed: string;
  whole: boolean;
  /** The string of the call's input that holds `added`: what a quote is checked against. */
  source: string;
}

const pathKeys = ['file_path', 'filePath', 'path', 'file', 'filename', 'target_file', 'absolute_path'];
const contentKeys = ['content', 'contents', 'file_text', 'code_edit', 'new_file_contents'];
const oldKeys = ['old_string', 'oldString', 'old_str', 'oldText'];
const newKeys = ['new_string', 'newString', 'new_str', 'newText', 'insert_text', 'new_source'];

/**
 * What a successful call wrote to files, whatever agent made it: write and edit tools by their usual parameter
 * names, `apply_patch`, and here-documents of shell commands. Empty for calls that failed or were refused.
 */
export function fileWrites(call: ToolCall): FileWrite[] {
  if (!call.result || call.result.isError || call.result.denied || call.result.collateral) return [];
  const patch = patchText(call);
  if (patch !== undefined) return patchWrites(patch);
  if (call.command !== null) return heredocWrites(call.command);
  const path = textOf(call.input, pathKeys) ?? call.path;
  if (!path) return [];
  const edits = Array.isArray(call.input.edits) ? call.input.edits : [call.input];
  const content = textOf(call.input, contentKeys);
  if (content !== undefined) return [{ path, added: content, removed: '', whole: true, source: content }];
  return edits.flatMap((edit) => {
    const added = textOf(edit, newKeys);
    return added === undefined
      ? []
      : [{ path, added, removed: textOf(edit, oldKeys) ?? '', whole: false, source: added }];
  });
}

function textOf(value: unknown, keys: readonly string[]): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  for (const key of keys) {
    const member = (value as Record<string, unknown>)[key];
    if (typeof member === 'string') return member;
  }
  return undefined;
}

function patchText(call: ToolCall): string | undefined {
  const candidates = [call.input.input, call.input.patch, call.input.diff, call.command];
  return candidates.find(
    (text): text is string => typeof text === 'string' && text.includes('*** Begin Patch'),
  );
}

function patchWrites(patch: string): FileWrite[] {
  const writes: FileWrite[] = [];
  for (const section of patch.split(/^\*\*\* (?=(?:Add|Update) File: )/m).slice(1)) {
    const head = /^(Add|Update) File: (.+)$/m.exec(section);
    if (!head) continue;
    const lines = section.split('\n').slice(1);
    const end = lines.findIndex((line) => line.startsWith('*** ') && !line.startsWith('*** Move to'));
    const body = end === -1 ? lines : lines.slice(0, end);
    const withMark = (mark: string) =>
      body
        .filter((line) => line.startsWith(mark))
        .map((line) => line.slice(1))
        .join('\n');
    writes.push({
      path: (head[2] as string).trim(),
      added: withMark('+'),
      removed: withMark('-'),
      whole: head[1] === 'Add',
      source: patch,
    });
  }
  return writes;
}

function heredocWrites(command: string): FileWrite[] {
  const pattern =
    /(?:\bcat|\btee(?:\s+-a)?)\s*(?:(>>?)\s*)?(?:"([^"\n]+)"|'([^'\n]+)'|([^\s<>|;&]+))?\s*<<-?\s*(['"]?)(\w+)\5(?:\s*(>>?)\s*(?:"([^"\n]+)"|([^\s|;&]+)))?[^\n]*\n([\s\S]*?)\n[ \t]*\6\b/g;
  return [...command.matchAll(pattern)].flatMap((match) => {
    const path = match[2] ?? match[3] ?? match[4] ?? match[8] ?? match[9];
    if (!path) return [];
    return [
      {
        path,
        added: match[10] as string,
        removed: '',
        whole: (match[1] ?? match[7]) === '>',
        source: command,
      },
    ];
  });
}
