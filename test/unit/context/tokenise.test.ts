import { describe, expect, it } from 'vitest';
import { gramsOf } from '../../../src/context/char-grams.ts';
import { tokenise } from '../../../src/context/tokenise.ts';

describe('tokenise', () => {
  const cases: [string, string[]][] = [
    ['The tests are failing', ['test', 'fail']],
    ['useEffectTwice', ['use', 'effect', 'twice', '=useeffecttwice']],
    ['HTTPServer2Go', ['http', 'server2', 'go', '=httpserver2go']],
    ['src/io/git.ts', ['src', 'io', 'git', 'ts', '=src/io/git.ts']],
    ['git commit --no-verify.', ['git', 'commit', 'verifi', '=no-verify']],
    ['ERR_MODULE_NOT_FOUND', ['err', 'modul', 'found', '=err_module_not_found']],
    ['@scope/pkg@1.2.3', ['scope', 'pkg', '1', '2', '3', '=scope/pkg@1.2.3']],
    ['a.b.c.d.e.f.g.h', ['b', 'c', 'd', 'e', 'f', 'g', 'h']],
    ['', []],
    ['!!! --- ...', []],
    ['数据库连接', ['数据', '据库', '库连', '连接']],
    ['über-Öffnung', ['über', 'öffnung', '=über-öffnung']],
  ];
  for (const [text, terms] of cases)
    it(JSON.stringify(text), () => {
      expect(tokenise(text)).toEqual(terms);
    });

  it('finds an identifier by its words', () => {
    const held = new Set(tokenise('call parseConfigFile first'));
    expect(tokenise('config file parsing').filter((term) => held.has(term))).toEqual([
      'config',
      'file',
      'pars',
    ]);
  });
});

/** The definition, by strings: words padded with `_`, cut into runs of four; short words whole. */
function gramsByDefinition(text: string): string[] {
  return (text.toLowerCase().match(/[\p{L}\p{M}\p{N}_]+/gu) ?? []).flatMap((word) => {
    const padded = `_${word}_`;
    if (padded.length <= 4) return [padded];
    return Array.from({ length: padded.length - 3 }, (_, at) => padded.slice(at, at + 4));
  });
}

describe('gramsOf', () => {
  const texts = [
    'a',
    'ab',
    'abc',
    'untrusted config',
    'foo_bar Foo-Bar, x.y',
    'naïve Überschrift',
    '数据库连接',
    '',
  ];
  for (const text of texts)
    it(JSON.stringify(text), () => {
      const numbers = gramsOf(text).slice();
      const grams = gramsByDefinition(text);
      expect(numbers.length).toBe(grams.length);
      // Equal grams have equal numbers, others do not.
      for (const [i, a] of grams.entries())
        for (const [k, b] of grams.entries()) expect(numbers[i] === numbers[k]).toBe(a === b);
    });

  it('shares most grams between inflections and joined words', () => {
    const whole = new Set(gramsOf('untrusted'));
    const shared = [...gramsOf('trusted')].filter((gram) => whole.has(gram));
    expect(shared.length).toBeGreaterThanOrEqual(5);
  });
});
