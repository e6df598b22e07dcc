/** Deeper JSON is left to the parser. */
const maxDepth = 40;

const quote = 0x22;
const backslash = 0x5c;

/**
 * Reads JSON byte by byte where its form is known beforehand. Every method gives false (or NaN, -1) for what is not
 * plainly right, without a reason: the caller then hands the whole line to `JSON.parse`.
 */
export class ByteCursor {
  #bytes: Buffer = Buffer.alloc(0);
  #end = 0;
  at = 0;

  open(bytes: Buffer, from: number, to: number): void {
    this.#bytes = bytes;
    this.at = from;
    this.#end = to;
  }

  get atEnd(): boolean {
    return this.at === this.#end;
  }

  /** Steps over exactly these bytes, or stays. */
  literal(expected: Uint8Array): boolean {
    const { length } = expected;
    const { at } = this;
    if (at + length > this.#end) return false;
    const bytes = this.#bytes;
    // The names of fields differ in their third byte: most are told apart there.
    if (length > 2 && bytes[at + 2] !== expected[2]) return false;
    for (let i = 0; i < length; i += 1) if (bytes[at + i] !== expected[i]) return false;
    this.at = at + length;
    return true;
  }

  /** Whether this byte comes next. */
  isAt(expected: number): boolean {
    return this.at < this.#end && this.#bytes[this.at] === expected;
  }

  byte(expected: number): boolean {
    if (this.at >= this.#end || this.#bytes[this.at] !== expected) return false;
    this.at += 1;
    return true;
  }

  /** `count` lower-case hex digits, at most 8, as a number; -1 when they are none. */
  hex(count: number): number {
    if (this.at + count > this.#end) return -1;
    let value = 0;
    for (let i = 0; i < count; i += 1) {
      const byte = this.#bytes[this.at + i] as number;
      if (byte >= 0x30 && byte <= 0x39) value = value * 16 + byte - 0x30;
      else if (byte >= 0x61 && byte <= 0x66) value = value * 16 + byte - 0x57;
      else return -1;
    }
    this.at += count;
    return value;
  }

  /** `count` decimal digits as a number; -1 when they are none. */
  digits(count: number): number {
    if (this.at + count > this.#end) return -1;
    let value = 0;
    for (let i = 0; i < count; i += 1) {
      const byte = this.#bytes[this.at + i] as number;
      if (byte < 0x30 || byte > 0x39) return -1;
      value = value * 10 + byte - 0x30;
    }
    this.at += count;
    return value;
  }

  /**
   * A JSON number without an exponent, the same double that `JSON.parse` gives: up to 15 digits the mantissa and the
   * power of ten are exact, so their quotient is correctly rounded (Clinger 1990); longer ones are left to `Number`.
   */
  number(): number {
    const bytes = this.#bytes;
    const start = this.at;
    const negative = bytes[this.at] === 0x2d;
    let at = negative ? start + 1 : start;
    const first = at;
    let mantissa = 0;
    let byte = this.#byteAt(at);
    for (; byte >= 0x30 && byte <= 0x39; byte = this.#byteAt(at)) {
      mantissa = mantissa * 10 + byte - 0x30;
      at += 1;
    }
    if (at === first || (bytes[first] === 0x30 && at > first + 1)) return Number.NaN;
    let decimals = 0;
    if (byte === 0x2e) {
      at += 1;
      const point = at;
      for (byte = this.#byteAt(at); byte >= 0x30 && byte <= 0x39; byte = this.#byteAt(at)) {
        mantissa = mantissa * 10 + byte - 0x30;
        at += 1;
      }
      decimals = at - point;
      if (decimals === 0) return Number.NaN;
    }
    if (byte === 0x65 || byte === 0x45) return Number.NaN;
    this.at = at;
    const exact = at - first - (decimals > 0 ? 1 : 0) <= 15;
    if (!exact) return Number(bytes.toString('latin1', start, at));
    const value = mantissa / (powersOfTen[decimals] as number);
    return negative && value !== 0 ? -value : value;
  }

  #byteAt(at: number): number {
    return at < this.#end ? (this.#bytes[at] as number) : -1;
  }

  /** Steps over the rest of a string of printable bytes without escapes and its closing quote; its bytes, -1: not so. */
  plainString(maxBytes: number): number {
    const bytes = this.#bytes;
    const from = this.at;
    for (let at = from; at < this.#end; at += 1) {
      const byte = bytes[at] as number;
      if (byte === quote) {
        if (at - from > maxBytes) return -1;
        this.at = at + 1;
        return at - from;
      }
      if (byte === backslash || byte < 0x20 || byte === 0x7f) return -1;
    }
    return -1;
  }

  /** The ASCII bytes just stepped over by `plainString`, as text; undefined when others are among them. */
  textBefore(length: number): string | undefined {
    const from = this.at - 1 - length;
    for (let i = from; i < this.at - 1; i += 1) if ((this.#bytes[i] as number) >= 0x80) return undefined;
    return this.#bytes.toString('latin1', from, this.at - 1);
  }

  /** Whether the string just stepped over has these bytes. */
  isBefore(length: number, expected: Uint8Array): boolean {
    if (length !== expected.length) return false;
    const from = this.at - 1 - length;
    for (let i = 0; i < length; i += 1) if (this.#bytes[from + i] !== expected[i]) return false;
    return true;
  }

  /** Steps over a whole JSON object of any form without spaces between its parts. */
  skipObject(depth = 0): boolean {
    if (depth > maxDepth || !this.byte(0x7b)) return false;
    if (this.byte(0x7d)) return true;
    do {
      if (!this.#skipString() || !this.byte(0x3a) || !this.#skipValue(depth + 1)) return false;
    } while (this.byte(0x2c));
    return this.byte(0x7d);
  }

  #skipValue(depth: number): boolean {
    switch (this.#byteAt(this.at)) {
      case 0x7b:
        return this.skipObject(depth);
      case 0x5b:
        return this.#skipArray(depth);
      case quote:
        return this.#skipString();
      case 0x74:
        return this.literal(trueBytes);
      case 0x66:
        return this.literal(falseBytes);
      case 0x6e:
        return this.literal(nullBytes);
      default:
        return this.#skipNumber();
    }
  }

  #skipNumber(): boolean {
    if (!Number.isNaN(this.number())) return true;
    const from = this.at;
    while (numberBytes.includes(this.#byteAt(this.at))) this.at += 1;
    return jsonNumber.test(this.#bytes.toString('latin1', from, this.at));
  }

  #skipArray(depth: number): boolean {
    if (depth > maxDepth || !this.byte(0x5b)) return false;
    if (this.byte(0x5d)) return true;
    do if (!this.#skipValue(depth + 1)) return false;
    while (this.byte(0x2c));
    return this.byte(0x5d);
  }

  #skipString(): boolean {
    if (!this.byte(quote)) return false;
    const bytes = this.#bytes;
    for (let at = this.at; at < this.#end; at += 1) {
      const byte = bytes[at] as number;
      if (byte === quote) {
        this.at = at + 1;
        return true;
      }
      if (byte < 0x20) return false;
      if (byte !== backslash) continue;
      at += 1;
      if (this.#byteAt(at) === 0x75) {
        if (at + 4 >= this.#end || !fourHex.test(bytes.toString('latin1', at + 1, at + 5))) return false;
        at += 4;
      } else if (!simpleEscapes.includes(this.#byteAt(at))) return false;
    }
    return false;
  }
}

/** The bytes of an ASCII text. */
export const ascii = (text: string): Uint8Array => Buffer.from(text, 'latin1');

const [trueBytes, falseBytes, nullBytes] = [ascii('true'), ascii('false'), ascii('null')];
const simpleEscapes = [...ascii('"\\/bfnrt')];
const fourHex = /^[0-9a-fA-F]{4}$/;
const numberBytes = [...ascii('0123456789+-.eE')];
const jsonNumber = /^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$/;
const powersOfTen = Array.from({ length: 16 }, (_, power) => 10 ** power);
