import { describe, expect, it } from 'vitest';
import { changesFiles } from '../../../../src/outcomes/changes-files.ts';
import { countEdits } from '../../../../src/outcomes/tasks/count-changes.ts';
import { sizeOfTask } from '../../../../src/outcomes/tasks/size-of-task.ts';
import { runs, timeline } from './timeline.ts';

const call = (tool: string, input: Record<string, unknown>) =>
  timeline([
    { at: 0, call: 'c', tool, input },
    { at: 1, result: 'c' },
  ]).calls;

describe('countEdits', () => {
  it('counts the lines that differ between common head and tail', () => {
    const edit = { file_path: 'a', old_string: 'a\nb\nc\nz', new_string: 'a\nX\nY\nz' };
    expect(countEdits(call('Edit', edit))).toMatchObject({
      files: 1,
      linesAdded: 2,
      linesRemoved: 2,
      hasHidden: false,
    });
    const several = { file_path: 'a', edits: [edit, { old_string: '', new_string: 'n\nm\n' }] };
    expect(countEdits(call('MultiEdit', several))).toMatchObject({
      files: 1,
      linesAdded: 4,
      linesRemoved: 2,
    });
  });
  it('compares a file written twice with what it held', () => {
    const calls = [
      ...call('Write', { file_path: 'a', content: 'a\nb\nc\n' }),
      ...call('Write', { file_path: 'a', content: 'a\nX\nc\n' }),
      ...call('Write', { file_path: 'b', content: '' }),
    ];
    expect(countEdits(calls)).toMatchObject({ files: 2, linesAdded: 4, linesRemoved: 1 });
  });
  it('reads patches, also inside a shell line, and says when a command hides its changes', () => {
    const patch =
      '*** Begin Patch\n*** Update File: a.ts\n@@\n-old\n+new\n+more\n*** Add File: b.ts\n+x\n*** End Patch';
    const expected = { files: 2, linesAdded: 3, linesRemoved: 1, hasHidden: false };
    expect(countEdits(call('apply_patch', { input: patch }))).toEqual(expected);
    expect(countEdits(timeline(runs(0, 1, 'c', `apply_patch <<'EOF'\n${patch}\nEOF`)).calls)).toEqual(
      expected,
    );
    expect(countEdits(timeline(runs(0, 1, 'c', "sed -i 's/a/b/' x")).calls)).toMatchObject({
      files: 0,
      hasHidden: true,
    });
  });
});

describe('changesFiles', () => {
  const does = (command: string) =>
    timeline(runs(0, 1, 'c', command)).calls.map((call) => changesFiles(call, null))[0];
  it.each([
    'cat > a.ts <<EOF\nx\nEOF',
    'echo x >> notes.md',
    'cd src && printf "%s" x > a',
    'echo x | tee -a a.txt && true; tee b.txt <<EOF\nx\nEOF',
    'git revert HEAD',
  ])('%j writes', (command) => expect(does(command)).toBe(true));
  it.each([
    'cat a.ts 2>/dev/null',
    'cat a.ts >/dev/null',
    'cat a > /tmp/x',
    'echo "a -> b"; ls',
    'git commit -m "$(cat <<\'EOF\'\nMend it\nEOF\n)"',
    'cat a 2>&1 | tee /tmp/log',
    'echo done >&2',
  ])('%j does not', (command) => expect(does(command)).toBe(false));
  it("an agent's plans and scratch files are no work", () => {
    const write = (file_path: string, folder = '/srv/app') =>
      call('Write', { file_path, content: 'x' }).map((one) => changesFiles(one, folder))[0];
    expect(write('/home/me/.claude/plans/p.md')).toBe(false);
    expect(write('/tmp/probe.py')).toBe(false);
    expect(write('/tmp/app/a.ts', '/tmp/app')).toBe(true);
    expect(write('src/plans/a.ts')).toBe(true);
  });
});

describe('sizeOfTask', () => {
  it.each([
    [3, 60, 'small'],
    [4, 1, 'medium'],
    [1, 61, 'medium'],
    [20, 600, 'medium'],
    [21, 1, 'large'],
    [1, 601, 'large'],
  ] as const)('%i files and %i lines are %s', (files, lines, size) => {
    expect(sizeOfTask({ files, linesAdded: lines, linesRemoved: 0, source: 'git' })).toBe(size);
  });
  it('is not known without a changed file', () => {
    expect(sizeOfTask(null)).toBeNull();
    expect(sizeOfTask({ files: 0, linesAdded: 0, linesRemoved: 0, source: 'edits' })).toBeNull();
  });
});
