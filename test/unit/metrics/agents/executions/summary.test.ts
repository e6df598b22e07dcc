import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatExecution } from '../../../../../src/metrics/agents/executions/execution.ts';
import { parseExecutions } from '../../../../../src/metrics/agents/executions/executions-text.ts';
import {
  summarise,
  summaryOf,
  uniqueExecutions,
} from '../../../../../src/metrics/agents/executions/summary.ts';
import { formatSummary } from '../../../../../src/metrics/agents/executions/summary-file.ts';
import { Tally, tallyRowOf } from '../../../../../src/metrics/agents/executions/tally.ts';
import { trendOf } from '../../../../../src/metrics/agents/executions/trend.ts';
import { agent, anyExecution, executionOf, usualExecution } from '../executions.ts';

const manyExecutions = fc.uniqueArray(fc.oneof(usualExecution, anyExecution), {
  selector: (one) => one.id,
  maxLength: 60,
});
const range = (n: number) => Array.from({ length: n }, (_, i) => i);

describe('the summary of an agent', () => {
  it('is what one works out by hand', () => {
    const executions = [
      executionOf(0, { executionTimeS: 10, qualityScore: 0.5 }),
      executionOf(10, { executionTimeS: 20, success: false }),
      executionOf(20, {
        executionTimeS: 60,
        qualityScore: 1,
        primaryMetric: { name: 'pass_rate', value: 0.9, target: 1 },
      }),
      executionOf(5, { primaryMetric: { name: 'pass_rate', value: 1, target: 1 } }),
    ];
    const summary = summarise(agent, executions);
    expect(summary).toMatchObject({
      executions: 4,
      successes: 3,
      successRate: { value: 0.75 },
      executionTimeS: { n: 3, mean: 30, median: 20, p95: null, last: 60 },
      qualityScore: { n: 2, mean: 0.75, median: 0.75, last: 1 },
      primaryMetric: {
        name: 'pass_rate',
        direction: 'higher',
        n: 2,
        mean: 0.95,
        last: 0.9,
        target: 1,
        met: { k: 1, n: 2, share: 0.5 },
      },
      firstExecution: '2026-11-01T00:00:00.000Z',
      lastExecution: '2026-11-01T00:20:00.000Z',
      weeks: [
        {
          week: '2026-W44',
          executions: 4,
          successRate: 0.75,
          meanExecutionTimeS: 30,
          meanQualityScore: 0.75,
        },
      ],
    });
    // Wilson 1927 for 3 of 4.
    expect(summary.successRate?.interval[0]).toBeCloseTo(0.3006, 4);
    expect(summary.successRate?.interval[1]).toBeCloseTo(0.9544, 4);
  });

  it('of nothing has no figures', () => {
    expect(summarise(agent, [])).toEqual({
      agent,
      executions: 0,
      successes: 0,
      successRate: null,
      executionTimeS: null,
      qualityScore: null,
      primaryMetric: null,
      secondaryMetrics: {},
      firstExecution: null,
      lastExecution: null,
      trends: { success_rate: expect.objectContaining({ verdict: 'too few' }) },
      seedTrend: { successRate: 'unknown', qualityScore: 'unknown' },
      weeks: [],
    });
  });

  it('is the same fed in pieces, in one go, and in any order', () => {
    fc.assert(
      fc.property(manyExecutions, fc.nat(60), (executions, cut) => {
        const whole = formatSummary(summarise(agent, executions));
        const tally = new Tally();
        for (const part of [executions.slice(cut).reverse(), executions.slice(0, cut)]) {
          for (const execution of part) expect(tally.add(tallyRowOf(execution))).toBe(true);
          summaryOf(agent, tally);
        }
        expect(formatSummary(summaryOf(agent, tally))).toBe(whole);
      }),
      { numRuns: 50 },
    );
  });

  it('of two branches is that of their union, whichever is merged into which', () => {
    fc.assert(
      fc.property(manyExecutions, fc.nat(60), fc.nat(60), (executions, a, b) => {
        const lines = executions.map(formatExecution);
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        const [ours, theirs] = [lines.slice(0, to), lines.slice(from)];
        const read = (rows: string[]) =>
          summarise(
            agent,
            parseExecutions(rows.join('\n'), agent).rows.map(({ execution }) => execution),
          );
        expect(read([...ours, ...theirs])).toEqual(read(lines));
        expect(read([...theirs, ...ours])).toEqual(read(lines));
      }),
      { numRuns: 50 },
    );
  });

  it('counts an id once, its earliest row, whichever comes first', () => {
    const [early, late] = [executionOf(1, { success: false }), { ...executionOf(9), id: executionOf(1).id }];
    expect(uniqueExecutions([late, early])).toEqual([early]);
    expect(uniqueExecutions([early, late])).toEqual([early]);
  });

  it('takes the primary metric of the latest execution, and the direction from a definition', () => {
    const executions = [
      executionOf(0, { primaryMetric: { name: 'old', value: 1 } }),
      executionOf(1, { primaryMetric: { name: 'cycle_time_s', value: 30, target: 40 } }),
      executionOf(2, { primaryMetric: { name: 'cycle_time_s', value: 50, target: 40 } }),
    ];
    expect(summarise(agent, executions).primaryMetric).toMatchObject({
      name: 'cycle_time_s',
      direction: 'lower',
      n: 2,
      target: 40,
      met: { k: 1, n: 2 },
    });
    const told = summarise(agent, executions, { directions: { cycle_time_s: 'higher' } });
    expect(told.primaryMetric).toMatchObject({ direction: 'higher', met: { k: 1, n: 2 } });
    expect(summarise(agent, executions.slice(0, 1)).primaryMetric).toMatchObject({
      name: 'old',
      target: null,
      met: null,
    });
  });

  it('keeps metrics apart that share a name with a field', () => {
    const executions = range(12).map((i) =>
      executionOf(i, { secondaryMetrics: { success_rate: i, __proto__x: 1 }, executionTimeS: 5 }),
    );
    const { trends } = summarise(agent, executions);
    expect(Object.keys(trends)).toEqual([
      'success_rate',
      'execution_time_s',
      '__proto__x',
      'secondary_metrics.success_rate',
    ]);
    expect(trends['secondary_metrics.success_rate']).toMatchObject({ arrow: '↑', verdict: 'better' });
  });

  it('has the keys of the seed', () => {
    const summary = JSON.parse(
      formatSummary(
        summarise(
          agent,
          range(12).map((i) => executionOf(i, { qualityScore: i < 6 ? 0.5 : 0.9 })),
        ),
      ),
    );
    expect(summary).toMatchObject({
      execution_count: 12,
      success_rate: 1,
      avg_quality_score: 0.7,
      avg_execution_time_s: null,
      last_execution: '2026-11-01T00:11:00.000Z',
      trend: { success_rate: 'stable', quality_score: 'improving' },
    });
  });
});

