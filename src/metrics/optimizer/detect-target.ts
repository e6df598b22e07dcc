import { median, medianInterval } from '../../base/statistics/describe.ts';
import { wilson } from '../../base/statistics/proportion.ts';
import { alarmBudget, type Question } from './alarm-budget.ts';
import { type Deviation, worstFirst } from './deviation.ts';
import type { FindingType, Reference } from './finding.ts';
import type { Measure } from './measures.ts';
import { chanceOfSums, rateEvidenceOf, type Series, valuesOf } from './series.ts';

const missOf: Record<Measure['role'], FindingType> = {
  success: 'success_below_target',
  primary: 'primary_metric_miss',
  time: 'slow',
  quality: 'quality_below_target',
  secondary: 'secondary_metric_miss',
  cost: 'cost_above_target',
};

/** No number of executions shows that a rate is 1, and one failure would refute it: such a target is judged as 0.99. */
const highestRate = 0.99;

/** What any agent is expected to do where nobody set a target: succeed at least every second time. */
const leastSuccess: Reference = { value: 0.5, source: 'tolerance' };

/**
 * Whether a metric with a target misses it. A rate does when its evidence against "at least the target" suffices and
 * its Wilson interval in the window lies wholly below; a value when the evidence against "at most every second
 * execution misses" does (a sign test: no assumption on the distribution, one odd run is one run) and the interval of
 * the window's median lies wholly on the wrong side. Success without a target is held against one half.
 */
export function detectMiss(series: Series, nth = 1): Deviation | undefined {
  const { measure, within, look } = series;
  const isRate = measure.role === 'success';
  const target = series.target ?? (isRate ? leastSuccess : undefined);
  if (!target || within.length < look.min) return undefined;
  const question: Question = { about: measure.role, part: series.target ? 'target' : 'floor', nth };
  const isMiss = (value: number) =>
    isRate ? value === 0 : measure.better === 'lower' ? value > target.value : value < target.value;
  const points = series.points.map(({ index, value }) => ({ index, score: isMiss(value) ? 1 : 0 }));
  const allowed = isRate ? 1 - Math.min(highestRate, target.value) : 0.5;
  if (allowed >= 1) return undefined;
  const values = valuesOf(within);
  const hits = values.filter((value) => !isMiss(value)).length;
  const interval = (isRate ? wilson(hits, values.length) : medianInterval(values)) ?? null;
  const limit = isRate ? Math.min(highestRate, target.value) : target.value;
  if (!interval || !(measure.better === 'lower' ? interval[0] > limit : interval[1] < limit))
    return undefined;
  const chance = chanceOfSums(question, look, points, rateEvidenceOf(allowed));
  if (chance > alarmBudget) return undefined;
  return {
    type: missOf[measure.role],
    series,
    n: values.length,
    value: isRate ? hits / values.length : (median(values) as number),
    interval,
    reference: { value: target.value, source: target.source },
    chance,
    since: null,
    sessions: worstFirst(
      within.filter(({ value }) => isMiss(value)),
      measure.better,
    ),
  };
}
