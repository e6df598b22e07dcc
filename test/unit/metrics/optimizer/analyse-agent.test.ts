import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAgentDefinition } from '../../../../src/metrics/agents/agent-definition.ts';
import { analyseAgent } from '../../../../src/metrics/optimizer/analyse-agent.ts';
import { executions, lookOn, record, steady } from './sample-executions.ts';

const definition = parseAgentDefinition(
  '.kaizen/agents/tdd-workflow/agent.md',
  `---
name: tdd-workflow
description: Works test first.
metrics:
  primary:
    name: test_pass_rate
    target: 1.0
    direction: higher
  secondary:
    - name: cycle_time_s
      target: 600
      direction: lower
optimization:
  success_rate: 0.9
  execution_time_s: 600
---
Write the test first.
`,
);
const limits = { successRate: 0.9 };
const types = (...args: Parameters<typeof analyseAgent>) =>
  analyseAgent(...args).findings.map(({ type }) => type);

describe('how much is enough', () => {
  const failing = (n: number) =>
    record(
      executions(n, () => ({ success: false })),
      { limits },
    );
  it('nine records give nothing and say what is missing, ten do', () => {
    const nine = analyseAgent(failing(9), lookOn());
    expect(nine).toMatchObject({ status: 'insufficient_data', n: 9, missing: 1, findings: [] });
    expect(nine.reason).toBe('9 of 10 runs in the window: 1 more is needed');
    const ten = analyseAgent(failing(10), lookOn());
    expect(ten).toMatchObject({ status: 'analysed', n: 10, missing: 0 });
    expect(ten.findings.map(({ type }) => type)).toEqual(['success_below_target']);
  });
  it('records before the window do not count, and the reason says that they are there', () => {
    const old = executions(30, () => ({ success: false }), { until: '2026-08-01' });
    expect(analyseAgent(record(old, { limits }), lookOn())).toMatchObject({
      status: 'insufficient_data',
      n: 0,
      missing: 10,
      reason:
        '0 of 10 runs in the window: 10 more are needed (30 runs before the window; --window looks further back)',
    });
    expect(analyseAgent(record([]), lookOn())).toMatchObject({ status: 'insufficient_data', missing: 10 });
  });
  it('a larger minimum of the agent counts, a smaller one does not', () => {
    const own = (minExecutions: number) => ({
      ...definition,
      optimization: { enabled: true, minExecutions },
    });
    const rows = executions(12, () => ({ success: false }));
    expect(analyseAgent(record(rows, { definition: own(20) }), lookOn()).missing).toBe(8);
    expect(analyseAgent(record(rows.slice(0, 9), { definition: own(3) }), lookOn({ min: 2 })).missing).toBe(
      1,
    );
  });
  it('repeated and future records are left out and counted', () => {
    const rows = executions(9, () => ({ success: false }));
    const same = rows.map((row) => ({ ...row }));
    const keyed = { ...rows[0], id: 'other', idempotencyKey: 'k' } as (typeof rows)[0];
    const future = executions(3, () => ({}), { until: '2027-02-01', prefix: 'f' });
    const seen = analyseAgent(
      record([...rows, ...same, keyed, { ...keyed, id: 'again' }, ...future]),
      lookOn(),
    );
    expect(seen).toMatchObject({ n: 10, duplicates: 10, future: 3 });
  });
  it('an agent with optimization: disabled is left alone', () => {
    const off = { ...definition, optimization: { enabled: false } };
    expect(
      analyseAgent(
        record(
          executions(20, () => ({ success: false })),
          { definition: off },
        ),
        lookOn(),
      ),
    ).toMatchObject({
      status: 'disabled',
      findings: [],
    });
  });
});

