import { describe, expect, it } from 'vitest';
import type { PackFile } from '../../../../src/context/code/choose-units.ts';
import { formatMapBlock } from '../../../../src/context/code/format-map.ts';
import { formatPack, packedFiles, unitsOf } from '../../../../src/context/code/format-pack.ts';
import { findCoChanged, findTestsOf } from '../../../../src/context/code/related-files.ts';
import { maskCode } from '../../../../src/sessions/redact/mask-code.ts';

const file = (path: string, lines: string[], more: Partial<PackFile> = {}): PackFile => ({
  path,
  language: 'TypeScript',
  score: 1,
  lines,
  units: [],
  imports: [],
  wholeTokens: 10,
  ...more,
});
const unit = (of: number, start: number, end: number) => ({
  file: of,
  start,
  end,
  names: [],
  text: '',
  score: 1,
});
const around = { map: '', tests: [], coChanged: [] };

describe('the text of a pack', () => {
  it('shows ranges, says what is left out, and joins ranges with nothing but blank lines between', () => {
    const lines = [
      "import { a } from './a.ts';",
      "import b from 'b';",
      '',
      'one',
      '',
      '',
      'two',
      'x',
      'y',
      'three',
    ];
    const files = [
      file('src/shop.ts', lines, { imports: [{ start: 1, end: 2 }] }),
      file('src/whole.ts', ['w']),
    ];
    const packed = packedFiles(files, {
      whole: new Set([1]),
      units: [unit(0, 7, 7), unit(0, 4, 4), unit(0, 10, 10)],
    });
    expect(unitsOf(packed).map(({ path, start, end, whole }) => [path, start, end, whole])).toEqual([
      ['src/shop.ts', 4, 7, false],
      ['src/shop.ts', 10, 10, false],
      ['src/whole.ts', 1, 1, true],
    ]);
    expect(
      formatPack(packed, {
        ...around,
        tests: ['test/shop.test.ts'],
        coChanged: [{ path: 'c.ts', together: 3, of: 9 }],
      }),
    ).toBe(`## \`src/shop.ts:4-7,10-10\` (of 10 lines)

\`\`\`ts
⋮ 1-3 imports ./a.ts, b
one


two
⋮ 8-9
three
\`\`\`

## \`src/whole.ts\` (whole, 1 lines)

\`\`\`ts
w
\`\`\`

## Tests of these files

- \`test/shop.test.ts\`

## Often changed with them

- \`c.ts\` (in 3 of 9 commits)
`);
  });

  it('lets no line of the code end its block', () => {
    const packed = packedFiles([file('a.md.ts', ['````', '# not a heading of the pack'])], {
      whole: new Set([0]),
      units: [],
    });
    expect(formatPack(packed, around)).toContain('`````ts\n````\n# not');
  });

  it('keeps the map within its tokens', () => {
    const definitions = Array.from({ length: 20 }, (_, at) => ({
      name: `f${at}`,
      kind: 'function' as const,
      parent: null,
      signature: `function f${at}(a: string): void`,
      start: at,
      end: at,
      exported: at !== 1,
      inner: false,
    }));
    const text = formatMapBlock(
      [
        { path: 'a.ts', definitions },
        { path: 'b.ts', definitions },
      ],
      150,
    );
    expect(text.split('\n')).toHaveLength(1);
    expect(text).toContain('`function f0(a: string): void`, `function f2(');
    expect(text).toContain('and 11 more');
  });
});

describe('what goes with packed files', () => {
  const code = (path: string, test = false) => ({
    path,
    oid: '',
    language: '',
    bytes: 0,
    lines: 0,
    test,
    example: false,
    dirty: false,
  });

  it('finds tests by name, the nearest first', () => {
    const files = [
      code('a/cart.ts'),
      code('b/cart.test.ts', true),
      code('a/cart.test.ts', true),
      code('a/carts.test.ts', true),
    ];
    expect(findTestsOf(['a/cart.ts'], files, 5)).toEqual(['a/cart.test.ts', 'b/cart.test.ts']);
  });

  it('counts files that change together, without bulk commits and files that are gone', () => {
    const commit = (...files: string[]) => ({ oid: '', files, terms: new Uint32Array() });
    const commits = [
      commit('a', 'b', 'gone'),
      commit('a', 'b'),
      commit('a', 'b', 'c'),
      commit('a'),
      commit('b', 'c'),
    ];
    const bulk = commit('a', 'c', ...Array.from({ length: 30 }, (_, at) => `f${at}`));
    const found = findCoChanged(
      ['a'],
      { commits: [...commits, bulk, bulk], shallow: false },
      [code('a'), code('b'), code('c')],
      5,
    );
    expect(found).toEqual([{ path: 'b', together: 3, of: 4 }]);
  });
});

describe('code that is shown', () => {
  const token = ['ghp', 'x9K2mQ7vL4nR8sT1wY5zB3cD6fH0jP2aE9gU'].join('_');

  it('has tokens masked and everything else as it stands', () => {
    const source = `const mail = 'ada@example.org';\nconst password = 'hunter2';\nconst token = '${token}';\nconst home = '/home/ada/x';\n`;
    const masked = maskCode(source, { key: 'k', allow: [] });
    expect(masked).not.toContain(token);
    expect(masked.replace(/\[REDACTED:[^\]]+\]/, token)).toBe(source);
    expect(maskCode(source, { key: 'k', allow: [token] })).toBe(source);
  });
});
