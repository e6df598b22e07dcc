import { replaceSection } from './add-entry.ts';
import {
  countLoggedSessions,
  formatLogLine,
  type LogLine,
  type MonthLine,
  type PlacedLine,
  readLogLines,
} from './log-line.ts';
import { mergeMonths, monthOf } from './month-line.ts';
import type { MemoryDocument } from './parse-memory.ts';

/** A log with more session lines than this is folded on the next close … */
export const foldAbove = 100;
/** … down to this many, the newest. */
const keepNewest = 50;

interface Cut {
  start: number;
  end: number;
  text: string;
}

/**
 * The memory with the older lines of a long session log as one line a month: number of sessions, issues, outcomes,
 * and the ids in a comment. Only lines of the form `day · issue · outcome` are folded; what a person wrote between
 * them stays. `folded` is how many lines went; 0 leaves the memory as it was.
 */
export function foldLog(memory: MemoryDocument): { memory: MemoryDocument; folded: number } {
  const index = memory.sections.findIndex(({ name }) => name === 'Session Log');
  const section = memory.sections[index];
  const placed = readLogLines(section);
  const foldable = placed.filter(isFoldable(section?.text ?? ''));
  if (!section || foldable.length <= foldAbove) return { memory, folded: 0 };
  const byAge = [...foldable].sort((a, b) => (dayOf(a) < dayOf(b) ? -1 : dayOf(a) > dayOf(b) ? 1 : 0));
  const old = new Set(byAge.slice(0, byAge.length - keepNewest));
  const cuts = cutsOf(section.text, placed, old);
  let text = section.text;
  for (const cut of cuts.sort((a, b) => b.start - a.start))
    text = text.slice(0, cut.start) + cut.text + text.slice(cut.end);
  const folded = replaceSection(memory, index, text);
  const kept =
    folded.sections.length === memory.sections.length &&
    countLoggedSessions(readLogLines(folded.sections[index])) === countLoggedSessions(placed);
  return kept ? { memory: folded, folded: old.size } : { memory, folded: 0 };
}

const dayOf = ({ line }: PlacedLine): string => (line as LogLine).day;

/** One physical line in the log's own form, in a list or a paragraph. */
function isFoldable(text: string): (placed: PlacedLine) => boolean {
  return ({ line, entry }) =>
    line?.kind === 'session' &&
    line.outcome !== '' &&
    entry.kind !== 'table' &&
    !/[\r\n]/.test(text.slice(entry.start, entry.end).trimEnd());
}

function cutsOf(text: string, placed: readonly PlacedLine[], old: ReadonlySet<PlacedLine>): Cut[] {
  const months = new Map<string, PlacedLine[]>();
  for (const one of placed)
    if (old.has(one)) {
      const month = dayOf(one).slice(0, 7);
      months.set(month, [...(months.get(month) ?? []), one]);
    }
  const starts = new Set(placed.map(({ entry }) => lineStart(text, entry.start)));
  return [...months].flatMap(([month, lines]) => {
    const folded = monthOf(
      month,
      lines.map(({ line }) => line as LogLine),
    );
    const known = placed.find(({ line }) => line?.kind === 'month' && line.month === month);
    const target = known ?? (lines[0] as PlacedLine);
    const line = known ? mergeMonths(known.line as MonthLine, folded) : folded;
    const mark = /^(?:[-*+]|\d{1,9}[.)])[ \t]+/.exec(text.slice(target.entry.start))?.[0] ?? '';
    const gone = lines.filter((one) => one !== target).map(({ entry }) => wholeLine(text, entry, starts));
    const place = { start: target.entry.start, end: target.entry.end };
    return [
      { ...place, text: `${mark}${formatLogLine(line)}` },
      ...gone.map((cut) => ({ ...cut, text: '' })),
    ];
  });
}

/** The line with its end, and with the blank lines up to another line of the log. */
function wholeLine(
  text: string,
  entry: { start: number; end: number },
  starts: ReadonlySet<number>,
): { start: number; end: number } {
  const rest = text.slice(entry.end);
  const line = /^[^\r\n]*(?:\r\n|\n|\r)?/.exec(rest)?.[0].length ?? 0;
  const blank = /^(?:[ \t]*(?:\r\n|\n|\r))*/.exec(rest.slice(line))?.[0].length ?? 0;
  const end = entry.end + line;
  return { start: lineStart(text, entry.start), end: starts.has(end + blank) ? end + blank : end };
}

const lineStart = (text: string, at: number): number => text.slice(0, at).search(/[^\r\n]*$/);
