import { median, medianAbsoluteDeviation } from '../../base/statistics/describe.ts';
import { wilson } from '../../base/statistics/proportion.ts';
import { alarmBudget } from './alarm-budget.ts';
import { type Deviation, worstFirst } from './deviation.ts';
import {
  chanceOfSums,
  type Point,
  rateEvidenceOf,
  type Series,
  shortestBaseline,
  valuesOf,
} from './series.ts';

/** Shares of executions that are let pass: far outside the rest, failing for one and the same reason, lacking a field. */
const tolerated = { outliers: 0.05, errors: 0.05, missing: 0.2 } as const;

/** Fewest executions something must happen to before it is a pattern. */
const fewestHits = 3;

/** Distance of the fence in standard deviations estimated from the MAD (Iglewicz & Hoaglin 1993), on the log scale. */
const fenceAt = 3.5;

/** Executions that take far longer than the rest: what is beyond `fence`, and the middle it is far from. */
export interface Outliers {
  fence: number;
  middle: number;
  within: Point[];
}

/**
 * The executions beyond median · exp(3.5 · 1.4826 · MAD of the logarithms), of the baseline where there is one. At
 * least 40 % above the median, so that an agent that always takes the same time has no outliers by a hair.
 */
export function findOutliers(series: Series): Outliers | undefined {
  const { before, within, look } = series;
  if (within.length < look.min) return undefined;
  const base = valuesOf(before.length >= shortestBaseline ? before : within).filter((value) => value > 0);
  const logs = base.map(Math.log);
  const [centre, mad] = [median(logs), medianAbsoluteDeviation(logs)];
  if (centre === undefined || mad === undefined) return undefined;
  const fence = Math.exp(centre + fenceAt * 1.4826 * Math.max(mad, 0.065));
  return { fence, middle: Math.exp(centre), within: within.filter(({ value }) => value > fence) };
}

/** Whether more than 5 % of executions are outliers. A single one is an observation, not a finding. */
export function detectOutliers(series: Series): Deviation | undefined {
  const found = findOutliers(series);
  if (!found) return undefined;
  const isHit = ({ value }: Point) => value > found.fence;
  const deviation = detectShare('outliers', series, isHit);
  return deviation && { ...deviation, type: 'outliers', fence: found.fence };
}

/** Whether one kind of error makes more than 5 % of all executions fail; the kinds in the order they appeared in. */
export function detectErrors(series: Series): Deviation[] {
  const kinds = new Set(
    series.points.flatMap(({ execution }) => (execution.success ? [] : (execution.errorType ?? []))),
  );
  return [...kinds].flatMap((errorType, index) => {
    const isHit = ({ execution }: Point) => !execution.success && execution.errorType === errorType;
    const deviation = detectShare('errors', series, isHit, index + 1);
    return deviation ? [{ ...deviation, type: 'error_cluster' as const, errorType }] : [];
  });
}

/**
 * Whether a field that is expected (a target is set for it, or four in five executions of the baseline have it) is
 * missing in more than 20 % of executions. `all` is the series of every execution.
 */
export function detectMissing(series: Series, all: Series, nth: number): Deviation | undefined {
  const has = (points: readonly Point[]) =>
    points.filter(({ execution }) => series.measure.read(execution) !== undefined).length;
  const wasThere =
    all.before.length >= shortestBaseline && has(all.before) >= (1 - tolerated.missing) * all.before.length;
  const isWanted = series.target !== undefined && series.target.source !== 'record';
  if (!isWanted && !wasThere) return undefined;
  const isHit = ({ execution }: Point) => series.measure.read(execution) === undefined;
  const deviation = detectShare('missing', all, isHit, nth);
  return deviation && { ...deviation, series, sessions: [], type: 'missing_data' };
}

function detectShare(
  about: keyof typeof tolerated,
  series: Series,
  isHit: (point: Point) => boolean,
  nth = 1,
): Omit<Deviation, 'type'> | undefined {
  const { within, look } = series;
  if (within.length < look.min) return undefined;
  const allowed = tolerated[about];
  const hits = within.filter(isHit);
  const interval = wilson(hits.length, within.length) ?? null;
  if (hits.length < fewestHits || !interval || interval[0] <= allowed) return undefined;
  const scored = series.points.map((point) => ({ index: point.index, score: isHit(point) ? 1 : 0 }));
  const chance = chanceOfSums({ about, nth }, look, scored, rateEvidenceOf(allowed));
  if (chance > alarmBudget) return undefined;
  return {
    series,
    n: within.length,
    value: hits.length / within.length,
    interval,
    reference: { value: allowed, source: 'tolerance' },
    chance,
    since: null,
    sessions: worstFirst(hits, 'lower'),
  };
}
