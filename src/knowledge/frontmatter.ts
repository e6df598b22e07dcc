import matter from 'gray-matter';
import yaml, { type LoadOptions } from 'js-yaml';
import { type ErrorCode, KaizenError } from '../base/errors.ts';
import { hasConflictMarks, tidyBody } from './fact-limits.ts';

const maxFrontmatterBytes = 8 * 1024;
const maxFileBytes = 64 * 1024;

/** A Markdown file in its two parts. Every scalar of `fields` is a string. */
export interface FrontmatterFile {
  fields: Record<string, unknown>;
  /** Line ends as `\n`, no blank lines at either end. */
  body: string;
}

/**
 * Reads the frontmatter of a Markdown file: the only door to gray-matter. Only plain YAML passes (mappings, lists and
 * strings); code, anchors, aliases, tags, directives and duplicate keys are refused, as are more than 8 KiB of
 * frontmatter and 64 KiB of file. Throws KaizenError `code` with the path and the reason.
 */
export function parseFrontmatter(path: string, text: string, code: ErrorCode): FrontmatterFile {
  const refuse = (reason: string, cause?: unknown) => new KaizenError(code, `${path}: ${reason}`, { cause });
  const plain = text.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n');
  if (Buffer.byteLength(plain) > maxFileBytes) throw refuse('is larger than 64 KiB');
  const problem = findDelimiterProblem(plain);
  if (problem) throw refuse(problem);
  try {
    // With options gray-matter does not use its cache, which would answer a second read of bad YAML with {}.
    const file = matter(plain, { language: 'yaml', delimiters: '---', engines });
    return { fields: file.data, body: tidyBody(file.content) };
  } catch (cause) {
    throw refuse(`frontmatter: ${(cause as Error).message.split('\n', 1)[0]?.replace(/:$/, '')}`, cause);
  }
}

/** gray-matter takes any line that starts with `---` for the end, and the end of the file too; we take neither. */
function findDelimiterProblem(text: string): string | undefined {
  if (hasConflictMarks(text))
    return 'has merge conflict marks; `kaizen knowledge merge --conflicts` joins the sides';
  if (!text.startsWith('---\n')) {
    return text.startsWith('---')
      ? 'frontmatter must be plain YAML between `---` lines'
      : 'has no frontmatter';
  }
  const end = text.indexOf('\n---', 3);
  if (end < 0) return 'frontmatter is not closed by a `---` line';
  const after = text[end + 4];
  if (after !== undefined && after !== '\n') return 'frontmatter holds a line that starts with `---`';
  if (Buffer.byteLength(text.slice(0, end)) > maxFrontmatterBytes)
    return 'has more than 8 KiB of frontmatter';
  return undefined;
}

function noEngine(): never {
  throw new Error('only YAML is read');
}

const engines = {
  yaml: { parse: parseMapping, stringify: noEngine },
  json: { parse: noEngine, stringify: noEngine },
  javascript: { parse: noEngine, stringify: noEngine },
  coffee: { parse: noEngine, stringify: noEngine },
};

/**
 * The documents of a YAML text of mappings, lists and strings only; every scalar is a string. Throws on anchors,
 * aliases, tags, directives and duplicate keys.
 */
export function parsePlainYaml(text: string): unknown[] {
  if (/^%/m.test(text)) throw new Error('directives are not allowed');
  return yaml.loadAll(text, null, { schema: yaml.FAILSAFE_SCHEMA, listener: refuseNodeProperties });
}

function parseMapping(text: string): object {
  const [value, ...more] = parsePlainYaml(text);
  if (more.length > 0) throw new Error('must be one document');
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error('must be a mapping');
  return value;
}

/** An alias needs an anchor, so refusing anchors refuses both. `?` is js-yaml's mark for "no tag". */
const refuseNodeProperties: NonNullable<LoadOptions['listener']> = (event, state) => {
  if (event !== 'close') return;
  const { anchor, tag } = state as unknown as { anchor: string | null; tag: string | null };
  if (anchor !== null) throw new Error('anchors and aliases are not allowed');
  if (tag !== null && tag !== '?') throw new Error('tags are not allowed');
};
