import { describe, expect, it } from 'vitest';
import { SessionBuilder } from '../../../src/sessions/build-session.ts';
import { build, eventMaker, source } from './events.ts';

const failed = { isError: true, exitCode: 1 };

describe('a session', () => {
  it('counts what a person said, not what was put there or said in a side chain', () => {
    const { user } = eventMaker();
    const events = [
      user('a'),
      user('b', 'queued'),
      user('c', 'injected'),
      user('/x', 'command'),
      user('d', 'typed', { side: true }),
    ];
    expect(build(events).summary).toMatchObject({ turns: 2 });
  });

  it('joins calls with their results, whatever the order', () => {
    const { call, result } = eventMaker();
    const { calls, summary } = build([
      call('a', 'Bash', { command: 'ls' }),
      call('b', 'Edit', { file_path: '/x.ts' }),
      result('b', 'edited'),
      result('a', 'listed', { exitCode: 0 }),
      call('c', 'Bash', { command: 'sleep 9' }),
    ]);
    expect(calls.map((one) => [one.command, one.path, one.result?.text])).toEqual([
      ['ls', null, 'listed'],
      [null, '/x.ts', 'edited'],
      ['sleep 9', null, undefined],
    ]);
    expect(summary).toMatchObject({ toolCalls: 3, termination: 'tool_pending' });
  });

  it('joins a result without an id with the last open call', () => {
    const { call, result } = eventMaker();
    expect(build([call('a', 'Bash', {}), result(null, 'x')]).calls[0]?.result?.text).toBe('x');
  });

  it('counts errors that are the call’s own, refusals apart', () => {
    const { call, result } = eventMaker();
    const { summary } = build([
      call('a', 'Bash', {}),
      result('a', 'x', failed),
      call('b', 'Bash', {}),
      result('b', 'x', { isError: true, collateral: true }),
      call('c', 'Bash', {}),
      result('c', 'x', { isError: true, denied: 'person', deniedSaid: 'use pnpm' }),
      call('d', 'Bash', {}),
      result('d', 'x', { isError: true, denied: 'rule' }),
    ]);
    expect(summary).toMatchObject({ errors: 1, rejections: 1, corrections: 1 });
  });

  it('takes the largest usage of a response, and adds those without one', () => {
    const { usage } = eventMaker();
    const { summary } = build([
      usage('r', 3, 1),
      usage('r', 3, 50),
      usage('r', 3, 20),
      usage(null, 5, 5),
      usage(null, 5, 5),
    ]);
    expect(summary.tokens).toEqual({ input: 13, output: 60, cacheRead: 0, cacheWrite: 0 });
    expect(summary.models).toEqual(['m']);
  });

  it('counts a pause for at most five minutes, and time that runs back not at all', () => {
    const { user } = eventMaker();
    const at = (clock: string) => ({ at: `2026-11-02T${clock}Z` });
    const events = [
      user('a', 'typed', at('09:00:00')),
      user('b', 'typed', at('09:02:00')),
      user('c', 'typed', at('11:00:00')),
    ];
    expect(build(events).summary).toMatchObject({ activeMs: 7 * 60_000, wallMs: 120 * 60_000 });
    const skewed = [
      ...events.slice(0, 2),
      user('x', 'typed', at('09:01:00')),
      user('y', 'typed', at('09:03:00')),
    ];
    expect(build(skewed).summary).toMatchObject({ activeMs: 3 * 60_000, endedAt: '2026-11-02T09:03:00Z' });
  });

  it('says what it cannot know', () => {
    const { user } = eventMaker();
    const { summary } = build([user('a', 'typed', { at: null })]);
    expect(summary).toMatchObject({
      id: 'fallback0000',
      key: 'claude-code/fallback',
      startedAt: null,
      activeMs: null,
      tokens: null,
      costUsd: null,
    });
    expect(summary.unknown.map((one) => one.field)).toEqual([
      'startedAt',
      'activeMs',
      'repo',
      'branch',
      'headCommit',
      'cwd',
      'agentVersion',
      'tokens',
      'costUsd',
    ]);
  });

  it('keeps the folder it began in, and the last of everything else', () => {
    const { meta } = eventMaker();
    const { summary } = build([
      meta({
        sessionId: 'abcdefgh-1',
        cwd: '/home/ada/shop',
        branch: 'main',
        repoUrl: 'git@github.com:Acme/Shop.git',
      }),
      meta({ cwd: '/home/ada/shop/web', branch: 'feat' }),
    ]);
    expect(summary).toMatchObject({
      key: 'claude-code/abcdefgh',
      cwd: '/home/ada/shop',
      branch: 'feat',
      repo: 'acme/shop',
    });
  });

  it('counts the same without keeping anything', () => {
    const { user, call, result, usage } = eventMaker();
    const events = [
      user('go'),
      call('a', 'Bash', { command: 'x' }),
      result('a', 'no', failed),
      usage('r', 1, 2),
      call('b', 'Bash', { command: 'x' }),
    ];
    const lean = new SessionBuilder({ keep: false });
    for (const event of events) lean.add(event);
    const { summary, events: kept, calls } = lean.finish(source);
    expect(summary).toEqual(build(events).summary);
    expect([kept, calls]).toEqual([[], []]);
  });
});

