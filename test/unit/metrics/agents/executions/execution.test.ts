import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findCaseClash, parseAgentName } from '../../../../../src/metrics/agents/agent-name.ts';
import {
  formatExecution,
  parseExecution,
  parseExecutionDraft,
} from '../../../../../src/metrics/agents/executions/execution.ts';
import { agent, anyExecution } from '../executions.ts';

/** The minimum viable record of the seed's work plan, with values. */
const seedRecord = {
  timestamp: '2026-06-16T12:34:56.123456+00:00',
  agent,
  session_id: 'optional-uuid-or-hash',
  execution_time_s: 4200.5,
  success: true,
  quality_score: 0.9,
  primary_metric: { name: 'test_pass_rate', value: 0.98, target: 1.0 },
  metadata: { issue: 42 },
};
const failureOf = (value: unknown, name = agent): string => {
  try {
    parseExecutionDraft(value, name);
    return 'no failure';
  } catch (error) {
    return (error as Error).message;
  }
};

describe('an execution', () => {
  it('reads the record of the seed as it stands there', () => {
    const { execution, warnings } = parseExecution(seedRecord, agent);
    expect(warnings).toEqual([]);
    expect(execution).toMatchObject({
      timestamp: '2026-06-16T12:34:56.123Z',
      agent,
      success: true,
      executionTimeS: 4200.5,
      qualityScore: 0.9,
      primaryMetric: { name: 'test_pass_rate', value: 0.98, target: 1 },
      sessionUid: 'optional-uuid-or-hash',
      metadata: { issue: 42 },
    });
    expect(execution.id).toMatch(/^[0-9a-f]{16}$/);
    expect(parseExecution(seedRecord, agent).execution.id).toBe(execution.id);
    expect(parseExecution({ ...seedRecord, success: false }, agent).execution.id).not.toBe(execution.id);
  });

  it('keeps the names of the seed on disk', () => {
    const { execution } = parseExecution(seedRecord, agent);
    const row = JSON.parse(formatExecution(execution));
    expect(row).toEqual({ ...seedRecord, id: execution.id, timestamp: '2026-06-16T12:34:56.123Z' });
  });

  it('is the same after formatting and parsing', () => {
    fc.assert(
      fc.property(anyExecution, (execution) => {
        const line = formatExecution(execution);
        expect(line).not.toContain('\n');
        expect(parseExecution(JSON.parse(line), agent)).toEqual({ execution, warnings: [] });
      }),
    );
  });

  it('needs to be told whether it succeeded, and nothing else', () => {
    expect(parseExecutionDraft({ success: false }, agent)).toEqual({
      draft: { success: false, agent },
      warnings: [],
    });
    expect(failureOf({})).toBe('success is missing: true or false');
    expect(failureOf([])).toBe('an execution is a JSON object');
    expect(() => parseExecution({ success: true }, agent)).toThrow('timestamp is missing');
  });

  it.each([
    [{ success: 'yes' }, 'success must be true or false'],
    [{ quality_score: 1.01 }, 'quality_score must be from 0 to 1'],
    [{ quality_score: -0.1 }, 'quality_score must be from 0 to 1'],
    [{ quality_score: '0.9' }, 'quality_score must be a finite number'],
    [{ execution_time_s: -1 }, 'execution_time_s must be at least 0'],
    [{ execution_time_s: Number.POSITIVE_INFINITY }, 'execution_time_s must be a finite number'],
    [{ primary_metric: 3 }, 'primary_metric must be a JSON object'],
    [{ primary_metric: { name: 'x' } }, 'primary_metric.value must be a finite number'],
    [
      { primary_metric: { name: 'x', value: 1, target: 'y' } },
      'primary_metric.target must be a finite number',
    ],
    [{ secondary_metrics: { x: 'y' } }, 'secondary_metrics.x must be a finite number'],
    [{ tokens: { input: 1.5 } }, 'tokens.input must be a whole number'],
    [{ timestamp: 'yesterday' }, 'timestamp must be an ISO 8601 time such as 2026-11-20T09:00:00Z'],
    [{ timestamp: '2026-02-30T00:00:00Z' }, 'timestamp must be a time that exists'],
    [{ timestamp: '2026-13-01T00:00:00Z' }, 'timestamp must be a time that exists'],
    [{ timestamp: '2026-01-01T25:00:00Z' }, 'timestamp must be a time that exists'],
    [{ agent: 'coach' }, "agent is 'coach' in the record, but 'tdd-workflow' was named"],
    [{ session_id: 'a', session_uid: 'b' }, 'session_uid and session_id do not say the same'],
    [{ odd: 1, metadata: { odd: 2 } }, 'odd stands both in the record and under its metadata'],
    [{ model: 'a\nb' }, 'model must be a text of 1 to 200 characters in one line'],
  ])('refuses %j', (fields, message) => {
    expect(failureOf({ success: true, ...fields })).toBe(message);
  });

  it('keeps what it does not know under metadata and says so', () => {
    const { draft, warnings } = parseExecutionDraft(
      { success: true, mood: 'good', primary_metric: { name: 'x', value: 1, unit: 's' }, metadata: { a: 1 } },
      agent,
    );
    expect(draft.metadata).toEqual({ a: 1, mood: 'good', 'primary_metric.unit': 's' });
    expect(warnings).toEqual(['not a field of an execution, kept under metadata: mood, primary_metric.unit']);
  });

  it('takes nulls as absent, a bare token count, other spellings and a time without a zone', () => {
    const { draft, warnings } = parseExecutionDraft(
      {
        success: true,
        quality_score: null,
        tokens: 1200,
        session_uid: 's1',
        flavor: 'x',
        timestamp: '2026-06-16 12:00',
      },
      agent,
    );
    expect(draft).toEqual({
      agent,
      success: true,
      tokens: { total: 1200 },
      sessionUid: 's1',
      flavour: 'x',
      timestamp: '2026-06-16T12:00:00.000Z',
    });
    expect(warnings).toEqual(['timestamp has no zone and was taken as UTC']);
  });
});

describe('the name of an agent', () => {
  it.each(['tdd-workflow', 'a', 'Coach_2.1', `a${'b'.repeat(63)}`])('takes %s', (name) => {
    expect(parseAgentName(name)).toBe(name);
  });

  it.each([
    ...[
      '',
      '.',
      '..',
      'a/b',
      'a\\b',
      '../x',
      'a..b',
      '.hidden',
      '-x',
      'a.',
      'a b',
      'ä',
      'a\u0000b',
      'a\nb',
      'a:b',
    ],
    ...['optimizer', 'Optimizer', 'optimizer.old', 'con', 'NUL', 'com1', `a${'b'.repeat(64)}`],
  ])('refuses %j', (name) => {
    expect(() => parseAgentName(name)).toThrow(/cannot be the name of an agent/);
  });

  it('knows a name that is the same folder on macOS', () => {
    expect(findCaseClash('Coach', ['tdd-workflow', 'coach'])).toBe('coach');
    expect(findCaseClash('coach', ['coach'])).toBeUndefined();
  });
});
