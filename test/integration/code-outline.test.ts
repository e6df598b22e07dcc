import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { SourceOutline } from '../../src/context/code/definition.ts';
import { languageOf } from '../../src/context/code/languages.ts';
import { outlineTree } from '../../src/context/code/outline-tree.ts';
import { syntaxRules, syntaxRulesOf } from '../../src/context/code/syntax-rules.ts';
import { openSyntaxParser } from '../../src/io/syntax-parser.ts';

const folder = 'test/fixtures/code';
const files = readdirSync(folder).filter((file) => !file.endsWith('.txt'));
const readTree = openSyntaxParser();

async function outline(file: string, text: string): Promise<SourceOutline> {
  const rules = syntaxRulesOf(languageOf(file)?.name ?? '');
  const found = rules && (await readTree(text, rules.grammar, (root) => outlineTree(root, rules, text)));
  if (!found) throw new Error(`no outline of ${file}`);
  return found;
}

const typescript = (text: string) => outline('a.ts', text);

/** One definition a line, as a person checks it. */
function show({ definitions, imports }: SourceOutline): string {
  const lines = definitions.map(
    ({ start, end, exported, inner, kind, parent, name, signature }) =>
      `${start}-${end} ${exported ? 'exported ' : ''}${inner ? 'inner ' : ''}${kind} ${parent === null ? '' : `${parent} › `}${name}: ${signature}`,
  );
  return [`imports ${imports.map(({ start, end }) => `${start}-${end}`).join(' ')}`, ...lines, ''].join('\n');
}

describe('the outline of a source file', () => {
  it.each(files)('%s', async (file) => {
    const text = readFileSync(`${folder}/${file}`, 'utf8');
    await expect(show(await outline(file, text))).toMatchFileSnapshot(`../fixtures/code/${file}.txt`);
  });

  it('has a fixture of every language there are rules for', () => {
    const shown = new Set(files.map((file) => languageOf(file)?.name));
    expect(Object.keys(syntaxRules).filter((language) => !shown.has(language))).toEqual([]);
  });

  it('keeps comments with what they stand above, and not across a gap', async () => {
    const { definitions } = await typescript(
      '// far\n\n// near\n// nearer\nfunction a() {}\n\n/** b */\nexport const b = () => 1;\n',
    );
    expect(definitions.map(({ name, start }) => [name, start])).toEqual([
      ['a', 3],
      ['b', 7],
    ]);
  });

  it('looks into long functions for places to cut, and not at their variables', async () => {
    const filler = '  work();\n'.repeat(60);
    const { definitions } = await typescript(
      `function outer() {\n  const x = 1;\n  function part() {}\n${filler}}\n`,
    );
    expect(definitions.map(({ name, inner }) => [name, inner])).toEqual([
      ['outer', false],
      ['part', true],
    ]);
  });

  it('gives what it can of a file with mistakes', async () => {
    const { definitions } = await typescript(
      'export function a() {}\nfunction b( {{{\nexport class C { m() {} }\n',
    );
    expect(definitions.map(({ name }) => name)).toContain('a');
  });

  it('ends on text nested without end', async () => {
    const { definitions } = await typescript(`${'namespace a { '.repeat(3000)}${'}'.repeat(3000)}`);
    expect(definitions.length).toBeLessThan(50);
  });

  it('has nothing to say of a grammar that is not there, and goes on', async () => {
    const read = openSyntaxParser();
    await expect(read('x', 'no-such-language', () => 1)).resolves.toBeUndefined();
    await expect(read('const a = 1;', 'javascript', (root) => root.type)).resolves.toBe('program');
  });
});
