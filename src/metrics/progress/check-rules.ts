import { KaizenError } from '../../base/errors.ts';
import type { MetricSeries } from '../trends/metric-series.ts';
import { metricIds, type ProgressMetricId } from './progress-metric.ts';

/** One rule of `--check`: no metric got worse beyond its noise band, or a limit that one metric must keep. */
export type CheckRule =
  | { kind: 'worse' }
  | { kind: 'limit'; id: ProgressMetricId; sign: '>=' | '<='; bound: number; text: string };

/** What the newest values say to the rules. What is unknown breaks none; it is named. */
export interface CheckResult {
  broken: string[];
  notJudged: string[];
}

/** `worse`, `docs_typescript>=80%`, `libyears<=10`, joined by commas. KaizenError `usage` for anything else. */
export function parseCheckRules(text: string): CheckRule[] {
  return text.split(',').map((part): CheckRule => {
    const rule = part.trim();
    if (rule === 'worse') return { kind: 'worse' };
    const [, id = '', sign, number, percent] =
      /^([a-z0-9_]+)\s*(>=|<=)\s*(\d+(?:\.\d+)?)\s*(%?)$/.exec(rule) ?? [];
    if (!metricIds.includes(id as ProgressMetricId))
      throw new KaizenError('usage', `--check cannot read the rule '${rule}'`, {
        hint: `Write worse, or a limit such as docs_typescript>=80% or libyears<=10. Metrics: ${metricIds.join(', ')}.`,
      });
    const bound = Number(number) / (percent === '%' ? 100 : 1);
    return { kind: 'limit', id: id as ProgressMetricId, sign: sign as '>=' | '<=', bound, text: rule };
  });
}

/** Holds the newest week against the rules. */
export function checkRules(rules: readonly CheckRule[], series: readonly MetricSeries[]): CheckResult {
  const result: CheckResult = { broken: [], notJudged: [] };
  for (const rule of rules) {
    if (rule.kind === 'worse') {
      for (const { id, trend } of series)
        if (trend.state === 'worse') result.broken.push(`${id} got worse beyond its noise band`);
      continue;
    }
    const newest = series.find(({ id }) => id === rule.id)?.newest;
    const value = newest?.value ?? null;
    if (value === null) result.notJudged.push(`${rule.text}: ${newest?.reason ?? 'it was not measured'}`);
    else if (rule.sign === '>=' ? value < rule.bound : value > rule.bound)
      result.broken.push(`${rule.text} is broken: it is ${Number(value.toFixed(4))}`);
  }
  return result;
}
