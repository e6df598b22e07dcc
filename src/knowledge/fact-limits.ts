import { categories, type Fact, type FactSource, statuses, tiers } from './fact.ts';

/** What a fact may hold at most; a file beyond it is refused. */
export const factLimits = {
  title: 120,
  body: 1500,
  tags: { count: 12, length: 60 },
  paths: { count: 20, length: 300 },
  keywords: { count: 20, length: 200 },
  quote: 500,
  links: 40,
} as const;

/** What is wrong with a fact, by the name its field has in the file. */
export interface FactProblem {
  field: string;
  reason: string;
}

const day = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/;
const factIdPattern = /^[a-z0-9]{10}$/;
const scopePattern = /^(?:global|repo:[^\s\p{Cc}]{1,200}|agent:[^\s\p{Cc}]{1,100})$/u;
const sessionPattern = /^[^\s\p{Cc}]{1,160}$/u;
const commitPattern = /^[0-9a-f]{7,64}$/;
const wordingPattern = /^[a-z0-9]{1,16}$/;
/** Control characters, and halves of a surrogate pair (a file cannot hold those). */
const control = /[\p{Cc}\p{Cs}]/u;

/** The first thing that keeps a value from being a sound fact, or undefined. Every door asks this one function. */
export function findFactProblem(fact: Fact): FactProblem | undefined {
  return (
    check('id', factIdPattern.test(fact.id), 'must be 10 characters a-z, 0-9') ??
    check('title', isLine(fact.title, 1, factLimits.title), 'must be one line of 1–120 characters') ??
    check('category', categories.includes(fact.category), `must be one of ${categories.join(', ')}`) ??
    check('scope', scopePattern.test(fact.scope), 'must be global, repo:<owner>/<name> or agent:<name>') ??
    check('status', statuses.includes(fact.status), `must be one of ${statuses.join(', ')}`) ??
    check('trust', tiers.includes(fact.trust), `must be one of ${tiers.join(', ')}`) ??
    check('confidence', isConfidence(fact.confidence), 'must be a number from 0.1 to 0.95') ??
    checkList('tags', fact.tags, factLimits.tags) ??
    checkList('paths', fact.paths, factLimits.paths) ??
    checkList('keywords', fact.keywords, factLimits.keywords) ??
    check('subject', isSubject(fact.subject), 'must be a key and a value, each 1–120 characters') ??
    check('first_seen', isDay(fact.firstSeen), 'must be a day, YYYY-MM-DD, or null') ??
    check('last_confirmed', isDay(fact.lastConfirmed), 'must be a day, YYYY-MM-DD, or null') ??
    checkIds('supersedes', fact.supersedes) ??
    checkIds('contradicts', fact.contradicts) ??
    checkList('holds', fact.holds, { count: factLimits.links, length: 60 }) ??
    checkList('aliases', fact.aliases, { count: factLimits.links, length: 200 }) ??
    check(
      'generated',
      fact.generated === null ||
        (statuses.includes(fact.generated.status) && wordingPattern.test(fact.generated.wording)),
      'must be a status and a checksum',
    ) ??
    findSourceProblem(fact.sources) ??
    check('body', isBody(fact.body), 'must be 1–1,500 characters without control characters')
  );
}

function check(field: string, sound: boolean, reason: string): FactProblem | undefined {
  return sound ? undefined : { field, reason };
}

function checkList(
  field: string,
  values: readonly string[],
  limit: { count: number; length: number },
): FactProblem | undefined {
  if (values.length === 0) return undefined;
  const sound = values.length <= limit.count && values.every((value) => isLine(value, 1, limit.length));
  return check(
    field,
    sound,
    `must be at most ${limit.count} values of 1–${limit.length} characters, each one line`,
  );
}

function checkIds(field: string, ids: readonly string[]): FactProblem | undefined {
  const sound = ids.length <= factLimits.links && ids.every((id) => factIdPattern.test(id));
  return check(field, sound, `must be at most ${factLimits.links} ids of facts`);
}

function findSourceProblem(sources: readonly FactSource[]): FactProblem | undefined {
  for (const [at, source] of sources.entries()) {
    const reason =
      (!sessionPattern.test(source.session) && 'session must be <agent>/<id>') ||
      (!(Number.isSafeInteger(source.line) && source.line >= 0) && 'line must be a whole number') ||
      (!isLine(source.quote, 0, factLimits.quote) && 'quote must be one line of at most 500 characters') ||
      (source.commit !== null &&
        !commitPattern.test(source.commit) &&
        'commit must be a commit id or null') ||
      (!isDay(source.date) && 'date must be a day, YYYY-MM-DD, or null') ||
      (!tiers.includes(source.tier) && `tier must be one of ${tiers.join(', ')}`) ||
      (!isConfidence(source.confidence) && 'confidence must be a number from 0.1 to 0.95');
    if (reason) return { field: `sources.${at}`, reason };
  }
  return undefined;
}

const isDay = (value: string | null): boolean => value === null || day.test(value);
const isConfidence = (value: number): boolean => value >= 0.1 && value <= 0.95;

function isSubject(subject: Fact['subject']): boolean {
  return subject === null || (isLine(subject.key, 1, 120) && isLine(subject.value, 1, 120));
}

/** One line: no control characters (white space but the plain space included), nothing but text at its ends. */
function isLine(text: string, min: number, max: number): boolean {
  return text.length >= min && text.length <= max && !control.test(text) && text.trim() === text;
}

function isBody(body: string): boolean {
  if (body.length === 0 || body.length > factLimits.body || body.trim() !== body) return false;
  return !/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]|\p{Cs}/u.test(body) && !hasConflictMarks(body);
}

/** Git left both sides of a merge in the text. */
export function hasConflictMarks(text: string): boolean {
  return text.includes('<<<<<<< ') && /^<{7} /m.test(text) && /^={7}$/m.test(text) && /^>{7} /m.test(text);
}

/** The body as it is stored: `\n` line ends, no white space at either end. */
export function tidyBody(body: string): string {
  return body.replace(/\r\n?/g, '\n').trim();
}
