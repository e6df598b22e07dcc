import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cusum, xmrLimits } from '../../../../src/base/statistics/control-chart.ts';
import {
  meanOf,
  median,
  medianAbsoluteDeviation,
  quantile,
  sdOf,
} from '../../../../src/base/statistics/describe.ts';
import {
  benjaminiHochberg,
  clopperPearson,
  fisherExact,
  poissonInterval,
  wilson,
} from '../../../../src/base/statistics/proportion.ts';
import { kendallTrend, spearman, theilSen } from '../../../../src/base/statistics/trend.ts';
import {
  brunnerMunzel,
  hodgesLehmann,
  mannWhitney,
  permutationTest,
} from '../../../../src/base/statistics/two-sample.ts';

const path = new URL('../../../../../shared/oracle/extra/stats.json', import.meta.url).pathname;
const present = existsSync(path);
if (!present) console.warn('skipped: ../shared/oracle/extra/stats.json is not here');

interface Oracle {
  two_sample: {
    a: number[];
    b: number[];
    mann_whitney_u_a: number;
    p_asymptotic_cc: number;
    p_exact: number | null;
    prob_a_less_b: number;
    brunner_munzel_stat: number | null;
    brunner_munzel_p: number | null;
    permutation_exact_p_meandiff: number | null;
    hodges_lehmann_b_minus_a: number;
    median_a: number;
    median_b: number;
  }[];
  one_sample: {
    x: number[];
    quantile7: Record<string, number>;
    mad_raw: number;
    mean: number;
    sd_n1: number | null;
  }[];
  proportions: {
    k: number;
    n: number;
    wilson95: [number, number];
    clopper_pearson95: [number, number];
    poisson_rate95_of_k: [number, number];
  }[];
  fisher: { table: [[number, number], [number, number]]; p_two_sided: number }[];
  trend: { x: number[]; theil_sen: number; kendall_tau_b: number; p: number }[];
  charts: {
    baseline: number[];
    after: number[];
    xmr_baseline: { mean: number; mr_bar: number; lower: number; upper: number; mr_upper: number };
    cusum: {
      k: number;
      h: number;
      mu: number;
      sd: number;
      hi: number[];
      lo: number[];
      first_alarm: number | null;
    };
  }[];
  benjamini_hochberg: { p: number[]; bh: number[] }[];
  spearman: { x: number[]; y: number[]; spearman: number }[];
}
const oracle = present ? (JSON.parse(readFileSync(path, 'utf8')) as Oracle) : undefined;

/** Equal to 10 significant digits, or both absent. */
function same(actual: number | null | undefined, expected: number | null, what: unknown): void {
  if (expected === null) {
    expect([what, actual ?? null]).toEqual([what, null]);
    return;
  }
  const error =
    Math.abs((actual ?? Number.NaN) - expected) /
    Math.max(1e-300, Math.abs(expected), Math.abs(expected) < 1e-12 ? 1 : 0);
  if (!(error < 1e-9)) expect([what, actual]).toEqual([what, expected]);
}

