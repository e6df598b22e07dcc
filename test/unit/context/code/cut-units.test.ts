import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutUnits } from '../../../../src/context/code/cut-units.ts';
import type { Definition } from '../../../../src/context/code/definition.ts';

const definition = (
  name: string,
  start: number,
  end: number,
  more: Partial<Definition> = {},
): Definition => ({
  name,
  kind: 'function',
  parent: null,
  signature: name,
  start,
  end,
  exported: true,
  inner: false,
  ...more,
});
const code = (count: number) => Array.from({ length: count }, (_, at) => `line ${at + 1}`);
const shown = (units: ReturnType<typeof cutUnits>) =>
  units.map(({ start, end, symbol }) => `${start}-${end} ${symbol ?? ''}`.trim());

describe('cutting a file into units', () => {
  it('cuts at definitions; what stands between goes on its own', () => {
    const definitions = [definition('a', 11, 30), definition('b', 31, 55)];
    expect(shown(cutUnits(code(70), { definitions, imports: [] }))).toEqual([
      '1-10',
      '11-30 a',
      '31-55 b',
      '56-70',
    ]);
  });

  it('cuts a long class at its members and keeps a short one whole', () => {
    const definitions = [
      definition('Long', 1, 90, { kind: 'class' }),
      definition('one', 12, 40, { kind: 'method', parent: 'Long' }),
      definition('two', 41, 89, { kind: 'method', parent: 'Long' }),
      definition('Short', 91, 120, { kind: 'class' }),
      definition('three', 92, 119, { kind: 'method', parent: 'Short' }),
    ];
    expect(shown(cutUnits(code(120), { definitions, imports: [] }))).toEqual([
      '1-11 Long',
      '12-40 Long.one',
      '41-90 Long.two',
      '91-120 Short',
    ]);
  });

  it('joins short neighbours and names everything in a unit', () => {
    const definitions = [definition('a', 1, 3), definition('b', 4, 6), definition('c', 7, 9)];
    const units = cutUnits(code(9), { definitions, imports: [] });
    expect(units).toEqual([{ start: 1, end: 9, symbol: 'a', names: ['a', 'b', 'c'] }]);
  });

  it('cuts what has no outline at blank lines', () => {
    const lines = code(100);
    lines[49] = '';
    expect(shown(cutUnits(lines, undefined))).toEqual(['1-50', '51-100']);
  });

  it('has nothing of an empty file', () => {
    expect(cutUnits([], undefined)).toEqual([]);
  });

  it('covers every line once, in order, whatever the outline says (property)', () => {
    const range = fc
      .tuple(fc.nat(220), fc.nat(120))
      .map(([start, length]) => [start + 1, start + 1 + length] as const);
    fc.assert(
      fc.property(
        fc.nat(200),
        fc.array(range, { maxLength: 12 }),
        fc.array(fc.nat(200)),
        (count, ranges, blank) => {
          const lines = code(count);
          for (const at of blank) if (at < count) lines[at] = '';
          const definitions = ranges.map(([start, end], at) => definition(`d${at}`, start, end));
          const units = cutUnits(lines, { definitions, imports: [] });
          const covered = units.flatMap(({ start, end }) =>
            Array.from({ length: end - start + 1 }, (_, at) => start + at),
          );
          expect(covered).toEqual(Array.from({ length: count }, (_, at) => at + 1));
          const inked = units.map(
            ({ start, end }) =>
              lines
                .slice(start - 1, end)
                .join('\n')
                .trimEnd()
                .split('\n').length,
          );
          expect(Math.max(0, ...inked)).toBeLessThanOrEqual(60);
        },
      ),
    );
  });
});
