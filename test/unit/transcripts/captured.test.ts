import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { captured, formatCapturedEvent, readHeader } from '../../../src/transcripts/captured.ts';
import type { TranscriptEvent } from '../../../src/transcripts/event.ts';

const header = {
  kaizen: 'session',
  v: 1,
  rules: 1,
  agent: 'claude-code',
  sessionId: '0f8c',
  contentSha256: 'ab'.repeat(32),
  bytes: 1200,
  lines: 34,
  isTorn: true,
  repo: 'acme/shop',
  skipped: [{ reason: 'bad_json', count: 2, firstLines: [3, 9] }],
  unknown: [{ field: 'costUsd', reason: 'no price table is configured' }],
};

const at = fc.constantFrom(null, '2026-11-20T10:00:00.000Z', '2026-11-20T10:00:01Z');
const base = fc.record({
  src: fc.record({ file: fc.constant('x.jsonl'), line: fc.integer({ min: 1, max: 1e6 }) }),
  at,
  side: fc.boolean(),
});
const text = fc.string({ unit: 'binary' });
const name = fc.string({ minLength: 1 });
const count = fc.nat();
const tokens = fc.record({ input: count, output: count, cacheRead: count, cacheWrite: count });
const meta = fc.record(
  {
    sessionId: name,
    cwd: name,
    branch: name,
    title: name,
    repoUrl: name,
    headCommit: name,
    parentId: name,
    agentVersion: name,
  },
  { requiredKeys: [] },
);

const event: fc.Arbitrary<TranscriptEvent> = base.chain((head) =>
  fc.oneof(
    meta.map((value) => ({ ...head, kind: 'meta' as const, meta: value })),
    fc
      .record(
        {
          text,
          origin: fc.constantFrom('typed', 'queued', 'injected', 'command'),
          uuid: fc.constant(null),
          hidden: fc.integer({ min: 1, max: 9 }),
        },
        { requiredKeys: ['text', 'origin', 'uuid'] },
      )
      .map((rest) => ({ ...head, kind: 'user' as const, ...rest })),
    fc
      .record({ text, thinking: fc.boolean() })
      .map((rest) => ({ ...head, kind: 'assistant' as const, ...rest })),
    fc
      .record({ id: name, tool: name, input: fc.dictionary(fc.string(), fc.jsonValue()) })
      .map((rest) => ({ ...head, kind: 'call' as const, ...rest })),
    fc
      .record({
        id: fc.option(name),
        text,
        isError: fc.boolean(),
        exitCode: fc.option(fc.integer({ min: -1, max: 255 })),
        durationMs: fc.option(fc.nat()),
        denied: fc.constantFrom(null, 'person', 'rule'),
        deniedSaid: fc.option(text),
        collateral: fc.boolean(),
      })
      .map((rest) => ({ ...head, kind: 'result' as const, ...rest })),
    fc.constant({ ...head, kind: 'interrupt' as const }),
    text.map((said) => ({ ...head, kind: 'api_error' as const, text: said })),
    text.map((said) => ({ ...head, kind: 'compact' as const, text: said })),
    fc
      .record({ responseId: fc.option(name), model: fc.option(name), tokens })
      .map((rest) => ({ ...head, kind: 'usage' as const, ...rest })),
  ),
) as fc.Arbitrary<TranscriptEvent>;

function decode(lines: readonly unknown[]) {
  const decoder = captured.decoder('x.jsonl');
  const events = lines.map((line, i) => decoder.push(line, i + 1));
  decoder.end();
  return { events, origin: decoder.origin?.() };
}

/** JSON has no `-0` and no key `__proto__` in literals of the test. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('captured sessions', () => {
  it('read back every event as it was written, at its original line (property)', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 8 }), (events) => {
        const lines = events.map((one) => JSON.parse(formatCapturedEvent(one)));
        const read = decode([header, ...lines]).events.slice(1);
        expect(plain(read)).toEqual(plain(events.map((one) => [one])));
      }),
      { numRuns: 500 },
    );
  });

  it('are told by their header alone', () => {
    expect(captured.detect([header])).toBe(1);
    expect(captured.detect([{ l: 1, kind: 'user', text: 'x' }, header])).toBe(0);
    expect(captured.detect([{ type: 'user', kaizen: true }])).toBe(0);
  });

  it('stand for the transcript they were made from', () => {
    const { origin, events } = decode([header]);
    expect(events).toEqual([[]]);
    expect(origin).toMatchObject({
      agent: 'claude-code',
      sessionId: '0f8c',
      contentSha256: header.contentSha256,
      bytes: 1200,
      lines: 34,
      isTorn: true,
      repo: 'acme/shop',
      skipped: header.skipped,
    });
  });

  it.each([
    ['another version', { ...header, v: 2 }],
    ['no agent', { ...header, agent: undefined }],
    ['an agent that is a path', { ...header, agent: '../x' }],
    ['no content hash', { ...header, contentSha256: null }],
  ])('with %s in the header are not read', (_what, bad) => {
    expect(readHeader(bad)).toBeUndefined();
    expect(decode([bad, { l: 1, kind: 'user', text: 'x' }]).events).toEqual([undefined, undefined]);
  });

  it.each([
    [null],
    ['text'],
    [[]],
    [{}],
    [{ l: 'one', kind: 'user', text: 'x' }],
    [{ l: 1, kind: 'user' }],
    [{ l: 1, kind: 'spell', text: 'x' }],
    [{ l: 1, kind: 'call', tool: 'Bash' }],
  ])('count %j as a line of the wrong shape', (line) =>
    expect(decode([header, line]).events[1]).toBeUndefined(),
  );

  it('take nobody for a person whom the line does not call one', () => {
    const origins = ['typed', undefined, 'queued', 'command', 'injected', 'root', 7, null].map((origin) => {
      const [read] = decode([header, { l: 1, kind: 'user', text: 'x', origin }]).events[1] ?? [];
      return read?.kind === 'user' ? read.origin : undefined;
    });
    expect(origins).toEqual([
      'typed',
      'typed',
      'queued',
      'command',
      'injected',
      'injected',
      'injected',
      'injected',
    ]);
  });
});
