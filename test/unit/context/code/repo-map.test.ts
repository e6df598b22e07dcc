import { describe, expect, it } from 'vitest';
import { fileTypeOf } from '../../../../src/context/code/file-type.ts';
import { findHotspots } from '../../../../src/context/code/find-hotspots.ts';
import { importedModules, openModules } from '../../../../src/context/code/imported-modules.ts';
import { linkTests } from '../../../../src/context/code/link-tests.ts';
import { outlineByPatterns } from '../../../../src/context/code/outline-patterns.ts';
import { parseScripts } from '../../../../src/context/code/parse-scripts.ts';

describe('the map of a repository', () => {
  it.each([
    ['src/a.ts', 'source'],
    ['test/a.test.ts', 'test'],
    ['pkg/a_test.go', 'test'],
    ['vite.config.ts', 'config'],
    ['.eslintrc.json', 'config'],
    ['Dockerfile', 'config'],
    ['docs/a.md', 'doc'],
    ['logo.svg', 'other'],
  ])('%s is %s', (path, type) => {
    expect(fileTypeOf(path)).toBe(type);
  });

  it.each([
    ["import { a } from './a.ts';", './a.ts'],
    ["import './side.css';", './side.css'],
    ["const x = require('../x');", '../x'],
    ['from pkg.mod import thing', 'pkg.mod'],
    ['from . import thing', '.'],
    ['import os.path as p', 'os.path'],
    ['  "example.org/shop/cart"', 'example.org/shop/cart'],
    ['use crate::cart::Item;', 'crate::cart::Item'],
    ['import static org.shop.Cart.of;', 'org.shop.Cart.of'],
    ['#include <cart/item.h>', 'cart/item.h'],
    ["require_relative 'cart'", 'cart'],
    ['use Shop\\Cart\\Item;', 'Shop\\Cart\\Item'],
  ])('%s imports %s', (line, module) => {
    expect(importedModules([line])).toEqual([module]);
  });

  it('finds the file that an import means', () => {
    const resolve = openModules([
      'src/a.ts',
      'src/b/index.ts',
      'py/pkg/mod.py',
      'py/pkg/__init__.py',
      'x/Same.java',
      'y/Same.java',
      'j/org/shop/Cart.java',
    ]);
    expect(resolve('./a.js', 'src/z.ts')).toBe('src/a.ts');
    expect(resolve('../b', 'src/t/z.ts')).toBe('src/b/index.ts');
    expect(resolve('pkg.mod', 'py/t.py')).toBe('py/pkg/mod.py');
    expect(resolve('pkg.mod.name', 'py/t.py')).toBe('py/pkg/mod.py');
    expect(resolve('.mod', 'py/pkg/t.py')).toBe('py/pkg/mod.py');
    expect(resolve('org.shop.Cart.of', 'T.java')).toBe('j/org/shop/Cart.java');
    expect(resolve('Same', 'T.java')).toBeUndefined();
    expect(resolve('react', 'src/z.ts')).toBeUndefined();
  });

  it('links tests by what they import, else by name in the nearest place', () => {
    const file = (path: string, test: boolean, ...imports: string[]) => ({ path, test, imports });
    const links = linkTests([
      file('src/cart.ts', false),
      file('src/other.ts', false),
      file('lib/cart.ts', false),
      file('test/flow.test.ts', true, '../src/other.ts', 'vitest'),
      file('src/cart.test.ts', true, 'vitest'),
      file('test/nothing.test.ts', true),
    ]);
    expect([...links]).toEqual([
      ['src/cart.ts', ['src/cart.test.ts']],
      ['src/other.ts', ['test/flow.test.ts']],
    ]);
  });

  it('ranks what changes often and lately, bulk commits counting little', () => {
    const commit = (...files: string[]) => ({ oid: '', files, terms: new Uint32Array() });
    const many = Array.from({ length: 200 }, (_, at) => `f${at}`);
    const old = Array.from({ length: 900 }, () => commit('old.ts'));
    const commits = [
      commit('a.ts', 'package-lock.json'),
      commit('a.ts'),
      commit('b.ts', ...many),
      commit('gone.ts'),
      ...old,
    ];
    const present = new Set(['a.ts', 'b.ts', 'old.ts', 'package-lock.json']);
    const spots = findHotspots({ commits, shallow: false }, present, 5);
    expect(spots.map(({ path, commits: count }) => [path, count])).toEqual([
      ['old.ts', 900],
      ['a.ts', 2],
      ['b.ts', 1],
    ]);
    expect(spots[1]?.score).toBeCloseTo(1 + Math.exp(-1 / 300), 3);
    expect(spots[2]?.score).toBeCloseTo((50 / 201) * Math.exp(-2 / 300), 3);
  });

  it('reads scripts of the usual files', () => {
    expect(
      parseScripts('package.json', '{"scripts":{"test":"vitest","x":"echo \\"Error: no test specified\\""}}'),
    ).toEqual([{ path: 'package.json', name: 'test', command: 'vitest' }]);
    expect(parseScripts('package.json', '{')).toEqual([]);
    expect(
      parseScripts('Makefile', 'CC := gcc\nall: x\n\tgcc\n.PHONY: all\ntest-unit:\n').map(({ name }) => name),
    ).toEqual(['all', 'test-unit']);
    expect(parseScripts('justfile', 'x := "1"\nbuild target="a":\n  echo\n').map(({ name }) => name)).toEqual(
      ['build'],
    );
    expect(
      parseScripts(
        'pyproject.toml',
        '[project]\nname = "a"\n[project.scripts]\nshop = "shop.cli:main"\n\n[tool.x]\ny = "z"\n',
      ),
    ).toEqual([{ path: 'pyproject.toml', name: 'shop', command: 'shop.cli:main' }]);
  });

  it('reads an outline by light patterns where nothing is parsed', () => {
    const text =
      'import x\n\nexport class Cart extends Base {\n  add() {\n  }\n}\nfunction hidden() {}\nexport const limit = 3;\n';
    expect(
      outlineByPatterns(text, 'script').map(({ name, kind, start, exported, signature }) => [
        start,
        kind,
        name,
        exported,
        signature,
      ]),
    ).toEqual([
      [3, 'class', 'Cart', true, 'export class Cart extends Base'],
      [7, 'function', 'hidden', false, 'function hidden() {}'],
      [8, 'constant', 'limit', true, 'export const limit = 3;'],
    ]);
  });
});
