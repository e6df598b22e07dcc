/**
 * Text of others, made safe to stand in Markdown we write: no tag, link, image, table break, heading, list, math or
 * Mermaid statement can come out of it. Pure string work (no parser), so the hook path may import it.
 */

/** Invisible or direction-changing characters (emoji joiners apart): they hide text, so they are shown as `�`. */
const invisible =
  /(?<!\p{Extended_Pictographic}|\ufe0f)[\u200d\ufe0f]|(?![\u200d\ufe0f])\p{DI}|[\u202a-\u202e\u2066-\u2069]/gu;
const controls = /[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f]/g;
const spaces = /[\s\u0085]+/g;

/** One line without control or hidden characters (each shown as `�`), white space folded and trimmed. */
function oneVisibleLine(text: string): string {
  return text.replace(spaces, ' ').replace(controls, '�').replace(invisible, '�').trim();
}

/** The first `max` code points, with `…` as the last one when something was left out. */
function clipEnd(text: string, max: number): string {
  const points = [...text];
  return points.length <= max
    ? text
    : `${points
        .slice(0, Math.max(0, max - 1))
        .join('')
        .trimEnd()}…`;
}

/**
 * Any text as one line of plain Markdown text: it renders as itself and as nothing else. Escapes emphasis, code,
 * links, images, tables, headings, HTML, entities, math and autolinks (`https://`, `www.`, `javascript:` …), and list
 * or quote marks at its start. The result holds no newline and no `<`.
 */
export function escapeMarkdown(text: string): string {
  return oneVisibleLine(text)
    .replace(/[\\`*_{}[\]|~#=!]/g, '\\$&')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/\$/g, '&#36;')
    .replace(/:(?=\/\/)|(?<=\b(?:javascript|vbscript|data|file|blob|mailto|xmpp)\s*):/gi, '\\:')
    .replace(/\bwww\./gi, (match) => `${match.slice(0, 3)}\\.`)
    .replace(/^([-+])/, '\\$1')
    .replace(/^(\d+)([.)])(?=\s|$)/, '$1\\$2');
}

/** `escapeMarkdown` for a table cell, at most `max` characters of the original; `–` when the text is empty. */
export function tableCell(text: string, max = 120): string {
  return escapeMarkdown(clipEnd(oneVisibleLine(text), max)) || '–';
}

/**
 * Any text as a code span that cannot be closed from inside: the fence is longer than every run of backticks in it.
 * `inTable` also escapes pipes, as GFM wants it inside cells only.
 */
export function codeSpan(text: string, options: { inTable?: boolean } = {}): string {
  // GFM has no way to write a backslash before a pipe in a cell; a space between them keeps the table whole.
  const line = options.inTable ? oneVisibleLine(text).replace(/\\(?=\|)/g, '\\ ') : oneVisibleLine(text);
  const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const padded = line === '' || line.startsWith('`') || line.endsWith('`') ? ` ${line} ` : line;
  const span = `${fence}${padded}${fence}`;
  return options.inTable ? span.replace(/\|/g, '\\|') : span;
}

/**
 * Any text as a Mermaid label, to be put between double quotes: letters, digits, space and `. , _ / + -` only, so no
 * quote, bracket, directive (`%%{`), HTML or statement can come out of it. Empty text becomes `-`.
 */
export function mermaidLabel(text: string, max = 40): string {
  const plain = oneVisibleLine(text)
    .replace(/[^\p{L}\p{M}\p{N} .,_/+-]+/gu, ' ')
    .replace(/-{2,}/g, '-')
    .replace(spaces, ' ')
    .trim();
  // A label is quoted, so words are harmless; joining statement words keeps it so where a renderer forgets the quotes.
  const joined = plain.replace(/\b(click|classDef|linkStyle|style|call|href|init)\s+/gi, '$1-');
  return clipEnd(joined, max).replace('…', '.') || '-';
}

/** A GFM table. Cells must be Markdown already (`tableCell`, `codeSpan`, or our own words); `right` names numeric columns. */
export function formatTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[] = [],
): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = header.map((_, column) => (right.includes(column) ? '---:' : '---'));
  return [line(header), line(rule), ...rows.map(line)].join('\n');
}
