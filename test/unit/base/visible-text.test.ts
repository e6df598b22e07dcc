import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stripInvisible } from '../../../src/base/visible-text.ts';

const esc = '\u001b';

/** What a reader of a terminal, an editor or a web page cannot see, and what is left of it. */
const hidden: [string, string, string, number][] = [
  ['zero-width characters', 'Re\u200bmem\u200cber\u200d \u2060au\ufeffth', 'Remember auth', 5],
  ['bidi overrides', 'user\u202e \u2066// admin\u2069', 'user // admin', 3],
  ['tag characters', 'ok\u{e0041}\u{e0042}', 'ok', 4],
  ['variation selectors', 'a\ufe00b\u{e0100}c', 'abc', 3],
  ['soft hyphens', 'pass\u00adword', 'password', 1],
  ['control characters', 'a\u0000b\u0008c\u007f', 'abc', 3],
  ['a run of Hangul fillers', 'Use tabs.\u3164\u3164\u3164then', 'Use tabs. then', 3],
  ['a filler inside a word', 'tok\u3164en', 'token', 1],
  ['Braille blanks', 'a \u2800\u2800 b', 'a   b', 2],
];

/** Dropped as well, but no sign that somebody hides something. */
const ordinary: [string, string, string][] = [
  ['terminal colours', `${esc}[1;31mred${esc}[0m text`, 'red text'],
  ['the eight-bit form of them', '\u009b31mred', 'red'],
  ['hyperlinks of terminals', `${esc}]8;;https://x.invalid\u0007link${esc}]8;;${esc}\\`, 'link'],
  ['a window title', `${esc}]0;title\u0007$ `, '$ '],
  ['cursor movements', `50%${esc}[2K${esc}[1G100%`, '50%100%'],
  ['a byte-order mark at the start', '\ufeffkey: value', 'key: value'],
  ['the presentation selector of emoji', '⚠️ careful', '⚠ careful'],
  ['joined emoji', '👩‍💻 works', '👩💻 works'],
];

describe('stripInvisible', () => {
  it.each(hidden)('drops and counts %s', (_what, text, visible, removed) => {
    expect(stripInvisible(text)).toEqual({ text: visible, removed });
  });

  it.each(ordinary)('drops %s without counting it', (_what, text, visible) => {
    expect(stripInvisible(text)).toEqual({ text: visible, removed: 0 });
  });

  it('keeps four combining marks of a letter and drops the flood after them', () => {
    const { text, removed } = stripInvisible(`Z${'\u0301'.repeat(5000)}!`);
    expect(text).toBe(`Ź${'\u0301'.repeat(3)}!`.normalize('NFC'));
    expect(removed).toBe(4996);
  });

  it('composes what is written apart', () => {
    expect(stripInvisible('e\u0301te\u0301').text).toBe('été');
  });

  it.each(['plain text\n\twith tabs\r\n', 'naïve café – “quoted” → ✓', '日本語のテキスト', 'Привет, мир'])(
    'leaves %j as it is',
    (text) => expect(stripInvisible(text)).toEqual({ text, removed: 0 }),
  );

  const nasty = fc.constantFrom(
    ...[
      esc,
      '[0m',
      '[31m',
      ']8;;x',
      '\u0007',
      '\u009b',
      '\u200b',
      '\u202e',
      '\ufe0f',
      '\u200d',
      '👩',
      '💻',
      '⚠',
    ],
    ...[
      'Z',
      '\u0301',
      '\u0344',
      '\u0958',
      '\u3164',
      '\u2800',
      '\u{e0041}',
      '\u00ad',
      '\ufeff',
      '\ud800',
      'a',
      ' ',
      '\n',
    ],
  );
  const text = fc.oneof(
    fc.array(nasty, { maxLength: 40 }).map((parts) => parts.join('')),
    fc.string({ unit: 'binary' }),
  );

  it('is the same when applied twice (property)', () => {
    fc.assert(
      fc.property(text, (value) => {
        const once = stripInvisible(value).text;
        expect(stripInvisible(once)).toEqual({ text: once, removed: 0 });
      }),
      { numRuns: 3000 },
    );
  });

  it('leaves no control, format or tag character (property)', () => {
    fc.assert(
      fc.property(text, (value) => {
        expect(stripInvisible(value).text).not.toMatch(
          /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]|[\u{e0000}-\u{e0fff}]/u,
        );
      }),
      { numRuns: 3000 },
    );
  });

  it('never touches printable ASCII (property)', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        expect(stripInvisible(value)).toEqual({ text: value, removed: 0 });
      }),
    );
  });
});
