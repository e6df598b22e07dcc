import { describe, expect, it } from 'vitest';
import {
  isBuiltPath,
  isSecretPath,
  isTestPath,
  stemOfPath,
} from '../../../../src/context/code/file-class.ts';
import { pathTest } from '../../../../src/context/code/path-patterns.ts';

describe('path patterns', () => {
  it.each([
    ['src', 'src/a.ts', true],
    ['src/', 'lib/src/a.ts', true],
    ['/src', 'lib/src/a.ts', false],
    ['src/*.ts', 'src/a.ts', true],
    ['src/*.ts', 'src/b/a.ts', false],
    ['src/**/*.ts', 'src/b/c/a.ts', true],
    ['src/**/*.ts', 'src/a.ts', true],
    ['*.test.ts', 'src/b/a.test.ts', true],
    ['a.ts', 'src/ba.ts', false],
    ['a?c.ts', 'abc.ts', true],
    ['a.ts', 'axts', false],
    ['SRC', 'src/a.ts', false],
  ])('%s on %s is %s', (pattern, path, expected) => {
    expect(pathTest([pattern])(path)).toBe(expected);
  });
});

describe('kinds of files by name', () => {
  it('knows what usually holds secrets, and code about secrets from it', () => {
    for (const path of [
      '.env',
      'a/.env.production',
      'deploy/id_rsa',
      'x/server.pem',
      '.npmrc',
      'credentials.json',
      'home/.ssh/config',
      'prod.tfvars',
      '.aws/x.py',
    ])
      expect([path, isSecretPath(path)]).toEqual([path, true]);
    for (const path of [
      'src/secrets.ts',
      'credentials.py',
      '.env.example',
      'src/keyboard.ts',
      'environment.ts',
    ])
      expect([path, isSecretPath(path)]).toEqual([path, false]);
  });

  it('knows tests, and what they test', () => {
    for (const path of [
      'test/a.ts',
      'src/a.test.ts',
      'a/test_b.py',
      'b_test.go',
      'src/CartTest.java',
      'src/__tests__/x.js',
    ])
      expect([path, isTestPath(path)]).toEqual([path, true]);
    for (const path of ['src/latest.ts', 'src/contest.py', 'src/attest/a.go'])
      expect([path, isTestPath(path)]).toEqual([path, false]);
    expect(
      ['src/cart.test.ts', 'test_cart.py', 'CartTest.java', 'cart_test.go', 'cart.ts'].map(stemOfPath),
    ).toEqual(Array(5).fill('cart'));
  });

  it('knows what is built or vendored', () => {
    for (const path of ['vendor/x/a.go', 'a/node_modules/b.js', 'x.min.js', 'api/v1.pb.go', 'dist/a.js'])
      expect([path, isBuiltPath(path)]).toEqual([path, true]);
    expect(isBuiltPath('src/distance.ts')).toBe(false);
  });
});
