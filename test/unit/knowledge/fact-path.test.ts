import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Scope } from '../../../src/knowledge/fact.ts';
import {
  digestPath,
  factId,
  factPath,
  isFactPath,
  scopeFolder,
  slugOf,
} from '../../../src/knowledge/fact-path.ts';

const id = 'k7f3q2m9xw';

/** A path every file system and Git take, inside the store. */
function expectPortable(path: string): void {
  expect(path.length).toBeLessThanOrEqual(180);
  expect(path).toBe(path.toLowerCase());
  expect(path).toBe(path.normalize('NFC'));
  for (const part of path.split('/')) {
    expect(part).toMatch(/^[a-z0-9_][a-z0-9._-]*$/);
    expect(part).not.toMatch(/\.$|\.\./);
    expect(part).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/);
    expect(part).not.toMatch(/^\.(git|husky|github|claude)|^git~/);
  }
}

describe('where a fact is kept', () => {
  it('is a folder by scope and a readable name with the id', () => {
    const title = 'mise refuses to run tasks in a fresh worktree until `mise trust`';
    expect(factPath({ id, scope: 'repo:acme/shop', title })).toBe(
      'knowledge/repos/acme__shop/mise-refuses-to-run-tasks-in-a-fresh-worktree-until-mise-k7f3q2m9xw.md',
    );
    expect(factPath({ id, scope: 'global', title: 'Don’t' })).toBe('knowledge/global/dont-k7f3q2m9xw.md');
    expect(factPath({ id, scope: 'agent:claude-code', title: '日本語' })).toBe(
      'knowledge/agents/claude-code/fact-k7f3q2m9xw.md',
    );
    expect(digestPath('repo:acme/shop')).toBe('knowledge/repos/acme__shop.md');
    expect(digestPath('global')).toBe('knowledge/global.md');
  });

  it('is portable and inside the store whatever title and scope hold (property)', () => {
    const hostile = fc.constantFrom(
      '../../../../tmp/ci_pwned',
      '/etc/ci_pwned',
      'C:\\ci_pwned',
      '\\\\host\\share\\x',
      'file:///tmp/x',
      'CON',
      'nul',
      'COM1.md',
      'aux.',
      'lpt9 ',
      'a:b',
      'a?b*',
      '.git',
      '.GIT/hooks/post-commit',
      'git~1',
      '.gitattributes',
      'GIT\u200c',
      'Cafe\u0301 RULES',
      'x'.repeat(300),
      'a/'.repeat(400),
      '..',
      '.',
      '',
      ' ',
      '-',
      '__',
      'a__b/c',
      'con/nul',
      'acme/.github',
      '.husky/x',
      '\u202e',
      '😀',
    );
    const text = fc.oneof(hostile, fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(text, text, fc.constantFrom('repo:', 'agent:'), (title, name, kind) => {
        const path = factPath({ id, scope: `${kind}${name}` as Scope, title });
        expectPortable(path);
        expectPortable(digestPath(`${kind}${name}` as Scope));
        expect(isFactPath(path)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('keeps scopes apart that must not share a folder, and joins those that differ by case only', () => {
    expect(scopeFolder('repo:Acme/Shop')).toBe('repos/acme__shop');
    const folders = [
      'repo:a__b/c',
      'repo:a/b__c',
      'repo:a b/c',
      'repo:a-b/c',
      'repo:../a',
      'repo:con',
      'repo:aux.md',
    ].map((scope) => scopeFolder(scope as Scope));
    expect(new Set(folders).size).toBe(folders.length);
    expect(scopeFolder('repo:acme/.github')).toBe('repos/acme__.github');
    expect(scopeFolder('repo:group/sub/name')).toBe('repos/group__sub__name');
  });

  it('gives twins of case and normal form one slug, told apart by the id', () => {
    expect(
      new Set(['Caf\u00e9 rules', 'Cafe\u0301 rules', 'CAF\u00c9 RULES'].map((title) => slugOf(title))),
    ).toEqual(new Set(['cafe-rules']));
    expect(slugOf('x'.repeat(300))).toBe('x'.repeat(60));
    expect(slugOf(`${'word '.repeat(11)}wordlonger`)).toBe(
      'word-word-word-word-word-word-word-word-word-word-word'.slice(0, 60),
    );
  });

  it('knows facts from pages, index and notes', () => {
    expect(isFactPath('knowledge/global/x.md')).toBe(true);
    expect(isFactPath('knowledge/repos/acme__shop/x.md')).toBe(true);
    for (const other of [
      'knowledge/global.md',
      'knowledge/repos/acme__shop.md',
      'knowledge/index.json',
      'knowledge/README.md',
      'knowledge/global/README.md',
      'knowledge/repos/a/b/c.md',
      'docs/global/x.md',
      'knowledge/global/x.txt',
    ])
      expect(isFactPath(other), other).toBe(false);
  });

  it('names a claim by scope and key', () => {
    expect(factId('global', 'a')).toMatch(/^[a-z2-7]{10}$/);
    expect(factId('global', 'a')).not.toBe(factId('repo:acme/shop', 'a'));
    expect(factId('global', 'a')).toBe(factId('global', 'a'));
  });
});
