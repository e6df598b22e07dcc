import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { claudeCode } from '../../../src/transcripts/claude-code.ts';
import type { TranscriptEvent } from '../../../src/transcripts/event.ts';

/** Events of lines: each parsed, or skimmed where that works; with the number of lines it worked for. */
function read(lines: readonly string[], way: 'parse' | 'counts' | 'texts') {
  const decoder = claudeCode.decoder('t.jsonl');
  const events: TranscriptEvent[] = [];
  let skimmed = 0;
  for (const [at, line] of lines.entries()) {
    const bytes = Buffer.from(line);
    const found = way === 'counts' ? decoder.count?.(bytes, at + 1) : undefined;
    const value = way === 'texts' ? decoder.skim?.(bytes) : undefined;
    if (found !== undefined || value !== undefined) skimmed++;
    events.push(...(found ?? []));
    if (found !== undefined) continue;
    if (value !== null) events.push(...(decoder.push(value ?? JSON.parse(line), at + 1) ?? []));
  }
  return { events, skimmed };
}

/** Skimming sees what parsing sees: everything with texts, what counts without; and gives how many lines it took. */
function skims(lines: readonly string[]): number[] {
  const parsed = read(lines, 'parse').events;
  const texts = read(lines, 'texts');
  const counts = read(lines, 'counts');
  expect(texts.events).toEqual(parsed);
  expect(counts.events.map(counted)).toEqual(parsed.map(counted));
  return [texts.skimmed, counts.skimmed];
}

/** What counting sees of an event: texts only of users, of results only whose they are and how they went. */
function counted(event: TranscriptEvent) {
  if (event.kind === 'assistant' || event.kind === 'api_error')
    return { ...event, text: event.text === '' ? '' : '…' };
  if (event.kind === 'call') {
    const { kind, src, at, side, id, tool, input } = event;
    return { kind, src, at, side, id, tool, input };
  }
  if (event.kind !== 'result') return { ...event };
  const { text, exitCode, durationMs, collateral, ...rest } = event;
  return event.isError ? event : rest;
}

const usage = {
  input_tokens: 3,
  cache_creation_input_tokens: 20,
  cache_read_input_tokens: 100,
  output_tokens: 7,
  iterations: [{ input_tokens: 9, output_tokens: 9 }],
};
let count = 0;

/** A line as versions from 2.1.100 on write it, with its members in their order. */
function newLine(
  type: 'user' | 'assistant',
  content: unknown,
  more: { result?: unknown; envelope?: object; tail?: object } = {},
) {
  count++;
  const message =
    type === 'user'
      ? { role: 'user', content }
      : {
          model: 'claude-x',
          id: `msg_${count}`,
          type: 'message',
          role: 'assistant',
          content,
          stop_reason: null,
          usage,
          diagnostics: null,
        };
  return JSON.stringify({
    parentUuid: count % 3 === 0 ? null : 'parent',
    isSidechain: false,
    ...(type === 'user' && { promptId: 'p1', type }),
    message,
    ...(type === 'assistant' && { requestId: `req_${count}`, type }),
    uuid: `uuid-${count}`,
    timestamp: new Date(Date.UTC(2026, 10, 2, 9) + count * 1000).toISOString(),
    ...(more.result !== undefined && {
      toolUseResult: more.result,
      sourceToolAssistantUUID: `uuid-${count - 1}`,
    }),
    userType: 'external',
    cwd: 'C:\\shop “é”',
    sessionId: 's1',
    version: '2.1.222',
    gitBranch: 'main',
    ...more.envelope,
    ...more.tail,
  });
}

