/** English words that say nothing about which file is meant; neither indexed nor searched. */
const stopWords: ReadonlySet<string> = new Set(
  [
    'a an the this that these those it its i me my we our us you your he his she her they them their',
    'is are was were be been being am do does did done has have had having',
    'can could may might must shall should will would cannot don doesn didn isn aren wasn weren won',
    'and or but nor so if then else than as because while since although until when where which who whom what why how',
    'of at by for with about between into through during before after above below to from up down in out on onto off over under',
    'not no too very just also only even still already again there here each every any all both some such other another same',
    'more most neither either via per etc ie eg vs',
    'use used uses using make made makes get gets got set sets let new now see fix fixes fixed fixing pr',
  ]
    .join(' ')
    .split(' '),
);

/** Words of programming languages: in a task they rarely name the subject, so they count for less there. */
const languageWords: ReadonlySet<string> = new Set(
  [
    'function func fn def lambda return const let var static void int string bool boolean true false null undefined none nil',
    'import export default class extends implements interface struct enum trait impl type package module mod',
    'public private protected self super this async await yield throw throws try catch finally raise except',
    'switch case break continue for while else elif if match final mut pub crate where pass',
  ]
    .join(' ')
    .split(' '),
);

/** True for stems that are keywords of some programming language. */
export function isLanguageWord(stem: string): boolean {
  return languageWords.has(stem);
}

/** True for words that carry no subject. */
export function isStopWord(word: string): boolean {
  return stopWords.has(word);
}

/**
 * The stem of a lower-case word: plural, -ing, -ed, -ly and a final e are taken off, so that `caches`, `cached`,
 * `caching` and `cache` meet. Lighter than Porter's algorithm on purpose: `parser` and `parse`, `option` and
 * `optional` name different things in code.
 */
export function stemCodeWord(word: string): string {
  if (word.length < 4) return word;
  let stem = singular(word);
  if (stem.length > 5 && stem.endsWith('ing')) stem = withoutDouble(stem.slice(0, -3));
  else if (stem.length > 4 && stem.endsWith('ed')) stem = withoutDouble(stem.slice(0, -2));
  if (stem.length > 5 && stem.endsWith('ly')) stem = stem.slice(0, -2);
  return stem.length > 4 && stem.endsWith('e') ? stem.slice(0, -1) : stem;
}

function singular(word: string): string {
  if (!word.endsWith('s') || word.endsWith('ss') || word.endsWith('us') || word.endsWith('is')) return word;
  if (word.endsWith('ies') && word.length > 4) return `${word.slice(0, -3)}y`;
  return /(?:x|z|ch|sh|s)es$/.test(word) ? word.slice(0, -2) : word.slice(0, -1);
}

/** `stopp` → `stop`, `runn` → `run`. */
function withoutDouble(stem: string): string {
  const last = stem.charCodeAt(stem.length - 1);
  const doubled =
    last === stem.charCodeAt(stem.length - 2) && 'bdfgmnprt'.includes(stem.charAt(stem.length - 1));
  return doubled ? stem.slice(0, -1) : stem;
}

/** The words of an identifier: `keepAlive`, `keep_alive`, `KEEP_ALIVE` → keep, alive; `HTTPServer2` → HTTP, Server, 2. */
export function splitIdentifier(identifier: string): string[] {
  return identifier
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu}+)(\p{Lu}\p{Ll})/gu, '$1 $2')
    .replace(/(\p{L})(\d)/gu, '$1 $2')
    .replace(/(\d)(\p{L})/gu, '$1 $2')
    .split(/[\s_$]+/)
    .filter(Boolean);
}

const longestWord = 40;
const longestIdentifier = 60;

/**
 * The index terms of an identifier: the stems of its words and, where it has several, the stem of the whole written
 * together, so that `keepalive` meets `keepAlive`.
 */
export function termsOfIdentifier(identifier: string): string[] {
  const words = splitIdentifier(identifier);
  const terms: string[] = [];
  for (const word of words) {
    const lower = word.toLowerCase();
    if (lower.length < 2 || lower.length > longestWord || /^\d+$/.test(lower) || stopWords.has(lower))
      continue;
    terms.push(stemCodeWord(lower));
  }
  if (words.length > 1 && identifier.length <= longestIdentifier) terms.push(wholeTerm(identifier));
  return terms;
}

/** The term of an identifier as a whole. */
export function wholeTerm(identifier: string): string {
  return stemCodeWord(identifier.replace(/[_$]/g, '').toLowerCase());
}
