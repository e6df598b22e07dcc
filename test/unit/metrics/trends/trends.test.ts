import fc from 'fast-check';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import { describe, expect, it } from 'vitest';
import { isoWeek, weekEndMs, weekStartMs, weeksBetween } from '../../../../src/base/calendar.ts';
import { checkRules, parseCheckRules } from '../../../../src/metrics/progress/check-rules.ts';
import {
  knownMetric,
  type ProgressMetric,
  unknownMetric,
} from '../../../../src/metrics/progress/progress-metric.ts';
import { progressSection } from '../../../../src/metrics/progress/progress-section.ts';
import { formatSnapshot, parseSnapshot, type Snapshot } from '../../../../src/metrics/snapshot.ts';
import { metricSeries, trendOf } from '../../../../src/metrics/trends/metric-series.ts';
import { renderTrends } from '../../../../src/metrics/trends/render-trends.ts';
import { sparkline } from '../../../../src/metrics/trends/sparkline.ts';

const snapshot = (
  week: string,
  metrics: ProgressMetric[],
  packages: { folder: string; metrics: ProgressMetric[] }[] = [],
): Snapshot => ({
  week,
  loop: null,
  progress: progressSection(
    { asOf: '2026-01-01', commit: 'a'.repeat(40), uncommitted: false },
    metrics,
    packages,
  ),
});
const docs = (value: number, method = 'jsdoc-exports-1') =>
  knownMetric('docs_typescript', value, { n: 100, numerator: 100 * value, denominator: 100, method });
const weekOf = (number: number) => `2026-W${String(number).padStart(2, '0')}`;
const history = (values: readonly (number | null)[]) =>
  values.flatMap((value, at) => (value === null ? [] : [snapshot(weekOf(at + 1), [docs(value)])]));

describe('weeks', () => {
  it('begin on Monday, over every turn of a year', () => {
    expect(weeksBetween('2026-W52', '2027-W01')).toEqual(['2026-W52', '2026-W53', '2027-W01']);
    expect(weeksBetween('2026-W02', '2026-W01')).toEqual([]);
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1990-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }),
        (date) => {
          const week = isoWeek(date.toISOString());
          expect(new Date(weekStartMs(week)).getUTCDay()).toBe(1);
          expect(weekStartMs(week)).toBeLessThanOrEqual(date.getTime());
          expect(weekEndMs(week)).toBeGreaterThanOrEqual(date.getTime());
        },
      ),
    );
  });
});

describe('trendOf', () => {
  // Mean 0.505, mean moving range 0.01: limits 0.4784 and 0.5316.
  const earlier = [0.5, 0.51, 0.5, 0.51, 0.5, 0.51];

  it('shows a change only beyond the noise band of what came before', () => {
    expect(trendOf('docs_typescript', [...earlier, 0.53])).toMatchObject({ state: 'steady' });
    const better = trendOf('docs_typescript', [...earlier, 0.54]);
    expect(better.state).toBe('better');
    expect(better.limits?.upper).toBeCloseTo(0.505 + 2.66 * 0.01, 9);
    expect(better.change).toBeCloseTo(0.03, 9);
    expect(trendOf('docs_typescript', [...earlier, 0.47]).state).toBe('worse');
    expect(trendOf('libyears', [...earlier, 0.54]).state).toBe('worse');
    expect(trendOf('issues_closed', [...earlier, 0.54]).state).toBe('moved');
  });

  it('says nothing of too few values, and looks over gaps', () => {
    expect(trendOf('docs_typescript', [0.1, 0.9])).toEqual({ change: 0.8, limits: null, state: 'too few' });
    expect(trendOf('docs_typescript', [...earlier, null])).toMatchObject({ state: 'unknown', change: null });
    expect(trendOf('docs_typescript', [...earlier.flatMap((one) => [one, null]), 0.47]).state).toBe('worse');
  });

  it('freezes its baseline at 20 values and sees the eighth on one side', () => {
    const base = Array.from({ length: 20 }, (_, at) => (at % 2 === 0 ? 0.5 : 0.52));
    expect(trendOf('docs_typescript', [...base, ...new Array(7).fill(0.515)]).state).toBe('steady');
    expect(trendOf('docs_typescript', [...base, ...new Array(8).fill(0.515)])).toMatchObject({
      state: 'better',
      limits: { n: 20 },
    });
  });
});

describe('metricSeries', () => {
  it('begins anew where the method changes, and takes a week by another for a gap', () => {
    const snapshots = [
      snapshot(weekOf(1), [docs(0.1, 'old-1')]),
      snapshot(weekOf(2), [docs(0.5)]),
      snapshot(weekOf(3), [docs(0.2, 'old-1')]),
      snapshot(weekOf(5), [docs(0.6)]),
    ];
    expect(metricSeries(snapshots.reverse())).toEqual([
      expect.objectContaining({
        id: 'docs_typescript',
        method: 'jsdoc-exports-1',
        before: { week: '2026-W01', method: 'old-1' },
        weeks: [
          { week: '2026-W02', value: 0.5 },
          { week: '2026-W03', value: null },
          { week: '2026-W04', value: null },
          { week: '2026-W05', value: 0.6 },
        ],
      }),
    ]);
  });

  it('takes partial values for gaps', () => {
    const partial = knownMetric('libyears', 3, { n: 2, method: 'libyear-1', partial: true });
    expect(metricSeries([snapshot(weekOf(1), [partial])])[0]).toMatchObject({
      weeks: [{ week: '2026-W01', value: null }],
      trend: { state: 'unknown' },
    });
  });
});