/** A line as older versions write it. */
function oldLine(type: 'user' | 'assistant', content: unknown, result?: unknown) {
  count++;
  const message =
    type === 'user'
      ? { role: 'user', content }
      : {
          model: 'claude-x',
          id: `msg_${count}`,
          type: 'message',
          role: 'assistant',
          content,
          stop_reason: null,
          stop_sequence: null,
          usage,
        };
  return JSON.stringify({
    ...{
      parentUuid: 'p',
      isSidechain: false,
      userType: 'external',
      cwd: '/home/ada',
      sessionId: 's1',
      version: '1.0.98',
      gitBranch: '',
    },
    ...(type === 'user' ? { type, message } : { message, requestId: `req_${count}`, type }),
    uuid: `uuid-${count}`,
    timestamp: new Date(Date.UTC(2026, 10, 2, 9) + count * 1000).toISOString(),
    ...(result !== undefined && { toolUseResult: result }),
  });
}

const call = (id: string, input: unknown = { command: 'ls' }, name = 'Bash') => [
  { type: 'tool_use', id, name, input },
];
const result = (id: string, content: unknown = 'ok', more = {}) => [
  { tool_use_id: id, type: 'tool_result', content, ...more },
];
const shell = { stdout: 'ok', stderr: '', interrupted: false };

