/**
 * Byte ranges to leave out of a line before it is parsed: `[start, end, start, end, …]`, ascending, not touching.
 * All of this rests on one fact: inside a JSON string every quote is escaped, so a raw `"key":` is a real key.
 */
export type Cuts = readonly number[];

/** Parses all of the line. */
export const noCuts: Cuts = [];

const quote = 0x22;

/** The line's text without the ranges. Ranges end at quotes, commas or braces, so no character is torn. */
export function textWithout(line: Buffer, cuts: Cuts): string {
  if (cuts.length === 0) return line.toString('utf8');
  if (scratch.length < line.length) scratch = Buffer.allocUnsafeSlow(line.length * 2);
  let length = 0;
  let from = 0;
  for (let i = 0; i < cuts.length; i += 2) {
    length += line.copy(scratch, length, from, cuts[i]);
    from = cuts[i + 1] as number;
  }
  length += line.copy(scratch, length, from);
  return scratch.toString('utf8', 0, length);
}

/** The pieces are put together here: one decoding is cheaper than several and a concatenation. */
let scratch = Buffer.allocUnsafeSlow(64 * 1024);

/** Smallest string value worth a cut: below it, the cut costs more than the parse. */
const worthCutting = 256;

/**
 * Adds a cut for every long value of `"key":"…"` before `until`. Only for values without escapes (base64, signatures):
 * their end is the next quote. `key` includes the colon and the opening quote.
 */
export function cutLongValues(line: Buffer, key: Buffer, until: number, cuts: number[]) {
  const part = until < line.length ? line.subarray(0, until) : line;
  for (let at = part.indexOf(key); at >= 0; at = part.indexOf(key, at)) {
    const start = at + key.length;
    const end = part.indexOf(quote, start);
    if (end < 0) return;
    if (end - start >= worthCutting) cuts.push(start, end);
    at = end + 1;
  }
}

const tailBytes = 800;

/**
 * Where the last object or list among the members of a line ends, going backwards from its closing brace over simple
 * members (`"name":"text"`, `"name":12`, `"name":true`). Stops at the member `key` in any case. -1 when the line does
 * not end like an object or more than usual follows.
 */
export function endOfMember(line: Buffer, key: string): number {
  const offset = Math.max(0, line.length - tailBytes);
  const tail = line.toString('latin1', offset, line.length);
  let at = tail.length - 1;
  if (tail[at] !== '}') return -1;
  for (;;) {
    const end = at;
    const last = tail[end - 1];
    if (last === '}' || last === ']') return offset + end;
    const start = last === '"' ? openingQuote(tail, end - 1) : tail.lastIndexOf(':', end - 1) + 1;
    if (start < 1 || tail[start - 1] !== ':' || tail[start - 2] !== '"') return -1;
    const keyStart = openingQuote(tail, start - 2);
    if (keyStart < 1 || tail[keyStart - 1] !== ',') return -1;
    if (tail.startsWith(key, keyStart + 1) && keyStart + 1 + key.length === start - 2) return offset + end;
    at = keyStart - 1;
  }
}

/** The quote that opens the string whose closing quote is at `closing`; -1 when it is not in this text. */
function openingQuote(text: string, closing: number): number {
  for (let at = text.lastIndexOf('"', closing - 1); at > 0; at = text.lastIndexOf('"', at - 1)) {
    let slashes = 0;
    while (text[at - 1 - slashes] === '\\') slashes++;
    if (slashes % 2 === 0) return at;
  }
  return -1;
}
