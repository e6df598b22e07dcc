/**
 * Character 4-grams: the half of the relevance score that survives inflection, joined words and typing errors. A word
 * is padded with `_` on both sides; a single letter with its padding is one gram. A gram is four units of 8 bits, case
 * folded: exact for ASCII, while other letters share 127 codes, so that their grams may rarely coincide.
 */
const codes = new Uint8Array(65_536).fill(255);
const pad = 0x5f;
/** Ends a word. */
const between = 0;
const unknown = 255;
for (let unit = 0; unit < 128; unit++) {
  const letter = String.fromCharCode(unit);
  codes[unit] = /\w/.test(letter) ? letter.toLowerCase().charCodeAt(0) : between;
}

function codeOf(unit: number): number {
  const letter = String.fromCharCode(unit).toLowerCase();
  const folded = letter.charCodeAt(0);
  const isLetter = /[\p{L}\p{M}\p{N}]/u.test(letter) || (unit >= 0xd800 && unit < 0xe000);
  const code = isLetter ? 128 + ((folded ^ (folded >> 7)) % 127) : between;
  codes[unit] = code;
  return code;
}

let buffer = new Uint32Array(1 << 14);

/**
 * The grams of a text, in order, with repeats. They lie in one buffer that the next call fills again: a bootstrap
 * reads hundreds of texts before any compiler is warm, and can afford neither allocation nor calls.
 */
export function gramsOf(text: string): Uint32Array {
  if (buffer.length < 2 * text.length + 2) buffer = new Uint32Array(4 * text.length);
  const grams = buffer;
  let count = 0;
  let gram = 0;
  let units = 0;
  for (let at = 0; at < text.length; at++) {
    let code = codes[text.charCodeAt(at)]!;
    if (code === unknown) code = codeOf(text.charCodeAt(at));
    if (code !== between) {
      if (units === 0) {
        gram = pad;
        units = 1;
      }
      gram = (gram << 8) | code;
      if (++units >= 4) grams[count++] = gram;
    } else if (units > 0) {
      grams[count++] = (gram << 8) | pad;
      units = 0;
    }
  }
  if (units > 0) grams[count++] = (gram << 8) | pad;
  return grams.subarray(0, count);
}

/** Fibonacci hashing: spreads grams, whose low bits are one letter, over the slots of a table. */
export const gramSpread = 0x9e3779b1;

/** The two indexed fields of one fact. */
export interface IndexedText {
  title: string;
  body: string;
}

/** How many documents of a segment hold each gram; grams ascend. */
export interface GramCounts {
  grams: Uint32Array;
  counts: Uint32Array;
}

/** `from` without `less`: what is left when documents die. */
export function subtractGrams(from: GramCounts, less: GramCounts): GramCounts {
  const counts = from.counts.slice();
  less.grams.forEach((gram, i) => {
    const at = findGram(from.grams, gram);
    if (at >= 0) counts[at] = Math.max(0, (counts[at] as number) - (less.counts[i] as number));
  });
  return { grams: from.grams, counts };
}

/** Number of documents that hold the gram. */
export function gramCount({ grams, counts }: GramCounts, gram: number): number {
  const at = findGram(grams, gram);
  return at < 0 ? 0 : (counts[at] as number);
}

function findGram(grams: Uint32Array, gram: number): number {
  let low = 0;
  let high = grams.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = grams[middle] as number;
    if (found === gram) return middle;
    if (found < gram) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
