import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  aggregateWeeks,
  foldedIn,
  formatAggregate,
  parseAggregates,
} from '../../../../src/metrics/agents/executions/aggregate.ts';
import { type Execution, formatExecution } from '../../../../src/metrics/agents/executions/execution.ts';
import { withPrunedWeeks } from '../../../../src/metrics/agents/executions/long-trend.ts';
import { planPrune } from '../../../../src/metrics/agents/executions/plan-prune.ts';
import { planRepair } from '../../../../src/metrics/agents/executions/plan-repair.ts';
import { summarise } from '../../../../src/metrics/agents/executions/summary.ts';
import { agent, executionOf, usualExecution } from './executions.ts';

const row = (minutes: number, fields: Partial<Execution> = {}) =>
  formatExecution(executionOf(minutes, fields));
const day = 24 * 60;
const manyExecutions = fc.uniqueArray(usualExecution, { selector: (one) => one.id, maxLength: 40 });

describe('repairing a file of executions', () => {
  it('leaves a good file alone', () => {
    const text = `${row(1)}\n${row(2)}\n`;
    expect(planRepair(text, agent)).toEqual({ flaws: [], text, setAside: [], outOfOrder: 0 });
    expect(planRepair('', agent)).toEqual({ flaws: [], text: '', setAside: [], outOfOrder: 0 });
  });

  it('parts rows glued by a crash, and sets aside what is none', () => {
    const torn = row(1).slice(0, 50);
    const text = `${torn}${row(2)}\n<<<<<<< HEAD\n${row(3)}${row(4)}\n{"success": true}\n`;
    const plan = planRepair(text, agent);
    expect(plan.text).toBe(`${row(2)}\n${row(3)}\n${row(4)}\n`);
    expect(plan.setAside).toEqual([
      { line: 1, reason: 'no JSON: torn or edited', text: torn },
      { line: 2, reason: 'mark of a merge conflict', text: '<<<<<<< HEAD' },
      { line: 4, reason: 'timestamp is missing', text: '{"success": true}' },
    ]);
    expect(plan.flaws.map(({ kind, count, line }) => [kind, count, line])).toEqual([
      ['glued rows', 2, 1],
      ['bad line', 1, 1],
      ['bad line', 1, 2],
      ['bad line', 1, 4],
    ]);
  });

  it('takes out a byte order mark, carriage returns and a torn end', () => {
    const plan = planRepair(`\ufeff${row(1)}\r\n${row(2)}`, agent);
    expect(plan.text).toBe(`${row(1)}\n${row(2)}\n`);
    expect(plan.flaws.map(({ kind }) => kind).sort()).toEqual([
      'byte order mark',
      'carriage returns',
      'no newline at the end',
    ]);
  });

  it('keeps a row that stands twice once, and of an id used twice the earliest', () => {
    const other = { ...executionOf(9, { success: false }), id: executionOf(2).id };
    const plan = planRepair(`${formatExecution(other)}\n${row(1)}\n${row(2)}\n${row(1)}\n`, agent);
    expect(plan.text).toBe(`${row(1)}\n${row(2)}\n`);
    expect(plan.flaws.map(({ kind }) => kind)).toEqual(['id used twice', 'repeated row']);
    expect(plan.setAside).toEqual([
      { line: 1, reason: expect.stringContaining('earlier execution'), text: formatExecution(other) },
    ]);
  });

  it('sets aside the rows of another agent, and notes rows that are not in order', () => {
    const plan = planRepair(`${row(2)}\n${row(1)}\n${row(3).replace(agent, 'coach')}\n`, agent);
    expect(plan.outOfOrder).toBe(1);
    expect(plan.setAside[0]?.reason).toMatch(/agent is 'coach'/);
  });

  it('is done after once, and never loses an execution', () => {
    const noise = fc.constantFrom('', '{"id":"x"', '\ufeff', '=======', 'null', '[]');
    fc.assert(
      fc.property(
        manyExecutions,
        fc.array(noise, { maxLength: 6 }),
        fc.constantFrom('\n', '\r\n'),
        (executions, odd, newline) => {
          const text = [...executions.map(formatExecution), ...odd].join(newline);
          const once = planRepair(text, agent);
          expect(planRepair(once.text, agent).flaws).toEqual([]);
          const kept = once.text.split('\n').filter(Boolean);
          expect(kept).toEqual(executions.map(formatExecution));
        },
      ),
    );
  });
});