describe('sparkline', () => {
  it('goes from the lowest to the highest, with gaps', () => {
    expect(sparkline([1, null, 2, 8])).toBe('▁·▂█');
    expect(sparkline([5, 5])).toBe('▅▅');
    expect(sparkline([null])).toBe('·');
  });
});

describe('renderTrends', () => {
  const values = [0.5, 0.51, 0.5, null, 0.51, 0.5, 0.51, 0.5, 0.4];
  const full = [
    ...history(values.slice(0, -1)),
    snapshot(
      weekOf(9),
      [
        docs(0.4),
        unknownMetric('docs_python', 'interrogate-1', 'There are no such files here.'),
        unknownMetric('libyears', 'libyear-1', 'Offline: no registry was asked.', {
          notes: ['a | note <b>'],
        }),
        unknownMetric('dependency_drift', 'libyear-1', 'Offline: no registry was asked.'),
      ],
      [
        { folder: 'packages/a|b', metrics: [docs(0.3)] },
        { folder: '', metrics: [docs(0.5)] },
      ],
    ),
  ];

  it('is this page', async () => {
    await expect(renderTrends(full)).toMatchFileSnapshot('../../../fixtures/progress/TRENDS.md');
  });

  it('is the same for any order of snapshots', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(full, { minLength: full.length }), (order) => {
        expect(renderTrends(order)).toBe(renderTrends(full));
      }),
      { numRuns: 20 },
    );
  });

  it('is Markdown whose tables have as many cells in every row, and quotes every label of its charts', () => {
    const page = renderTrends(full);
    const tree = unified().use(remarkParse).use(remarkGfm).parse(page);
    const tables = tree.children.filter((node) => node.type === 'table');
    expect(tables).toHaveLength(3);
    for (const table of tables)
      expect(new Set(table.children.map((row) => row.children.length)).size).toBe(1);
    const chart = tree.children.find((node) => node.type === 'code');
    expect(chart).toMatchObject({ lang: 'mermaid', value: expect.stringContaining('xychart-beta') });
    expect(page).toMatch(/x-axis \["W01", "W02", "W03", "W05", "W06", "W07", "W08", "W09"\]/);
    expect(page).toContain('Left out, not zero: 2026-W04.');
    expect(JSON.stringify(tree)).not.toContain('"type":"html"');
  });

  it('draws no chart of fewer than six weeks, and says so where nothing was measured', () => {
    expect(renderTrends(history(values.slice(0, 6)))).not.toContain('mermaid');
    expect(renderTrends([])).toContain('No week has been measured yet.');
    expect(renderTrends([{ week: weekOf(1), loop: {}, progress: null }])).toContain(
      'No week has been measured yet.',
    );
  });
});

describe('snapshots', () => {
  it('are read as they were written', () => {
    const one = { ...snapshot(weekOf(1), [docs(1 / 3)]), loop: { as_of: '2026-01-01' } };
    const text = formatSnapshot(one);
    expect(formatSnapshot(parseSnapshot(text, 'x'))).toBe(text);
    expect(parseSnapshot(text, 'x').progress?.metrics[0]).toMatchObject({
      value: 0.333333,
      source_commit: 'a'.repeat(40),
    });
  });
});

describe('checkRules', () => {
  const series = metricSeries(history([0.5, 0.51, 0.5, 0.51, 0.5, 0.51, 0.3]));
  const check = (rules: string) => checkRules(parseCheckRules(rules), series);

  it('finds what got worse and limits that are broken; what is unknown breaks none', () => {
    expect(check('worse').broken).toEqual(['docs_typescript got worse beyond its noise band']);
    expect(check('docs_typescript>=30%, docs_typescript <= 0.3')).toEqual({ broken: [], notJudged: [] });
    expect(check('docs_typescript>=80%').broken).toEqual(['docs_typescript>=80% is broken: it is 0.3']);
    expect(check('libyears<=5')).toEqual({ broken: [], notJudged: ['libyears<=5: it was not measured'] });
    expect(checkRules(parseCheckRules('worse'), metricSeries(history([0.5, 0.1]))).broken).toEqual([]);
  });

  it('refuses what is no rule', () => {
    for (const rule of ['', 'better', 'docs_typescript', 'docs_typescript>80', 'nothing>=1', 'libyears<=x'])
      expect(() => parseCheckRules(rule), rule).toThrow('--check cannot read the rule');
  });
});