describe('a trend', () => {
  it('says nothing below five on a side', () => {
    expect(trendOf([0, 0, 0, 0, 1, 1, 1, 1, 1], 'share', 'higher')).toMatchObject({
      arrow: '?',
      verdict: 'too few',
      change: null,
    });
    expect(trendOf([0, 0, 0, 0, 0, 1, 1, 1, 1, 1], 'share', 'higher')).toMatchObject({
      arrow: '↑',
      verdict: 'better',
      change: 1,
    });
  });

  it('is told by the newest 20 against the 20 before', () => {
    const values = [...range(30).map(() => 0), ...range(20).map(() => 1)];
    expect(trendOf(values, 'share', 'higher')).toMatchObject({
      recent: { n: 20, mean: 1 },
      prior: { n: 20, mean: 0 },
    });
  });

  it('of times is a ratio, and less is better', () => {
    const [slow, fast] = [
      [4000, 4200, 4400, 4100, 4300],
      [2000, 2100, 2200, 2050, 2150],
    ];
    const trend = trendOf([...slow, ...fast], 'time', 'lower');
    expect(trend).toMatchObject({ arrow: '↓', verdict: 'better', relative: true });
    expect(trend.change).toBeCloseTo(-0.5, 2);
    // 50 ms of 4,200 s: the seed's fixed 0.05 would call it a change.
    expect(trendOf([...slow, ...slow.map((s) => s + 0.05)], 'time', 'lower')).toMatchObject({
      verdict: 'no change seen',
    });
  });

  it('sees no change where the interval holds 0 or the change is too small to matter', () => {
    expect(trendOf([1, 0, 1, 0, 1, 1, 1, 0, 1, 1], 'share', 'higher')).toMatchObject({
      arrow: '→',
      verdict: 'no change seen',
    });
    expect(
      trendOf([...range(10).map(() => 0.9), ...range(10).map(() => 0.91)], 'score', 'higher'),
    ).toMatchObject({ arrow: '→', change: expect.closeTo(0.01) });
    expect(
      trendOf([...range(10).map(() => 0.9), ...range(10).map(() => 0.8)], 'score', 'higher'),
    ).toMatchObject({ arrow: '↓', verdict: 'worse' });
  });

  it('of an amount is a share of what it was', () => {
    const trend = trendOf([100, 101, 99, 100, 100, 120, 121, 119, 120, 120], 'amount', null);
    expect(trend).toMatchObject({ arrow: '↑', verdict: 'rising' });
    expect(trend.change).toBeCloseTo(0.2, 6);
    expect(trendOf([0, 0, 0, 0, 0, 1, 1, 1, 1, 1], 'amount', 'higher')).toMatchObject({ verdict: 'too few' });
  });

  it('shows an arrow for a stable agent no more often than its 95 % interval says', () => {
    let seed = 20_261_120;
    // mulberry32
    const random = () => {
      seed = (seed + 0x6d2b79f5) | 0;
      let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
    };
    const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const stable = {
      share: () => Number(random() < 0.8),
      score: () => Math.min(1, 0.8 + 0.1 * normal()),
      time: () => 4200 * Math.exp(0.8 * normal()),
      amount: () => 10 + 3 * normal(),
    };
    for (const [scale, draw] of Object.entries(stable))
      for (const n of [10, 40]) {
        const trends = range(500).map(() =>
          trendOf(range(n).map(draw), scale as keyof typeof stable, 'higher'),
        );
        const arrows = trends.filter(({ arrow }) => arrow === '↑' || arrow === '↓').length;
        expect(arrows / trends.length, `${scale}, n = ${n}`).toBeLessThan(0.08);
      }
    // A score that is down by two standard deviations is seen nearly always.
    const changed = range(200).map(() =>
      trendOf(
        [...range(20).map(stable.score), ...range(20).map(() => stable.score() - 0.2)],
        'score',
        'higher',
      ),
    );
    expect(changed.filter(({ verdict }) => verdict === 'worse').length).toBeGreaterThan(195);
  });
});
