import { KaizenError } from '../../base/errors.ts';
import type { PythonDict, PythonValue } from './python-value.ts';

/** Deeper nesting ends the seed's script in a RecursionError (seen with CPython 3.11). */
const mostNested = 993;
/** CPython refuses to read a longer int. */
const mostDigits = 4300;

const numberForm = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/y;
const spaceForm = /[ \t\n\r]*/y;
const plainForm = /[^"\\\u0000-\u001f]*/y;
const words: ReadonlyMap<string, PythonValue> = new Map<string, PythonValue>([
  ['null', null],
  ['true', true],
  ['false', false],
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
]);
const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/**
 * JSON read as Python's `json.load` reads it: ints and floats apart and ints of any size, NaN and Infinity, the last
 * of equal keys, lone surrogates. KaizenError `bad_input` with line and column for all else.
 */
export function parsePythonJson(text: string): PythonValue {
  const reader = new Reader(text);
  const value = reader.readValue(1);
  reader.skipSpace();
  if (reader.at < text.length) reader.fail('there is more text after the JSON value');
  return value;
}

class Reader {
  at = 0;
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  fail(why: string): never {
    const before = this.text.slice(0, this.at);
    const line = before.split('\n').length;
    const column = this.at - before.lastIndexOf('\n');
    throw new KaizenError('bad_input', `the input is not JSON: ${why} (line ${line}, column ${column})`, {
      hint: 'Check that the file is whole; `python3 -m json.tool <file>` shows the same place.',
    });
  }

  skipSpace(): void {
    spaceForm.lastIndex = this.at;
    spaceForm.test(this.text);
    this.at = spaceForm.lastIndex;
  }

  readValue(depth: number): PythonValue {
    this.skipSpace();
    const first = this.text[this.at];
    if (first === '"') return this.readText();
    if (first === '{' || first === '[') {
      if (depth > mostNested) this.fail(`it is nested more than ${mostNested} deep`);
      this.at += 1;
      return first === '{' ? this.readDict(depth) : this.readList(depth);
    }
    for (const [word, value] of words)
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length;
        return value;
      }
    return this.readNumber();
  }

  private readNumber(): PythonValue {
    numberForm.lastIndex = this.at;
    const match = numberForm.exec(this.text);
    if (!match) return this.fail(this.at < this.text.length ? 'a value is expected' : 'it ends too early');
    const [whole, fraction, exponent] = match;
    if (fraction === undefined && exponent === undefined) {
      if (whole.replace('-', '').length > mostDigits)
        this.fail(`a number has more than ${mostDigits} digits`);
      this.at += whole.length;
      return BigInt(whole);
    }
    this.at += whole.length;
    return Number(whole);
  }

  private readText(): string {
    this.at += 1;
    let text = '';
    for (;;) {
      plainForm.lastIndex = this.at;
      plainForm.test(this.text);
      text += this.text.slice(this.at, plainForm.lastIndex);
      this.at = plainForm.lastIndex;
      const stop = this.text[this.at];
      if (stop === '"') {
        this.at += 1;
        return text;
      }
      if (stop !== '\\')
        this.fail(stop === undefined ? 'a text does not end' : 'a text has a control character');
      text += this.readEscape();
    }
  }

  private readEscape(): string {
    const letter = this.text[this.at + 1] ?? '';
    if (letter === 'u') {
      const digits = this.text.slice(this.at + 2, this.at + 6);
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) this.fail('\\u needs four hexadecimal digits');
      this.at += 6;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    const meant = Object.hasOwn(escapes, letter) ? escapes[letter] : undefined;
    if (meant === undefined) this.fail('a text has an unknown escape');
    this.at += 2;
    return meant as string;
  }

  private readList(depth: number): PythonValue {
    const items: PythonValue[] = [];
    this.skipSpace();
    if (this.take(']')) return items;
    for (;;) {
      items.push(this.readValue(depth + 1));
      this.skipSpace();
      if (this.take(']')) return items;
      if (!this.take(',')) this.fail("',' or ']' is expected");
    }
  }

  private readDict(depth: number): PythonDict {
    const dict = new Map<string, PythonValue>();
    this.skipSpace();
    if (this.take('}')) return dict;
    for (;;) {
      this.skipSpace();
      if (this.text[this.at] !== '"') this.fail('a name in double quotes is expected');
      const name = this.readText();
      this.skipSpace();
      if (!this.take(':')) this.fail("':' is expected");
      dict.set(name, this.readValue(depth + 1));
      this.skipSpace();
      if (this.take('}')) return dict;
      if (!this.take(',')) this.fail("',' or '}' is expected");
    }
  }

  private take(character: string): boolean {
    if (this.text[this.at] !== character) return false;
    this.at += 1;
    return true;
  }
}
