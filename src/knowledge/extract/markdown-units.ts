import { foldSpace } from '../../base/text.ts';

/** One list item or paragraph of a Markdown text, with its children folded in. */
export interface MarkdownUnit {
  /** As written, list mark removed, continuation lines joined, nested items after it one a line. */
  text: string;
  /** The item's own text, without what is nested below it. */
  own: string;
  /** Texts of the items nested directly below it, each with its own children folded in. */
  nested: string[];
  /** Headings above it, outermost first, as plain text. */
  headings: string[];
  /** `bullet` for list items, `step` for numbered ones, `paragraph` for the rest. */
  kind: 'bullet' | 'step' | 'paragraph';
}

interface Row {
  indent: number;
  mark: boolean;
  numbered: boolean;
  text: string;
}

const listMark = /^(\s*)(?:[-*+•]|\d{1,3}[.)])\s+(.*)$/;

/**
 * Units of a Markdown text in order. Code blocks, tables, drawings, rules and front matter are no units. A wrapped
 * item is one unit; an indented list belongs to the item above it.
 */
export function markdownUnits(text: string): MarkdownUnit[] {
  const units: MarkdownUnit[] = [];
  const headings: { level: number; text: string }[] = [];
  let rows: Row[] = [];
  const flush = () => {
    for (const unit of unitsOf(rows))
      units.push({ ...unit, headings: headings.map((heading) => heading.text) });
    rows = [];
  };
  for (const line of proseLines(text)) {
    const heading = /^\s{0,3}(#{1,6})\s+(.*?)\s*#*$/.exec(line);
    if (heading) {
      flush();
      const level = (heading[1] as string).length;
      while (headings.length > 0 && (headings[headings.length - 1] as { level: number }).level >= level)
        headings.pop();
      headings.push({ level, text: foldSpace((heading[2] as string).replace(/[*_]/g, '')) });
    } else if (line.trim() === '') {
      // An empty line ends a paragraph; list items may go on after it.
      if (rows.length > 0 && !rows[0]?.mark) flush();
    } else {
      const item = listMark.exec(line);
      if (item) {
        const numbered = /^\s*\d/.test(line);
        rows.push({ indent: (item[1] as string).length, mark: true, numbered, text: item[2] as string });
      } else {
        const indent = /^\s*/.exec(line)?.[0].length ?? 0;
        if (rows[0]?.mark && indent === 0 && !continues(rows, line)) flush();
        rows.push({ indent, mark: false, numbered: false, text: line.trim() });
      }
    }
  }
  flush();
  return units;
}

/** A line at the margin continues a list item only when the item's text broke off in mid-sentence. */
function continues(rows: readonly Row[], line: string): boolean {
  return /^[a-z`(]/.test(line) && !/[.:!?]["'`)]*$/.test(rows[rows.length - 1]?.text ?? '');
}

function proseLines(text: string): string[] {
  const body = text.replace(/^\ufeff?---\n[\s\S]*?\n---\s*\n/, '');
  const kept: string[] = [];
  let fence: string | undefined;
  for (const line of body.split(/\r?\n/)) {
    const mark = /^\s*(```+|~~~+)/.exec(line)?.[1]?.slice(0, 3);
    if (mark !== undefined) {
      fence = fence === undefined ? mark : fence === mark ? undefined : fence;
      continue;
    }
    if (
      fence !== undefined ||
      /^\s*\|.*\|\s*$/.test(line) ||
      /[│├└┌┐┘─]{2}/.test(line) ||
      /^\s*(?:[-*_]\s*){3,}$/.test(line)
    )
      continue;
    kept.push(line);
  }
  return kept;
}

function unitsOf(rows: readonly Row[]): Omit<MarkdownUnit, 'headings'>[] {
  const first = rows[0];
  if (!first) return [];
  if (!first.mark) {
    const end = rows.findIndex((row) => row.mark);
    const paragraph = (end === -1 ? rows : rows.slice(0, end)).map((row) => row.text).join(' ');
    const rest = end === -1 ? [] : unitsOf(rows.slice(end));
    return [{ kind: 'paragraph', text: paragraph, own: paragraph, nested: [] }, ...rest];
  }
  const units: Omit<MarkdownUnit, 'headings'>[] = [];
  let at = 0;
  while (at < rows.length) {
    const start = rows[at] as Row;
    let end = at + 1;
    while (end < rows.length && !((rows[end] as Row).mark && (rows[end] as Row).indent <= start.indent))
      end += 1;
    units.push(itemOf(rows.slice(at, end)));
    at = end;
  }
  return units;
}

function itemOf(rows: readonly Row[]): Omit<MarkdownUnit, 'headings'> {
  const firstNested = rows.findIndex((row, index) => index > 0 && row.mark);
  const own = (firstNested === -1 ? rows : rows.slice(0, firstNested)).map((row) => row.text).join(' ');
  const nested = firstNested === -1 ? [] : unitsOf(rows.slice(firstNested)).map((unit) => unit.text);
  return { kind: rows[0]?.numbered ? 'step' : 'bullet', own, nested, text: [own, ...nested].join('\n') };
}
