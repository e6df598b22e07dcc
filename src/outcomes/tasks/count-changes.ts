import type { ToolCall } from '../../sessions/session.ts';

/** Files and lines that calls changed, as far as their inputs show it. */
export interface EditedLines {
  files: number;
  linesAdded: number;
  linesRemoved: number;
  /** A shell command changed files: what it changed is not among the numbers. */
  hasHidden: boolean;
}

/** Adds up the edits of a task; a line only moved within one edit's common head or tail is no change. */
export function countEdits(calls: readonly ToolCall[]): EditedLines {
  const files = new Set<string>();
  const written = new Map<string, string>();
  const sum: EditedLines = { files: 0, linesAdded: 0, linesRemoved: 0, hasHidden: false };
  const add = (before: string, after: string) => {
    const { added, removed } = changedLines(before, after);
    sum.linesAdded += added;
    sum.linesRemoved += removed;
  };
  for (const call of calls) {
    const { input } = call;
    const patch = patchOf(call);
    if (patch !== undefined) {
      for (const [, file] of patch.matchAll(/^\*\*\* (?:Update|Add|Delete) File: (.+)$/gm))
        files.add((file as string).trim());
      sum.linesAdded += [...patch.matchAll(/^\+(?!\+\+ )/gm)].length;
      sum.linesRemoved += [...patch.matchAll(/^-(?!-- )/gm)].length;
      continue;
    }
    if (call.command !== null || call.path === null) {
      sum.hasHidden = true;
      continue;
    }
    files.add(call.path);
    const edits = Array.isArray(input.edits) ? input.edits : [input];
    for (const edit of edits as Record<string, unknown>[]) {
      const after = firstText(
        edit?.new_string,
        edit?.new_str,
        edit?.content,
        edit?.file_text,
        edit?.new_source,
        edit?.insert_text,
      );
      const isWhole = firstText(edit?.content, edit?.file_text) !== undefined;
      const before =
        firstText(edit?.old_string, edit?.old_str) ?? (isWhole ? (written.get(call.path) ?? '') : '');
      if (after === undefined) sum.hasHidden = true;
      else add(before, after);
      if (isWhole && after !== undefined) written.set(call.path, after);
    }
  }
  return { ...sum, files: files.size };
}

function patchOf({ tool, input, command }: ToolCall): string | undefined {
  const text = firstText(input.input, input.patch, command ?? undefined);
  return text !== undefined && (/patch/i.test(tool) || command !== null) && text.includes('*** Begin Patch')
    ? text
    : undefined;
}

const firstText = (...values: unknown[]): string | undefined =>
  values.find((value): value is string => typeof value === 'string');

/** Lines that differ between the common head and the common tail of two texts. */
function changedLines(before: string, after: string): { added: number; removed: number } {
  const [a, b] = [linesOf(before), linesOf(after)];
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (
    tail < a.length - head &&
    tail < b.length - head &&
    a[a.length - 1 - tail] === b[b.length - 1 - tail]
  )
    tail += 1;
  return { added: b.length - head - tail, removed: a.length - head - tail };
}

const linesOf = (text: string): string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'));
