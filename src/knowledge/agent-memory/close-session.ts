import { KaizenError } from '../../base/errors.ts';
import { addEntry, replaceSection } from './add-entry.ts';
import { findConflictLines } from './conflicts.ts';
import { foldLog } from './fold-log.ts';
import { readHead, setHeadFields } from './head.ts';
import {
  countLoggedSessions,
  formatLogLine,
  isSameSession,
  logHolds,
  type PlacedLine,
  readLogLines,
} from './log-line.ts';
import { entryText, findSection, type MemoryDocument } from './parse-memory.ts';
import type { SectionName } from './sections.ts';

/** A session that ends. All texts are clean already (`cleanEntry`, `cleanLogPart`). */
export interface Closing {
  path: string;
  agent: string;
  project: string;
  session: string;
  /** UTC day of closing. */
  today: string;
  /** UTC day of the session. */
  day: string;
  issue: string;
  outcome: string;
  /** An outcome that this one replaces when the session is logged with it already. */
  replaces?: string | undefined;
  /** Entries the session adds to other sections. */
  notes: readonly { section: SectionName; text: string }[];
}

/** What closing did to the memory. */
export interface Closed {
  memory: MemoryDocument;
  /** False when the log held the session already: then only new notes, an outcome and a wrong count are written. */
  logged: boolean;
  /** After closing; null when the front matter cannot be read. */
  sessionCount: number | null;
  /** What `session_count` said when it said less than the log holds. */
  healedFrom: number | null;
  /** Older lines that went into month lines. */
  folded: number;
  /** Why the front matter was left as it is. */
  headProblem: string | null;
}

/**
 * Closes a session in the memory: its notes, one line in the log, `session_count` one up, `last_updated`. By session
 * id: closing twice is closing once. A count that says less than the log holds (two branches closed a session each)
 * is healed. KaizenError `bad_input` with the line when the file holds merge conflicts.
 */
export function closeSession(before: MemoryDocument, text: string, closing: Closing): Closed {
  refuseConflicts(text, closing.path);
  const lines = logLines(before);
  const head = readHead(before);
  const logged = !logHolds(lines, closing.session);
  const held = countLoggedSessions(lines);
  const stored = head.sessionCount;
  const healedFrom = stored !== undefined && stored < held ? stored : null;
  const sessionCount = Math.max(stored ?? 0, held) + (logged ? 1 : 0);
  const noted = withNotes(before, closing);
  const written = logged
    ? foldLog(withLine(noted, closing))
    : { memory: withOutcome(noted, closing), folded: 0 };
  if (written.memory === before && healedFrom === null && stored !== undefined)
    return { memory: before, logged, sessionCount, healedFrom, folded: 0, headProblem: null };
  const values = { last_updated: closing.today, session_count: String(sessionCount) };
  const missing = before.head === '' ? { agent: closing.agent, project: closing.project } : {};
  const edited = setHeadFields(written.memory, { ...missing, ...values });
  return {
    ...written,
    memory: edited ?? written.memory,
    logged,
    sessionCount: edited ? sessionCount : null,
    healedFrom: edited ? healedFrom : null,
    headProblem: edited
      ? null
      : (head.problem ?? 'session_count or last_updated is not written as one plain line'),
  };
}

/** KaizenError `bad_input` naming the first line with a conflict mark. */
export function refuseConflicts(text: string, path: string): void {
  const [line] = findConflictLines(text);
  if (line === undefined) return;
  throw new KaizenError('bad_input', `${path}:${line}: merge conflict marks`, {
    hint: '`kaizen memory lint --fix` settles what two closed sessions make; the rest needs a person.',
  });
}

/** The lines of every session log of the file: a bad merge can leave two of them. */
export function logLines(memory: MemoryDocument): PlacedLine[] {
  return memory.sections
    .filter(({ name }) => name === 'Session Log')
    .flatMap((section) => readLogLines(section));
}

/** Notes that are there already are not added again. */
function withNotes(before: MemoryDocument, { path, notes }: Closing): MemoryDocument {
  let memory = before;
  for (const { section, text } of notes)
    if (!holdsEntry(memory, section, text)) memory = addEntry(memory, { path, section }, text);
  return memory;
}

function withLine(memory: MemoryDocument, closing: Closing): MemoryDocument {
  const { path, day, issue, outcome, session } = closing;
  const line = formatLogLine({ kind: 'session', day, issue, outcome, session });
  return addEntry(memory, { path, section: 'Session Log' }, line);
}

/** The line of the session with the outcome that was not known when it was written; only a line of ours is changed. */
function withOutcome(memory: MemoryDocument, { session, replaces, outcome }: Closing): MemoryDocument {
  if (replaces === undefined || replaces === outcome) return memory;
  for (const [index, section] of memory.sections.entries())
    for (const { line, entry } of section.name === 'Session Log' ? readLogLines(section) : []) {
      if (line?.kind !== 'session' || line.outcome !== replaces || line.session === null) continue;
      const source = entryText(section, entry);
      const was = formatLogLine(line);
      if (!isSameSession(line.session, session) || !source.endsWith(was)) continue;
      const start = entry.end - was.length;
      const text =
        section.text.slice(0, start) + formatLogLine({ ...line, outcome }) + section.text.slice(entry.end);
      return replaceSection(memory, index, text);
    }
  return memory;
}

/** Whether a section says exactly this already. */
export function holdsEntry(memory: MemoryDocument, name: SectionName, text: string): boolean {
  const section = findSection(memory, name);
  return (section?.entries ?? []).some((entry) => section && bareText(entryText(section, entry)) === text);
}

/** An entry without its list mark, on one line. */
export function bareText(source: string): string {
  return source
    .replace(/^(?:[-*+]|\d{1,9}[.)])[ \t]+/, '')
    .replace(/\s+/g, ' ')
    .trim();
}
