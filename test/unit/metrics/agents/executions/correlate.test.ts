import { describe, expect, it } from 'vitest';
import { correlateSession } from '../../../../../src/metrics/agents/executions/correlate.ts';
import { exposed, harvested, observed } from '../../events.ts';
import { executionOf } from '../executions.ts';

const session = { startedAt: '2026-11-01T00:00:00.000Z', endedAt: '2026-11-01T01:00:00.000Z' };
const events = [
  observed('aaaaaaaa-1', { ...session, usedFacts: [{ id: 'factfactfa', how: 'cited' }] }),
  exposed('aaaaaaaa-1', ['factfactfa', '-heldheldhe']),
  harvested('aaaaaaaa-1'),
  observed('aaaaaaaa-2', session),
];
const executions = [
  executionOf(60, { sessionUid: 'aaaaaaaa-1', executionTimeS: 3000 }),
  executionOf(61, { sessionUid: 'bbbbbbbb-1' }),
  executionOf(62, { sessionUid: 'aaaaaaaa-1', executionTimeS: 9000 }),
];

describe('correlating a session', () => {
  it('joins executions and events, and says where they disagree', () => {
    const found = correlateSession('aaaaaaaa-1', executions, events);
    expect(found.executions.map((one) => one.id)).toEqual([executions[0]?.id, executions[2]?.id]);
    expect(found.observed?.sessionId).toBe('aaaaaaaa-1');
    expect(found.facts).toEqual({
      delivered: ['factfactfa'],
      withheld: ['heldheldhe'],
      used: ['factfactfa'],
    });
    expect(found.events).toEqual({ 'session.observed': 1, 'context.exposed': 1, 'session.harvested': 1 });
    expect(found.disagreements).toEqual(['tdd-workflow recorded 9000 s, but the session lasted 3600 s']);
  });

  it('takes the start of an id where it is enough', () => {
    expect(correlateSession('bbbbbb', executions, events).executions).toHaveLength(1);
    expect(() => correlateSession('aaaaaaaa', executions, events)).toThrow(/2 sessions/);
    expect(correlateSession('bbb', executions, events).executions).toEqual([]);
  });

  it('knows nothing of a session nobody named', () => {
    expect(correlateSession('cccccccc', executions, events)).toMatchObject({
      sessionUid: 'cccccccc',
      executions: [],
      observed: null,
      events: {},
      disagreements: [],
    });
  });
});
