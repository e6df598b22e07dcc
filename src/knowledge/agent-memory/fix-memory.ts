import { counted } from '../../base/text.ts';
import { logLines } from './close-session.ts';
import { dropRepeatedFields, resolveConflicts } from './conflicts.ts';
import { type HeadField, readHead, setHeadFields } from './head.ts';
import { countLoggedSessions } from './log-line.ts';
import { formatMemory, type MemoryDocument, parseMemory } from './parse-memory.ts';

/** What was mended, in words for a person. */
export interface FixedMemory {
  text: string;
  done: string[];
}

/**
 * The file with everything mended that needs no decision: conflicts that two closed sessions make, and the fields of
 * the front matter, whose values follow from the rest (agent from the folder, count and day from the log). Text that
 * a person wrote is not touched.
 */
export function fixMemory(
  text: string,
  context: { agent: string; project: string; day: string },
): FixedMemory {
  const settled = resolveConflicts(text);
  const done = settled.resolved > 0 ? [`settled ${counted(settled.resolved, 'merge conflict')}`] : [];
  if (settled.left.length > 0) return { text: settled.text, done };
  const merged = parseMemory(settled.text);
  const memory = { ...merged, head: dropRepeatedFields(merged.head) };
  if (memory.head !== merged.head) done.push('fields that stood twice stand once');
  const before = readHead(memory);
  const values = soundValues(memory, context);
  const edited = setHeadFields(memory, values);
  if (!edited || edited === memory) return { text: formatMemory(memory), done };
  for (const [key, value] of Object.entries(values)) {
    const was = before.fields[key as HeadField];
    if (was !== value) done.push(was === undefined ? `${key} added: ${value}` : `${key} ${was} → ${value}`);
  }
  return { text: formatMemory(edited), done };
}

/** Only the fields that are wrong or missing. */
function soundValues(
  memory: MemoryDocument,
  { agent, project, day }: { agent: string; project: string; day: string },
): Partial<Record<HeadField, string>> {
  const { fields, sessionCount } = readHead(memory);
  const lines = logLines(memory);
  const held = countLoggedSessions(lines);
  const days = lines
    .flatMap(({ line }) => (line?.kind === 'session' ? [line.day] : []))
    .filter((one) => one <= day)
    .sort();
  const updated = fields.last_updated?.slice(0, 10) ?? '';
  const sound = /^\d{4}-\d{2}-\d{2}$/.test(updated) && !Number.isNaN(Date.parse(updated)) && updated <= day;
  return {
    ...(fields.agent === agent ? {} : { agent }),
    ...(fields.project === undefined ? { project } : {}),
    ...(sound ? {} : { last_updated: days.at(-1) ?? day }),
    ...(sessionCount === held ? {} : { session_count: String(held) }),
  };
}
