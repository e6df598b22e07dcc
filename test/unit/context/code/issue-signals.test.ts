import { describe, expect, it } from 'vitest';
import { parseIssue } from '../../../../src/context/code/issue-signals.ts';
import { PathEnds } from '../../../../src/context/code/score-places.ts';

describe('what an issue says outright', () => {
  it('reads frames of the usual languages, the innermost first', () => {
    const node =
      'TypeError: x is not a function\n    at total (/srv/shop/src/cart.js:12:5)\n    at file:///srv/shop/src/main.mjs:3:1\n';
    expect(parseIssue(node).frames).toEqual([
      { path: 'srv/shop/src/cart.js', line: 12 },
      { path: 'srv/shop/src/main.mjs', line: 3 },
    ]);
    const java = '  at com.shop.Cart.total(Cart.java:31)\n  at com.shop.Main.main(Main.java:7)\n';
    expect(parseIssue(java).frames.map(({ path }) => path)).toEqual(['Cart.java', 'Main.java']);
    const go = 'goroutine 1 [running]:\nmain.total()\n\t/home/ada/shop/cart/total.go:17 +0x1d\n';
    expect(parseIssue(go).frames).toEqual([{ path: 'home/ada/shop/cart/total.go', line: 17 }]);
    const rust = 'error[E0308]: mismatched types\n  --> src/cart.rs:8:5\n';
    expect(parseIssue(rust).frames).toEqual([{ path: 'src/cart.rs', line: 8 }]);
    const windows = '   at total (C:\\shop\\src\\cart.ts:4:9)\n';
    expect(parseIssue(windows).frames).toEqual([{ path: 'shop/src/cart.ts', line: 4 }]);
  });

  it('reads paths of the text, without links', () => {
    const text =
      'See `src/cart/total.ts:12` (and README.md, lib/x.go:3:9). Not https://example.com/a/b.html, e.g. this';
    expect(parseIssue(text).mentions).toEqual([
      { path: 'src/cart/total.ts', line: 12 },
      { path: 'README.md', line: null },
      { path: 'lib/x.go', line: 3 },
    ]);
  });

  it('reads error messages and quoted phrases, no single words', () => {
    const text = 'It says "cannot read the manifest" for "x"\nValueError: no such basket 7\n';
    expect(parseIssue(text).quotes).toEqual(['cannot read the manifest', 'no such basket 7']);
  });

  it('stays fast on text made to slow it down', () => {
    for (const text of [
      'a'.repeat(20_000),
      'a/'.repeat(20_000),
      '"'.repeat(20_000),
      'at ('.repeat(5000),
      ':1'.repeat(10_000),
    ])
      expect(parseIssue(text).frames).toEqual([]);
  });
});

describe('ends of paths', () => {
  const ends = new PathEnds(['src/cart/total.ts', 'lib/total.ts', 'src/cart/index.ts']);
  it('lead to the files that share most of them', () => {
    expect(ends.find('home/ada/shop/src/cart/total.ts').files).toEqual([0]);
    expect(ends.find('total.ts').files).toEqual([0, 1]);
    expect(ends.find('cart/total').files).toEqual([0]);
    expect(ends.find('node_modules/cart/other.ts').files).toEqual([]);
    expect(ends.find('total').files).toEqual([]);
  });
});
