import { KaizenError } from '../../base/errors.ts';
import { parseLogLine } from './log-line.ts';
import {
  entryText,
  findSection,
  formatMemory,
  type MemoryDocument,
  type MemorySection,
  parseMemory,
} from './parse-memory.ts';
import { comparable, memorySections, type SectionName } from './sections.ts';

/** Where an entry goes: one of the seed's sections, or the title of another one that the file has. */
export interface EntryPlace {
  /** For messages. */
  path: string;
  section: SectionName | { title: string };
}

/**
 * The memory with one more entry at the end of a section, written like the ones there: same list mark, indentation,
 * spacing and line ends. No other byte changes. A section of the seed that the file lacks is added in its place.
 * KaizenError `not_found` for a section that is not there, `bad_input` when the Markdown of the file would not show
 * the entry (a comment or fence that never ends).
 */
export function addEntry(memory: MemoryDocument, place: EntryPlace, text: string): MemoryDocument {
  const ready = withSection(memory, place);
  const index = ready.sections.findIndex((section) => isMeant(section, place));
  const section = ready.sections[index];
  if (!section) throw noSection(memory, place);
  const edited = replaceSection(ready, index, insertAtEnd(ready, index, text));
  assertArrived(ready, edited, { index, text, path: place.path });
  return edited;
}

/** The memory with another text for one section; everything else stays as it is. */
export function replaceSection(memory: MemoryDocument, index: number, text: string): MemoryDocument {
  const sections = memory.sections.map((section, at) => (at === index ? { ...section, text } : section));
  return parseMemory(formatMemory({ ...memory, sections }));
}

function isMeant(section: MemorySection, { section: wanted }: EntryPlace): boolean {
  return typeof wanted === 'string'
    ? section.name === wanted
    : comparable(section.title) === comparable(wanted.title);
}

function noSection(memory: MemoryDocument, { path, section }: EntryPlace): KaizenError {
  const wanted = typeof section === 'string' ? section : section.title;
  const titles = memory.sections.map(({ title }) => `'${title}'`).join(', ');
  return new KaizenError('not_found', `${path} has no section '${wanted}'`, {
    hint: titles === '' ? 'It has no sections at all.' : `Its sections are ${titles}.`,
  });
}

/** A section of the seed is put before the first one that follows it in the seed's order, else at the end. */
function withSection(memory: MemoryDocument, { path, section }: EntryPlace): MemoryDocument {
  if (typeof section !== 'string' || findSection(memory, section)) return memory;
  const order = memorySections.map(({ name }) => name as string);
  const later = new Set(order.slice(order.indexOf(section) + 1));
  const at = memory.sections.findIndex(({ name }) => name !== undefined && later.has(name));
  const index = at < 0 ? memory.sections.length : at;
  const before = formatMemory({ ...memory, sections: memory.sections.slice(0, index) });
  const after = memory.sections.slice(index).map(({ text }) => text);
  const lead = blankLineAfter(before, memory.newline);
  const heading = `${lead}## ${section}${memory.newline}${after.length > 0 ? memory.newline : ''}`;
  const edited = parseMemory(before + heading + after.join(''));
  if (!findSection(edited, section) || edited.sections.length !== memory.sections.length + 1)
    throw swallowed(path, memory, Math.max(0, index - 1));
  return edited;
}

/** What must follow a text so that the next line begins a new block. */
function blankLineAfter(text: string, newline: string): string {
  if (text === '' || text === '\ufeff' || /(?:\r\n|\n|\r)[ \t]*(?:\r\n|\n|\r)[ \t]*$/.test(text)) return '';
  return /(?:\r\n|\n|\r)$/.test(text) ? newline : newline + newline;
}

function insertAtEnd({ sections, newline }: MemoryDocument, index: number, text: string): string {
  const section = sections[index] as MemorySection;
  const source = section.text;
  const at = endOfLine(source, section.last?.end ?? section.headingEnd);
  const { lead, mark } = styleOf(section, newline);
  const rest = source.slice(at);
  // The next heading needs a blank line before it so that it does not continue our line.
  const spaced =
    index === sections.length - 1 ? /^[\r\n]/.test(rest) : /^(?:\r\n|\n|\r)[ \t]*[\r\n]/.test(rest);
  return `${source.slice(0, at)}${lead}${mark}${text}${spaced ? '' : newline}${rest}`;
}

/** How the last block of the section asks for one more entry: what comes before it, and its list mark. */
function styleOf(section: MemorySection, newline: string): { lead: string; mark: string } {
  const { last } = section;
  if (last?.kind === 'list') {
    const item = section.entries.at(-1);
    return {
      lead: last.loose ? newline + newline : newline,
      mark: item ? nextMark(section, item.start) : '- ',
    };
  }
  // A log without list marks, as the seed's one-line form also reads.
  if (
    section.name === 'Session Log' &&
    last?.kind === 'paragraph' &&
    parseLogLine(lastLine(section.text.slice(last.start, last.end)))
  )
    return { lead: newline, mark: '' };
  return { lead: newline + newline, mark: '- ' };
}

/** The mark of an item that follows the one at `start`, with its indentation: `- `, `* `, `3. `. */
function nextMark(section: MemorySection, start: number): string {
  const lineStart = section.text.slice(0, start).search(/[^\r\n]*$/);
  const indent = section.text.slice(lineStart, start);
  const [, sign = '-', number, dot = '', space = ' '] =
    /^([-*+]|(\d{1,9})([.)]))([ \t]+)?/.exec(section.text.slice(start)) ?? [];
  const gap = space === ' ' || space === '\t' || space.trim() !== '' || space.length > 4 ? ' ' : space;
  return `${/^[ \t]*$/.test(indent) ? indent : ''}${number === undefined ? sign : `${Number(number) + 1}${dot}`}${gap}`;
}

const lastLine = (text: string): string => text.split(/\r\n|\n|\r/).at(-1) ?? '';

function endOfLine(text: string, at: number): number {
  const rest = /[\r\n]/.exec(text.slice(at));
  return rest ? at + rest.index : text.length;
}

/** Parsed again, the entry must stand where it was put and everything else must be what it was. */
function assertArrived(
  before: MemoryDocument,
  after: MemoryDocument,
  { index, text, path }: { index: number; text: string; path: string },
): void {
  const section = after.sections[index];
  const last = section?.entries.at(-1);
  const arrived = section && last && entryText(section, last).trimEnd().endsWith(text);
  const others = before.sections.every(
    (one, at) =>
      at === index || (after.sections[at]?.text === one.text && after.sections[at]?.title === one.title),
  );
  const visible = last?.kind === 'item' || last?.kind === 'paragraph';
  if (arrived && others && visible && after.sections.length === before.sections.length) return;
  throw swallowed(path, before, index);
}

function swallowed(path: string, memory: MemoryDocument, index: number): KaizenError {
  const section = memory.sections[index];
  const last = section?.entries.at(-1);
  return new KaizenError(
    'bad_input',
    `${path}:${last?.line ?? section?.line ?? 1}: new text after this line would not show as an entry`,
    { hint: 'A comment, a code fence or an HTML tag is probably not closed there; close it and try again.' },
  );
}
