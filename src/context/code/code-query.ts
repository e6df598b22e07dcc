import { isLanguageWord, isStopWord, stemCodeWord, termsOfIdentifier } from './code-words.ts';
import { type IssueSignals, parseIssue } from './issue-signals.ts';
import { termHash } from './term-hash.ts';

/** One term of a task and what it counts. */
export interface QueryTerm {
  hash: number;
  /** As searched, for `why`. */
  term: string;
  weight: number;
  /** Two neighbouring words written together (`source map` → sourcemap): not searched in paths. */
  joined: boolean;
}

/** An identifier of the task. */
export interface QueryName {
  name: string;
  hash: number;
  /** Written like code (camelCase, snake_case, in backticks), not like a word of a sentence. */
  codeLike: boolean;
}

/** A task as it is searched. */
export interface CodeQuery {
  text: string;
  terms: QueryTerm[];
  names: QueryName[];
  /** Stems of a conventional-commit scope or `package:` prefix. */
  scope: ReadonlySet<string>;
  /** 0 for a line, 1 for a pasted issue of 125 words or more. */
  length: number;
  /** What a pasted issue says outright. */
  issue: IssueSignals;
  /** The task is about tests. */
  aboutTests: boolean;
}

const word = /[\p{L}_$][\p{L}\p{N}_$]*/gu;
const titleWeight = 2;
const languageWordWeight = 0.3;
const joinedWeight = 0.7;
const aboutTests = /\b(?:tests?|testing|spec|coverage|flaky|assert|bench(?:mark)?s?)\b/i;
/** Words from which a text counts as more than a title, and how many more make it an issue (spec 07 §6, factor L). */
const shortWords = 25;
const longWords = 100;
/** Longer tasks are read up to here. */
const longestTask = 20_000;

/** Reads a task. The first line is its title. */
export function parseCodeQuery(task: string): CodeQuery {
  const text = task.slice(0, longestTask).replace(/\r\n?/g, '\n').trim();
  const words = (text.match(/\S+/g) ?? []).length;
  return {
    text,
    terms: termsOf(text),
    names: namesOf(text),
    scope: scopeOf(text),
    length: Math.min(1, Math.max(0, (words - shortWords) / longWords)),
    issue: parseIssue(text),
    aboutTests: aboutTests.test(text),
  };
}

function termsOf(text: string): QueryTerm[] {
  const titleEnd = text.indexOf('\n') < 0 ? text.length : text.indexOf('\n');
  const raw = new Map<string, number>();
  for (const match of text.matchAll(word)) {
    const weight = match.index < titleEnd ? titleWeight : 1;
    for (const term of termsOfIdentifier(match[0]))
      raw.set(term, (raw.get(term) ?? 0) + weight * (isLanguageWord(term) ? languageWordWeight : 1));
  }
  const joined = joinedWords(text).filter((term) => !raw.has(term));
  const of = (term: string, weight: number, isJoined: boolean): QueryTerm => ({
    hash: termHash(term),
    term,
    weight: damped(weight),
    joined: isJoined,
  });
  return [
    ...[...raw].map(([term, weight]) => of(term, weight, false)),
    ...[...new Set(joined)].map((term) => of(term, joinedWeight, true)),
  ];
}

/** A term that is said again and again counts more, but not in proportion. */
function damped(weight: number): number {
  return weight < 1 ? weight : 1 + 0.6 * Math.log(weight);
}

function joinedWords(text: string): string[] {
  const words = text.toLowerCase().match(/[a-z][a-z0-9]*/g) ?? [];
  const joined: string[] = [];
  for (let at = 0; at + 1 < words.length; at++) {
    const [one, two] = [words[at] as string, words[at + 1] as string];
    if (!isStopWord(one) && !isStopWord(two)) joined.push(stemCodeWord(one + two));
  }
  return joined;
}

function namesOf(text: string): QueryName[] {
  const ticked = new Set(
    [...text.matchAll(/`([^`\n]{2,80})`/g)].flatMap((match) => match[1]?.match(word) ?? []),
  );
  const names = new Map<string, boolean>();
  for (const match of text.matchAll(word)) {
    const name = match[0];
    if (name.length < 2 || names.get(name)) continue;
    names.set(name, ticked.has(name) || isWrittenLikeCode(name) || isCapitalWithin(text, match.index));
  }
  return [...names].map(([name, codeLike]) => ({ name, hash: termHash(name), codeLike }));
}

function isWrittenLikeCode(name: string): boolean {
  return /[a-z][A-Z]|_|\d/.test(name);
}

/** A capital inside a sentence. */
function isCapitalWithin(text: string, at: number): boolean {
  return (
    /[A-Z]/.test(text.charAt(at)) && at > 0 && !/(?:^|[.\n]\s*)$/.test(text.slice(Math.max(0, at - 3), at))
  );
}

/** `fix(css): …` and `net/http: …` say where the change is; `fix:` does not. */
function scopeOf(text: string): ReadonlySet<string> {
  const match = /^(?:[a-z]+\(([^)\n]{2,40})\)!?:|([\w@/.,+-]{2,40}):\s)/i.exec(text);
  const words = (match?.[1] ?? match?.[2] ?? '').toLowerCase().split(/[^a-z0-9]+/);
  const stems = new Set(words.filter((one) => one.length > 1).map(stemCodeWord));
  return commitTypes.some((type) => stems.has(type)) ? new Set() : stems;
}

const commitTypes = 'fix feat'.split(' ').map(stemCodeWord);
