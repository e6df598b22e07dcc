import { describe, expect, it } from 'vitest';
import { codex } from '../../../src/transcripts/codex.ts';
import { readCodexOutput } from '../../../src/transcripts/codex-output.ts';
import { decode, only } from './decode.ts';

let clock = 0;
const line = (type: string, payload: object, seconds = 1) => {
  clock += seconds * 1000;
  return { timestamp: new Date(Date.UTC(2026, 10, 3, 10) + clock).toISOString(), type, payload };
};
const event = (type: string, more: object = {}, seconds = 1) => line('event_msg', { type, ...more }, seconds);
const item = (type: string, more: object = {}, seconds = 1) =>
  line('response_item', { type, ...more }, seconds);
const message = (role: string, text: string) =>
  item('message', { role, content: [{ type: 'input_text', text }] });
const said = (lines: readonly unknown[]) =>
  only(decode(codex, lines).events, 'user').map((one) => [one.origin, one.text]);
const total = (input: number, cached: number, output: number) =>
  event('token_count', {
    info: { total_token_usage: { input_tokens: input, cached_input_tokens: cached, output_tokens: output } },
  });

describe('exit codes of Codex', () => {
  it.each([
    [
      'JSON with metadata',
      '{"output":"red\\n","metadata":{"exit_code":1,"duration_seconds":2.5}}',
      1,
      2500,
      'red\n',
    ],
    ['an exit code head', 'Exit code: 127\nWall time: 0.1 seconds\nOutput:\nno', 127, 100, undefined],
    [
      'a chunk head',
      'Chunk ID: a1\nWall time: 1.5 seconds\nProcess exited with code 2\nOriginal token count: 9\nOutput:\nx',
      2,
      1500,
      undefined,
    ],
    [
      'blocks',
      [
        { type: 'input_text', text: 'Exit code: 3\nWall time: 2 seconds\nOutput:' },
        { type: 'input_text', text: 'x' },
      ],
      3,
      2000,
      undefined,
    ],
    ['a success', 'Exit code: 0\nWall time: 0 seconds\nOutput:\nExit code: 5', 0, 0, undefined],
    ['an object', { type: 'input_text', text: 'a.txt' }, null, null, 'a.txt'],
    [
      'a running process',
      'Chunk ID: b\nWall time: 1 seconds\nProcess running with session ID 7\nOutput:\nready',
      null,
      1000,
      undefined,
    ],
    ['plain text', 'Plan updated', null, null, 'Plan updated'],
    ['text that quotes one', 'see the log:\n\n\n\n\n\nExit code: 1', null, null, undefined],
  ])('reads %s', (_, output, exitCode, durationMs, text) => {
    const read = readCodexOutput(output);
    expect(read).toMatchObject({ exitCode, durationMs, isError: exitCode !== null && exitCode !== 0 });
    if (text !== undefined) expect(read.text).toBe(text);
  });

  it.each([
    'apply_patch verification failed: Failed to find expected lines in a.ts',
    'exec_command failed for `x`: No such file',
    'failed in sandbox LinuxSeccomp with execution error: denied',
    'failed to parse function arguments: missing field `command`',
    '{"content":"boom","success":false}',
  ])('knows a failure without a code: %s', (output) => {
    expect(readCodexOutput(output)).toMatchObject({ isError: true, exitCode: null, denied: null });
  });

  it('knows who refused, and what was stopped', () => {
    expect(readCodexOutput('exec command rejected by user')).toMatchObject({
      denied: 'person',
      isError: true,
    });
    expect(readCodexOutput('patch rejected by user')).toMatchObject({ denied: 'person' });
    expect(
      readCodexOutput(
        'exec_command failed: CreateProcess { message: "Rejected(\\"approval policy is never\\")" }',
      ),
    ).toMatchObject({ denied: 'rule' });
    expect(readCodexOutput('aborted by user after 2.1s')).toMatchObject({ collateral: true, isError: true });
  });
});

