import { floatText } from './python-number.ts';
import { isDict, type PythonValue } from './python-value.ts';
import { unicodeAfter14 } from './unicode-after-14.ts';

/**
 * Texts as Python 3.11 reads and prints them: characters are code points, classes are those of Unicode 14. Node knows
 * later versions of Unicode, so characters that came after are told to be none, as they are there.
 */
const newer = `[${unicodeAfter14}]`;
const hasNewer = new RegExp(newer, 'u');
const newerOrStandIn = new RegExp(`[${unicodeAfter14}\\u{10ffff}]`, 'gu');
/** A code point that is never a character: no letter, changed by no lower case. */
const standIn = '\u{10ffff}';

/** `str.isspace`, which is also what `\s` matches. */
export const pythonSpace =
  '\\t-\\r\\u001c-\\u0020\\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
/** What `\w` matches in `re`: letters and numbers of any script, and `_`. Without marks, unlike in JavaScript's `\p{ID}`. */
export const pythonWord = `(?!${newer})[\\p{L}\\p{N}_]`;
/** What `\d` matches in `re`. */
export const pythonDigit = `(?:(?!${newer})\\p{Nd})`;

const outerSpace = new RegExp(`^[${pythonSpace}]+|[${pythonSpace}]+$`, 'gu');

/** `s.strip()`. */
export function stripSpace(text: string): string {
  return text.replace(outerSpace, '');
}

/** `s.lower()`. */
export function lowerCase(text: string): string {
  if (!hasNewer.test(text)) return text.toLowerCase();
  const kept = text.match(newerOrStandIn) ?? [];
  let next = 0;
  return text
    .replace(newerOrStandIn, standIn)
    .toLowerCase()
    .replaceAll(standIn, () => kept[next++] as string);
}

/** `s[:count]`: code points, not UTF-16 units. */
export function firstCharacters(text: string, count: number): string {
  if (text.length <= count) return text;
  let end = 0;
  for (const character of text.slice(0, count * 2)) {
    if (count-- === 0) break;
    end += character.length;
  }
  return text.slice(0, end);
}

/** `str(value)`: a text as it is, all else as Python writes it. */
export function textOf(value: PythonValue): string {
  return typeof value === 'string' ? value : representation(value);
}

/** `repr(value)`. */
function representation(value: PythonValue): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return floatText(value);
  if (typeof value === 'string') return quoted(value);
  if (isDict(value))
    return `{${[...value].map(([key, item]) => `${quoted(key)}: ${representation(item)}`).join(', ')}}`;
  return `[${value.map(representation).join(', ')}]`;
}

const unprintable = new RegExp(`[\\p{C}\\p{Z}\\\\${unicodeAfter14}]`, 'gu');
const shortEscapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
  ' ': ' ',
};

function quoted(text: string): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replace(unprintable, (character) => shortEscapes[character] ?? codeEscape(character));
  return mark + (mark === "'" ? escaped.replaceAll("'", "\\'") : escaped) + mark;
}

function codeEscape(character: string): string {
  const code = character.codePointAt(0) as number;
  const hex = code.toString(16);
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}
