import { createHash, createHmac } from 'node:crypto';
import { stripInvisible } from '../base/visible-text.ts';
import { openAllowList } from './redact/allow-list.ts';
import { findSpans } from './redact/find-spans.ts';
import { isBlob } from './redact/opaque.ts';
import { openPersonFinder } from './redact/person.ts';
import { OverBudget, type Span, WorkBudget } from './redact/span.ts';
import { walkValue } from './redact/walk.ts';

/** Settings of a redactor. */
export interface RedactorOptions {
  /** Local secret of the repository: the same secret gets the same marker here, and a different one elsewhere. */
  key: string;
  /** This machine's home directory, user and host name, masked wherever they stand as whole words. */
  home?: string | undefined;
  user?: string | undefined;
  host?: string | undefined;
  /** Reviewed values that stay: exact texts or patterns with `*` (`redaction.allow` in .kaizen/config.yml). */
  allow?: readonly string[] | undefined;
}

/** Masks secrets and personal data. Deterministic; applying it twice is applying it once. */
export interface Redactor {
  /** A text with invisible characters dropped and every secret, blob and personal detail replaced by a marker. */
  text(value: string): string;
  /** A decoded JSON value with all texts, keys and texts split over adjacent parts redacted. Never changes its input. */
  value(value: unknown): unknown;
  /** The same redactor (key, counts and all) that also masks these account names; see `sessionUsers`. */
  forUsers(names: readonly string[]): Redactor;
  /** How many stretches were masked so far, by rule. */
  readonly counts: Readonly<Record<string, number>>;
}

/** Longest text looked into; longer ones are masked whole (spec 02). */
export const maxTextCharacters = 256 * 1024;
/** Characters a value may cost to look at, all passes and decodings together: about 50 ms of work. */
const workCharacters = 4 * 1024 * 1024;
/** Masking one thing can bring another to light; a text that never settles is masked whole. */
const maxPasses = 5;

/** Texts up to this length are remembered when clean, and how many of them. */
const memoCharacters = 200;
const memoTexts = 20_000;

/** Opens a redactor; see spec 02, "Redaction comes first", for what it masks and in which order. */
export function openRedactor(options: RedactorOptions): Redactor {
  return openFor(options, options.user === undefined ? [] : [options.user], {});
}

function openFor(
  options: RedactorOptions,
  users: readonly string[],
  counts: Record<string, number>,
): Redactor {
  const person = openPersonFinder({ home: options.home, users, host: options.host });
  const allowed = openAllowList(options.allow ?? []);

  const short = (value: string): string =>
    createHmac('sha256', options.key).update(value).digest('hex').slice(0, 6);
  const maskOf = (span: Span, value: string): string => {
    counts[span.rule] = (counts[span.rule] ?? 0) + 1;
    if (span.as !== undefined) return span.as;
    if (span.kind === 'blob')
      return `[BLOB sha256:${createHash('sha256').update(value).digest('hex').slice(0, 8)}]`;
    if (span.rule === 'email') return `<email:${short(value)}>`;
    return `[REDACTED:${span.rule}:${short(value)}]`;
  };
  const whole = (rule: string, value: string): string =>
    maskOf({ start: 0, end: value.length, rule, kind: 'secret' }, value);
  const find = (value: string, budget: WorkBudget): Span[] => findSpans(value, { person, allowed, budget });

  /** Short texts found clean: keys, types, ids and paths come back thousands of times. A memo, not state. */
  const clean = new Set<string>();
  const text = (value: string): string => {
    if (value.length > memoCharacters) return look(value);
    if (clean.has(value)) return value;
    const seen = look(value);
    if (seen === value) {
      if (clean.size >= memoTexts) clean.clear();
      clean.add(value);
    }
    return seen;
  };
  const look = (value: string): string => {
    if (value.length < 4) return stripInvisible(value).text;
    if (value.length > maxTextCharacters) {
      return isBlob(value)
        ? maskOf({ start: 0, end: value.length, rule: 'blob', kind: 'blob' }, value)
        : whole('oversize', value);
    }
    const budget = new WorkBudget(workCharacters);
    let current = stripInvisible(value).text;
    try {
      for (let pass = 0; pass < maxPasses; pass++) {
        const spans = find(current, budget);
        if (spans.length === 0)
          return current.length > maxTextCharacters ? whole('oversize', value) : current;
        current = stripInvisible(replaceSpans(current, spans, maskOf)).text;
      }
    } catch (error) {
      if (!(error instanceof OverBudget)) throw error;
    }
    return whole('over-budget', value);
  };
  const findWithin = (value: string): Span[] => {
    try {
      return find(value, new WorkBudget(workCharacters));
    } catch (error) {
      if (error instanceof OverBudget) return [];
      throw error;
    }
  };
  const redactor: Redactor = {
    text,
    value: (value) => walkValue(value, { text, find: findWithin, mask: maskOf, allowed }),
    forUsers: (names) => {
      const more = names.filter((name) => !users.includes(name));
      return more.length === 0 ? redactor : openFor(options, [...users, ...more], counts);
    },
    counts,
  };
  return redactor;
}

function replaceSpans(
  text: string,
  spans: readonly Span[],
  maskOf: (span: Span, value: string) => string,
): string {
  const pieces: string[] = [];
  let at = 0;
  for (const span of spans) {
    pieces.push(text.slice(at, span.start), maskOf(span, text.slice(span.start, span.end)));
    at = span.end;
  }
  pieces.push(text.slice(at));
  return pieces.join('');
}
