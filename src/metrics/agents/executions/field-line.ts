/**
 * The line (from 1) of a field in the block-style front matter of a file: `['metrics', 'primary', 'name']`, list items by
 * their number. A field that is not written, or stands in a flow mapping, has the line of the nearest parent that does;
 * without any, the opening `---`.
 */
export function findFieldLine(text: string, field: readonly string[]): number {
  const lines = text.replace(/\r\n?/g, '\n').split('\n');
  const close = lines.indexOf('---', 1);
  const end = close < 0 ? lines.length : close;
  let at = 0;
  let indent = -1;
  for (const part of field) {
    const found = /^\d+$/.test(part)
      ? findItem(lines, at + 1, end, indent, Number(part))
      : findKey(lines, at, end, indent, part);
    if (!found) break;
    at = found.at;
    indent = found.indent;
  }
  return at + 1;
}

interface Place {
  at: number;
  /** Column of the key, or of the dash of an item. */
  indent: number;
}

/** The key as a direct child of what stands at `from` with `indent`: on the same line after a dash, or below. */
function findKey(lines: string[], from: number, end: number, indent: number, key: string): Place | undefined {
  let childIndent: number | undefined;
  for (let at = from; at < end; at++) {
    const [, lead = '', name] =
      /^((?:\s*-\s+)?\s*)(?:"|')?([\w.$-]+)(?:"|')?\s*:/.exec(lines[at] ?? '') ?? [];
    if (name === undefined || (at === from && lead.length <= indent)) continue;
    if (at > from && indentOf(lines[at]) <= indent) return undefined;
    childIndent ??= lead.length;
    if (lead.length === childIndent && name === key) return { at, indent: lead.length };
  }
  return undefined;
}

function findItem(
  lines: string[],
  from: number,
  end: number,
  indent: number,
  index: number,
): Place | undefined {
  let dash: number | undefined;
  let seen = 0;
  for (let at = from; at < end; at++) {
    const line = lines[at] ?? '';
    if (line.trim() === '' || line.trim().startsWith('#')) continue;
    const lead = indentOf(line);
    const isItem = /^\s*-(?:\s|$)/.test(line);
    if (lead < indent || (lead === indent && !isItem)) return undefined;
    if (!isItem) continue;
    dash ??= lead;
    if (lead !== dash) continue;
    if (seen === index) return { at, indent: lead };
    seen += 1;
  }
  return undefined;
}

function indentOf(line = ''): number {
  return line.length - line.trimStart().length;
}
