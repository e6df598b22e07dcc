import { describe, expect, it } from 'vitest';
import { openaiJsonl } from '../../../src/transcripts/openai-jsonl.ts';
import { decode, only } from './decode.ts';

describe('OpenAI-style messages', () => {
  it('reads prompts, calls with their results, answers and tokens', () => {
    const call = {
      id: 'c1',
      type: 'function',
      function: { name: 'terminal', arguments: '{"command":"ls"}' },
    };
    const usage = { prompt_tokens: 100, completion_tokens: 9, prompt_tokens_details: { cached_tokens: 60 } };
    const { events } = decode(openaiJsonl, [
      { role: 'system', content: 'Be kind.' },
      { role: 'user', content: 'list', session_id: 's1', timestamp: '2026-11-04T08:00:00Z' },
      { role: 'assistant', content: null, reasoning_content: 'hm', tool_calls: [call], usage, model: 'm' },
      { role: 'tool', tool_call_id: 'c1', content: '{"output":"no","exit_code":2}' },
      { role: 'assistant', content: [{ type: 'text', text: 'None.' }] },
    ]);
    expect(events.map((event) => event.kind)).toEqual([
      'meta',
      'user',
      'assistant',
      'call',
      'usage',
      'result',
      'assistant',
    ]);
    expect(only(events, 'call')[0]).toMatchObject({ id: 'c1', tool: 'terminal', input: { command: 'ls' } });
    expect(only(events, 'result')[0]).toMatchObject({ id: 'c1', isError: true, exitCode: 2 });
    expect(only(events, 'usage')[0]).toMatchObject({
      model: 'm',
      tokens: { input: 40, output: 9, cacheRead: 60, cacheWrite: 0 },
    });
  });

  it.each([
    ['{"success":false}', true, null],
    ['{"error":"boom"}', true, null],
    ['{"error":null,"exit_code":0}', false, 0],
    ['Command exited with code 3', true, 3],
    ['{ not JSON', false, null],
  ])('tells a failure by what the content says: %s', (content, isError, exitCode) => {
    const { events } = decode(openaiJsonl, [{ role: 'tool', tool_call_id: 'c', content }]);
    expect(only(events, 'result')[0]).toMatchObject({ isError, exitCode });
  });

  it('refuses other shapes', () => {
    expect(decode(openaiJsonl, [{ role: 'king' }, { role: 'user', content: 5 }, null, 'x']).wrong).toEqual([
      1, 2, 3, 4,
    ]);
  });
});
