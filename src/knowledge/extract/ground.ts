import { foldSpace } from '../../base/text.ts';

/** Longest quote kept of one place, in characters. */
export const maxQuoteLength = 240;
const minQuoteLength = 12;

/**
 * The words of `wanted` that really stand in `text`, white space folded: all of it, else its longest beginning of
 * whole words (list marks between items and line marks of patches interrupt it). undefined when fewer than 12
 * characters match: then nothing is quoted and nothing may be claimed.
 */
export function groundQuote(text: string, wanted: string): string | undefined {
  const within = foldSpace(text);
  const quote = clipWords(foldSpace(wanted), maxQuoteLength);
  if (quote.length < minQuoteLength && foldSpace(wanted).length >= minQuoteLength) return undefined;
  if (quote !== '' && within.includes(quote)) return quote;
  const words = quote.split(' ');
  let low = 0;
  let high = words.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (within.includes(words.slice(0, middle).join(' '))) low = middle;
    else high = middle - 1;
  }
  const start = words.slice(0, low).join(' ');
  return start.length >= minQuoteLength ? start : undefined;
}

function clipWords(text: string, max: number): string {
  if (text.length <= max) return text;
  const cut = text.slice(0, max);
  const space = cut.lastIndexOf(' ');
  return space > max / 2 ? cut.slice(0, space) : cut;
}

/**
 * True when the quote stands in a physical transcript line: in one of the strings of its JSON (or in strings side by
 * side), or in the line itself where it is no JSON. `redact` is applied to each string, white space is folded.
 */
export function findQuote(line: string, quote: string, redact: (text: string) => string): boolean {
  const wanted = foldSpace(quote);
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    // Not JSON (Markdown transcripts): the line is its own text.
    return foldSpace(redact(line)).includes(wanted);
  }
  const strings = stringsOf(value, 0);
  if (strings.some((text) => foldSpace(redact(text)).includes(wanted))) return true;
  return foldSpace(redact(strings.join('\n'))).includes(wanted);
}

/** All string values of a JSON value in order, JSON inside of strings looked into as well; at most 64 deep. */
function stringsOf(value: unknown, depth: number): string[] {
  if (depth > 64) return [];
  if (typeof value === 'string') {
    const inner = /^\s*[[{]/.test(value) && depth < 60 ? parsed(value) : undefined;
    return inner === undefined ? [value] : [value, ...stringsOf(inner, depth + 1)];
  }
  if (Array.isArray(value)) return value.flatMap((item) => stringsOf(item, depth + 1));
  if (typeof value === 'object' && value !== null)
    return Object.values(value).flatMap((item) => stringsOf(item, depth + 1));
  return [];
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? (value ?? undefined) : undefined;
  } catch {
    return undefined;
  }
}