describe('what a person says to Codex', () => {
  it('counts a prompt once, whichever of its two records comes first', () => {
    const prompt = event('user_message', { message: 'fix it\n' });
    expect(said([message('user', 'fix it\n'), prompt])).toEqual([['typed', 'fix it\n']]);
    expect(said([prompt, message('user', 'fix it')])).toEqual([['typed', 'fix it\n']]);
    expect(said([message('user', 'fix it'), message('assistant', 'ok')])).toEqual([['typed', 'fix it']]);
  });

  it('takes user items for a person’s only where no prompts are recorded', () => {
    const lines = [
      event('user_message', { message: 'fix it' }),
      message('user', 'Always use tabs.'),
      message('assistant', 'ok'),
    ];
    expect(said(lines)).toEqual([
      ['typed', 'fix it'],
      ['injected', 'Always use tabs.'],
    ]);
  });

  it.each([
    '# AGENTS.md instructions for /x\n\n<INSTRUCTIONS>\nAlways.\n</INSTRUCTIONS>',
    '<environment_context>\n<cwd>/x</cwd>\n</environment_context>',
    '<user_instructions>\nNever.\n</user_instructions>',
    '<permissions instructions>\nAsk.',
    '<subagent_notification>{}</subagent_notification>',
  ])('knows context that was put there: %s', (text) => {
    expect(said([message('user', text), message('assistant', 'ok')])).toEqual([['injected', text]]);
  });

  it('unwraps a prompt that an app wrapped', () => {
    const text =
      '# Files mentioned by the user:\n\n## a.png: /a.png\n\n## My request for Codex:\nmake it blue\n';
    expect(said([message('user', text), event('user_message', { message: text })])).toEqual([
      ['typed', 'make it blue\n'],
    ]);
  });

  it('does not count a prompt again that an abort repeats', () => {
    const prompt = event('user_message', { message: 'fix it' });
    const lines = [
      prompt,
      event('turn_aborted', { reason: 'interrupted' }),
      message('user', '<turn_aborted>\n</turn_aborted>'),
      prompt,
    ];
    const { events } = decode(codex, lines);
    expect(events.map((one) => one.kind)).toEqual(['user', 'interrupt']);
    expect(
      said([...lines, message('assistant', 'ok'), event('user_message', { message: 'go on' })]),
    ).toHaveLength(2);
  });

  it('says an answer once that is recorded twice, and both of two equal ones', () => {
    const answer = (text: string) => [
      event('agent_message', { message: text }),
      item('message', { role: 'assistant', content: [{ type: 'output_text', text }] }),
    ];
    const call = item('function_call', { name: 'shell', arguments: '{}', call_id: 'c' });
    const texts = only(decode(codex, [...answer('Done.'), call, ...answer('Done.')]).events, 'assistant').map(
      (one) => one.text,
    );
    expect(texts).toEqual(['Done.', 'Done.']);
  });
});

describe('tokens of Codex', () => {
  it('takes the growth of the running total, cached input apart', () => {
    const lines = [total(1000, 400, 50), total(1000, 400, 50), total(2500, 1400, 150)];
    expect(only(decode(codex, lines).events, 'usage').map((one) => one.tokens)).toEqual([
      { input: 600, output: 50, cacheRead: 400, cacheWrite: 0 },
      { input: 500, output: 100, cacheRead: 1000, cacheWrite: 0 },
    ]);
  });

  it('starts again where the total does, and lives without info', () => {
    const lines = [event('token_count', { info: null }), total(1000, 0, 50), total(300, 0, 20)];
    const outputs = only(decode(codex, lines).events, 'usage').map((one) => one.tokens.output);
    expect(outputs).toEqual([50, 20]);
  });
});

describe('a forked Codex session', () => {
  const own = '019a4540-0000-7000-8000-000000000002';
  const parent = '019a4530-0000-7000-8000-000000000001';
  const history = () => [
    event('task_started', { turn_id: '019a4530-1000-7000-8000-000000000001' }, 0),
    event('user_message', { message: 'the parent’s prompt' }, 0),
    item('function_call', { name: 'shell', arguments: '{"command":"ls"}', call_id: 'p' }, 0),
    total(1000, 0, 50),
  ];
  const ownTurn = () => [
    event('task_started', { turn_id: '019a4541-0000-7000-8000-000000000001' }, 30),
    event('user_message', { message: 'my own prompt' }),
    total(1500, 0, 80),
  ];

  it('leaves what it copied to its parent', () => {
    const lines = [
      line('session_meta', { id: own, forked_from_id: parent, cwd: '/a' }),
      line('session_meta', { id: parent, cwd: '/b' }, 0),
      ...history(),
      ...ownTurn(),
    ];
    const { events } = decode(codex, lines);
    expect(only(events, 'user').map((one) => one.text)).toEqual(['my own prompt']);
    expect(only(events, 'call')).toEqual([]);
    expect(only(events, 'usage').map((one) => one.tokens.input)).toEqual([500]);
    expect(only(events, 'meta').map((one) => one.meta)).toEqual([
      { sessionId: own, parentId: parent, cwd: '/a' },
    ]);
  });

  it('is told by the second head alone, too', () => {
    const lines = [
      line('session_meta', { id: own }),
      line('session_meta', { id: parent }, 0),
      ...history(),
      ...ownTurn(),
    ];
    expect(said(lines)).toEqual([['typed', 'my own prompt']]);
  });

  it('ends the copy with the burst it was written in where turn ids hold no time', () => {
    const head = line('session_meta', { id: 'x', forked_from_id: 'y' });
    const copied = [
      event('task_started', { turn_id: 'turn-1' }, 0),
      event('user_message', { message: 'old' }, 0),
    ];
    const fresh = [
      event('task_started', { turn_id: 'turn-2' }, 60),
      event('user_message', { message: 'new' }),
    ];
    const lines = [head, ...copied, ...fresh];
    expect(said(lines)).toEqual([['typed', 'new']]);
  });

  it('is not seen in a resumed session that repeats its own head', () => {
    const head = () => line('session_meta', { id: own, cwd: '/a' });
    expect(
      said([
        head(),
        event('user_message', { message: 'one' }),
        head(),
        event('user_message', { message: 'two' }),
      ]),
    ).toHaveLength(2);
  });
});