describe('how a session ended', () => {
  const { user, says, call, result, interrupt } = eventMaker();
  it.each([
    ['awaiting_user', [user('a'), says('b')]],
    ['truncated', [user('a')]],
    ['truncated', [user('a'), call('x', 'Bash', {}), result('x', 'y')]],
    ['tool_pending', [user('a'), call('x', 'Bash', {})]],
    ['aborted', [user('a'), says('b'), interrupt()]],
    ['aborted', [call('x', 'Bash', {}), result('x', 'no', { isError: true, denied: 'person' })]],
    ['clean', [says('b'), user('<command-name>/exit</command-name>', 'command')]],
    ['awaiting_user', [says('b', { side: true })]],
    ['truncated', []],
  ] as const)('%s', (termination, events) => {
    expect(build(events).summary.termination).toBe(termination);
  });

  it('is truncated when the last line is torn', () => {
    expect(build([says('b')], { isTorn: true }).summary.termination).toBe('truncated');
  });
});

describe('retries', () => {
  const retriesOf = (...calls: [tool: string, input: Record<string, unknown>, fails?: boolean][]) => {
    const { call, result } = eventMaker();
    const events = calls.flatMap(([tool, input, fails], at) => [
      call(`c${at}`, tool, input),
      result(`c${at}`, 'x', fails ? failed : {}),
    ]);
    return build(events).summary.retries;
  };

  it('are the same again, or nearly, within three calls of a failure', () => {
    expect(retriesOf(['Bash', { command: 'npm test' }, true], ['Bash', { command: 'npm test' }])).toBe(1);
    expect(
      retriesOf(
        ['Bash', { command: 'npm test -- cart' }, true],
        ['Read', { file_path: 'a' }],
        ['Bash', { command: 'cd web && npm test -- cart --run' }],
      ),
    ).toBe(1);
    expect(
      retriesOf(
        ['Edit', { file_path: 'a', old_string: 'x' }, true],
        ['Read', { file_path: 'a' }],
        ['Edit', { file_path: 'a', old_string: 'y' }],
      ),
    ).toBe(1);
    expect(
      retriesOf(
        ['shell', { command: ['bash', '-lc', 'npm test'] }, true],
        ['exec_command', { cmd: 'npm test' }],
      ),
    ).toBe(1);
    expect(retriesOf(['Tool', { a: 1 }, true], ['Tool', { a: 1 }, true], ['Tool', { a: 1 }])).toBe(2);
  });

  it('are not other calls, later ones, or ones after success', () => {
    expect(retriesOf(['Bash', { command: 'npm test' }], ['Bash', { command: 'npm test' }])).toBe(0);
    expect(retriesOf(['Bash', { command: 'npm test' }, true], ['Bash', { command: 'git status' }])).toBe(0);
    expect(retriesOf(['Bash', { command: 'npm test' }, true], ['Read', { file_path: 'npm' }])).toBe(0);
    const between: [string, Record<string, unknown>][] = ['a', 'b', 'c'].map((file) => [
      'Read',
      { file_path: file },
    ]);
    expect(
      retriesOf(['Bash', { command: 'npm test' }, true], ...between, ['Bash', { command: 'npm test' }]),
    ).toBe(0);
  });
});