describe('pruning', () => {
  // 1 November 2026 is a Sunday.
  const executions = [0, 1, 2, 8, 9, 40].map((days) =>
    executionOf(days * day, {
      success: days !== 1,
      executionTimeS: 10 + days,
      qualityScore: 0.5,
      primaryMetric: { name: 'rate', value: days / 100 },
      tokens: { input: 5, output: 10 },
      model: 'm',
    }),
  );
  const now = new Date('2026-12-11T12:00:00Z');

  it('folds whole weeks beyond the retention', () => {
    const plan = planPrune(agent, executions, [], { now, retentionDays: 30 });
    // 30 days before is Wednesday, 11 November; its week is kept whole.
    expect(plan.before).toBe('2026-11-09');
    expect([...plan.remove]).toEqual(executions.slice(0, 3).map((one) => one.id));
    expect(plan.aggregates).toMatchObject([
      {
        week: '2026-W44',
        executions: 1,
        successes: 1,
        executionTimeS: { n: 1, mean: 10 },
        qualityScore: { n: 1, mean: 0.5 },
        primaryMetrics: { rate: { n: 1, mean: 0 } },
        tokens: { n: 1, total: 15 },
        models: ['m'],
      },
      { week: '2026-W45', executions: 2, successes: 1, executionTimeS: { n: 2, mean: 11.5, median: 11.5 } },
    ]);
  });

  it('ends what was interrupted without counting twice, and adds a late row only', () => {
    const options = { now, retentionDays: 30 };
    const first = planPrune(agent, executions, [], options);
    const again = planPrune(agent, executions, first.aggregates, options);
    expect(again.aggregates).toEqual([]);
    expect(again.remove).toEqual(first.remove);
    const late = executionOf(2 * day + 5);
    const more = planPrune(agent, [late], first.aggregates, options);
    expect(more.aggregates).toMatchObject([{ week: '2026-W45', executions: 1 }]);
    expect(executions.map(foldedIn(first.aggregates))).toEqual([true, true, true, false, false, false]);
  });

  it('keeps the long trend: weeks before and after are the same', () => {
    const whole = summarise(agent, executions).weeks;
    const { remove, aggregates } = planPrune(agent, executions, [], { now, retentionDays: 7 });
    const left = summarise(
      agent,
      executions.filter((one) => !remove.has(one.id)),
    ).weeks;
    expect(left.length).toBeLessThan(whole.length);
    expect(withPrunedWeeks(left, aggregates)).toEqual(whole);
  });

  it('writes rows that are read again, the same on every branch', () => {
    fc.assert(
      fc.property(manyExecutions, (all) => {
        const aggregates = aggregateWeeks(agent, all);
        const lines = aggregates.map(formatAggregate);
        expect(aggregateWeeks(agent, [...all].reverse())).toEqual(aggregates);
        expect(parseAggregates(`${[...lines, ...lines].join('\n')}\nnone\n`)).toEqual({
          aggregates,
          skipped: 1,
        });
      }),
    );
  });

  it('of two branches that pruned a week apart counts the one that has more', () => {
    const [three, two] = [executions.slice(0, 3), executions.slice(1, 3)];
    const lines = [...aggregateWeeks(agent, three), ...aggregateWeeks(agent, two.slice(0, 1))].map(
      formatAggregate,
    );
    const { aggregates } = parseAggregates(lines.join('\n'));
    expect(aggregates.map((one) => [one.week, one.executions])).toEqual([
      ['2026-W44', 1],
      ['2026-W45', 2],
    ]);
  });
});
