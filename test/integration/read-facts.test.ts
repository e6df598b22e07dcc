import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openGit } from '../../src/io/git.ts';
import { readAnchorStates } from '../../src/io/read-anchors.ts';
import { changedFactPaths, readFactBlobs, readFacts } from '../../src/io/read-facts.ts';
import type { Fact } from '../../src/knowledge/fact.ts';
import { formatFact } from '../../src/knowledge/fact-file.ts';
import { factPath } from '../../src/knowledge/fact-path.ts';
import { generatedFact } from '../unit/knowledge/sample-fact.ts';
import { cleanEnvironment, git, temporaryFolder, temporaryRepository } from './temp-repository.ts';

const one = generatedFact({ id: 'aaaaaaaaaa', title: 'One' });
const two = generatedFact({ id: 'bbbbbbbbbb', title: 'Two', scope: 'global' });
const three = generatedFact({ id: 'cccccccccc', title: 'Three – ünïcode', scope: 'agent:codex' });

function put(root: string, path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}
const putFacts = (root: string, ...facts: Fact[]): void => {
  for (const fact of facts) put(root, factPath(fact), formatFact(fact));
};
function commit(root: string): string {
  git(root, 'add', '-A');
  git(root, 'commit', '-q', '-m', 'facts');
  return git(root, 'rev-parse', 'HEAD').trim();
}
const titles = async (root: string): Promise<string[]> =>
  (await readFacts(root)).facts.map(({ fact }) => fact.title).sort();

describe('facts are read', () => {
  it('from a plain folder, an empty folder, and a repository before its first commit', async () => {
    const plain = temporaryFolder();
    expect(await readFacts(plain)).toEqual({ facts: [], bad: [] });
    putFacts(plain, one, two);
    expect(await titles(plain)).toEqual(['One', 'Two']);
    const born = temporaryRepository();
    expect(await readFacts(born)).toEqual({ facts: [], bad: [] });
    putFacts(born, one, two);
    git(born, 'add', factPath(one));
    expect(await titles(born)).toEqual(['One', 'Two']);
    rmSync(join(born, factPath(one)));
    expect(await titles(born)).toEqual(['Two']);
  });

  it('from Git objects, so that a bare clone, a shallow clone and a worktree have them too', async () => {
    const root = temporaryRepository();
    putFacts(root, one, two, three);
    put(root, 'knowledge/repos/acme__shop.md', 'a page');
    put(root, 'knowledge/README.md', 'notes');
    commit(root);
    expect(await titles(root)).toEqual(['One', 'Three – ünïcode', 'Two']);
    const bare = join(temporaryFolder(), 'bare.git');
    git(root, 'clone', '-q', '--bare', root, bare);
    expect(await titles(bare)).toEqual(['One', 'Three – ünïcode', 'Two']);
    const shallow = join(temporaryFolder(), 'shallow');
    git(root, 'clone', '-q', '--depth=1', `file://${root}`, shallow);
    expect(await titles(shallow)).toEqual(['One', 'Three – ünïcode', 'Two']);
    const worktree = join(temporaryFolder(), 'worktree');
    git(root, 'worktree', 'add', '-q', worktree, '-b', 'other');
    putFacts(worktree, { ...one, title: 'One' });
    rmSync(join(worktree, factPath(two)));
    expect(await titles(worktree)).toEqual(['One', 'Three – ünïcode']);
    expect(await titles(root)).toHaveLength(3);
    expect(await titles(join(root, 'knowledge'))).toHaveLength(3);
  });

  it('as the work tree has them: edits, deletions, renames, staged, untracked and ignored files', async () => {
    const root = temporaryRepository();
    putFacts(root, one, two, three);
    commit(root);
    put(root, factPath(one), formatFact({ ...one, body: 'Edited.' }));
    rmSync(join(root, factPath(two)));
    git(root, 'mv', factPath(three), 'knowledge/agents/codex/moved-cccccccccc.md');
    put(root, '.gitignore', 'knowledge/global/\n');
    putFacts(
      root,
      generatedFact({ id: 'dddddddddd', title: 'Untracked' }),
      generatedFact({ id: 'eeeeeeeeee', title: 'Ignored', scope: 'global' }),
    );
    const { facts, bad } = await readFacts(root);
    expect(bad).toEqual([]);
    expect(facts.map(({ fact, path }) => [fact.title, path])).toEqual([
      ['Three – ünïcode', 'knowledge/agents/codex/moved-cccccccccc.md'],
      ['Ignored', 'knowledge/global/ignored-eeeeeeeeee.md'],
      ['One', 'knowledge/repos/acme__shop/one-aaaaaaaaaa.md'],
      ['Untracked', 'knowledge/repos/acme__shop/untracked-dddddddddd.md'],
    ]);
    expect(facts[2]?.fact.body).toBe('Edited.');
  });

  it('one by one: a bad file is named with its reason, the others load', async () => {
    const root = temporaryRepository();
    putFacts(root, one);
    put(root, 'knowledge/global/js.md', '---js\n{ title: (globalThis.__ran = 1) }\n---\nx\n');
    put(root, 'knowledge/global/category.md', formatFact(two).replace('"tool-quirk"', '"gossip"'));
    symlinkSync('/etc/hosts', join(root, 'knowledge/global/link.md'));
    const expected = {
      facts: [expect.objectContaining({ path: factPath(one) })],
      bad: [
        {
          path: 'knowledge/global/category.md',
          reason: expect.stringMatching(/^category: must be one of .* not "gossip"$/),
        },
        { path: 'knowledge/global/js.md', reason: expect.stringContaining('plain YAML') },
        { path: 'knowledge/global/link.md', reason: 'is a symbolic link' },
      ],
    };
    expect(await readFacts(root)).toEqual(expected);
    commit(root);
    expect(await readFacts(root)).toEqual(expected);
    const bare = join(temporaryFolder(), 'bare.git');
    git(root, 'clone', '-q', '--bare', root, bare);
    expect(await readFacts(bare)).toEqual(expected);
    expect((globalThis as Record<string, unknown>).__ran).toBeUndefined();
  });

  it('incrementally: what changed between two commits', async () => {
    const root = temporaryRepository();
    putFacts(root, one, two);
    const before = commit(root);
    putFacts(root, { ...one, body: 'Edited.' }, three);
    rmSync(join(root, factPath(two)));
    put(root, 'knowledge/index.json', '{}');
    put(root, 'other.md', 'x');
    commit(root);
    const opened = await openGit(root);
    if (!opened) throw new Error('no repository');
    const changed = await changedFactPaths(opened, before);
    expect(changed?.sort()).toEqual([factPath(one), factPath(two), factPath(three)].sort());
    const { blobs } = await readFactBlobs(opened, 'HEAD', changed);
    expect(blobs.map((blob) => blob.path)).toEqual([factPath(three), factPath(one)].sort());
    expect(blobs.every((blob) => blob.oid === git(root, 'rev-parse', `HEAD:${blob.path}`).trim())).toBe(true);
    expect(await changedFactPaths(opened, 'f'.repeat(40))).toBeUndefined();
    expect(await changedFactPaths(opened, '--output=/tmp/x')).toBeUndefined();
  });
});

