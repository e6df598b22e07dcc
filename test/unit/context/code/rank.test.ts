import { describe, expect, it } from 'vitest';
import { bm25, HitList } from '../../../../src/context/code/bm25.ts';
import type { CodeFile } from '../../../../src/context/code/code-file.ts';
import { parseCodeQuery } from '../../../../src/context/code/code-query.ts';
import { EntryBlockBuilder } from '../../../../src/context/code/entry-block.ts';
import { indexBlob } from '../../../../src/context/code/index-blob.ts';
import { languageOf } from '../../../../src/context/code/languages.ts';
import { findSignals, type RankPool, rankBySignals } from '../../../../src/context/code/rank-files.ts';
import { termHash } from '../../../../src/context/code/term-hash.ts';
import { TermReader } from '../../../../src/context/code/term-reader.ts';
import { historyWeights, weightsFor } from '../../../../src/context/code/weights.ts';

const reader = new TermReader();

function poolOf(texts: Record<string, string>, history: RankPool['history']['commits'] = []): RankPool {
  const builder = new EntryBlockBuilder(21);
  const files: CodeFile[] = [];
  for (const [at, [path, text]] of Object.entries(texts).entries()) {
    const key = new Uint8Array(21).fill(at + 1);
    builder.add(indexBlob(Buffer.from(text), key, languageOf(path)?.form ?? 'none', reader));
    files.push({
      path,
      oid: '',
      language: '',
      bytes: text.length,
      lines: 1,
      test: /test/.test(path),
      example: false,
      dirty: false,
    });
  }
  const block = builder.finish();
  return {
    files,
    refs: files.map((_, entry) => ({ block, entry })),
    history: { commits: history, shallow: false },
  };
}

function rank(pool: RankPool, task: string) {
  const query = parseCodeQuery(task);
  const weights = weightsFor(pool.history, historyWeights);
  return rankBySignals(pool, findSignals(pool, query, reader, weights), query, weights);
}

const terms = (text: string) => reader.readText(text).terms;

describe('BM25', () => {
  it('is the textbook value', () => {
    const hits = new HitList();
    hits.hit(0, 2);
    hits.endDocument(10);
    hits.endDocument(30);
    const idf = Math.log(1 + (2 - 1 + 0.5) / (1 + 0.5));
    const expected = (idf * 2 * 2.2) / (2 + 1.2 * (0.25 + (0.75 * 10) / 20));
    const scores = bm25(hits, [1], 1.2, 0.75);
    expect(scores[0]).toBeCloseTo(expected, 12);
    expect(scores[1]).toBe(0);
  });
});

describe('the ranking of files', () => {
  it('finds a file by a symbol it defines, and says so', () => {
    const pool = poolOf({
      'src/a.ts': 'export function readManifest() {}\n',
      'src/b.ts': 'import { readManifest } from "./a.ts";\nreadManifest();\nreadManifest();\n',
    });
    const [first] = rank(pool, 'readManifest throws on an empty file');
    expect(first?.path).toBe('src/a.ts');
    expect(first?.why.exact).toBeGreaterThan(0);
  });

  it('learns from commit messages what the code calls otherwise', () => {
    const texts = { 'src/a.ts': 'const x = 1;\n', 'src/b.ts': 'const y = 2;\n' };
    const commits = Array.from({ length: 60 }, (_, at) => ({
      oid: String(at),
      files: at % 2 ? ['src/b.ts'] : ['src/a.ts'],
      terms: terms(at % 2 ? 'checkout coupon' : 'invoice footer'),
    }));
    expect(rank(poolOf(texts, commits), 'coupon is applied twice')[0]?.path).toBe('src/b.ts');
    expect(rank(poolOf(texts, commits), 'footer of the invoice is cut')[0]?.path).toBe('src/a.ts');
  });

  it('follows a stack trace to the files of the repository, the innermost most', () => {
    const pool = poolOf({
      'src/cart/total.py': 'x = 1\n',
      'src/cart/view.py': 'y = 1\n',
      'src/other/total.py': 'z = 1\n',
    });
    const task =
      'It crashes\n\nTraceback (most recent call last):\n  File "/home/ada/shop/src/cart/view.py", line 4, in show\n  File "/home/ada/shop/src/cart/total.py", line 9, in total\n  File "/usr/lib/python3/decimal.py", line 3, in quantize\n';
    const ranked = rank(pool, task);
    const traceOf = (path: string) => ranked.find((file) => file.path === path)?.why.trace ?? 0;
    expect(ranked[2]?.path).toBe('src/other/total.py');
    expect(traceOf('src/cart/total.py')).toBeGreaterThan(traceOf('src/cart/view.py'));
    expect(traceOf('src/cart/view.py')).toBeGreaterThan(0);
    expect(traceOf('src/other/total.py')).toBe(0);
  });

  it('follows paths and dotted modules that the task names', () => {
    const pool = poolOf({
      'shop/cart/total.py': 'x = 1\n',
      'shop/view/total.py': 'y = 1\n',
      'shop/a.py': 'z = 1\n',
    });
    for (const named of [
      'shop/cart/total.py',
      'shop.cart.total',
      'shop.cart.total.round_up',
      'cart/total.py:3',
    ]) {
      const ranked = rank(pool, `It is wrong in ${named} since Monday`);
      expect([named, ranked[0]?.path]).toEqual([named, 'shop/cart/total.py']);
      expect(ranked[0]?.why.mention).toBeGreaterThan(ranked[1]?.why.mention ?? 0);
    }
  });

  it('lifts what was changed together with the best file, and its test', () => {
    const texts = {
      'src/cart/total.ts': 'export function cartTotal() {}\n',
      'src/cart/total.test.ts': 'test();\n',
      'src/i18n/words.ts': 'const a = 1;\n',
      'src/zoo.ts': 'const a = 1;\n',
    };
    const commits = Array.from({ length: 60 }, (_, at) => ({
      oid: String(at),
      files: at < 55 ? ['src/zoo.ts'] : ['src/cart/total.ts', 'src/i18n/words.ts'],
      terms: terms('step'),
    }));
    const ranked = rank(poolOf(texts, commits), 'cartTotal is wrong');
    const whyOf = (path: string) => ranked.find((file) => file.path === path)?.why;
    expect(whyOf('src/i18n/words.ts')?.together).toBeCloseTo((0.8 * 5) / (5 + 3), 5);
    expect(whyOf('src/zoo.ts')?.together).toBeUndefined();
    expect(whyOf('src/cart/total.test.ts')?.pair).toBeGreaterThan(0);
    expect(ranked[0]?.path).toBe('src/cart/total.ts');
  });

  it('puts equal files in path order, and a task without words gives an order too', () => {
    const pool = poolOf({ 'b.ts': 'x\n', 'a.ts': 'x\n', 'c.ts': 'x\n' });
    expect(rank(pool, '???').map(({ path }) => path)).toEqual(['a.ts', 'b.ts', 'c.ts']);
    expect(rank({ files: [], refs: [], history: { commits: [], shallow: false } }, 'anything')).toEqual([]);
  });

  it('marks code that says it was generated, and not what generates', () => {
    const flagsOf = (text: string) => indexBlob(Buffer.from(text), new Uint8Array(21), 'go', reader).flags;
    expect(flagsOf('// Code generated by protoc. DO NOT EDIT.\npackage x\n')).toBe(2);
    expect(flagsOf('head = "// Code generated by us. DO NOT EDIT."\n')).toBe(0);
    expect(flagsOf('version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n')).toBe(4);
    expect(flagsOf('a\0b')).toBe(1);
    expect(termHash('x')).not.toBe(termHash('y'));
  });
});