describe('other generations of Codex', () => {
  it('reads bare items with a bare head', () => {
    const { events, wrong } = decode(codex, [
      {
        id: 's',
        timestamp: '2025-08-01T08:00:00Z',
        instructions: null,
        git: { branch: 'main', repository_url: 'https://github.com/a/b' },
      },
      { record_type: 'state' },
      {
        type: 'message',
        role: 'user',
        content: [{ type: 'input_text', text: '<environment_context>\n<cwd>/w</cwd>' }],
      },
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'list' }] },
      {
        type: 'local_shell_call',
        call_id: 'c',
        status: 'completed',
        action: { type: 'exec', command: ['ls'] },
      },
      {
        type: 'function_call_output',
        call_id: 'c',
        output: 'Exit code: 0\nWall time: 0 seconds\nOutput:\na',
      },
    ]);
    expect(wrong).toEqual([]);
    expect(events.map((one) => one.kind)).toEqual(['meta', 'meta', 'user', 'user', 'call', 'result']);
    expect(only(events, 'meta')[1]?.meta).toEqual({ cwd: '/w' });
  });

  it('reads consolidated items', () => {
    const done = (type: string, content: unknown[]) => event('item_completed', { item: { type, content } });
    const { events } = decode(codex, [
      done('UserMessage', [{ type: 'text', text: 'count' }]),
      message('user', 'count'),
      done('AgentMessage', [{ type: 'Text', text: 'Forty.' }]),
      item('message', { role: 'assistant', content: [{ type: 'output_text', text: 'Forty.' }] }),
    ]);
    expect(events.map((one) => one.kind)).toEqual(['user', 'assistant']);
  });

  it('reads calls of every kind', () => {
    const { events } = decode(codex, [
      item('function_call', { name: 'shell', arguments: '{"command":["ls"]}', call_id: 'a' }),
      item('function_call', { name: 'broken', arguments: '{"command":', call_id: 'b' }),
      item('custom_tool_call', { name: 'apply_patch', input: '*** Begin Patch', call_id: 'c' }),
      item('web_search_call', { status: 'completed', action: { query: 'q' } }),
      item('function_call_output', { call_id: 'a', output: 'aborted by user' }),
    ]);
    expect(only(events, 'call').map((one) => [one.tool, one.input])).toEqual([
      ['shell', { command: ['ls'] }],
      ['broken', { arguments: '{"command":' }],
      ['apply_patch', { input: '*** Begin Patch' }],
      ['web_search', { query: 'q' }],
    ]);
    expect(only(events, 'result').map((one) => [one.id, one.isError])).toEqual([
      ['line-4', false],
      ['a', true],
    ]);
  });

  it('refuses what it never writes, and lives with wrong types inside', () => {
    expect(decode(codex, [7, null, [], { a: 1 }]).wrong).toEqual([1, 2, 3, 4]);
    const odd = [
      line('session_meta', { id: 5, git: 'x', source: [] }),
      line('turn_context', { model: {} }),
      event('user_message', { message: 7 }),
      event('token_count', { info: { total_token_usage: { input_tokens: 'x' } } }),
      item('message', { role: 'user', content: 'x' }),
      item('function_call', { name: null, arguments: 5 }),
      item('function_call_output', { call_id: {}, output: null }),
      line('compacted', { message: [] }),
    ];
    expect(decode(codex, odd).wrong).toEqual([]);
  });
});
