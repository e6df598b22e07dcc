import { compareText } from '../../base/text.ts';
import { formatLogLine, isSameSession, type LogLine, type MonthLine, parseLogLine } from './log-line.ts';
import { mergeMonths } from './month-line.ts';

/**
 * Lines, from 1, where conflict marks that Git left begin; of a conflict whose beginning somebody took out already, the
 * line where it ends.
 */
export function findConflictLines(text: string): number[] {
  const bodies = cutLines(text).map(({ body }) => body.replace(/^\ufeff/, ''));
  const linesOf = (mark: RegExp) => bodies.flatMap((body, index) => (mark.test(body) ? [index + 1] : []));
  const begun = linesOf(opening);
  if (begun.length > 0) return begun;
  const middle = bodies.indexOf('=======') + 1;
  return middle === 0 ? [] : linesOf(closing).filter((line) => line > middle);
}

const opening = /^<{7}(?: |$)/;
const closing = /^>{7}(?: |$)/;

/** What became of the conflicts of a file. */
export interface ResolvedConflicts {
  text: string;
  resolved: number;
  /** Lines of the conflicts that only a person can settle, in the given text. */
  left: number[];
}

interface Line {
  body: string;
  end: string;
}

/**
 * Settles the conflicts two closed sessions make: of `last_updated` and `session_count` the later and larger value,
 * of log lines and of list items that both sides added, all of them once (the log in the order of its days). A
 * conflict with anything else in it is left as it is.
 */
export function resolveConflicts(text: string): ResolvedConflicts {
  const bom = text.startsWith('\ufeff') ? '\ufeff' : '';
  const lines = cutLines(text.slice(bom.length));
  const out: Line[] = [];
  const left: number[] = [];
  let resolved = 0;
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] as Line;
    const hunk = opening.test(line.body) ? readHunk(lines, at) : undefined;
    const settled = hunk && settle(hunk.ours, hunk.theirs);
    if (hunk && settled) {
      out.push(...settled);
      resolved += 1;
      at = hunk.last;
    } else {
      if (opening.test(line.body)) left.push(at + 1);
      out.push(line);
    }
  }
  return { text: bom + out.map(({ body, end }) => body + end).join(''), resolved, left };
}

function cutLines(text: string): Line[] {
  return [...text.matchAll(/([^\r\n]*)(\r\n|\n|\r|$)/g)]
    .map(([, body = '', end = '']) => ({ body, end }))
    .filter(({ body, end }) => body !== '' || end !== '');
}

/** The two sides of the conflict that begins at `start`; the common ancestor of a diff3 mark is not needed. */
function readHunk(
  lines: readonly Line[],
  start: number,
): { ours: Line[]; theirs: Line[]; last: number } | undefined {
  const ours: Line[] = [];
  const theirs: Line[] = [];
  let side: Line[] | undefined = ours;
  for (let at = start + 1; at < lines.length; at++) {
    const line = lines[at] as Line;
    if (opening.test(line.body)) return undefined;
    if (/^\|{7}(?: |$)/.test(line.body)) side = undefined;
    else if (line.body === '=======') side = theirs;
    else if (closing.test(line.body)) return { ours, theirs, last: at };
    else side?.push(line);
  }
  return undefined;
}

const fieldLine = /^(last_updated|session_count):[ \t]*["']?([^"'#]*?)["']?[ \t]*(?:#.*)?$/;
const itemLine = /^[-*+] \S/;

function settle(ours: readonly Line[], theirs: readonly Line[]): Line[] | undefined {
  const both = [...ours, ...theirs].filter(({ body }) => body.trim() !== '');
  if (both.length === 0 || both.some(({ body }) => /^\t| {2}/.test(body))) return undefined;
  if (both.every(({ body }) => fieldLine.test(body))) return settleFields(ours, theirs);
  if (both.every(({ body }) => parseLogLine(body) !== undefined)) return settleLog(both);
  const sidesFull = [ours, theirs].every((side) => side.some(({ body }) => body.trim() !== ''));
  return sidesFull && both.every(({ body }) => itemLine.test(body)) ? onceEach(both) : undefined;
}

/** Of each field the larger value; days order like their text, counts by number. */
function settleFields(ours: readonly Line[], theirs: readonly Line[]): Line[] {
  const best = new Map<string, { line: Line; value: string }>();
  for (const line of [...ours, ...theirs]) {
    const [, key = '', value = ''] = fieldLine.exec(line.body) ?? [];
    const known = best.get(key);
    const larger =
      key === 'session_count' ? Number(value) > Number(known?.value) : value > (known?.value ?? '');
    if (key !== '' && (!known || larger)) best.set(key, { line, value });
  }
  return [...best.values()].map(({ line }) => line);
}

/**
 * Front matter in which `last_updated` and `session_count` stand once, as a merge that kept both sides does not leave
 * them: the larger value, in the first place.
 */
export function dropRepeatedFields(head: string): string {
  const lines = cutLines(head);
  const repeated = lines.filter(({ body }) => fieldLine.test(body));
  const best = settleFields(repeated, []);
  if (best.length === repeated.length) return head;
  const keyOf = ({ body }: Line) => fieldLine.exec(body)?.[1];
  const seen = new Set<string>();
  return lines
    .flatMap((line) => {
      const key = keyOf(line);
      if (key === undefined) return [line];
      if (seen.has(key)) return [];
      seen.add(key);
      return best.filter((one) => keyOf(one) === key);
    })
    .map(({ body, end }) => body + end)
    .join('');
}

function settleLog(lines: readonly Line[]): Line[] {
  const kept: { line: Line; log: LogLine | MonthLine }[] = [];
  for (const line of lines) {
    const log = parseLogLine(line.body) as LogLine | MonthLine;
    const twin = kept.find((one) => one.line.body === line.body || isSameLine(one.log, log));
    if (!twin) kept.push({ line, log });
    else if (twin.log.kind === 'month' && log.kind === 'month') {
      const mark = /^(?:[-*+] )?/.exec(twin.line.body)?.[0] ?? '';
      twin.log = mergeMonths(twin.log, log);
      twin.line = { ...twin.line, body: mark + formatLogLine(twin.log) };
    }
  }
  return kept
    .map((one, at) => ({ ...one, at }))
    .sort((a, b) => compareText(whenOf(a.log), whenOf(b.log)) || a.at - b.at)
    .map(({ line }) => line);
}

function isSameLine(a: LogLine | MonthLine, b: LogLine | MonthLine): boolean {
  if (a.kind === 'month' || b.kind === 'month')
    return a.kind === 'month' && b.kind === 'month' && a.month === b.month;
  return a.session !== null && b.session !== null && isSameSession(a.session, b.session);
}

const whenOf = (log: LogLine | MonthLine): string => (log.kind === 'month' ? log.month : log.day);

function onceEach(lines: readonly Line[]): Line[] {
  const seen = new Set<string>();
  return lines.filter(({ body }) => !seen.has(body) && seen.add(body));
}
