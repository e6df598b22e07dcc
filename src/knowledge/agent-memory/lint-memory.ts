import { utcDay } from '../../base/calendar.ts';
import { counted } from '../../base/text.ts';
import { stripInvisible } from '../../base/visible-text.ts';
import { logLines } from './close-session.ts';
import { findConflictLines, resolveConflicts } from './conflicts.ts';
import { headFields, readHead } from './head.ts';
import { countLoggedSessions, isSameSession, type PlacedLine } from './log-line.ts';
import { countLines, findSection, type MemoryDocument } from './parse-memory.ts';
import { memorySections } from './sections.ts';

/** Something wrong with a memory file, or (a hint) worth a look. */
export interface MemoryFinding {
  level: 'error' | 'hint';
  code:
    | 'conflict-marks'
    | 'no-front-matter'
    | 'bad-front-matter'
    | 'missing-field'
    | 'wrong-agent'
    | 'wrong-count'
    | 'bad-date'
    | 'future-date'
    | 'duplicate-section'
    | 'missing-section'
    | 'duplicate-session'
    | 'unreadable-line'
    | 'hidden-characters'
    | 'secret';
  /** In the file, from 1. */
  line: number;
  message: string;
  /** `kaizen memory lint --fix` can mend it. */
  fixable: boolean;
}

/** What linting needs to know beside the file. */
export interface LintContext {
  /** Name of the folder the memory lies in. */
  agent: string;
  now: Date;
  /** The kind of the first secret in a line, in words; undefined when there is none. */
  findSecret: (line: string) => string | undefined;
}

/** Every problem of a memory file in the order of its lines. */
export function lintMemory(memory: MemoryDocument, text: string, context: LintContext): MemoryFinding[] {
  const conflicts = findConflictLines(text);
  // While both sides stand in the file, nothing else that could be said of it is true.
  if (conflicts.length > 0) return conflictFindings(text, conflicts);
  const lines = logLines(memory);
  return [
    ...lintHead(memory, countLoggedSessions(lines), context),
    ...lintSections(memory),
    ...lintLog(lines, memory, context),
    ...lintText(text, context.findSecret),
  ].sort((a, b) => a.line - b.line);
}

function conflictFindings(text: string, lines: readonly number[]): MemoryFinding[] {
  const { resolved, left } = resolveConflicts(text);
  return lines.map((line) => {
    const settles = resolved > 0 && !left.includes(line);
    const who = settles ? '' : '; a person has to choose';
    return error('conflict-marks', line, `merge conflict marks: both sides stand in the file${who}`, settles);
  });
}

function lintHead(memory: MemoryDocument, held: number, { agent, now }: LintContext): MemoryFinding[] {
  const { fields, sessionCount, problem } = readHead(memory);
  if (problem !== undefined) return [error('bad-front-matter', 1, `the front matter ${problem}`, false)];
  if (memory.head === '')
    return [error('no-front-matter', 1, `there is no front matter (${headFields.join(', ')})`, true)];
  const at = (key: string) => fieldLine(memory.head, key);
  const found = headFields
    .filter((key) => fields[key] === undefined)
    .map((key) => error('missing-field', 1, `'${key}' is missing`, true));
  if (fields.agent !== undefined && fields.agent !== agent)
    found.push(
      error('wrong-agent', at('agent'), `agent is '${fields.agent}', the folder is '${agent}'`, true),
    );
  if (fields.session_count !== undefined && sessionCount !== held)
    found.push(
      error(
        'wrong-count',
        at('session_count'),
        `session_count is ${fields.session_count}, the log holds ${held}`,
        true,
      ),
    );
  const updated = fields.last_updated;
  if (updated !== undefined && !isDay(updated.slice(0, 10)))
    found.push(error('bad-date', at('last_updated'), `last_updated is '${updated}', not a day`, true));
  else if (updated !== undefined && isFuture(updated.slice(0, 10), now))
    found.push(error('future-date', at('last_updated'), `last_updated ${updated} is in the future`, true));
  return found;
}

function fieldLine(head: string, key: string): number {
  const at = head.search(new RegExp(`^["']?${key}["']?[ \\t]*:`, 'm'));
  return at < 0 ? 1 : countLines(head.slice(0, at)) + 1;
}

function lintSections(memory: MemoryDocument): MemoryFinding[] {
  const found: MemoryFinding[] = [];
  for (const { name } of memorySections) {
    const sections = memory.sections.filter((section) => section.name === name);
    for (const again of sections.slice(1))
      found.push(
        error(
          'duplicate-section',
          again.line,
          `'${name}' is there twice, first in line ${sections[0]?.line}`,
          false,
        ),
      );
    if (sections.length === 0) found.push(hint('missing-section', 1, `there is no section '${name}'`));
  }
  return found;
}

function lintLog(
  lines: readonly PlacedLine[],
  memory: MemoryDocument,
  { now }: LintContext,
): MemoryFinding[] {
  const found: MemoryFinding[] = [];
  const seen: { session: string; line: number }[] = [];
  for (const { line, entry } of lines) {
    if (line === undefined) {
      found.push(hint('unreadable-line', entry.line, 'is no line of the form YYYY-MM-DD · issue · outcome'));
      continue;
    }
    const day = line.kind === 'month' ? `${line.month}-01` : line.day;
    if (!isDay(day)) found.push(error('bad-date', entry.line, `there is no day ${day}`, false));
    else if (isFuture(day, now))
      found.push(error('future-date', entry.line, `${day} is in the future`, false));
    if (line.kind === 'month' || line.session === null) continue;
    const { session } = line;
    const twin = seen.find((one) => isSameSession(one.session, session));
    if (twin)
      found.push(
        hint('duplicate-session', entry.line, `the session of line ${twin.line} again; it counts once`),
      );
    else seen.push({ session, line: entry.line });
  }
  return findSection(memory, 'Session Log') ? found : [];
}

function lintText(text: string, findSecret: LintContext['findSecret']): MemoryFinding[] {
  return text.split(/\r\n|\n|\r/).flatMap((line, index) => {
    const { removed } = stripInvisible(line);
    const secret = findSecret(line);
    return [
      ...(removed > 0
        ? [hint('hidden-characters', index + 1, `${counted(removed, 'hidden character')}`)]
        : []),
      ...(secret === undefined
        ? []
        : [error('secret', index + 1, `holds what looks like a secret (${secret})`, false)]),
    ];
  });
}

function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const time = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(time.getTime()) && utcDay(time) === text;
}

/** A day that has begun nowhere on Earth yet: people in UTC+14 write theirs fourteen hours before UTC does. */
function isFuture(day: string, now: Date): boolean {
  return Date.parse(`${day}T00:00:00Z`) > now.getTime() + 14 * 3_600_000;
}

function error(code: MemoryFinding['code'], line: number, message: string, fixable: boolean): MemoryFinding {
  return { level: 'error', code, line, message, fixable };
}

function hint(code: MemoryFinding['code'], line: number, message: string): MemoryFinding {
  return { level: 'hint', code, line, message, fixable: false };
}
