import { describe, expect, it } from 'vitest';
import { parseAnalytics } from '../../../src/proposals/parse-analytics.ts';

const read = (value: unknown) =>
  parseAnalytics(JSON.stringify(value), 'a.json', (text) => text.replace(/hunter2/g, '*'));

describe('parseAnalytics', () => {
  it('reads sessions with their calls, failures and dates', () => {
    const { profiles, skippedCount } = read({
      sessions: [
        {
          session_id: 's1',
          repo: 'acme/app',
          started_at: '2026-03-02T10:00:00Z',
          duration_minutes: 10,
          errors: [{ message: 'fatal: hunter2 area is locked', resolved_after_ms: 90_000 }, { message: '' }],
          tool_calls: [
            { tool: 'deploy', latency_ms: 3000, success: false },
            { tool: 'deploy', latency_ms: 2000, success: true },
          ],
        },
      ],
    });
    expect(skippedCount).toBe(0);
    expect(profiles).toMatchObject([
      {
        session: 's1',
        repo: 'acme/app',
        clock: 'told',
        beganMs: Date.UTC(2026, 2, 2, 10),
        activeMs: 600_000,
        calls: { tookMs: [3000, 2000], startMs: [0, 3000], outcome: 'x.' },
        errors: [{ greenMs: 90_000, basis: 'measured' }],
        runs: [{ kind: 'retry', startMs: 3000, lengthMs: 2000, tries: 2, ok: true }],
      },
    ]);
    expect(Object.values(profiles[0]?.templates ?? {})).toEqual(['fatal: * area is locked']);
  });

  it('assumes a length only where none is told, and calls without an outcome are no retries', () => {
    const { profiles, callsWithoutOutcome } = read([
      {
        session_id: 1,
        errors: ['Error: it broke again'],
        tool_calls: [1, 2, 3].map(() => ({ tool: 'read_file', latency_ms: 5 })),
      },
    ]);
    expect(profiles[0]).toMatchObject({
      session: '1',
      beganMs: null,
      runs: [],
      errors: [{ greenMs: 300_000, basis: 'assumed' }],
    });
    expect(callsWithoutOutcome).toBe(3);
  });

  it('counts what is malformed with its place, and goes on', () => {
    const { profiles, skipped, skippedCount } = read([
      null,
      {
        session_id: {},
        repo: 5,
        duration_minutes: -3,
        started_at: 'yesterday',
        errors: [7, { message: null }, { message: 'fatal: real one', resolved_after_ms: 'soon' }],
        tool_calls: [{ tool: 3 }, { tool: 'x', latency_ms: -1 }, 'x'],
      },
      { errors: null, tool_calls: {} },
    ]);
    expect(profiles).toHaveLength(2);
    expect(profiles[0]?.errors).toHaveLength(1);
    expect(skippedCount).toBe(skipped.length);
    expect(skipped.map(({ path }) => path).sort()).toEqual([
      'sessions[0]',
      'sessions[1].duration_minutes',
      'sessions[1].errors[0]',
      'sessions[1].errors[1].message',
      'sessions[1].errors[2].resolved_after_ms',
      'sessions[1].repo',
      'sessions[1].session_id',
      'sessions[1].started_at',
      'sessions[1].tool_calls[0].tool',
      'sessions[1].tool_calls[1].latency_ms',
      'sessions[1].tool_calls[2]',
      'sessions[2].tool_calls',
    ]);
  });

  it('refuses what is no list of sessions', () => {
    expect(() => parseAnalytics('{"sessions": 3}', 'a.json', String)).toThrow(
      /a\.json: sessions is not a list/,
    );
    expect(() => parseAnalytics('nope', 'a.json', String)).toThrow(/a\.json is not valid JSON/);
    expect(() => parseAnalytics('3', 'a.json', String)).toThrow(/top level/);
    expect(parseAnalytics('{}', 'a.json', String).profiles).toEqual([]);
  });
});
