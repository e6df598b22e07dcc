import { KaizenError } from '../base/errors.ts';
import { isObject } from '../base/is-object.ts';
import { compareText } from '../base/text.ts';
import type { ForeignEntry } from './exchange.ts';
import { parsePlainYaml } from './frontmatter.ts';

const maxBytes = 64 * 1024 * 1024;

/**
 * The entries in the text of a foreign store: JSON (`{facts: […]}`, or a list) or YAML (the same, or lists under
 * category names as in `pitfalls:`; a first document of fields holds defaults for all entries). KaizenError
 * `bad_input` when it is neither.
 */
export function parseForeign(file: string, text: string): ForeignEntry[] {
  const refuse = (reason: string, cause?: unknown) =>
    new KaizenError('bad_input', `${file}: ${reason}`, { cause });
  if (Buffer.byteLength(text) > maxBytes) throw refuse('is larger than 64 MiB');
  const plain = text.replace(/^\ufeff/, '');
  let documents: unknown[];
  try {
    documents = /^\s*[[{]/.test(plain)
      ? [JSON.parse(plain)]
      : parsePlainYaml(plain).map((document) => withNulls(document));
  } catch (cause) {
    throw refuse((cause as Error).message.split('\n', 1)[0] ?? 'cannot be read', cause);
  }
  const defaults = documents.length > 1 ? defaultsOf(documents[0]) : {};
  const entries = documents.flatMap((document) =>
    entriesOf(document, { ...defaults, ...defaultsOf(document) }),
  );
  if (entries.length === 0) throw refuse('holds no facts; wanted is {"facts": [{"fact": …, "category": …}]}');
  return entries;
}

const inherited = ['domain', 'category', 'repo', 'agent'];

function defaultsOf(document: unknown): ForeignEntry {
  if (!isObject(document)) return {};
  return Object.fromEntries(
    inherited.filter((key) => typeof document[key] === 'string').map((key) => [key, document[key]]),
  );
}

function entriesOf(document: unknown, defaults: ForeignEntry): ForeignEntry[] {
  if (Array.isArray(document)) return document.filter(isObject).map((entry) => ({ ...defaults, ...entry }));
  if (!isObject(document)) return [];
  return Object.entries(document).flatMap(([key, value]) => {
    if (!Array.isArray(value)) return [];
    const listed = key === 'facts' || key === 'entries' ? {} : { category: key };
    return value.filter(isObject).map((entry) => ({ ...defaults, ...listed, ...entry }));
  });
}

const counts = ['source_count', 'times_referenced', 'confidence'];

/** YAML is read with every scalar a string; nulls and counts become what JSON would have. */
function withNulls(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((one) => withNulls(one));
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withNulls(one, name)]));
  if (value === 'null' || value === '~') return null;
  return counts.includes(key) && value !== '' && Number.isFinite(Number(value)) ? Number(value) : value;
}

/** Entries as a foreign index.json (one a line) or YAML file, by id; the newest confirmation is its `last_updated`. */
export function formatForeign(entries: readonly ForeignEntry[], format: 'json' | 'yaml'): string {
  const sorted = [...entries].sort((a, b) => compareText(String(a.id), String(b.id)));
  const newest = sorted
    .flatMap((entry) => (typeof entry.last_confirmed === 'string' ? [entry.last_confirmed] : []))
    .sort(compareText)
    .at(-1);
  if (format === 'json') {
    const list =
      sorted.length === 0 ? '[]' : `[\n${sorted.map((entry) => JSON.stringify(entry)).join(',\n')}\n]`;
    return `{"version": 1, "last_updated": ${JSON.stringify(newest ?? null)}, "total_facts": ${sorted.length}, "facts": ${list}}\n`;
  }
  const head = [
    `version: 1`,
    `last_updated: ${JSON.stringify(newest ?? null)}`,
    `total_facts: ${sorted.length}`,
  ];
  const list = sorted.flatMap((entry) =>
    Object.entries(entry).map(
      ([key, value], at) => `${at === 0 ? '  - ' : '    '}${key}: ${JSON.stringify(value)}`,
    ),
  );
  return `${[...head, ...(list.length === 0 ? ['facts: []'] : ['facts:', ...list])].join('\n')}\n`;
}
