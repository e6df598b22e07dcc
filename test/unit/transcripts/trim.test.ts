import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textWithout } from '../../../src/transcripts/byte-cuts.ts';
import { claudeCode } from '../../../src/transcripts/claude-code.ts';
import { codex } from '../../../src/transcripts/codex.ts';
import type { TranscriptFormat } from '../../../src/transcripts/format.ts';
import { claudeLines, decode, only } from './decode.ts';

/** The events of a line, parsed as the reader does it: trimmed, and whole when the rest is no JSON. */
function readTrimmed(format: TranscriptFormat, json: string) {
  const bytes = Buffer.from(json);
  const cuts = format.trim?.(bytes) ?? null;
  if (cuts === null) return { events: [], kept: 0 };
  let text = textWithout(bytes, cuts);
  let value: unknown;
  try {
    value = JSON.parse(text);
    if (cuts.length > 0 && format.complete?.(value) === false) throw new Error('incomplete');
  } catch {
    text = json;
    value = JSON.parse(json);
  }
  return { events: decode(format, [value]).events, kept: text.length };
}

const { user, assistant, line } = claudeLines();
const file = 'const a = "{\\"b\\": [1]}";\n'.repeat(200);

describe('what is not parsed of a Claude Code line', () => {
  const result = (toolUseResult: unknown, tail: object = {}) => ({
    ...user([{ type: 'tool_result', tool_use_id: 't', content: 'ok' }]),
    toolUseResult,
    ...tail,
  });

  it.each([
    ['an edit', result({ filePath: '/a', originalFile: file, structuredPatch: [{ lines: [file] }] })],
    [
      'an edit, keys after it',
      result({ originalFile: file }, { sourceToolAssistantUUID: 'a\\"b', version: '2', isX: true, n: 12 }),
    ],
    ['a list', result([{ type: 'text', text: file }])],
    ['a text', result(`Error: ${file}`)],
    ['a long prompt', user(file)],
    [
      'an image',
      user([
        { type: 'image', source: { type: 'base64', data: 'iVBOR'.repeat(9000) } },
        { type: 'text', text: 'what is this?' },
      ]),
    ],
    ['a thought', assistant([{ type: 'thinking', thinking: 'hm', signature: 'QUJD'.repeat(500) }])],
    [
      'a key of that name inside',
      user([
        {
          type: 'tool_result',
          tool_use_id: 't',
          content: [{ type: 'text', text: file }],
          toolUseResult: { x: file },
        },
      ]),
    ],
    [
      'a call that writes such a line',
      assistant([
        {
          type: 'tool_use',
          id: 'c',
          name: 'Write',
          input: { a: 1, toolUseResult: { b: file }, data: 'x'.repeat(999), signature: 's'.repeat(999) },
        },
      ]),
    ],
    ['a complex member after it', result({ originalFile: file }, { classifierMetaLines: [{ a: file }] })],
  ])('changes no event: %s', (_, value) => {
    const json = JSON.stringify(value);
    expect(readTrimmed(claudeCode, json).events).toEqual(decode(claudeCode, [value]).events);
  });

  it('leaves out most of an edit, an image and a signature', () => {
    const edit = JSON.stringify(
      result({ originalFile: file }, { sourceToolAssistantUUID: 'u', userType: 'external' }),
    );
    expect(readTrimmed(claudeCode, edit).kept).toBeLessThan(600);
    const image = JSON.stringify(
      user([{ type: 'image', source: { type: 'base64', data: 'A'.repeat(90_000) } }]),
    );
    expect(readTrimmed(claudeCode, image).kept).toBeLessThan(600);
    const thought = JSON.stringify(
      assistant([{ type: 'thinking', thinking: 'hm', signature: 'A'.repeat(9000) }]),
    );
    expect(readTrimmed(claudeCode, thought).kept).toBeLessThan(600);
  });

  it('keeps what says how a command ended', () => {
    const shell = (members: object) =>
      JSON.stringify(result({ stdout: file, stderr: '', ...members, noOutputExpected: false }));
    const read = (json: string) => only(readTrimmed(claudeCode, json).events, 'result')[0];
    expect(read(shell({ interrupted: true, isImage: false }))).toMatchObject({ collateral: true });
    expect(read(shell({ interrupted: false, returnCodeInterpretation: 'No matches found' }))).toMatchObject({
      exitCode: null,
    });
    expect(readTrimmed(claudeCode, shell({ interrupted: false })).kept).toBeLessThan(600);
  });

  it('drops whole lines only by their own type', () => {
    const drop = (value: unknown) => claudeCode.trim?.(Buffer.from(JSON.stringify(value))) === null;
    expect(drop({ parentUuid: null, type: 'progress', data: { message: { type: 'user' } } })).toBe(true);
    expect(drop(line('attachment', { attachment: { type: 'hook_success', content: 'x' } }))).toBe(false);
    expect(drop({ parentUuid: 'p', attachment: { type: 'hook_success' }, type: 'attachment' })).toBe(true);
    expect(
      drop({ parentUuid: 'p', attachment: { type: 'queued_command', prompt: 'x' }, type: 'attachment' }),
    ).toBe(false);
    expect(drop({ message: { role: 'user', content: [{ type: 'progress' }] }, type: 'user' })).toBe(false);
    expect(drop(user('about "type":"progress" lines'))).toBe(false);
    expect(drop({ note: '{"type":"progress"', type: 'user', message: { role: 'user', content: 'x' } })).toBe(
      false,
    );
  });

  it('keeps the input of a call that has a member named like a signature', () => {
    const input = { signature: 's'.repeat(2000) };
    const content = [
      { type: 'thinking', thinking: 'hm', signature: 'x'.repeat(2000) },
      { type: 'tool_use', id: 'c1', name: 'sign', input },
    ];
    const message = { role: 'assistant', id: 'm', content };
    const line = JSON.stringify({
      uuid: 'u',
      sessionId: 's',
      message,
      type: 'assistant',
      timestamp: '2026-11-02T09:00:00Z',
    });
    const calls = readTrimmed(claudeCode, line).events.filter(({ kind }) => kind === 'call');
    expect(calls).toMatchObject([{ input }]);
  });

  it('changes no event of any line', () => {
    const text = fc.oneof(
      fc.string({ maxLength: 40 }),
      fc.constantFrom(
        file,
        '"toolUseResult":{',
        ',"toolUseResult":{"a":1}',
        '\\"}}',
        '"data":"x',
        '→ ✓ “é”'.repeat(60),
      ),
    );
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 3 },
        text,
        fc.boolean(),
        fc.constant(null),
        fc.integer(),
        tie('list'),
        tie('object'),
      ),
      list: fc.array(tie('any'), { maxLength: 3 }),
      object: fc.dictionary(
        fc.constantFrom(
          'toolUseResult',
          'stdout',
          'interrupted',
          'data',
          'signature',
          'type',
          'text',
          'returnCodeInterpretation',
        ),
        tie('any'),
        { maxKeys: 4 },
      ),
    })).any;
    const block = fc.oneof(
      fc.record({
        type: fc.constant('tool_result'),
        tool_use_id: text,
        content: text,
        is_error: fc.boolean(),
      }),
      fc.record({ type: fc.constant('text'), text }),
      fc.record({ type: fc.constant('tool_use'), id: text, name: fc.constant('Bash'), input: value }),
      fc.record({ type: fc.constant('thinking'), thinking: text, signature: text }),
    );
    const record = fc.record({
      type: fc.constantFrom('user', 'assistant'),
      toolUseResult: value,
      blocks: fc.array(block, { minLength: 1, maxLength: 3 }),
      after: value,
    });
    fc.assert(
      fc.property(record, fc.boolean(), ({ type, toolUseResult, blocks, after }, early) => {
        const whole = {
          uuid: 'u',
          sessionId: 's',
          ...(early && { toolUseResult }),
          message: { role: type, id: 'm', content: blocks },
          type,
          timestamp: '2026-11-02T09:00:00Z',
          ...(!early && { toolUseResult }),
          after,
        };
        const expected = decode(claudeCode, [JSON.parse(JSON.stringify(whole))]).events.map(withoutOutcome);
        expect(readTrimmed(claudeCode, JSON.stringify(whole)).events.map(withoutOutcome)).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });
});

