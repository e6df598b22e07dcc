import { porterStem } from './porter-stem.ts';

/** English words that say nothing about the subject of a fact; they are neither indexed nor searched. */
const stopWords: ReadonlySet<string> = new Set(
  [
    'a an the this that these those such same other another each both all any some few more most own only',
    'i me my mine we us our ours you your yours he him his she her hers it its they them their theirs',
    'myself itself themselves who whom whose which what when where why how there here',
    'am is are was were be been being do does did doing done has have had having',
    'can could may might must shall should will would',
    'and or but nor so yet if then else than as because while until though although whether',
    'of at by for with about between into through during before after above below to from up down in out on off over',
    'under again further once per via not no too very just also even still already however',
  ]
    .join(' ')
    .split(' '),
);

/** Classes of UTF-16 code units; a joiner holds the parts of one identifier, path or flag together. */
const separator = 0;
const lower = 1;
const upper = 2;
const digit = 3;
const joiner = 4;
const ideograph = 5;
const otherLetter = 6;

const classes = new Uint8Array(65_536);
const unknown = 255;
classes.fill(unknown);
for (let unit = 0; unit < 128; unit++) {
  const c = String.fromCharCode(unit);
  classes[unit] = /[a-z]/.test(c)
    ? lower
    : /[A-Z]/.test(c)
      ? upper
      : /[0-9]/.test(c)
        ? digit
        : /[_$@#.\-/:+]/.test(c)
          ? joiner
          : separator;
}

/** Scripts written without spaces: their runs are indexed as overlapping pairs. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u;

function classOf(unit: number): number {
  const found = classes[unit] as number;
  if (found !== unknown) return found;
  const c = String.fromCharCode(unit);
  const made = unspaced.test(c)
    ? ideograph
    : /\p{Lu}/u.test(c)
      ? upper
      : /[\p{L}\p{M}]/u.test(c)
        ? otherLetter
        : /\p{N}/u.test(c)
          ? digit
          : unit >= 0xd800 && unit < 0xe000
            ? otherLetter
            : separator;
  classes[unit] = made;
  return made;
}

const stems = new Map<string, string>();

/** Words as they are indexed: stop words gone, plain English words reduced to their stem. */
function pushWord(out: string[], word: string): void {
  if (stopWords.has(word)) return;
  if (word.length < 4) {
    out.push(word);
    return;
  }
  let stem = stems.get(word);
  if (stem === undefined) {
    stem = /^[a-z]+$/.test(word) ? porterStem(word) : word;
    if (stems.size < 200_000) stems.set(word, stem);
  }
  out.push(stem);
}

const mostParts = 6;

/**
 * The index terms of a text, in order, with repeats. Identifiers, paths and flags (`useEffect`, `src/io/git.ts`,
 * `--no-verify`) give the stems of their parts and, when they have 2 to 6 parts, the whole in lower case marked by `=`,
 * so that an exact name weighs more than its words. Scripts without spaces give pairs of characters.
 */
export function tokenise(text: string): string[] {
  const out: string[] = [];
  const end = text.length;
  let at = 0;
  while (at < end) {
    const kind = classOf(text.charCodeAt(at));
    if (kind === separator || kind === joiner) {
      at++;
      continue;
    }
    at = kind === ideograph ? readUnspaced(text, at, out) : readIdentifier(text, at, out);
  }
  return out;
}

function readUnspaced(text: string, start: number, out: string[]): number {
  let at = start + 1;
  while (at < text.length && classOf(text.charCodeAt(at)) === ideograph) at++;
  if (at - start === 1) out.push(text.slice(start, at));
  for (let i = start; i + 2 <= at; i++) out.push(text.slice(i, i + 2));
  return at;
}

/** Reads one run of letters, digits and joiners; parts end at joiners and where camelCase starts a new word. */
function readIdentifier(text: string, start: number, out: string[]): number {
  let at = start;
  let partStart = start;
  let parts = 0;
  let lastEnd = start;
  let before = separator;
  const closePart = (to: number) => {
    if (to > partStart) {
      pushWord(out, text.slice(partStart, to).toLowerCase());
      parts++;
      lastEnd = to;
    }
  };
  for (; at < text.length; at++) {
    const kind = classOf(text.charCodeAt(at));
    if (kind === separator || kind === ideograph) break;
    if (kind === joiner) {
      closePart(at);
      partStart = at + 1;
    } else if (kind === upper && (before === lower || before === digit || before === otherLetter)) {
      closePart(at);
      partStart = at;
    } else if (kind === lower && before === upper && at - 1 > partStart) {
      // The last capital of a run belongs to the word it starts: HTTPServer → http server.
      closePart(at - 1);
      partStart = at - 1;
    }
    before = kind;
  }
  closePart(at);
  if (parts > 1 && parts <= mostParts) out.push(`=${text.slice(start, lastEnd).toLowerCase()}`);
  return at;
}
