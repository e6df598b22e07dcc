import { median } from '../../base/statistics/describe.ts';
import { newcombe } from '../../base/statistics/proportion.ts';
import { brunnerMunzel, hodgesLehmann, mannWhitney } from '../../base/statistics/two-sample.ts';
import { counted } from '../../base/text.ts';
import type { AgentDefinition } from '../agents/agent-definition.ts';
import type { Execution } from '../agents/executions/execution.ts';
import { formatShare, signed } from '../format-figure.ts';
import type { Gauge } from './finding.ts';
import type { LedgerEntry } from './ledger.ts';
import { measuresOf } from './measures.ts';
import { formatMeasured } from './words.ts';

/** What the data say after the check date. */
export interface Effect {
  verdict: 'better' | 'no_change' | 'worse' | 'too_few';
  /** What was seen, in one sentence. */
  sentence: string;
}

/** Fewest executions on each side: of values, and of rates (spec 06, comparison rules). */
const fewest = { values: 10, rates: 20 } as const;

/**
 * What a recommendation complained of, before and since: executions of the version and model it was about, from the
 * window's first day until it was accepted (or given, when nobody accepted it), against all later ones of the same
 * model, whatever their version, since a new version is the usual way to act. Rates by Newcombe's interval, values by
 * Brunner & Munzel's interval of P(before < after). What was chosen because it was bad tends to look better by itself;
 * the strict evidence a recommendation needs keeps that small.
 */
export function judgeEffect(
  { recommendation, acceptedAt }: LedgerEntry,
  executions: readonly Execution[],
  definition?: AgentDefinition,
): Effect {
  const { gauge, window, version, model } = recommendation;
  const since = acceptedAt ?? recommendation.at;
  const ofModel = executions.filter((execution) => (execution.model ?? null) === model);
  const before = ofModel.filter(
    ({ timestamp, agentVersion }) =>
      (agentVersion ?? null) === version && timestamp.slice(0, 10) >= window.from && timestamp < since,
  );
  const after = ofModel.filter(({ timestamp }) => timestamp >= since);
  return gauge.kind === 'rate'
    ? judgeRate(gauge, before, after, executions, definition)
    : judgeValues(gauge, before, after, recommendation.unit, executions, definition);
}

function tooFew(before: number, after: number, least: number): Effect {
  return {
    verdict: 'too_few',
    sentence: `${counted(before, 'run')} before and ${after} since; ${least} on each side are needed`,
  };
}

type Reader = (execution: Execution) => number | undefined;

function readerOf(metric: string, executions: readonly Execution[], definition?: AgentDefinition): Reader {
  const known = measuresOf(executions, definition).find((measure) => measure.metric === metric);
  return known?.read ?? (({ secondaryMetrics }) => secondaryMetrics?.[metric]);
}

function judgeRate(
  gauge: Extract<Gauge, { kind: 'rate' }>,
  before: readonly Execution[],
  after: readonly Execution[],
  all: readonly Execution[],
  definition?: AgentDefinition,
): Effect {
  const happens = occurrence(gauge, all, definition);
  const [was, now] = [before.filter(happens).length, after.filter(happens).length];
  if (before.length < fewest.rates || after.length < fewest.rates)
    return tooFew(before.length, after.length, fewest.rates);
  const compared = newcombe(was, before.length, now, after.length);
  const [low, high] = compared?.interval ?? [-1, 1];
  const points = `${signed(100 * (compared?.difference ?? 0))} points (${signed(100 * low)} to ${signed(100 * high)})`;
  return {
    verdict: high < 0 ? 'better' : low > 0 ? 'worse' : 'no_change',
    sentence: `${nameOf(gauge)} ${formatShare(was / before.length)} (n ${before.length}) → ${formatShare(now / after.length)} (n ${after.length}): ${points}`,
  };
}

function occurrence(
  gauge: Extract<Gauge, { kind: 'rate' }>,
  all: readonly Execution[],
  definition?: AgentDefinition,
): (execution: Execution) => boolean {
  switch (gauge.of) {
    case 'failure':
      return ({ success }) => !success;
    case 'error':
      return ({ success, errorType }) => !success && errorType === gauge.errorType;
    case 'missing': {
      const read = readerOf(gauge.metric, all, definition);
      return (execution) => read(execution) === undefined;
    }
    case 'outlier': {
      const read = readerOf(gauge.metric, all, definition);
      return (execution) => (read(execution) ?? 0) > gauge.fence;
    }
  }
}

function nameOf(gauge: Extract<Gauge, { kind: 'rate' }>): string {
  switch (gauge.of) {
    case 'failure':
      return 'failed runs';
    case 'error':
      return `runs failing with '${gauge.errorType}'`;
    case 'missing':
      return `runs without ${gauge.metric}`;
    case 'outlier':
      return 'outlying runs';
  }
}

function judgeValues(
  gauge: Exclude<Gauge, { kind: 'rate' }>,
  before: readonly Execution[],
  after: readonly Execution[],
  unit: 's' | 'share' | 'tokens' | '',
  all: readonly Execution[],
  definition?: AgentDefinition,
): Effect {
  const read = readerOf(gauge.metric, all, definition);
  const raw = (side: readonly Execution[]) => side.flatMap((execution) => read(execution) ?? []);
  const isSpread = gauge.kind === 'spread';
  const side = isSpread ? (some: readonly Execution[]) => distances(raw(some)) : raw;
  const [was, now] = [side(before), side(after)];
  if (was.length < fewest.values || now.length < fewest.values)
    return tooFew(was.length, now.length, fewest.values);
  const better = isSpread ? 'lower' : gauge.better;
  const [low, high] = orderInterval(was, now);
  const rose = low > 0.5;
  const fell = high < 0.5;
  const amount = (value: number) =>
    isSpread ? `±${Math.round(100 * Math.expm1(value))} %` : formatMeasured(value, unit);
  const shift = hodgesLehmann(was, now) ?? 0;
  const medians = `${amount(median(was) as number)} (n ${was.length}) → ${amount(median(now) as number)} (n ${now.length})`;
  const shiftWords = isSpread
    ? ''
    : `, typical difference ${shift < 0 ? '−' : '+'}${amount(Math.abs(shift))}`;
  return {
    verdict: !rose && !fell ? 'no_change' : (better === 'lower') === fell ? 'better' : 'worse',
    sentence: `${isSpread ? 'spread' : 'median'} of ${gauge.metric} ${medians}${shiftWords}`,
  };
}

/** 95 % interval of P(before < after) + ½ ties; where ranks do not vary, all or nothing by the exact test. */
function orderInterval(was: readonly number[], now: readonly number[]): readonly [number, number] {
  const munzel = brunnerMunzel(was, now);
  if (munzel) return munzel.interval;
  const test = mannWhitney(was, now);
  if (!test || (test.pExact ?? test.pAsymptotic) > 0.05) return [0, 1];
  return test.probLess > 0.5 ? [test.probLess, 1] : [0, test.probLess];
}

/** How far values lie from their median, on the log scale. */
function distances(values: readonly number[]): number[] {
  const logs = values.map((value) => Math.log(Math.max(value, 1e-3)));
  const middle = median(logs) ?? 0;
  return logs.map((value) => Math.abs(value - middle));
}