describe('anchored files', () => {
  it('are changed, unchanged or unknown since the last confirmation', async () => {
    const root = temporaryRepository();
    const commitAt = (day: string): void => {
      git(root, 'add', '-A');
      const time = `${day}T12:00:00Z`;
      const env = { ...cleanEnvironment(root), GIT_COMMITTER_DATE: time, GIT_AUTHOR_DATE: time };
      execFileSync('git', ['commit', '-q', '-m', day], { cwd: root, env });
    };
    put(root, 'src/a.ts', '1');
    put(root, 'src/deep/b.ts', '1');
    put(root, 'gone.ts', '1');
    commitAt('2026-08-01');
    const opened = await openGit(root);
    if (!opened) throw new Error('no repository');
    const facts = [
      { id: 'a', paths: ['src/a.ts'], lastConfirmed: '2026-08-02' },
      { id: 'folder', paths: ['./src/deep/'], lastConfirmed: '2026-08-02' },
      { id: 'gone', paths: ['gone.ts'], lastConfirmed: '2026-08-02' },
      { id: 'never', paths: ['elsewhere.ts'], lastConfirmed: '2026-08-02' },
      { id: 'undated', paths: ['src/a.ts'], lastConfirmed: null },
      { id: 'none', paths: [], lastConfirmed: '2026-08-02' },
    ];
    expect(Object.fromEntries(await readAnchorStates(opened, facts))).toEqual({
      a: 'unchanged',
      folder: 'unchanged',
      gone: 'unchanged',
    });
    put(root, 'src/deep/b.ts', '2');
    rmSync(join(root, 'gone.ts'));
    commitAt('2026-09-01');
    expect(Object.fromEntries(await readAnchorStates(opened, facts))).toEqual({
      a: 'unchanged',
      folder: 'changed',
      gone: 'changed',
    });
  });
});