describe('what a metric is held against', () => {
  const slow = executions(20, (i) => ({ executionTimeS: 4200 + steady(i) }));
  it('4,200 s is not slow by itself, only by the constants of the seed', () => {
    expect(types(record(slow), lookOn())).toEqual([]);
    const seed = analyseAgent(record(slow), lookOn({ seedCompat: true })).findings;
    expect(seed).toMatchObject([
      { type: 'slow', chance: null, reference: { value: 30, source: 'seed' }, n: 20 },
    ]);
  });
  it('config, then front matter, then the agent’s own past', () => {
    const rows = executions(20, (i) => ({
      executionTimeS: 1000 + steady(i),
      primaryMetric: { name: 'test_pass_rate', value: 1 },
      secondaryMetrics: { cycle_time_s: 500 },
    }));
    const [found] = analyseAgent(record(rows, { definition }), lookOn()).findings;
    expect(found).toMatchObject({ type: 'slow', reference: { value: 600, source: 'front matter' } });
    expect(found?.sentence).toBe('median 1,065 s [1,062–1,067], n 20; target 600 s (front matter)');
    expect(types(record(rows, { definition, limits: { executionTimeS: 1200 } }), lookOn())).toEqual([]);
    const was = executions(60, (i) => ({ executionTimeS: steady(i) }), { until: '2026-10-10', prefix: 'a' });
    const [level] = analyseAgent(record([...was, ...rows]), lookOn()).findings;
    expect(level).toMatchObject({ type: 'slow', reference: { source: 'baseline', value: 64.5, n: 60 } });
    expect(level?.sentence).toMatch(
      /^median 1,065 s \[1,062–1,067\], n 20; own baseline 64.5 s ± 2.50 \(n 60\)/,
    );
    // With a target that is met, growing towards it is a trend, not slowness.
    const [trend] = analyseAgent(
      record([...was, ...rows], { limits: { executionTimeS: 1200 } }),
      lookOn(),
    ).findings;
    expect(trend).toMatchObject({ type: 'falling_trend', metric: 'execution_time_s' });
    expect(trend?.sentence).toMatch(/^the time of a run rose from a median of 64.5 s \(n 60\) to 1,065 s/);
  });
  it('secondary metrics by their own values, not by the time of the run', () => {
    const rows = (cycle: number) =>
      executions(20, (i) => ({
        executionTimeS: 100 + steady(i),
        primaryMetric: { name: 'test_pass_rate', value: 1 },
        secondaryMetrics: { cycle_time_s: cycle + steady(i) },
      }));
    expect(analyseAgent(record(rows(1000), { definition }), lookOn()).findings).toMatchObject([
      {
        type: 'secondary_metric_miss',
        metric: 'cycle_time_s',
        reference: { value: 600, source: 'front matter' },
      },
    ]);
    expect(types(record(rows(300), { definition }), lookOn())).toEqual([]);
  });
  it('success below target needs the whole interval below, not the point', () => {
    const rate = (hits: number, n: number) =>
      types(
        record(
          executions(n, (i) => ({ success: (7 * i) % n < hits })),
          { limits: { successRate: 0.8 } },
        ),
        lookOn(),
      );
    expect(rate(14, 20)).toEqual([]);
    expect(rate(8, 20)).toEqual(['success_below_target']);
    expect(rate(0, 10)).toEqual(['success_below_target']);
  });
  it('whatever is found, its 95 % interval lies wholly on the wrong side', () => {
    fc.assert(
      fc.property(
        fc.array(fc.boolean(), { minLength: 10, maxLength: 40 }),
        fc.constantFrom(0.6, 0.8, 0.95),
        (runs, target) => {
          const rows = executions(runs.length, (i) => ({ success: runs[i] as boolean }), { everyDays: 0.5 });
          for (const one of analyseAgent(record(rows, { limits: { successRate: target } }), lookOn())
            .findings) {
            expect(one.interval?.[1]).toBeLessThan(target);
            expect(one.value).toBeLessThan(target);
            expect(one.chance).toBeLessThanOrEqual(0.05);
          }
        },
      ),
    );
  });
  it('a success target of 100 % is not missed by one failure', () => {
    const rows = executions(60, (i) => ({ success: i !== 30 }), { everyDays: 0.5 });
    expect(types(record(rows, { limits: { successRate: 1 } }), lookOn())).toEqual([]);
  });
  it('a primary metric with the target its records name, in the direction of its name', () => {
    const rows = (value: number) =>
      executions(12, () => ({ primaryMetric: { name: 'defects_per_kloc_errors', value, target: 2 } }));
    expect(types(record(rows(3)), lookOn())).toEqual(['primary_metric_miss']);
    expect(types(record(rows(1)), lookOn())).toEqual([]);
    expect(analyseAgent(record(rows(1)), lookOn()).strata[0]?.observations).toEqual([
      'defects_per_kloc_errors: lower is taken as better, since no front matter says so',
    ]);
  });
});

