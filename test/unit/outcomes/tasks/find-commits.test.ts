import { describe, expect, it } from 'vitest';
import { findCommits } from '../../../../src/outcomes/tasks/find-commits.ts';
import { findGitCommit, type GitCommit, manualCommits } from '../../../../src/outcomes/tasks/join-commits.ts';
import { runs, startMs, timeline } from './timeline.ts';

const found = (command: string, gives = '', exitCode = 0) =>
  timeline(runs(0, 1, 'c', command, gives, exitCode)).calls.flatMap(findCommits);

describe('findCommits', () => {
  it('reads what Git prints: id, subject, changes, root commits and odd branch names', () => {
    expect(
      found(
        'git commit -m x',
        '[fix/a-b 1a2b3c4d5] Mend it (#4)\n 3 files changed, 10 insertions(+), 2 deletions(-)\n create mode 100644 a',
      ),
    ).toEqual([
      {
        id: '1a2b3c4d5',
        subject: 'Mend it (#4)',
        changes: { files: 3, added: 10, removed: 2 },
        amends: false,
        checkedBefore: false,
      },
    ]);
    expect(
      found('git commit -m x', '[main (root-commit) 1a2b3c4] first\n 1 file changed, 1 insertion(+)'),
    ).toMatchObject([{ id: '1a2b3c4', changes: { files: 1, added: 1, removed: 0 } }]);
    expect(found('git commit -m x', '[detached HEAD 1a2b3c4] x')).toMatchObject([{ id: '1a2b3c4' }]);
  });
  it('reads several commits of one line, an amend, colours and other directories', () => {
    const two = '[a 1a2b3c4] one\n 1 file changed, 1 deletion(-)\n[a 5d6e7f8] two';
    expect(found('git add a && git commit -m one && git commit -am two', two).map(({ id }) => id)).toEqual([
      '1a2b3c4',
      '5d6e7f8',
    ]);
    expect(found('git commit --amend --no-edit', '[a 1a2b3c4] one')).toMatchObject([{ amends: true }]);
    expect(found('git -C sub commit -m x', '\u001b[33m[a 1a2b3c4]\u001b[0m one')).toHaveLength(1);
    expect(found('git cherry-pick abc', '[a 1a2b3c4] one')).toHaveLength(1);
  });
  it('takes a quiet commit that ended well, and no other', () => {
    expect(found('git add -A && git commit -q -m x && git push')).toMatchObject([{ id: null }]);
    expect(found('git commit -qm x; ls')).toEqual([]);
    expect(found('git commit -qm x', 'nothing to commit, working tree clean', 1)).toEqual([]);
    expect(found('git commit -m x', 'husky - pre-commit hook exited with code 1', 1)).toEqual([]);
    expect(found('git commit --dry-run -q')).toEqual([]);
  });
  it('is not taken in by output that only looks like it', () => {
    expect(found('cat log.txt', '[main 1a2b3c4] x')).toEqual([]);
    expect(found('echo commit', 'text [main 1a2b3c4] x')).toEqual([]);
    expect(found('gsd commit "docs"', '{\n  "committed": true,\n  "hash": "1a2b3c4"\n}')).toMatchObject([
      { id: '1a2b3c4' },
    ]);
  });
  it('sees a check that the commit waited for', () => {
    expect(found('npm test && git add -A && git commit -m x', '[a 1a2b3c4] x')[0]?.checkedBefore).toBe(true);
    expect(found('cd sub; npm test && git commit -m x', '[a 1a2b3c4] x')[0]?.checkedBefore).toBe(true);
    expect(found('npm test || git commit -m x', '[a 1a2b3c4] x')[0]?.checkedBefore).toBe(false);
    expect(found('npm test; git commit -m x', '[a 1a2b3c4] x')[0]?.checkedBefore).toBe(false);
    expect(found('git commit -m x && npm test', '[a 1a2b3c4] x')[0]?.checkedBefore).toBe(false);
  });
});

const git = (part: Partial<GitCommit>): GitCommit => ({
  id: '1a2b3c4d5e',
  tree: 't1',
  authoredMs: startMs + 5000,
  committedMs: startMs + 5000,
  subject: 'Mend it',
  changes: { files: ['a'], added: 1, removed: 0 },
  isMerge: false,
  isAutomated: false,
  isOnBranch: true,
  patchId: null,
  reachable: true,
  ...part,
});
const source = (id: string | null, subject: string | null = null) => ({
  seen: { id, subject, changes: null, amends: false, checkedBefore: false },
  calledMs: startMs + 4000,
  ms: startMs + 6000,
});

describe('findGitCommit', () => {
  it('by its id; when an amend or a rebase left it behind, with what it is called now', () => {
    const left = git({ reachable: false, patchId: 'p1' });
    const amended = git({ id: '999', tree: 't1' });
    const rebased = git({ id: '888', tree: 't2', patchId: 'p1', authoredMs: startMs });
    expect(findGitCommit(source('1a2b3c4'), [git({})])).toEqual({ commit: git({}), followed: null });
    expect(findGitCommit(source('1a2b3c4'), [left, amended])?.followed).toBe(amended);
    expect(findGitCommit(source('1a2b3c4'), [left, rebased])?.followed).toBe(rebased);
    expect(
      findGitCommit(source('1a2b3c4'), [left, git({ id: '777', tree: 't9', patchId: 'p9' })])?.followed,
    ).toBeNull();
  });
  it('else by the time of its author and its subject, when only one fits', () => {
    expect(findGitCommit(source(null), [git({})])?.commit.id).toBe('1a2b3c4d5e');
    expect(findGitCommit(source('fffffff', 'Mend it'), [git({})])?.commit.id).toBe('1a2b3c4d5e');
    expect(findGitCommit(source('fffffff', 'Other'), [git({})])).toBeUndefined();
    expect(findGitCommit(source(null), [git({}), git({ id: '2' })])).toBeUndefined();
    expect(findGitCommit(source(null), [git({ authoredMs: startMs + 60_000 })])).toBeUndefined();
  });
});

describe('manualCommits', () => {
  it("are a person's, on its branch, inside the range, and not the session's own", () => {
    const commits = [
      git({ id: 'mine' }),
      git({ id: 'person' }),
      git({ id: 'agent', isAutomated: true }),
      git({ id: 'merge', isMerge: true }),
      git({ id: 'hook', subject: 'add a cache of some kind, please' }),
      git({ id: 'elsewhere', isOnBranch: false }),
      git({ id: 'later', authoredMs: startMs + 99_000 }),
    ];
    const manual = manualCommits(
      commits,
      { commits: new Set(['mine']), prompts: ['Add a cache\nof some kind, please'] },
      startMs,
      startMs + 10_000,
    );
    expect(manual.map(({ id }) => id)).toEqual(['person']);
  });
});
