import { meanOf, median, medianInterval } from '../../base/statistics/describe.ts';
import { wilson } from '../../base/statistics/proportion.ts';
import { describeFinding } from './describe-finding.ts';
import { worstFirst } from './deviation.ts';
import type { Finding } from './finding.ts';
import { type Series, valuesOf } from './series.ts';
import { seedTargets } from './targets.ts';

/**
 * The two rules of seed 004 as they were: mean time above 30 s is slow, a success rate below 0.8 is low, by the plain
 * figure and without regard to chance. Only where nobody set a target. Its known fault is kept: an agent whose work
 * takes 4,200 s is always slow.
 */
export function seedFindings(all: readonly Series[]): Finding[] {
  return all.flatMap((series): Finding[] => {
    const { measure, target, within, look } = series;
    if (target || within.length < look.min) return [];
    const values = valuesOf(within);
    const mean = meanOf(values) as number;
    const common = { series, n: values.length, chance: null, since: null };
    if (measure.role === 'time' && mean > seedTargets.executionTimeS)
      return [
        describeFinding({
          ...common,
          type: 'slow',
          value: median(values) as number,
          interval: medianInterval(values) ?? null,
          reference: { value: seedTargets.executionTimeS, source: 'seed' },
          sessions: worstFirst(within, 'lower'),
        }),
      ];
    if (measure.role === 'success' && mean < seedTargets.successRate)
      return [
        describeFinding({
          ...common,
          type: 'success_below_target',
          value: mean,
          interval: wilson(Math.round(mean * values.length), values.length) ?? null,
          reference: { value: seedTargets.successRate, source: 'seed' },
          sessions: worstFirst(
            within.filter(({ value }) => value === 0),
            'higher',
          ),
        }),
      ];
    return [];
  });
}
