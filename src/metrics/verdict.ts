import { formatNumber } from './format-figure.ts';
import type { HoldoutResult } from './holdout.ts';
import type { SessionTrend } from './session-trend.ts';

/** The answer to "does the loop pay?", in the four words of the specification. */
export interface Verdict {
  verdict: 'compounding' | 'flat' | 'worse' | 'not enough data';
  /** One sentence in plain words. */
  sentence: string;
}

/**
 * The verdict. Benefit is only ever claimed from the randomised hold-out: a falling trend may be easier tasks.
 * Trends warn: sessions that got worse against their frozen baseline are "worse" whatever the cause. Both use
 * intervals that hold at every look, so asking daily does not make a verdict come true by luck.
 */
export function verdictOf(holdout: HoldoutResult, trends: readonly SessionTrend[]): Verdict {
  const worse = trends.filter((trend) => trend.state === 'worse');
  const better = trends.filter((trend) => trend.state === 'better');
  const trendWords = [...worse, ...better].map(describeTrend).join(' and ');
  if (holdout.verdict === 'harms')
    return {
      verdict: 'worse',
      sentence: `Showing facts makes their own errors more likely (${effect(holdout)}).`,
    };
  if (holdout.verdict === 'helps')
    return worse.length > 0
      ? { verdict: 'flat', sentence: `Facts prevent errors (${effect(holdout)}), yet ${trendWords}.` }
      : {
          verdict: 'compounding',
          sentence: `Facts learned in earlier sessions prevent errors in later ones (${effect(holdout)})${trendWords ? `; ${trendWords}` : ''}${growth(holdout)}.`,
        };
  if (worse.length > 0 && better.length === 0)
    return {
      verdict: 'worse',
      sentence: `${capital(trendWords)}; whether facts have a part in it is not known (hold-out: ${holdout.verdict}).`,
    };
  if (holdout.verdict === 'no effect seen')
    return {
      verdict: 'flat',
      sentence: `Facts make no difference that could be seen (${effect(holdout)})${trendWords ? `; ${trendWords}, for another reason` : ''}.`,
    };
  if (holdout.verdict === 'broken') return { verdict: 'not enough data', sentence: holdout.reason };
  if (trends.length > 0 && trends.every((trend) => trend.state === 'no change seen'))
    return {
      verdict: 'flat',
      sentence: `Sessions neither got faster nor slower, nor did errors come back less, against the baseline; the hold-out cannot tell yet: ${holdout.reason}`,
    };
  return {
    verdict: 'not enough data',
    sentence: `${trendWords ? `${capital(trendWords)}, but whether facts are the reason is not known yet. ` : ''}${holdout.reason}`,
  };
}

const capital = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1);
const points = (value: number) => `${value >= 0 ? '+' : '−'}${Math.abs(100 * value).toFixed(1)}`;

function effect(holdout: HoldoutResult): string {
  if (holdout.difference === null || holdout.interval === null) return 'no estimate';
  const [low, high] = holdout.interval;
  return `${points(holdout.difference)} points when withheld, 95 % interval ${points(low)} to ${points(high)}, ${formatNumber(holdout.pairs)} pairs in ${formatNumber(holdout.sessions)} sessions`;
}

function growth(holdout: HoldoutResult): string {
  const slope = holdout.stockSlope;
  return slope && slope.interval[0] > 0 ? '; the effect grows with the stock of facts' : '';
}

function describeTrend(trend: SessionTrend): string {
  const isMore = (trend.change ?? 0) > 0;
  if (trend.series === 'repeated errors')
    return `sessions run into ${isMore ? 'more' : 'fewer'} repeated errors than until ${trend.baselineUntil}`;
  return `sessions take ${Math.round(Math.abs(100 * (trend.change ?? 0)))} % ${isMore ? 'longer' : 'less time'} than until ${trend.baselineUntil}`;
}
