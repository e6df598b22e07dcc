/**
 * A JSON text with the place of everything in it, so that a file of somebody else can be changed in one spot and keep
 * every other byte. `start` and `end` are offsets in the text; a member's `start` is that of its key.
 */
export type JsonNode =
  | { kind: 'object'; start: number; end: number; members: JsonMember[] }
  | { kind: 'array'; start: number; end: number; items: JsonNode[] }
  | { kind: 'scalar'; start: number; end: number; value: string | number | boolean | null };

/** A key with its value. */
export interface JsonMember {
  key: string;
  start: number;
  end: number;
  value: JsonNode;
}

/** Deeper files are no settings of anybody. */
const maxDepth = 200;

/**
 * The tree of a strict JSON text (a byte order mark is passed over). Throws SyntaxError for anything else: comments,
 * trailing commas, an empty text, the same key twice in one object, more than 200 levels.
 */
export function parseJsonTree(text: string): JsonNode {
  const from = text.startsWith('\ufeff') ? 1 : 0;
  JSON.parse(text.slice(from));
  return new TreeReader(text, from).read(0);
}

/** Walks a text that JSON.parse has taken, so nothing but places is left to find. */
class TreeReader {
  private readonly text: string;
  private at: number;

  constructor(text: string, at: number) {
    this.text = text;
    this.at = at;
  }

  read(depth: number): JsonNode {
    if (depth > maxDepth) throw new SyntaxError(`more than ${maxDepth} levels`);
    this.skipSpace();
    const first = this.text[this.at];
    if (first === '{') return this.readObject(depth);
    if (first === '[') return this.readArray(depth);
    return this.readScalar();
  }

  private readObject(depth: number): JsonNode {
    const start = this.at;
    const members: JsonMember[] = [];
    while (this.enters('}')) {
      const key = this.readScalar();
      const name = String(key.value);
      if (members.some((member) => member.key === name))
        throw new SyntaxError(`the key "${name}" is there twice`);
      this.skipSpace();
      this.at += 1;
      const value = this.read(depth + 1);
      members.push({ key: name, start: key.start, end: value.end, value });
    }
    return { kind: 'object', start, end: this.at, members };
  }

  private readArray(depth: number): JsonNode {
    const start = this.at;
    const items: JsonNode[] = [];
    while (this.enters(']')) items.push(this.read(depth + 1));
    return { kind: 'array', start, end: this.at, items };
  }

  /** Steps over the bracket or comma before the next element; false, past the bracket, when there is none. */
  private enters(close: '}' | ']'): boolean {
    this.skipSpace();
    if (this.text[this.at] === close) {
      this.at += 1;
      return false;
    }
    this.at += 1;
    this.skipSpace();
    if (this.text[this.at] !== close) return true;
    this.at += 1;
    return false;
  }

  private readScalar(): Extract<JsonNode, { kind: 'scalar' }> {
    this.skipSpace();
    const start = this.at;
    const token = /"(?:[^"\\]|\\.)*"|[^\s,:{}[\]"]+/y;
    token.lastIndex = start;
    const [raw = ''] = token.exec(this.text) ?? [];
    this.at = start + raw.length;
    return { kind: 'scalar', start, end: this.at, value: JSON.parse(raw) };
  }

  private skipSpace(): void {
    while (/[ \t\r\n]/.test(this.text[this.at] ?? '')) this.at += 1;
  }
}

/** The member of an object by its key. */
export function memberOf(node: JsonNode | undefined, key: string): JsonMember | undefined {
  return node?.kind === 'object' ? node.members.find((member) => member.key === key) : undefined;
}

/** The text without one element of an object or array, and without the comma and space that joined it to a neighbour. */
export function cutElement(text: string, container: JsonNode, index: number): string {
  const elements =
    container.kind === 'object' ? container.members : container.kind === 'array' ? container.items : [];
  const [before, element, after] = [elements[index - 1], elements[index], elements[index + 1]];
  if (!element) return text;
  if (before) return text.slice(0, before.end) + text.slice(element.end);
  if (after) return text.slice(0, element.start) + text.slice(after.start);
  return text.slice(0, container.start + 1) + text.slice(container.end - 1);
}

/** How a JSON text is laid out: its line end, and one step of its indent; null when it stands on one line. */
export interface JsonLayout {
  newline: '\n' | '\r\n';
  indent: string | null;
}

/** The layout of a text, by its first indented line; of an empty one two spaces. */
export function layoutOf(text: string): JsonLayout {
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const trimmed = text.replace(/^\ufeff/, '').trim();
  if (trimmed !== '' && !trimmed.includes('\n') && !/^\{\s*\}$/.test(trimmed))
    return { newline, indent: null };
  return { newline, indent: /\n([ \t]+)["{[]/.exec(text)?.[1] ?? '  ' };
}

/**
 * The text with one element put at the end of an object (`key` given) or array, in the layout of the text, and the
 * place and text of what was put in: cutting exactly that gives the text back.
 */
export function insertElement(
  text: string,
  container: JsonNode,
  element: { key?: string; value: unknown },
  layout: JsonLayout,
): { text: string; at: number; inserted: string } {
  const elements =
    container.kind === 'object' ? container.members : container.kind === 'array' ? container.items : [];
  const last = elements.at(-1);
  const isOneLine =
    layout.indent === null || (last !== undefined && !text.slice(container.start, last.start).includes('\n'));
  const step = layout.indent ?? '';
  const outer = lineIndent(text, container.start);
  const inner = last && !isOneLine ? lineIndent(text, last.start) : outer + step;
  const label = element.key === undefined ? '' : `${JSON.stringify(element.key)}: `;
  const value = isOneLine
    ? JSON.stringify(element.value)
    : JSON.stringify(element.value, null, step).replaceAll('\n', layout.newline + inner);
  const closing = text.slice(last?.end ?? container.start + 1, container.end - 1);
  const lead = isOneLine ? (last ? ', ' : '') : `${last ? ',' : ''}${layout.newline}${inner}`;
  const tail = isOneLine || closing.includes('\n') ? '' : layout.newline + outer;
  const at = last?.end ?? container.start + 1;
  const inserted = `${lead}${label}${value}${tail}`;
  return { text: text.slice(0, at) + inserted + text.slice(at), at, inserted };
}

/** The white space at the start of the line that `at` stands on. */
function lineIndent(text: string, at: number): string {
  const start = text.lastIndexOf('\n', at - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start, at))?.[0] ?? '';
}
