import { type BlockKind, type MarkdownBlock, parseMarkdownBlocks } from '../../base/markdown-parse.ts';
import { findSectionName, type SectionName } from './sections.ts';

/** One thing a section says: a list item with all that is nested in it, or any other block. */
export interface MemoryEntry {
  kind: Exclude<BlockKind, 'list' | 'heading'> | 'item' | 'heading';
  /** Offsets in the text of the section. */
  start: number;
  end: number;
  /** Line in the file, from 1. */
  line: number;
}

/** A heading of level 1 or 2 with everything up to the next one. */
export interface MemorySection {
  title: string;
  /** Set when it is one of the seed's sections. */
  name: SectionName | undefined;
  /** As it stands in the file, heading and trailing blank lines included. */
  text: string;
  /** Line of the heading in the file, from 1. */
  line: number;
  /** Where the heading ends in `text`, without its line end. */
  headingEnd: number;
  entries: MemoryEntry[];
  /** The last block, and how a list there is written; undefined when the section holds none. */
  last: { kind: BlockKind; start: number; end: number; loose: boolean } | undefined;
}

/** A memory file cut into consecutive spans of the original text: `formatMemory` puts the same bytes together again. */
export interface MemoryDocument {
  /** A byte-order mark, or nothing. */
  bom: string;
  /** Front matter from its `---` to the line end of the closing `---`; empty when there is none. */
  head: string;
  /** Front matter begins and does not end. */
  headOpen: boolean;
  /** Between front matter and the first section. */
  preamble: string;
  sections: MemorySection[];
  /** The line end that most lines have; `\n` in a file without any. */
  newline: '\n' | '\r\n' | '\r';
}

/** Cuts a memory file into its spans. Any text is one; `formatMemory(parseMemory(text))` equals `text`. */
export function parseMemory(text: string): MemoryDocument {
  const bom = text.startsWith('\ufeff') ? '\ufeff' : '';
  const { head, open } = findHead(text.slice(bom.length));
  const body = text.slice(bom.length + head.length);
  const firstLine = countLines(bom + head) + 1;
  const blocks = parseMarkdownBlocks(body);
  const starts = sectionStarts(blocks).map((at) => lineStart(body, at.start));
  const headings = sectionStarts(blocks);
  return {
    bom,
    head,
    headOpen: open,
    preamble: body.slice(0, starts[0] ?? body.length),
    sections: headings.map((heading, index) => {
      const start = starts[index] ?? 0;
      const end = starts[index + 1] ?? body.length;
      const line = firstLine + countLines(body.slice(0, start));
      return sectionOf(heading, body.slice(start, end), {
        start,
        line,
        blocks: blocks.filter((block) => block.start > heading.start && block.start < end),
      });
    }),
    newline: commonNewline(text),
  };
}

/** The file again, byte for byte what it was cut from. */
export function formatMemory(memory: MemoryDocument): string {
  return memory.bom + memory.head + memory.preamble + memory.sections.map(({ text }) => text).join('');
}

/** The first section of that name, or undefined; `comparable` titles count as the same. */
export function findSection(memory: MemoryDocument, name: SectionName): MemorySection | undefined {
  return memory.sections.find((section) => section.name === name);
}

/** The source of an entry, as it stands in its section. */
export function entryText(section: MemorySection, entry: MemoryEntry): string {
  return section.text.slice(entry.start, entry.end);
}

const headPattern = /^---[ \t]*(?:\r\n|\n|\r)(?:[\s\S]*?(?:\r\n|\n|\r))??---[ \t]*(?:\r\n|\n|\r|$)/;

function findHead(text: string): { head: string; open: boolean } {
  const head = headPattern.exec(text)?.[0];
  if (head !== undefined) return { head, open: false };
  // A rule at the top of a file without front matter is plain Markdown; `key:` below it is not.
  return { head: '', open: /^---[ \t]*(?:\r\n|\n|\r)[A-Za-z_]+[ \t]*:/.test(text) };
}

/** Headings that begin a section: levels 1 and 2. Below a level-1 section of the seed its own level 2 stays inside. */
function sectionStarts(blocks: readonly MarkdownBlock[]): MarkdownBlock[] {
  let insideTop = false;
  return blocks.filter((block) => {
    if (block.kind !== 'heading' || (block.depth ?? 1) > 2) return false;
    const known = findSectionName(block.title ?? '') !== undefined;
    if (block.depth === 2 && insideTop && !known) return false;
    insideTop = block.depth === 1 && known;
    return true;
  });
}

function sectionOf(
  heading: MarkdownBlock,
  text: string,
  place: { start: number; line: number; blocks: readonly MarkdownBlock[] },
): MemorySection {
  const { start, line, blocks } = place;
  // Entries come in order, so that only the lines between two of them are counted.
  let counted = { to: 0, lines: 0 };
  const lineOf = (to: number): number => {
    if (to < counted.to) counted = { to: 0, lines: 0 };
    counted = { to, lines: counted.lines + countLines(text.slice(counted.to, to)) };
    return line + counted.lines;
  };
  const within = (range: { start: number; end: number }) => ({
    start: range.start - start,
    end: range.end - start,
    line: lineOf(range.start - start),
  });
  const last = blocks.at(-1);
  return {
    title: heading.title ?? '',
    name: findSectionName(heading.title ?? ''),
    text,
    line,
    headingEnd: heading.end - start,
    entries: blocks.flatMap((block): MemoryEntry[] =>
      block.kind === 'list'
        ? (block.items ?? []).map((item) => ({ kind: 'item', ...within(item) }))
        : [{ kind: block.kind, ...within(block) }],
    ),
    last: last && {
      kind: last.kind,
      start: last.start - start,
      end: last.end - start,
      loose: last.loose ?? false,
    },
  };
}

/** A heading may be indented by up to three spaces; its line belongs to it. */
function lineStart(text: string, at: number): number {
  let start = at;
  while (start > 0 && !/[\r\n]/.test(text.charAt(start - 1))) start -= 1;
  return start;
}

/** Line ends in a text. */
export function countLines(text: string): number {
  return text.match(/\r\n|\n|\r/g)?.length ?? 0;
}

function commonNewline(text: string): MemoryDocument['newline'] {
  const counts = { '\r\n': 0, '\n': 0, '\r': 0 };
  for (const [end] of text.matchAll(/\r\n|\n|\r/g)) counts[end as keyof typeof counts] += 1;
  if (counts['\r\n'] > counts['\n'] && counts['\r\n'] >= counts['\r']) return '\r\n';
  return counts['\r'] > counts['\n'] ? '\r' : '\n';
}
