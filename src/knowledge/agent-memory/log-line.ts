import { foldSpace } from '../../base/text.ts';
import { entryText, type MemoryEntry, type MemorySection } from './parse-memory.ts';

/** One session of the log: `YYYY-MM-DD · issue · outcome`, behind it the session in a comment when it is known. */
export interface LogLine {
  kind: 'session';
  day: string;
  issue: string;
  outcome: string;
  /** Id of the session as `kaizen memory close` was given it; null in a line a person wrote. */
  session: string | null;
}

/** Older sessions of one month in one line: `YYYY-MM · n sessions · issues · outcomes`, their ids in a comment. */
export interface MonthLine {
  kind: 'month';
  month: string;
  sessions: number;
  issues: Record<string, number>;
  outcomes: Record<string, number>;
  ids: string[];
}

/** A line of the log where it stands in its section. */
export interface PlacedLine {
  /** undefined when it is neither form. */
  line: LogLine | MonthLine | undefined;
  entry: MemoryEntry;
}

const marker = /\s*<!--\s*sessions?:\s*([^<>]*?)\s*-->\s*$/;
const listMark = /^(?:[-*+]|\d{1,9}[.)])[ \t]+/;
/** Ours, and what people write instead when they type a line by hand. */
const separators = [/[ \t]+·[ \t]+/, /[ \t]+(?:\||–|—|-)[ \t]+/] as const;

/** A line of the log, with or without its list mark; undefined when it is neither a session nor a month. */
export function parseLogLine(text: string): LogLine | MonthLine | undefined {
  const plain = withoutCellMarks(foldSpace(text).replace(listMark, ''));
  const ids = marker.exec(plain)?.[1]?.split(/[ ,]+/).filter(Boolean) ?? [];
  const bare = plain.replace(marker, '');
  const [when = '', issue = '', ...rest] = bare.split(
    separators[0].test(bare) ? separators[0] : separators[1],
  );
  const date = when.replace(/^[*_`]+|[*_`:]+$/g, '');
  if (/^\d{4}-\d{2}-\d{2}$/.test(date))
    return { kind: 'session', day: date, issue, outcome: rest.join(' · '), session: ids[0] ?? null };
  const sessions = /^(\d{1,7}) sessions?$/.exec(issue)?.[1];
  if (!/^\d{4}-\d{2}$/.test(date) || sessions === undefined) return undefined;
  const [issues = '', outcomes = ''] = rest;
  return {
    kind: 'month',
    month: date,
    sessions: Number(sessions),
    issues: parseTally(issues),
    outcomes: parseTally(outcomes),
    ids,
  };
}

/** The row of a table without the marks at its ends; any other text as it is. */
export function withoutCellMarks(line: string): string {
  return line.startsWith('|') ? line.replace(/^\|\s*|\s*\|$/g, '') : line;
}

/** The text of a log line without a list mark; `parseLogLine` gives the same line again. */
export function formatLogLine(line: LogLine | MonthLine): string {
  if (line.kind === 'session') {
    const mark = line.session === null ? '' : ` <!-- session: ${line.session} -->`;
    return `${line.day} · ${line.issue} · ${line.outcome}${mark}`;
  }
  const parts = [
    line.month,
    `${line.sessions} session${line.sessions === 1 ? '' : 's'}`,
    formatTally(line.issues),
    formatTally(line.outcomes),
  ];
  const mark = line.ids.length === 0 ? '' : ` <!-- sessions: ${line.ids.join(' ')} -->`;
  return parts.join(' · ') + mark;
}

/** `#6 ×12, #7 ×2, #9`; `-` for none. */
function formatTally(tally: Readonly<Record<string, number>>): string {
  const parts = Object.entries(tally).map(([name, n]) => (n === 1 ? name : `${name} ×${n}`));
  return parts.length === 0 ? '-' : parts.join(', ');
}

function parseTally(text: string): Record<string, number> {
  const tally: Record<string, number> = {};
  for (const part of text === '-' ? [] : text.split(/,\s+/)) {
    const [, name = '', times] = /^(.*?)(?: ×(\d{1,7}))?$/.exec(part.trim()) ?? [];
    if (name !== '') tally[name] = (tally[name] ?? 0) + Number(times ?? 1);
  }
  return tally;
}

/**
 * The lines of a session log in order: list items, lines of paragraphs, rows of tables. What a comment or a code
 * block holds is no line, nor is the head of a table.
 */
export function readLogLines(section: MemorySection | undefined): PlacedLine[] {
  if (!section) return [];
  return section.entries.flatMap((entry): PlacedLine[] => {
    const source = entryText(section, entry);
    if (entry.kind === 'item') return [{ line: parseLogLine(source), entry }];
    if (entry.kind !== 'paragraph' && entry.kind !== 'table') return [];
    const lines = sourceLines(section.text, entry);
    return lines
      .map((one) => ({ line: parseLogLine(section.text.slice(one.start, one.end)), entry: one }))
      .filter(({ line }) => line !== undefined || entry.kind === 'paragraph');
  });
}

/** An entry line by line. */
function sourceLines(text: string, entry: MemoryEntry): MemoryEntry[] {
  const lines: MemoryEntry[] = [];
  const pattern = /[^\r\n]+/g;
  pattern.lastIndex = entry.start;
  for (let hit = pattern.exec(text); hit && hit.index < entry.end; hit = pattern.exec(text)) {
    const before = text.slice(entry.start, hit.index);
    lines.push({
      kind: entry.kind,
      start: hit.index,
      end: Math.min(hit.index + hit[0].length, entry.end),
      line: entry.line + (before.match(/\r\n|\n|\r/g)?.length ?? 0),
    });
  }
  return lines;
}

/** Sessions the log knows of: its lines, one a session however often it stands there, and what its months hold. */
export function countLoggedSessions(lines: readonly PlacedLine[]): number {
  const seen: string[] = [];
  let count = 0;
  for (const { line } of lines)
    if (line?.kind === 'month') {
      const known = line.ids.filter((id) => !seen.includes(id)).length;
      seen.push(...line.ids);
      count += line.sessions - line.ids.length + known;
    }
  for (const { line } of lines) {
    if (line?.kind !== 'session') continue;
    const { session } = line;
    if (session !== null && seen.some((id) => isSameSession(id, session))) continue;
    if (session !== null) seen.push(session);
    count += 1;
  }
  return count;
}

/**
 * Whether two ids name the same session: the same after the name of the agent, or one is the start of the other (at
 * least eight characters), as a session's short key is of its full id.
 */
export function isSameSession(a: string, b: string): boolean {
  const [left, right] = [a, b].map((id) => id.slice(id.lastIndexOf('/') + 1).toLowerCase()) as [
    string,
    string,
  ];
  if (left === right) return true;
  const [short, long] = left.length < right.length ? [left, right] : [right, left];
  return short.length >= 8 && long.startsWith(short);
}

/** Whether the log holds the session, in a line of its own or in a month. */
export function logHolds(lines: readonly PlacedLine[], session: string): boolean {
  return lines.some(({ line }) => {
    const ids = line?.kind === 'month' ? line.ids : line?.session ? [line.session] : [];
    return ids.some((id) => isSameSession(id, session));
  });
}
