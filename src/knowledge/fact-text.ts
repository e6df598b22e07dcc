import { KaizenError } from '../base/errors.ts';
import {
  type Category,
  categories,
  type Fact,
  type FactSource,
  type Scope,
  type Status,
  statuses,
  type Tier,
  tiers,
} from './fact.ts';
import { findFactProblem } from './fact-limits.ts';

const maxFrontmatterBytes = 8 * 1024;
const maxFileBytes = 64 * 1024;

/**
 * The file of a fact: frontmatter in fixed key order with JSON-quoted scalars (so it is YAML and reads the same by
 * `JSON.parse`), then the body. Fields that hold nothing are left out, and a source's date, tier and confidence are
 * written only where they differ from the fact's own. `parseFact(path, formatFact(fact))` equals `fact`.
 * A fact beyond the limits of the store is KaizenError `bad_fact`.
 */
export function formatFact(fact: Fact): string {
  const problem = findFactProblem(fact);
  if (problem) throw new KaizenError('bad_fact', `${fact.id}: ${problem.field}: ${problem.reason}`);
  const head = frontmatterOf(fact);
  if (!fits(head)) {
    const reason = 'its fields need more than 8 KiB; shorten keywords, paths or quotes';
    throw new KaizenError('bad_fact', `${fact.id}: ${reason}`);
  }
  return `---\n${head}\n---\n${fact.body}\n`;
}

/** True when its fields are within the 8 KiB that the careful door reads. */
export function fitsFrontmatter(fact: Fact): boolean {
  return fits(frontmatterOf(fact));
}

const fits = (head: string): boolean => Buffer.byteLength(head) + 4 <= maxFrontmatterBytes;

function frontmatterOf(fact: Fact): string {
  return [
    `id: ${quoted(fact.id)}`,
    `title: ${quoted(fact.title)}`,
    `category: ${quoted(fact.category)}`,
    `scope: ${quoted(fact.scope)}`,
    `status: ${quoted(fact.status)}`,
    `trust: ${quoted(fact.trust)}`,
    `confidence: "${fact.confidence}"`,
    `tags: ${quotedList(fact.tags)}`,
    `paths: ${quotedList(fact.paths)}`,
    `keywords: ${quotedList(fact.keywords)}`,
    ...(fact.subject ? [`subject: ${quotedList([fact.subject.key, fact.subject.value])}`] : []),
    `first_seen: ${quotedOrNull(fact.firstSeen)}`,
    `last_confirmed: ${quotedOrNull(fact.lastConfirmed)}`,
    `supersedes: ${quotedList(fact.supersedes)}`,
    ...(fact.contradicts.length > 0 ? [`contradicts: ${quotedList(fact.contradicts)}`] : []),
    ...(fact.holds.length > 0 ? [`holds: ${quotedList(fact.holds)}`] : []),
    ...(fact.pinned ? ['pinned: "true"'] : []),
    ...(fact.aliases.length > 0 ? [`aliases: ${quotedList(fact.aliases)}`] : []),
    ...(fact.generated ? [`generated: ${quoted(`${fact.generated.status} ${fact.generated.wording}`)}`] : []),
    ...(fact.sources.length === 0 ? ['sources: []'] : ['sources:']),
    ...fact.sources.flatMap((source) => sourceLines(source, fact)),
  ].join('\n');
}

function sourceLines(source: FactSource, fact: Fact): string[] {
  return [
    `  - session: ${quoted(source.session)}`,
    `    line: "${source.line}"`,
    `    quote: ${quoted(source.quote)}`,
    `    commit: ${quotedOrNull(source.commit)}`,
    ...(source.date === fact.lastConfirmed ? [] : [`    date: ${quotedOrNull(source.date)}`]),
    ...(source.tier === fact.trust ? [] : [`    tier: ${quoted(source.tier)}`]),
    ...(source.proven ? ['    proven: "true"'] : []),
    ...(source.confidence === fact.confidence ? [] : [`    confidence: "${source.confidence}"`]),
  ];
}

/** Characters that hide or turn text, or that YAML refuses raw: always written as an escape, so a reviewer sees them. */
const hidden =
  /[\u007f-\u009f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\uffff]|\udb40[\udc00-\udfff]/g;

