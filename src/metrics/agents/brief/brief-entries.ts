import { compareText } from '../../../base/text.ts';
import { quoteSafely } from '../../../context/quote-safely.ts';
import { bareText, logLines } from '../../../knowledge/agent-memory/close-session.ts';
import { withoutCellMarks } from '../../../knowledge/agent-memory/log-line.ts';
import {
  entryText,
  type MemoryDocument,
  type MemoryEntry,
  type MemorySection,
} from '../../../knowledge/agent-memory/parse-memory.ts';
import type { SectionName } from '../../../knowledge/agent-memory/sections.ts';

/** Redacts a text before it is shown. */
export type Redact = (text: string) => string;

/**
 * What the sections of that name say, one safe line an entry, in order. Comments, headings and rules say nothing; of a
 * table each row below its head is an entry.
 */
export function sectionEntries(memory: MemoryDocument, name: SectionName, redact: Redact): string[] {
  return memory.sections
    .filter((section) => section.name === name)
    .flatMap((section) => section.entries.flatMap((entry) => entryLines(section, entry)))
    .map((text) => safeLine(text, redact))
    .filter((text) => text !== '');
}

/** Everything any section says, for counting what a brief leaves out. */
export function countEntries(memory: MemoryDocument): number {
  return memory.sections
    .filter(({ name }) => name !== 'Session Log')
    .flatMap((section) => section.entries.flatMap((entry) => entryLines(section, entry)))
    .filter((text) => safeLine(text, (same) => same) !== '').length;
}

/** Lines of the session log by their days, oldest first; a line without a day stays with the one before it. */
export function logEntries(memory: MemoryDocument, redact: Redact): string[] {
  const sections = memory.sections.filter(({ name }) => name === 'Session Log');
  let when = '';
  // Lines carry their own section's offsets, so each section is read by itself.
  const lines = sections.flatMap((section) =>
    logLines({ ...memory, sections: [section] }).map(({ line, entry }) => {
      when = line?.kind === 'session' ? line.day : (line?.month ?? when);
      const text = withoutCellMarks(bareText(entryText(section, entry)));
      return { when, text: safeLine(text, redact) };
    }),
  );
  return lines.sort((a, b) => compareText(a.when, b.when)).map(({ text }) => text);
}

const silent = new Set<MemoryEntry['kind']>(['html', 'heading', 'rule', 'other']);

function entryLines(section: MemorySection, entry: MemoryEntry): string[] {
  if (silent.has(entry.kind)) return [];
  const source = entryText(section, entry);
  if (entry.kind !== 'table') return [source];
  return source
    .split(/\r\n|\n|\r/)
    .slice(2)
    .map((row) =>
      row
        .replace(/^\s*\||\|\s*$/g, '')
        .split('|')
        .map((cell) => cell.trim())
        .join(' · '),
    );
}

/** One line that can stand in a packet: no list mark, no comment, nothing that opens or closes a fence. */
export function safeLine(source: string, redact: Redact): string {
  const shown = bareText(source.replace(/<!--[\s\S]*?(?:-->|$)/g, ' '));
  return quoteSafely(redact(shown.replace(/^(?:>\s?)+/, '')));
}

/**
 * The `most` findings worth showing, in file order: the newest first, one that shares words with a Watch Point or an
 * Open Thread before one that does not.
 */
export function rankFindings(findings: readonly string[], linked: readonly string[], most: number): string[] {
  const known = new Set(linked.flatMap(wordsOf));
  const scored = findings.map((text, index) => {
    const shared = wordsOf(text).filter((word) => known.has(word)).length;
    return { text, index, score: (index + 1) / findings.length + (shared >= 2 ? 0.5 : 0) };
  });
  return scored
    .sort((a, b) => b.score - a.score || b.index - a.index)
    .slice(0, most)
    .sort((a, b) => a.index - b.index)
    .map(({ text }) => text);
}

/** Distinct words that can tell one subject from another. */
function wordsOf(text: string): string[] {
  return [...new Set(text.toLowerCase().match(/[\p{L}\p{N}_./-]{5,}/gu) ?? [])];
}