describe.skipIf(!present)('statistics agree with the reference values', () => {
  it('two samples', () => {
    for (const [index, row] of (oracle as Oracle).two_sample.entries()) {
      const test = mannWhitney(row.a, row.b);
      same(test?.uA, row.mann_whitney_u_a, [index, 'U']);
      same(test?.pAsymptotic, row.p_asymptotic_cc, [index, 'p']);
      if (row.p_exact !== null) same(test?.pExact, row.p_exact, [index, 'exact']);
      same(test?.probLess, row.prob_a_less_b, [index, 'phi']);
      same(hodgesLehmann(row.a, row.b), row.hodges_lehmann_b_minus_a, [index, 'HL']);
      same(median(row.a), row.median_a, [index, 'median']);
      same(median(row.b), row.median_b, [index, 'median']);
      const munzel = brunnerMunzel(row.a, row.b);
      same(munzel?.statistic, row.brunner_munzel_stat, [index, 'BM']);
      same(munzel?.p, row.brunner_munzel_p, [index, 'BM p']);
      if (row.permutation_exact_p_meandiff !== null)
        same(permutationTest(row.a, row.b), row.permutation_exact_p_meandiff, [index, 'permutation']);
    }
  });

  it('one sample', () => {
    for (const row of (oracle as Oracle).one_sample) {
      for (const [q, value] of Object.entries(row.quantile7)) same(quantile(row.x, Number(q)), value, q);
      same(medianAbsoluteDeviation(row.x), row.mad_raw, 'mad');
      same(meanOf(row.x), row.mean, 'mean');
      same(sdOf(row.x), row.sd_n1, 'sd');
    }
  });

  it('proportions and counts', () => {
    for (const row of (oracle as Oracle).proportions)
      for (const side of [0, 1]) {
        same(wilson(row.k, row.n)?.[side], row.wilson95[side] as number, [row.k, row.n, 'wilson']);
        same(clopperPearson(row.k, row.n)?.[side], row.clopper_pearson95[side] as number, [
          row.k,
          row.n,
          'cp',
        ]);
        same(poissonInterval(row.k)[side], row.poisson_rate95_of_k[side] as number, [row.k, 'poisson']);
      }
    for (const { table, p_two_sided } of (oracle as Oracle).fisher)
      same(fisherExact(table[0][0], table[0][1], table[1][0], table[1][1]), p_two_sided, table);
    for (const { p, bh } of (oracle as Oracle).benjamini_hochberg)
      benjaminiHochberg(p).forEach((value, index) => {
        same(value, bh[index] as number, p);
      });
  });

  it('trends', () => {
    for (const [index, row] of (oracle as Oracle).trend.entries()) {
      same(theilSen(row.x), row.theil_sen, [index, 'slope']);
      same(kendallTrend(row.x)?.tau, row.kendall_tau_b, [index, 'tau']);
      same(kendallTrend(row.x)?.p, row.p, [index, 'p']);
    }
    for (const row of (oracle as Oracle).spearman) same(spearman(row.x, row.y), row.spearman, row.x);
  });

  it('charts', () => {
    for (const row of (oracle as Oracle).charts) {
      const limits = xmrLimits(row.baseline);
      same(limits?.mean, row.xmr_baseline.mean, 'mean');
      same(limits?.mrBar, row.xmr_baseline.mr_bar, 'mR');
      same(limits?.lower, row.xmr_baseline.lower, 'lower');
      same(limits?.upper, row.xmr_baseline.upper, 'upper');
      same(limits?.mrUpper, row.xmr_baseline.mr_upper, 'mR upper');
      same(meanOf(row.baseline), row.cusum.mu, 'mu');
      same(sdOf(row.baseline), row.cusum.sd, 'sd');
      const chart = cusum(row.baseline, row.after, row.cusum.k, row.cusum.h);
      row.cusum.hi.forEach((value, i) => {
        same(chart?.hi[i], value, ['hi', i]);
      });
      row.cusum.lo.forEach((value, i) => {
        same(chart?.lo[i], value, ['lo', i]);
      });
      same(chart?.alarm?.index, row.cusum.first_alarm, 'alarm');
    }
  });

  it('no group and no field of the file is left out', () => {
    const fields = (rows: readonly object[]) => [...new Set(rows.flatMap((row) => Object.keys(row)))].sort();
    const all = oracle as Oracle;
    const groups = Object.fromEntries(Object.entries(all).map(([group, rows]) => [group, fields(rows)]));
    // `kind` names how a sample was drawn.
    expect(groups).toEqual({
      two_sample: [
        'a',
        'b',
        'brunner_munzel_p',
        'brunner_munzel_stat',
        'hodges_lehmann_b_minus_a',
        'kind',
        'mann_whitney_u_a',
        'median_a',
        'median_b',
        'p_asymptotic_cc',
        'p_exact',
        'permutation_exact_p_meandiff',
        'prob_a_less_b',
      ],
      one_sample: ['mad_raw', 'mean', 'quantile7', 'sd_n1', 'x'],
      proportions: ['clopper_pearson95', 'k', 'n', 'poisson_rate95_of_k', 'wilson95'],
      fisher: ['p_two_sided', 'table'],
      trend: ['kendall_tau_b', 'p', 'theil_sen', 'x'],
      charts: ['after', 'baseline', 'cusum', 'xmr_baseline'],
      benjamini_hochberg: ['bh', 'p'],
      spearman: ['spearman', 'x', 'y'],
    });
    expect(fields(all.charts.map((row) => row.cusum))).toEqual([
      'first_alarm',
      'h',
      'hi',
      'k',
      'lo',
      'mu',
      'sd',
    ]);
    expect(fields(all.charts.map((row) => row.xmr_baseline))).toEqual([
      'lower',
      'mean',
      'mr_bar',
      'mr_upper',
      'upper',
    ]);
  });
});