/** How a command ended is only kept of the harness's own result shape, which these records are not. */
function withoutOutcome(event: object) {
  return { ...event, exitCode: 0, collateral: false };
}

describe('what is not parsed of a Codex line', () => {
  const of = (type: string, payload: object) => ({ timestamp: '2026-11-03T10:00:00.000Z', type, payload });
  const drop = (value: unknown) => codex.trim?.(Buffer.from(JSON.stringify(value))) === null;

  it('drops what is recorded twice or opaque', () => {
    for (const type of ['exec_command_end', 'patch_apply_end', 'mcp_tool_call_end', 'agent_reasoning'])
      expect(drop(of('event_msg', { type })), type).toBe(true);
    expect(drop(of('response_item', { type: 'reasoning', encrypted_content: 'x' }))).toBe(true);
    expect(drop(of('world_state', { full: true }))).toBe(true);
    for (const type of ['user_message', 'agent_message', 'token_count', 'turn_aborted', 'item_completed'])
      expect(drop(of('event_msg', { type })), type).toBe(false);
    expect(
      drop(of('response_item', { type: 'message', role: 'user', content: 'a "type":"world_state" line' })),
    ).toBe(false);
  });

  it.each([
    [
      'an image',
      of('event_msg', {
        type: 'user_message',
        message: 'see',
        images: [],
        x: { image_url: `data:image/png;base64,${'A'.repeat(9000)}` },
      }),
    ],
    [
      'old messages',
      of('compacted', {
        message: 'short',
        replacement_history: [{ type: 'message', content: [{ text: file }] }],
      }),
    ],
    [
      'a list after the old messages',
      of('compacted', { message: 'short', replacement_history: [{ a: file }], other: [1, 2] }),
    ],
    [
      'opaque text',
      of('response_item', {
        type: 'message',
        role: 'assistant',
        content: [{ text: 'x' }],
        encrypted_content: 'A'.repeat(9000),
      }),
    ],
  ])('changes no event: %s', (_, value) => {
    const read = readTrimmed(codex, JSON.stringify(value));
    expect(read.events).toEqual(decode(codex, [value]).events);
    expect(read.kept).toBeLessThan(700);
  });
});
