/** Shannon entropy of the characters, in bits a character; 0 for the empty text. */
export function entropyBits(text: string): number {
  counts.fill(0);
  const n = text.length;
  for (let i = 0; i < n; i++) counts[text.charCodeAt(i) & 0x7f]!++;
  let bits = 0;
  for (let c = 0; c < 128; c++) {
    const count = counts[c]!;
    if (count > 0) bits -= (count / n) * Math.log2(count / n);
  }
  return bits;
}

const counts = new Uint32Array(128);

/**
 * Share of adjacent letter pairs, case folded and within one word, that are among the 150 commonest of English prose
 * and program text: about 0.86 in words and identifiers, 0.22 in random letters. null when there are under 6 pairs.
 */
function wordiness(text: string): number | null {
  let pairs = 0;
  let common = 0;
  let previous = -1;
  for (let i = 0; i < text.length; i++) {
    const letter = letterIndex(text.charCodeAt(i));
    if (letter >= 0 && previous >= 0) {
      pairs++;
      common += commonPair[previous * 26 + letter]!;
    }
    previous = letter;
  }
  return pairs < 6 ? null : common / pairs;
}

/** Mean number of letters in a word when the text is cut at digits, separators and camelCase humps. */
function meanWordLetters(text: string): number {
  const words = text.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g);
  if (words === null) return 0;
  return words.reduce((sum, word) => sum + word.length, 0) / words.length;
}

/** True when the text reads like words: an identifier, a path, a slug, a file name. */
export function readsLikeWords(text: string): boolean {
  const share = wordiness(text);
  const mean = meanWordLetters(text);
  if (share === null) return mean >= 3.5;
  return share >= 0.62 ? mean >= 2.2 : share >= 0.48 && mean >= 3.2;
}

/** Which of lower case, upper case and digits occur. */
export function characterClasses(text: string): { lower: boolean; upper: boolean; digit: boolean } {
  return { lower: /[a-z]/.test(text), upper: /[A-Z]/.test(text), digit: /[0-9]/.test(text) };
}

/** Share of adjacent characters of different kind (lower, upper, digit, other): about 0.65 in random base62. */
export function classChanges(text: string): number {
  let changes = 0;
  let previous = -1;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const kind =
      code >= 97 && code <= 122 ? 0 : code >= 65 && code <= 90 ? 1 : code >= 48 && code <= 57 ? 2 : 3;
    if (previous >= 0 && kind !== previous) changes++;
    previous = kind;
  }
  return text.length < 2 ? 0 : changes / (text.length - 1);
}

function letterIndex(code: number): number {
  const folded = code | 0x20;
  return folded >= 97 && folded <= 122 ? folded - 97 : -1;
}

/** Commonest first; counted over the documentation and type declarations of open-source npm packages. */
const commonPairs =
  'inreerontestdeenptcoarthtioresatioodgpngrisetreaexntnsalraheanleedroprecmencitndchmipegeomimneisnifiunrthaetmalicecttapopalatotyxtursilladnoacopssdiilieviefvebeasdottamevcadaypsomputagmotsulnanultumrrolkeouueemmbrcidicbahiuslogifoxpablyelewlutpbofahtclrstuocrmepplspaunlvackotciwicrigblsuzoscnypsapoo';

const commonPair = new Uint8Array(26 * 26);
for (let i = 0; i < commonPairs.length; i += 2) {
  commonPair[(commonPairs.charCodeAt(i) - 97) * 26 + commonPairs.charCodeAt(i + 1) - 97] = 1;
}
