import { describe, expect, it } from 'vitest';
import { tellSession } from '../../../src/sessions/tell-session.ts';
import { build, eventMaker } from './events.ts';

describe('tellSession', () => {
  it('tells the messages, the failures with their fix, and the refusals', () => {
    const { user, call, result } = eventMaker();
    const story = tellSession(
      build([
        user('run the tests'),
        call('a', 'Bash', { command: 'npm tset' }),
        result('a', 'Exit code 1\nnpm warn x\nUnknown command: "tset"', { isError: true, exitCode: 1 }),
        call('b', 'Edit', { file_path: '/a.ts' }),
        result('b', '<tool_use_error>File has not been read yet.</tool_use_error>', { isError: true }),
        call('c', 'Bash', { command: 'npm tset --help' }),
        result('c', 'usage', { exitCode: 0 }),
        call('d', 'Bash', { command: 'git push' }),
        result('d', 'x', { isError: true, denied: 'person', deniedSaid: 'not yet' }),
        user('no, wait', 'queued'),
        user('context', 'injected'),
      ]),
    );
    expect(story.turns.map((turn) => [turn.text, turn.corrects, turn.queued])).toEqual([
      ['run the tests', false, false],
      ['no, wait', true, true],
    ]);
    expect(story.failures).toEqual([
      {
        line: 3,
        tool: 'Bash',
        what: 'npm tset',
        exitCode: 1,
        error: 'Unknown command: "tset"',
        fixedBy: { line: 6, what: 'npm tset --help' },
      },
    ]);
    expect(story.noise).toEqual({ 'edit before read': 1 });
    expect(story.refusals).toEqual([{ line: 9, tool: 'Bash', what: 'git push', said: 'not yet' }]);
  });
});
