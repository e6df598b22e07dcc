/**
 * Character 4-grams: the half of the relevance score that survives inflection, joined words and typing errors. A word
 * is padded with `_` on both sides; words of four units or fewer (padding counted) are one gram. Grams are 32-bit
 * hashes, never strings, so that a text costs no allocation.
 */
const wordUnits = new Uint8Array(65_536);
const unknown = 2;
wordUnits.fill(unknown);
for (let unit = 0; unit < 128; unit++) wordUnits[unit] = /[\w]/.test(String.fromCharCode(unit)) ? 1 : 0;

function isWordUnit(unit: number): boolean {
  const found = wordUnits[unit] as number;
  if (found !== unknown) return found === 1;
  const made =
    /[\p{L}\p{M}\p{N}]/u.test(String.fromCharCode(unit)) || (unit >= 0xd800 && unit < 0xe000) ? 1 : 0;
  wordUnits[unit] = made;
  return made === 1;
}

const pad = 0x5f;

/** Spreads four code units over 32 bits (multiply and xor-shift, the finaliser of MurmurHash3's family). */
function hashGram(a: number, b: number, c: number, d: number): number {
  let h =
    Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca77) ^ Math.imul(c, 0xc2b2ae3d) ^ Math.imul(d, 0x27d4eb2f);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  h = Math.imul(h ^ (h >>> 13), 0x297a2d39);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Calls `visit` with every gram hash of the text, in order, and gives their number. */
export function eachGram(text: string, visit: (gram: number) => void): number {
  const folded = text.toLowerCase();
  const end = folded.length;
  let grams = 0;
  let at = 0;
  while (at < end) {
    let a = folded.charCodeAt(at);
    if (!isWordUnit(a)) {
      at++;
      continue;
    }
    let wordEnd = at + 1;
    while (wordEnd < end && isWordUnit(folded.charCodeAt(wordEnd))) wordEnd++;
    const length = wordEnd - at;
    if (length <= 2) {
      visit(hashGram(pad, a, length === 2 ? folded.charCodeAt(at + 1) : pad, length === 2 ? pad : 0));
      grams++;
    } else {
      let b = folded.charCodeAt(at + 1);
      let c = folded.charCodeAt(at + 2);
      visit(hashGram(pad, a, b, c));
      for (let i = at + 3; i < wordEnd; i++) {
        const d = folded.charCodeAt(i);
        visit(hashGram(a, b, c, d));
        a = b;
        b = c;
        c = d;
      }
      visit(hashGram(a, b, c, pad));
      grams += length - 1;
    }
    at = wordEnd;
  }
  return grams;
}

/** The two indexed fields of one fact. */
export interface IndexedText {
  title: string;
  body: string;
}

/** How many documents of a segment hold each gram; hashes ascend. */
export interface GramCounts {
  hashes: Uint32Array;
  counts: Uint32Array;
}

/** `from` without `less`: what is left when documents die. */
export function subtractGrams(from: GramCounts, less: GramCounts): GramCounts {
  const counts = from.counts.slice();
  less.hashes.forEach((hash, i) => {
    const at = findGram(from, hash);
    if (at >= 0) counts[at] = Math.max(0, (counts[at] as number) - (less.counts[i] as number));
  });
  return { hashes: from.hashes, counts };
}

/** Number of documents that hold the gram. */
export function gramCount(grams: GramCounts, hash: number): number {
  const at = findGram(grams, hash);
  return at < 0 ? 0 : (grams.counts[at] as number);
}

function findGram({ hashes }: GramCounts, hash: number): number {
  let low = 0;
  let high = hashes.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = hashes[middle] as number;
    if (found === hash) return middle;
    if (found < hash) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