describe('skimming Claude Code lines', () => {
  it('works for the frequent lines of old and new versions, and sees the same', () => {
    const lines = [
      newLine('assistant', [{ type: 'thinking', thinking: 'hm', signature: 'x' }]),
      newLine('assistant', [{ type: 'thinking', thinking: '', signature: 'x' }]),
      newLine('assistant', [{ type: 'text', text: 'I will “look” \\ at it.\n' }]),
      newLine('assistant', call('toolu_1')),
      newLine('user', result('toolu_1'), { result: shell }),
      newLine('assistant', call('toolu_2', { file_path: '/a', todos: [{ a: 1 }] }, 'Edit')),
      newLine('user', result('toolu_2', [{ type: 'text', text: 'done' }]), {
        result: [{ type: 'text', text: 'done' }],
      }),
      oldLine('assistant', [{ type: 'text', text: 'ok' }]),
      oldLine('assistant', call('toolu_3')),
      oldLine('user', result('toolu_3'), { originalFile: 'x'.repeat(5000) }),
    ];
    expect(skims(lines)).toEqual([lines.length, lines.length]);
  });

  it.each([
    [
      'an error',
      newLine('user', result('t', 'Exit code 1', { is_error: true }), { result: 'Error: Exit code 1' }),
    ],
    [
      'an error with a structured result',
      newLine('user', result('t', 'x'.repeat(3000), { is_error: true }), { result: { a: 1 } }),
    ],
    [
      'an error named first',
      newLine('user', [{ is_error: true, tool_use_id: 't', type: 'tool_result', content: 'x' }], {
        result: { a: 1 },
      }),
    ],
    [
      'two results',
      newLine('user', [...result('t'), ...result('u', 'x', { is_error: true })], { result: { a: 1 } }),
    ],
    [
      'a result and a text',
      newLine('user', [...result('t'), { type: 'text', text: 'also this' }], { result: { a: 1 } }),
    ],
    ['a prompt', newLine('user', 'do it')],
    ['a lost id', newLine('user', result('REDACTED'), { result: { a: 1 } })],
    ['two blocks', newLine('assistant', [{ type: 'text', text: 'a' }, ...call('t')])],
    ['an empty text', newLine('assistant', [{ type: 'text', text: '' }])],
    ['an object in the envelope', newLine('assistant', call('t'), { tail: { mcpMeta: { a: 1 } } })],
    [
      'an object behind the result',
      newLine('user', result('t'), { result: { a: 1 }, tail: { mcpMeta: { a: { b: 2 } } } }),
    ],
  ])('leaves %s to the parser', (_, line) => {
    expect(skims([line])[1]).toBe(0);
  });

  it('notices when the envelope changes', () => {
    const lines = ['main', 'feat', 'main'].flatMap((gitBranch) => [
      newLine('assistant', call(`t${gitBranch}`), {
        envelope: { gitBranch, isSidechain: gitBranch === 'feat', agentId: 'a1' },
      }),
      newLine('assistant', [{ type: 'text', text: 'API Error' }], {
        envelope: { gitBranch, isApiErrorMessage: gitBranch === 'feat' },
      }),
    ]);
    expect(skims(lines)).toEqual([lines.length, lines.length]);
  });

  it('leaves to the parser what says how a command ended, where that is wanted', () => {
    const line = newLine('user', result('t'), { result: { ...shell, interrupted: true } });
    expect(skims([newLine('assistant', call('t')), line])).toEqual([1, 2]);
  });

  it('leaves to the parser what may nest too deep', () => {
    const deep = JSON.parse('['.repeat(70) + ']'.repeat(70));
    expect(skims([newLine('assistant', call('t', { deep }))])).toEqual([0, 0]);
  });

  it('finds the result of a call that lost its id', () => {
    for (const id of ['', 'REDACTED']) {
      const lines = [oldLine('assistant', call(id)), newLine('user', result(id), { result: shell })];
      expect(skims(lines)).toEqual([0, 0]);
      expect(read(lines, 'texts').events.at(-1)).toMatchObject({ kind: 'result', id: 'line-1' });
    }
  });

  it('parses the input of a call late, and wholly', () => {
    const input = { command: 'echo "}]" \\ é', list: [{ a: 'x' }], deep: { a: [1, { b: null }] } };
    const line = newLine('assistant', call('t', input));
    const decoder = claudeCode.decoder('t');
    const [event] = decoder.count?.(Buffer.from(line), 1)?.filter((one) => one.kind === 'call') ?? [];
    expect(event).toMatchObject({ tool: 'Bash', input });
  });

  it('sees the same as the parser in any lines', () => {
    const text = fc.oneof(
      fc.string({ maxLength: 20 }),
      fc.constantFrom(
        '"}]},"uuid":"x"',
        ',"usage":{"input_tokens":1}',
        '],"stop_reason":null',
        '"is_error":true',
        ',"toolUseResult":{',
        '\\',
        '\\"',
        '},{"type":"text"',
        'é→漢🙂',
        'x'.repeat(900),
      ),
    );
    const value: fc.Arbitrary<unknown> = fc.oneof(
      text,
      fc.integer(),
      fc.constant(null),
      fc.array(text, { maxLength: 2 }),
      fc.dictionary(
        fc.constantFrom('a', 'type', 'uuid', 'usage', 'is_error', 'toolUseResult'),
        fc.oneof(text, fc.boolean()),
        { maxKeys: 3 },
      ),
    );
    const answer = fc.oneof(
      fc.record({ type: fc.constant('text'), text }),
      fc.record({ type: fc.constant('thinking'), thinking: text, signature: text }),
      fc.record({
        type: fc.constant('tool_use'),
        id: text,
        name: fc.constantFrom('Bash', 'Edit'),
        input: value,
        caller: value,
      }),
    );
    const outcome = fc.record(
      {
        tool_use_id: fc.oneof(text, fc.constantFrom('t1', 't2')),
        type: fc.constant('tool_result'),
        content: value,
        is_error: fc.boolean(),
      },
      { requiredKeys: ['tool_use_id', 'type', 'content'] },
    );
    const line = fc.oneof(
      fc.record({
        type: fc.constant('assistant' as const),
        content: fc.array(answer, { minLength: 1, maxLength: 2 }),
        result: fc.constant(undefined),
        tail: fc.dictionary(fc.constantFrom('slug', 'effort', 'mcpMeta', 'isMeta'), value, { maxKeys: 2 }),
      }),
      fc.record({
        type: fc.constant('user' as const),
        content: fc.array(outcome, { minLength: 1, maxLength: 2 }),
        result: value,
        tail: fc.dictionary(fc.constantFrom('slug', 'mcpMeta', 'toolDenialKind'), value, { maxKeys: 2 }),
      }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(line, fc.boolean()), { maxLength: 6 }), (made) => {
        const lines = made.map(([one, isNew]) =>
          isNew
            ? newLine(one.type, one.content, { result: one.result ?? undefined, tail: one.tail })
            : oldLine(one.type, one.content, one.result ?? undefined),
        );
        skims(lines);
      }),
      { numRuns: 400 },
    );
  });
});