describe('detectors', () => {
  const before = (at: Parameters<typeof executions>[1]) =>
    executions(60, at, { until: '2026-10-15', prefix: 'a' });
  const found = (rows: ReturnType<typeof executions>, limits = {}) =>
    analyseAgent(record(rows, { limits }), lookOn()).findings;

  it('quality below target, with the sessions that scored lowest', () => {
    const [one] = found(
      executions(12, (i) => ({ qualityScore: 0.5 + i / 100 })),
      { qualityScore: 0.8 },
    );
    expect(one).toMatchObject({
      type: 'quality_below_target',
      sessions: ['s-x0', 's-x1', 's-x2', 's-x3', 's-x4'],
    });
    expect(one?.action).toMatch(/^Read the sessions with the lowest scores \(s-x0, s-x1/);
  });
  it('a falling success rate, with the day it began', () => {
    const rows = [
      ...before((i) => ({ success: i % 12 !== 0 })),
      ...executions(28, (i) => ({ success: i % 4 === 0 })),
    ];
    const [one] = found(rows);
    expect(one).toMatchObject({ type: 'success_below_target', reference: { source: 'baseline' } });
    expect(one?.since).toMatch(/^2026-1[01]-/);
    expect(one?.expected).toMatch(/^At 92 %: about 19 fewer failed runs in a window like this\.$/);
  });
  it('a trend within the window, with the n of the runs it is about', () => {
    const score = (i: number) => (i < 28 ? 0.9 : 0.5) + steady(i) / 1e4;
    const rows = executions(56, (i) => ({ qualityScore: score(i) }), { everyDays: 0.5 });
    const [one] = found(rows, { qualityScore: 0.2 });
    expect(one).toMatchObject({ type: 'falling_trend', metric: 'quality_score', n: 28 });
    expect(one?.sentence).toBe(
      'quality_score fell from a median of 0.91 (n 28) to 0.51 [0.51–0.51] in the latest 28 runs, since 2026-11-07',
    );
  });
  it('a spread that grows without the middle moving', () => {
    const rows = [
      ...before((i) => ({ executionTimeS: steady(i) })),
      ...executions(28, (i) => ({ executionTimeS: 64 * (i % 2 === 0 ? 3 : 1 / 3) + steady(i) / 100 })),
    ];
    expect(found(rows).map(({ type }) => type)).toContain('unstable');
  });
  it('one outlier is an observation, several are a finding', () => {
    const one = executions(20, (i) => ({ executionTimeS: i === 7 ? 6000 : steady(i) }));
    const single = analyseAgent(record(one), lookOn());
    expect(single.findings).toEqual([]);
    expect(single.strata[0]?.observations).toEqual([
      '1 run far outside: 1.7 h, session s-x7; the middle is 64.5 s',
    ]);
    const many = found(executions(28, (i) => ({ executionTimeS: i % 3 === 2 ? 6000 + i : steady(i) })));
    expect(many).toMatchObject([{ type: 'outliers', gauge: { kind: 'rate', of: 'outlier' } }]);
    expect(many[0]?.sentence).toMatch(/^9 of 28 runs \(32 %\) \[18–51 %\] took longer than/);
  });
  it('failures for one and the same reason', () => {
    const rows = executions(28, (i) => (i % 3 === 0 ? { success: false, errorType: 'timeout' } : {}));
    expect(found(rows)).toMatchObject([{ type: 'error_cluster', metric: 'timeout', n: 28 }]);
    const mixed = executions(28, (i) => (i % 3 === 0 ? { success: false, errorType: `kind-${i}` } : {}));
    expect(found(mixed)).toEqual([]);
  });
  it('growing cost', () => {
    const rows = [
      ...before((i) => ({ tokens: { input: 1000 * steady(i), output: 10, cacheRead: 9e6 * (i % 3) } })),
      ...executions(28, (i) => ({ tokens: { input: 2000 * steady(i), output: 10, cacheRead: 0 } })),
    ];
    expect(found(rows)).toMatchObject([{ type: 'cost_growth', metric: 'tokens' }]);
  });
  it('a field that has a target, or used to be there, is missing', () => {
    const never = executions(12, () => ({}));
    expect(found(never, { qualityScore: 0.8 })).toMatchObject([
      { type: 'missing_data', metric: 'quality_score' },
    ]);
    expect(found(never)).toEqual([]);
    const lost = [
      ...before((i) => ({ qualityScore: 0.8 + steady(i) / 1000 })),
      ...executions(28, () => ({})),
    ];
    expect(found(lost)).toMatchObject([{ type: 'missing_data', metric: 'quality_score', value: 1 }]);
  });
});

describe('edges', () => {
  const all = (at: Parameters<typeof executions>[1]) =>
    analyseAgent(record(executions(40, at)), lookOn()).findings;
  it('all success, all equal, only one metric: nothing to say', () => {
    expect(all(() => ({}))).toEqual([]);
    expect(
      all(() => ({
        executionTimeS: 60,
        qualityScore: 1,
        tokens: { total: 5 },
        primaryMetric: { name: 'a', value: 0 },
      })),
    ).toEqual([]);
    expect(all(() => ({ qualityScore: 0 }))).toEqual([]);
    expect(all(() => ({ executionTimeS: 0 }))).toEqual([]);
  });
  it('all failure is said also where no target is set; every second failure is not', () => {
    for (const n of [10, 40]) {
      const [one, ...more] = analyseAgent(
        record(executions(n, () => ({ success: false }))),
        lookOn(),
      ).findings;
      expect(more).toEqual([]);
      expect(one).toMatchObject({
        type: 'success_below_target',
        reference: { value: 0.5, source: 'tolerance' },
      });
      expect(one?.sentence).toMatch(
        /^success in 0 of \d+ runs \(0 %\) \[0–\d+(\.\d)? %\]; no target is set, and half/,
      );
    }
    expect(all((i) => ({ success: i % 2 === 0 }))).toEqual([]);
  });
  it('fields that are missing now and then do not matter', () => {
    expect(all((i) => (i % 8 === 0 ? {} : { executionTimeS: steady(i), qualityScore: 0.9 }))).toEqual([]);
  });
  it('the order of rows does not matter', () => {
    const rows = executions(40, (i) => ({ success: i % 3 === 0, executionTimeS: steady(i) * (1 + i / 10) }));
    expect(analyseAgent(record([...rows].reverse(), { limits }), lookOn())).toEqual(
      analyseAgent(record(rows, { limits }), lookOn()),
    );
  });
});

describe('versions and models', () => {
  const of = (version: string, n: number, success: boolean, options = {}) =>
    executions(n, () => ({ success, agentVersion: version, model: 'm1' }), { prefix: version, ...options });
  it('are judged apart', () => {
    const rows = [...of('1.0', 14, false, { everyDays: 2 }), ...of('1.1', 14, true, { everyDays: 2 })];
    const seen = analyseAgent(record(rows, { limits }), lookOn());
    expect(seen.findings).toMatchObject([
      { type: 'success_below_target', version: '1.0', model: 'm1', n: 14, value: 0 },
    ]);
    expect(seen.strata.map(({ version, n }) => [version, n])).toEqual([
      ['1.0', 14],
      ['1.1', 14],
    ]);
  });
  it('too few of each is not enough together', () => {
    const rows = [...of('1.0', 7, false, { everyDays: 3 }), ...of('1.1', 8, false, { everyDays: 3 })];
    expect(analyseAgent(record(rows, { limits }), lookOn())).toMatchObject({
      status: 'insufficient_data',
      n: 15,
      missing: 2,
      reason:
        '15 runs, but of 2 versions or models that are not mixed; the largest group has 8: 2 more are needed',
    });
  });
  it('a version that is no longer run is not advised on', () => {
    const rows = [...of('1.0', 15, false, { until: '2026-11-08' }), ...of('1.1', 11, true)];
    const seen = analyseAgent(record(rows, { limits }), lookOn());
    expect(seen.findings).toEqual([]);
    expect(seen.strata[0]?.notJudged).toBe(
      'no longer run: 10 or more later runs are of another version or model',
    );
  });
});
