import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openSyntaxParser } from '../../../../src/io/syntax-parser.ts';
import {
  defaultPythonDocRules,
  type PythonDocRules,
  parseInterrogateRules,
  pythonDocCoverage,
  pythonDocMethod,
} from '../../../../src/metrics/progress/python-doc-coverage.ts';

const readTree = openSyntaxParser();
/** undefined: every node of the file is ignored. */
const coverage = async (text: string, rules: Partial<PythonDocRules> = {}, name = 'a.py') => {
  const found = await readTree(text, 'python', (root) => ({
    docs: pythonDocCoverage(root, name, { ...defaultPythonDocRules, ...rules }),
  }));
  if (!found) throw new Error('not parsed');
  return found.docs;
};

describe('pythonDocCoverage', () => {
  it('finds what has no docstring, with its line', async () => {
    const text =
      '"""m"""\nclass A:\n    # first\n    """a"""\n    @property\n    def b(self): return 1\nasync def c():\n    ("d")\n';
    expect(await coverage(text)).toEqual({ total: 4, documented: 3, missing: [{ name: 'b', line: 6 }] });
  });

  it('takes neither bytes, formatted nor blank strings for docstrings', async () => {
    for (const text of ['b"x"', 'f"x"', '" "', '"\\n"', '"a" f"b"', 'x = "a"', '"a", "b"', '"a" + "b"'])
      expect((await coverage(`${text}\n`))?.documented, text).toBe(0);
    for (const text of ['"x"', 'r"\\n"', 'u"x"', '("x")', '("a"\n "b")', "'''\nx\n'''"])
      expect((await coverage(`${text}\n`))?.documented, text).toBe(1);
  });

  it('reaches async functions when nested ones are ignored, unless interrogate is asked for', async () => {
    const text = 'async def a():\n    async def b(): pass\n';
    expect((await coverage(text, { ignoreNestedFunctions: true }))?.total).toBe(2);
    expect((await coverage(text, { ignoreNestedFunctions: true, nestedAsync: false }))?.total).toBe(3);
  });

  it('reads the flags of a pyproject.toml and names what it does not follow', () => {
    const { rules, notFollowed } = parseInterrogateRules(
      '[tool.other]\nignore-magic = true\n[tool.interrogate]\nignore-init-method = true # why\nignore-module = false\nignore-regex = ["^x"]\nstyle = "google"\n\n[tool.black]\nignore-private = true\n',
    );
    expect(rules).toEqual({ ...defaultPythonDocRules, ignoreInitMethod: true, docstringStyle: 'google' });
    expect(notFollowed).toEqual(['ignore-regex']);
    expect(pythonDocMethod(rules)).toBe('interrogate-1+ignore-init-method+docstring-style');
    expect(pythonDocMethod(defaultPythonDocRules)).toBe('interrogate-1');
  });
});

const oracle = '../shared/oracle/extra/docstrings.json';

interface Oracle {
  sources: Record<string, string>;
  runs: {
    config: Record<string, boolean | string>;
    files: Record<
      string,
      { total: number; covered: number; nodes: [string, string, number | null, boolean][] } | null
    >;
  }[];
}

describe.skipIf(!existsSync(oracle))('counts of interrogate itself', () => {
  it('are the same for every file and every flag', async () => {
    const { sources, runs } = JSON.parse(readFileSync(oracle, 'utf8')) as Oracle;
    let compared = 0;
    for (const { config, files } of runs) {
      const rules = Object.fromEntries(
        Object.entries(config).map(([key, value]) => [
          key.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()),
          value,
        ]),
      );
      expect(Object.keys(defaultPythonDocRules)).toEqual(expect.arrayContaining(Object.keys(rules)));
      for (const [name, expected] of Object.entries(files)) {
        const found = await coverage(sources[name] ?? '', { ...rules, nestedAsync: false }, name);
        const what = `${name} with ${JSON.stringify(config)}`;
        expect(found && { total: found.total, covered: found.documented }, what).toEqual(
          expected ? { total: expected.total, covered: expected.covered } : undefined,
        );
        const missing = expected?.nodes.filter(([, , , covered]) => !covered) ?? [];
        expect(found?.missing.map(({ line }) => line) ?? [], what).toEqual(
          missing.map(([, , line]) => line ?? 1),
        );
        compared += 1;
      }
    }
    expect(compared).toBe(14 * 11);
  });
});
