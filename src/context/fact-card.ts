import { quoteSafely } from './quote-safely.ts';

/** The part of a fact an agent is shown. */
export interface Card {
  text: string;
  /** False when sentences of the body were left out: the reader can ask for the whole fact. */
  whole: boolean;
}

/** Measured: index the long text, show a short card (spec 04). */
const mostWords = 60;

/**
 * Title and as many whole sentences of the body as fit in 60 words, safe to stand in a packet. What was said already is
 * not said again; a sentence is never cut.
 */
export function cardOf(fact: { title: string; body: string }): Card {
  const title = quoteSafely(fact.title);
  const sentences = splitSentences(fact.body).map(quoteSafely).filter(Boolean);
  const first = sentences[0] ?? '';
  const titled = !saysAgain(first, title) || countWords(first) > mostWords;
  const shown = titled ? [endSentence(title)] : [];
  let words = countWords(shown.join(' '));
  let taken = 0;
  for (const sentence of sentences) {
    if (isSaid(sentence, shown)) {
      taken++;
      continue;
    }
    words += countWords(sentence);
    if (words > mostWords) break;
    shown.push(sentence);
    taken++;
  }
  return { text: shown.join(' '), whole: taken === sentences.length };
}

/** Sentences and list lines. A full stop ends one only before white space, so versions and file names stay whole. */
function splitSentences(body: string): string[] {
  return body
    .split(/\n+/)
    .flatMap((line) => line.split(/(?<=[.!?。！？]["'`)\]]?)\s+(?=[\p{Lu}\p{N}\p{Lo}"'`([])/u))
    .map((sentence) => sentence.trim())
    .filter(Boolean);
}

function saysAgain(sentence: string, title: string): boolean {
  // Nearly always false, and the first letters tell.
  if (firstLetters(sentence) !== firstLetters(title)) return false;
  const plain = (text: string) =>
    text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, ' ')
      .trim();
  return plain(title) !== '' && plain(sentence).startsWith(plain(title));
}

function firstLetters(text: string): string | undefined {
  return /[\p{L}\p{N}]{1,3}/u.exec(text)?.[0].toLowerCase();
}

/** Four of five words stood before, and it denies nothing new: the sentence would only cost room. */
function isSaid(sentence: string, shown: readonly string[]): boolean {
  if (shown.length === 0) return false;
  const before = shown.join(' ').toLowerCase();
  // Nearly every sentence says something new, and its first words tell.
  const tokens = sentence.toLowerCase().split(' ');
  let unseen = 0;
  for (const token of tokens) if (!before.includes(token) && ++unseen > tokens.length / 2) return false;
  const words = wordsOf(sentence);
  const said = wordsOf(before);
  const news = [...words].filter((word) => !said.has(word));
  return news.length <= words.size / 5 && !news.some((word) => /^(?:not?|never|without|nt)$/.test(word));
}

function wordsOf(text: string): Set<string> {
  return new Set(text.toLowerCase().match(/[a-z0-9_\u00c0-\u1fff\u3040-\uffff]+/g) ?? []);
}

function endSentence(text: string): string {
  return /[.!?:;…。！？]$/.test(text) ? text : `${text}.`;
}

const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/gu;

/** Words by white space; two characters of a script without spaces count as one. */
export function countWords(text: string): number {
  let spaced = text === '' ? 0 : 1;
  for (let at = text.indexOf(' '); at >= 0; at = text.indexOf(' ', at + 1)) spaced++;
  const without = /[\u0e00-\u9fff]/.test(text) ? (text.match(unspaced)?.length ?? 0) : 0;
  return spaced + Math.floor(without / 2);
}
