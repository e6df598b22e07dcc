import fc from 'fast-check';
import type { Execution } from '../../../../src/metrics/agents/executions/execution.ts';

export const agent = 'tdd-workflow';

/** An execution for a test, `minutes` after the first of November 2026. */
export function executionOf(minutes: number, fields: Partial<Execution> = {}): Execution {
  const timestamp = new Date(Date.UTC(2026, 10, 1) + minutes * 60_000).toISOString();
  return { id: minutes.toString(16).padStart(16, '0'), timestamp, agent, success: true, ...fields };
}

const oddText = fc
  .string({ minLength: 1, maxLength: 40, unit: 'grapheme' })
  .filter((value) => value.length <= 40 && !/[\u0000-\u001f\u007f]/.test(value));
const plain = (value: number) => (value === 0 ? 0 : value);
const oddAmount = fc.double({ noNaN: true, noDefaultInfinity: true }).map(plain);
const whole = fc.nat();
const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length });

interface Values {
  text: fc.Arbitrary<string>;
  amount: fc.Arbitrary<number>;
  from0: fc.Arbitrary<number>;
  part: fc.Arbitrary<number>;
}
const executionsOf = ({ text, amount, from0, part }: Values) =>
  fc
    .record(
      {
        id: fc.oneof({ arbitrary: hex(16), weight: 5 }, { arbitrary: oddText, weight: 1 }),
        timestamp: fc
          .date({ min: new Date('2020-01-01'), max: new Date('2030-01-01'), noInvalidDate: true })
          .map((date) => date.toISOString()),
        agent: fc.constant(agent),
        success: fc.boolean(),
        executionTimeS: from0,
        qualityScore: part,
        primaryMetric: fc.record(
          { name: text, value: amount, target: amount },
          { requiredKeys: ['name', 'value'], noNullPrototype: true },
        ),
        secondaryMetrics: fc.dictionary(text, amount, { noNullPrototype: true }),
        idempotencyKey: text,
        sessionUid: text,
        repo: text,
        flavour: text,
        provider: text,
        model: text,
        agentVersion: text,
        tokens: fc.record(
          { input: whole, output: whole, cacheRead: whole, cacheWrite: whole, total: whole },
          { requiredKeys: [], noNullPrototype: true },
        ),
        infraOverheadShare: part,
        errorType: text,
        metadata: fc.dictionary(text, fc.jsonValue(), { noNullPrototype: true }),
      },
      { requiredKeys: ['id', 'timestamp', 'agent', 'success'], noNullPrototype: true },
    )
    .map((record): Execution => JSON.parse(JSON.stringify(record)));

/** Any execution the store can hold. */
export const anyExecution = executionsOf({
  text: oddText,
  amount: oddAmount,
  from0: fc.double({ min: 0, max: 1e9, noNaN: true }).map(plain),
  part: fc.double({ min: 0, max: 1, noNaN: true }).map(plain),
});

/** Executions as agents have them: short words, numbers of a few digits. */
export const usualExecution = executionsOf({
  text: fc.constantFrom(
    'test_pass_rate',
    'cycle_time_s',
    'claude-sonnet-4-5',
    'acme/app',
    'a',
    '1.2.0',
    'x y',
  ),
  amount: fc.integer({ min: -1_000_000, max: 1_000_000 }).map((n) => n / 1000),
  from0: fc.nat(99_999).map((n) => n / 10),
  part: fc.nat(100).map((n) => n / 100),
});
