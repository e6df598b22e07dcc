import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePythonJson } from '../../../../src/proposals/compat/python-json.ts';
import { parsePythonFloat, sumNumbers, trueDivide } from '../../../../src/proposals/compat/python-number.ts';
import { sortDescending } from '../../../../src/proposals/compat/python-sort.ts';
import { textOf } from '../../../../src/proposals/compat/python-text.ts';
import { seedJson } from '../../../../src/proposals/compat/seed-json.ts';
import { seedMarkdown } from '../../../../src/proposals/compat/seed-markdown.ts';
import { seedProposals } from '../../../../src/proposals/compat/seed-proposals.ts';

interface Said {
  name: string;
  text: string;
  status: 'ok' | 'exit1' | 'crash';
  json?: string;
  /** null: the script prints JSON for it and fails on Markdown. */
  markdown?: string | null;
}

/** Odd inputs with what CPython 3.11 made of them, threshold 0. */
const said: Said[] = JSON.parse(
  readFileSync(new URL('../../../fixtures/seed-compat.json', import.meta.url), 'utf8'),
);
const time = new Date('2026-11-20T09:00:00Z');
const read = (text: string) => seedProposals(parsePythonJson(text), { thresholdHours: 0 });
const polite = (message?: string) =>
  expect.objectContaining({
    code: 'bad_input',
    ...(message ? { message: expect.stringContaining(message) } : {}),
  });

describe('odd inputs, as the script takes them', () => {
  it.each(said)('$name', ({ text, status, json, markdown }) => {
    if (status === 'crash') return expect(() => read(text)).toThrow(polite());
    const report = read(text);
    if (!report || status === 'exit1') return expect([report, status]).toEqual([undefined, 'exit1']);
    expect(seedJson(report.proposals)).toBe(json);
    JSON.parse(seedJson(report.proposals));
    if (markdown === null) expect(() => seedMarkdown(report, time)).toThrow(polite());
    else expect(seedMarkdown(report, time)).toBe(markdown);
  });

  it('names the place of a bad field', () => {
    expect(() => read('{"sessions":[{},{"tool_calls":[{},{"latency_ms":"9"}]}]}')).toThrow(
      polite('$.sessions[1].tool_calls[1].latency_ms: expected a number, found a text'),
    );
    expect(() => read('[{"errors":[{"message":3}]}]')).toThrow(
      polite('$[0].errors[0].message: expected a text, found a number'),
    );
    expect(() => read('[\n{"a" 1}]')).toThrow(polite("':' is expected (line 2, column 6)"));
  });

  it('stops where Python’s limits are', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    expect(parsePythonJson(nested(993))).toHaveLength(1);
    expect(() => parsePythonJson(nested(994))).toThrow(polite('nested'));
    expect(() => parsePythonJson(nested(200_000))).toThrow(polite('nested'));
    expect(parsePythonJson(`-${'7'.repeat(4300)}`)).toBe(-BigInt('7'.repeat(4300)));
    expect(() => parsePythonJson('7'.repeat(4301))).toThrow(polite('digits'));
  });
});

describe('Python’s values', () => {
  it('reads all JSON that there is', () => {
    const plain = (value: unknown): unknown =>
      value instanceof Map
        ? Object.fromEntries([...value].map(([key, item]) => [key, plain(item)]))
        : Array.isArray(value)
          ? value.map(plain)
          : typeof value === 'bigint'
            ? Number(value)
            : value;
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(plain(parsePythonJson(text))).toEqual(plain(JSON.parse(text)));
      }),
    );
    for (const bad of [
      '',
      ' ',
      '{',
      '[1,]',
      '{"a":1,}',
      '+1',
      '01',
      '1.',
      '.5',
      'nul',
      '"\\x"',
      '"\\u12"',
      '\ufeff1',
    ])
      expect(() => parsePythonJson(bad)).toThrow(polite('not JSON'));
  });

  it('divides ints to the nearest double, whatever their size', () => {
    fc.assert(
      fc.property(fc.bigInt(-(2n ** 200n), 2n ** 200n), fc.bigInt(1n, 10n ** 6n), (value, divisor) => {
        // Nearest: no neighbouring double is closer to value / divisor; compared as exact fractions of 2^-80.
        const float = trueDivide(value, divisor);
        const distance = (candidate: number) => {
          const scaled = BigInt(candidate * 2 ** 80) * divisor - (value << 80n);
          return scaled < 0n ? -scaled : scaled;
        };
        const step = Math.abs(float) * 2 ** -52;
        expect(distance(float) <= distance(float + step)).toBe(true);
        expect(distance(float) <= distance(float - step)).toBe(true);
      }),
    );
    expect(trueDivide(2n ** 1030n, 2n ** 20n)).toBe(2 ** 1010);
    expect(sumNumbers([2n ** 53n, 1n, 1n, 0.5])).toBe(2 ** 53 + 2);
  });

  it('reads the numbers of flags as float() does', () => {
    for (const [text, value] of [
      ['2', 2],
      [' -1.5e3 ', -1500],
      ['1_000.', 1000],
      ['.5', 0.5],
      ['-inf', Number.NEGATIVE_INFINITY],
      ['Infinity', Number.POSITIVE_INFINITY],
      ['nan', Number.NaN],
    ] as const)
      expect(parsePythonFloat(text)).toBe(value);
    for (const text of ['', '1__0', '_1', '1e', '0x10', '2h', '.'])
      expect(parsePythonFloat(text)).toBeUndefined();
  });

  it('prints a dict in its order, texts in the quotes that fit', () => {
    expect(textOf(parsePythonJson(`{"b":"it's","2":["\\u0007","\\"","'\\""],"1":-0.0}`))).toBe(
      `{'b': "it's", '2': ['\\x07', '"', '\\'"'], '1': -0.0}`,
    );
  });

  it('keeps the order of equals, most first', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ key: fc.nat(3), at: fc.nat() })), (items) => {
        const sorted = sortDescending(items, ({ key }) => key);
        expect(sorted).toEqual([3, 2, 1, 0].flatMap((key) => items.filter((item) => item.key === key)));
      }),
    );
  });
});
