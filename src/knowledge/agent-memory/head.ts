import { KaizenError } from '../../base/errors.ts';
import { parseFrontmatter } from '../frontmatter.ts';
import { formatMemory, type MemoryDocument, parseMemory } from './parse-memory.ts';

/** Fields of the front matter, in the order of the seed. */
export const headFields = ['agent', 'project', 'last_updated', 'session_count'] as const;
/** A field of the front matter that Kaizen writes. */
export type HeadField = (typeof headFields)[number];

/** What the front matter says. Every value is the text that stands there. */
export interface MemoryHead {
  fields: Partial<Record<HeadField, string>>;
  /** Whole number of sessions; undefined when it is missing or no number. */
  sessionCount: number | undefined;
  /** Why it cannot be read; undefined when it can, and when there is none. */
  problem: string | undefined;
}

/** Reads the front matter of a memory: plain YAML through the one careful door. Never throws. */
export function readHead(memory: Pick<MemoryDocument, 'head' | 'headOpen'>): MemoryHead {
  const none = { fields: {}, sessionCount: undefined };
  if (memory.headOpen) return { ...none, problem: 'is not closed by a `---` line' };
  if (memory.head === '') return { ...none, problem: undefined };
  try {
    const plain = memory.head.replace(/\r\n?/g, '\n').replace(/^---[ \t]+$/gm, '---');
    const all =
      plain.trim() === '---\n---' ? {} : parseFrontmatter('front matter', plain, 'bad_input').fields;
    const fields: MemoryHead['fields'] = {};
    for (const key of headFields) {
      const value = all[key];
      if (typeof value === 'string' && value.trim() !== '') fields[key] = value.trim();
    }
    const count = fields.session_count ?? '';
    return {
      fields,
      sessionCount: /^\d{1,9}$/.test(count) ? Number(count) : undefined,
      problem: undefined,
    };
  } catch (error) {
    if (!(error instanceof KaizenError)) throw error;
    return { ...none, problem: error.message.replace(/^front matter: (?:frontmatter: )?/, '') };
  }
}

/**
 * The memory with fields of its front matter set: only the value of each line changes, with its quotes and comment
 * kept; a field that is missing is added as the last line, and front matter that is missing is put before the text.
 * undefined when it cannot be read, or when a value is written so that it cannot be replaced in its line.
 */
export function setHeadFields(
  memory: MemoryDocument,
  values: Partial<Record<HeadField, string>>,
): MemoryDocument | undefined {
  const before = readHead(memory);
  if (before.problem !== undefined) return undefined;
  const isNew = memory.head === '';
  let head = isNew ? `---${memory.newline}---${memory.newline}` : memory.head;
  for (const key of headFields) {
    const value = values[key];
    if (value !== undefined && before.fields[key] !== value) head = withField(head, key, value);
  }
  if (head === memory.head) return memory;
  // A blank line below new front matter; a `\n` that stands first would join with our `\r` to one line end.
  const isApart = /^(?:\r|\n)/.test(memory.preamble) && memory.newline !== '\r';
  const gap = isNew && !isApart ? memory.newline : '';
  const preamble = gap + memory.preamble;
  const edited = parseMemory(formatMemory({ ...memory, head, preamble }));
  const after = readHead(edited);
  const wanted = { ...before.fields, ...values };
  const kept = headFields.every((key) => after.fields[key] === wanted[key]);
  // A rule straight below the front matter would otherwise be read with it.
  const restKept = edited.preamble === preamble && edited.sections.length === memory.sections.length;
  return kept && restKept && after.problem === undefined ? edited : undefined;
}

function withField(head: string, key: HeadField, value: string): string {
  const line = new RegExp(
    `(^|[\\r\\n])((?:${key}|"${key}"|'${key}')[ \\t]*:)([ \\t]*)([^\\r\\n]*?)([ \\t]+#[^\\r\\n]*)?([ \\t]*)(?=[\\r\\n])`,
  );
  if (line.test(head))
    return head.replace(
      line,
      (_all, lead: string, name: string, space: string, old: string, comment = '', tail = '') =>
        `${lead}${name}${space || ' '}${likeBefore(old, value)}${comment}${tail}`,
    );
  const close = /---[ \t]*(?:\r\n|\n|\r)?$/.exec(head)?.index ?? head.length;
  const newline = /\r\n|\n|\r/.exec(head)?.[0] ?? '\n';
  return `${head.slice(0, close)}${key}: ${likeBefore('', value)}${newline}${head.slice(close)}`;
}

/** The value in the quotes the old one had; a plain one where plain YAML says the same. */
function likeBefore(old: string, value: string): string {
  if (old.startsWith("'")) return `'${value.replaceAll("'", "''")}'`;
  if (old.startsWith('"')) return JSON.stringify(value);
  return isPlainScalar(value) ? value : JSON.stringify(value);
}

/** Text that YAML reads as itself without quotes. */
function isPlainScalar(value: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._/+-]*(?:[T ][A-Za-z0-9.:+-]+)?$/.test(value);
}

/** Front matter with these values, in the order of the seed. */
export function formatHead(values: Record<HeadField, string>): string {
  const lines = headFields.map((key) => `${key}: ${likeBefore('', values[key])}`);
  return ['---', ...lines, '---', ''].join('\n');
}
