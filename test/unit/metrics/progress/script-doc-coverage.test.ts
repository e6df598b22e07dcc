import { describe, expect, it } from 'vitest';
import { openSyntaxParser } from '../../../../src/io/syntax-parser.ts';
import { scriptDocCoverage } from '../../../../src/metrics/progress/script-doc-coverage.ts';

const readTree = openSyntaxParser();
const coverage = async (text: string, grammar = 'typescript') => {
  const found = await readTree(text, grammar, scriptDocCoverage);
  if (!found) throw new Error('not parsed');
  return { total: found.total, missing: found.missing.map(({ name }) => name) };
};

describe('scriptDocCoverage', () => {
  it('counts exported declarations, and no others', async () => {
    const text = `/** a */
export function a() {}
export const b = 1, { c, d: [e], ...f } = x;
function hidden() {}
export interface G {}
/** h */
export type H = 1;
export enum I {}
export namespace J { export const k = 1 }
export declare function l(): void;
export default () => 1;
`;
    expect(await coverage(text)).toEqual({
      total: 11,
      missing: ['b', 'c', 'e', 'f', 'G', 'I', 'J', 'l', 'default'],
    });
  });

  it('counts what a list exports at its declaration, and re-exports not at all', async () => {
    const text = `import { z } from './z';
/** a */
const a = 1;
class B { c() {} }
export { a, B as Other, z };
export { q } from './q';
export * from './r';
export default B;
`;
    expect(await coverage(text)).toEqual({ total: 3, missing: ['B', 'B.c'] });
  });

  it('counts overloads and merged declarations once, documented when one is', async () => {
    const text = `/** f */
export function f(x: string): void;
export function f(x: number): void;
export function f(x: unknown) {}
export const T = 1;
/** T */
export type T = typeof T;
export interface U { a: 1 }
export interface U { b: 2 }
`;
    expect(await coverage(text)).toEqual({ total: 3, missing: ['U'] });
  });

  it('counts the public members of exported classes', async () => {
    const text = `/** A */
@Dec()
export class A {
  /** b */
  @Dec() b = 1;
  private c = 2;
  protected d() {}
  #e = 3;
  constructor(public f: string) {}
  get g() { return 1; }
  /** g */
  set g(x) {}
  static h() {}
  h() {}
  /** i */
  abstract i(): void;
}
class Local { m() {} }
`;
    expect(await coverage(text)).toEqual({ total: 6, missing: ['A.static h', 'A.h'] });
  });

  it('leaves out what is hidden, a class with its members', async () => {
    const text = `/** @internal */
export class A { b() {} }
/** x @ignore */
export const c = 1;
/** @hidden */
export function d(x: 1): void;
export function d(x: 2): void;
/** e */
export class E {
  /** @internal */
  f() {}
}
`;
    expect(await coverage(text)).toEqual({ total: 1, missing: [] });
  });

  it('wants the block directly before, with only line comments between', async () => {
    const text = `/** @license MIT */
export const a = 1;
/** of the import */
import b from 'b';
export const c = 1;
/** d */
// linter: off
export const d = 1;
/* no JSDoc */
export const e = 1;
/**/
export const f = 1;
`;
    expect(await coverage(text)).toEqual({ total: 5, missing: ['a', 'c', 'e', 'f'] });
  });

  it('reads JavaScript and TSX', async () => {
    expect(await coverage('/** A */\nexport class A { b = 1; static #c = 2; d() {} }', 'javascript')).toEqual(
      {
        total: 3,
        missing: ['A.b', 'A.d'],
      },
    );
    expect(await coverage('export const A = () => <div>{"/** x */"}</div>;', 'tsx')).toEqual({
      total: 1,
      missing: ['A'],
    });
    expect(await coverage('export default {\n  a: 1,\n};', 'javascript')).toEqual({
      total: 1,
      missing: ['default'],
    });
    expect(await coverage('const a = 1;')).toEqual({ total: 0, missing: [] });
  });
});