function quoted(text: string): string {
  return JSON.stringify(text).replace(hidden, (match) =>
    [...Array(match.length).keys()]
      .map((at) => `\\u${match.charCodeAt(at).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

const quotedOrNull = (text: string | null): string => (text === null ? 'null' : quoted(text));
const quotedList = (texts: readonly string[]): string => `[${texts.map(quoted).join(', ')}]`;

/**
 * The fact in a file that our own serializer wrote, some twenty times faster than the careful door. undefined when
 * anything is not exactly as `formatFact` writes it: the careful door decides then. What it accepts, the careful
 * door reads the same.
 */
export function parseOwnFact(text: string): Fact | undefined {
  if (!text.startsWith('---\nid: "') || text.length > maxFileBytes / 3) return undefined;
  const end = text.indexOf('\n---\n', 3);
  if (end < 0) return undefined;
  const head = text.slice(4, end);
  if (notPlain.test(head) || text.includes('\r')) return undefined;
  if (!fits(head)) return undefined;
  try {
    const fact = readFields(new Fields(head.split('\n')), text.slice(end + 5).trim());
    return fact && !findFactProblem(fact) ? fact : undefined;
  } catch (error) {
    if (error instanceof NotOurs || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Raw characters on which YAML and JSON may disagree. */
const notPlain = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff\p{Cs}]/u;

class NotOurs extends Error {}

/** The lines of our frontmatter, taken one after the other in the fixed order of keys. */
class Fields {
  private readonly lines: readonly string[];
  private at = 0;

  constructor(lines: readonly string[]) {
    this.lines = lines;
  }

  /** The raw value behind `prefix` when the next line starts so; undefined otherwise. */
  private next(prefix: string): string | undefined {
    const line = this.lines[this.at];
    if (line === undefined || !line.startsWith(prefix)) return undefined;
    this.at += 1;
    return line.slice(prefix.length);
  }

  /** Takes the next line when it is exactly `line`. */
  has(line: string): boolean {
    if (this.lines[this.at] !== line) return false;
    this.at += 1;
    return true;
  }

  optional(prefix: string): string | undefined {
    const raw = this.next(prefix);
    return raw === undefined ? undefined : textOf(raw);
  }

  text(prefix: string): string {
    const value = this.optional(prefix);
    if (value === undefined) throw new NotOurs();
    return value;
  }

  /** undefined when the line is not there, null when it says null. */
  nullable(prefix: string): string | null | undefined {
    const raw = this.next(prefix);
    return raw === undefined ? undefined : raw === 'null' ? null : textOf(raw);
  }

  required(prefix: string): string | null {
    const value = this.nullable(prefix);
    if (value === undefined) throw new NotOurs();
    return value;
  }

  optionalList(prefix: string): string[] | undefined {
    const raw = this.next(prefix);
    if (raw === undefined) return undefined;
    if (raw === '[]') return [];
    const value: unknown = raw.startsWith('[') ? JSON.parse(raw) : undefined;
    if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) throw new NotOurs();
    return value;
  }

  list(prefix: string): string[] {
    const value = this.optionalList(prefix);
    if (value === undefined) throw new NotOurs();
    return value;
  }

  atEnd(): boolean {
    return this.at === this.lines.length;
  }
}

function textOf(raw: string): string {
  if (!raw.startsWith('"')) throw new NotOurs();
  // Most values need no unescaping; slicing them is several times faster than JSON.parse.
  if (raw.indexOf('"', 1) === raw.length - 1 && !raw.includes('\\') && !raw.includes('\t'))
    return raw.slice(1, -1);
  return JSON.parse(raw) as string;
}

const decimal = /^(?:0?\.\d{1,18}|[01])$/;
const counter = /^\d{1,9}$/;

function numberOf(text: string, pattern: RegExp): number {
  if (!pattern.test(text)) throw new NotOurs();
  return Number(text);
}

function oneOf<T extends string>(choices: readonly T[], text: string): T {
  if (!(choices as readonly string[]).includes(text)) throw new NotOurs();
  return text as T;
}

function readFields(fields: Fields, body: string): Fact | undefined {
  const id = fields.text('id: ');
  const title = fields.text('title: ');
  const category: Category = oneOf(categories, fields.text('category: '));
  const scope = fields.text('scope: ') as Scope;
  const status: Status = oneOf(statuses, fields.text('status: '));
  const trust: Tier = oneOf(tiers, fields.text('trust: '));
  const confidence = numberOf(fields.text('confidence: '), decimal);
  const tags = fields.list('tags: ');
  const paths = fields.list('paths: ');
  const keywords = fields.list('keywords: ');
  const subject = subjectOf(fields.optionalList('subject: '));
  const firstSeen = fields.required('first_seen: ');
  const lastConfirmed = fields.required('last_confirmed: ');
  const supersedes = fields.list('supersedes: ');
  const contradicts = fields.optionalList('contradicts: ') ?? [];
  const holds = fields.optionalList('holds: ') ?? [];
  const pinned = fields.has('pinned: "true"');
  const aliases = fields.optionalList('aliases: ') ?? [];
  const generated = generatedOf(fields.optional('generated: '));
  const sources: FactSource[] = [];
  if (!fields.has('sources: []')) {
    if (!fields.has('sources:')) return undefined;
    while (!fields.atEnd()) sources.push(readSource(fields, { lastConfirmed, trust, confidence }));
    if (sources.length === 0) return undefined;
  }
  if (!fields.atEnd()) return undefined;
  return {
    id,
    title,
    category,
    scope,
    status,
    trust,
    confidence,
    tags,
    paths,
    keywords,
    firstSeen,
    lastConfirmed,
    supersedes,
    contradicts,
    holds,
    pinned,
    subject,
    aliases,
    generated,
    sources,
    body,
  };
}

function readSource(fields: Fields, own: Pick<Fact, 'lastConfirmed' | 'trust' | 'confidence'>): FactSource {
  const session = fields.text('  - session: ');
  const line = numberOf(fields.text('    line: '), counter);
  const quote = fields.text('    quote: ');
  const commit = fields.required('    commit: ');
  const date = fields.nullable('    date: ');
  const tier = fields.optional('    tier: ');
  const proven = fields.has('    proven: "true"');
  const confidence = fields.optional('    confidence: ');
  return {
    session,
    line,
    quote,
    commit,
    date: date === undefined ? own.lastConfirmed : date,
    tier: tier === undefined ? own.trust : oneOf(tiers, tier),
    proven,
    confidence: confidence === undefined ? own.confidence : numberOf(confidence, decimal),
  };
}

function subjectOf(pair: string[] | undefined): Fact['subject'] {
  if (pair === undefined) return null;
  const [key, value] = pair;
  if (pair.length !== 2 || key === undefined || value === undefined) throw new NotOurs();
  return { key, value };
}

function generatedOf(text: string | undefined): Fact['generated'] {
  if (text === undefined) return null;
  const [status = '', wording = '', ...rest] = text.split(' ');
  if (rest.length > 0) throw new NotOurs();
  return { status: oneOf(statuses, status), wording };
}
