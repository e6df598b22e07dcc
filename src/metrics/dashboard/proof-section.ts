import { escapeMarkdown, formatTable } from '../../base/markdown.ts';
import { counted } from '../../base/text.ts';
import { formatNumber, formatShare, signed } from '../format-figure.ts';
import type { Measurement } from '../measurement.ts';

/** The hold-out in a table and a sentence, and the trends against their baselines. */
export function proofSection({ holdout, trends, injection }: Measurement): string {
  const parts = ['## Proof'];
  if (holdout.pairs > 0) {
    const shown = holdout.pairs - holdout.held;
    parts.push(
      'Some of the facts chosen for a session are withheld at random. If facts help, the error a fact is about occurs more often where it was withheld.',
      formatTable(
        ['', 'pairs of session and fact', 'its error occurred'],
        [
          [
            'withheld',
            formatNumber(holdout.held),
            holdout.heldShare === null ? '–' : formatShare(holdout.heldShare),
          ],
          ['shown', formatNumber(shown), holdout.shownShare === null ? '–' : formatShare(holdout.shownShare)],
        ],
        [1, 2],
      ),
    );
  }
  parts.push(holdoutSentence(holdout, injection), trendPart(trends));
  return parts.join('\n\n');
}

/** The trends as a table once one of them says something; until then what they still need, in a sentence. */
function trendPart(trends: Measurement['trends']): string {
  if (trends.every((trend) => trend.interval === null))
    return `Trends against a frozen baseline are judged later. ${trends.map((trend) => `${capital(trend.series)}: ${escapeMarkdown(trend.reason)}`).join(' ')}`;
  const rows = trends.map((trend) => [
    trend.series,
    `${trend.baseline}${trend.baselineUntil ? ` (until ${trend.baselineUntil})` : ''}`,
    String(trend.after),
    trend.interval === null || trend.change === null
      ? '–'
      : `${signed(100 * trend.change)} % (${trend.interval.map((end) => signed(100 * end)).join(' to ')})`,
    trend.signal ? `${trend.signal.rule} ${trend.signal.side}, ${trend.signal.day}` : '–',
    `${trend.state}. ${escapeMarkdown(trend.reason)}`,
  ]);
  return [
    'Sessions against their own frozen baseline, per repository, on the log scale (repeated errors as 1 + their number). A trend may have other reasons; it warns, it does not prove.',
    formatTable(['per session', 'baseline', 'after', 'change', 'chart signal', 'reading'], rows, [2]),
  ].join('\n\n');
}

const capital = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1);

function holdoutSentence(holdout: Measurement['holdout'], injection: Measurement['injection']): string {
  const exposure = exposureWords(injection);
  if (holdout.difference === null || holdout.interval === null)
    return `${escapeMarkdown(holdout.reason)} ${exposure}`.trim();
  const [low, high] = holdout.interval;
  const slope = holdout.stockSlope
    ? ` Change of the effect per e-fold more facts: ${signed(100 * holdout.stockSlope.slope)} points (${holdout.stockSlope.interval.map((end) => signed(100 * end)).join(' to ')}).`
    : '';
  return (
    `Difference (\`utility\`): **${signed(100 * holdout.difference)} points** more errors when withheld, 95 % confidence sequence ${signed(100 * low)} to ${signed(100 * high)}, ` +
    `${formatNumber(holdout.pairs)} pairs in ${formatNumber(holdout.sessions)} sessions; detectable with this much data: ${formatNumber(100 * (holdout.detectable ?? 0))} points. ` +
    `${escapeMarkdown(holdout.reason)}${slope} ${exposure}`
  );
}

function exposureWords({
  injected,
  observed,
  unobserved,
  withheld,
  chosen,
}: Measurement['injection']): string {
  if (chosen === 0) return '';
  const were = (n: number) => (n === 1 ? 'was' : 'were');
  const open =
    unobserved > 0
      ? ` ${counted(unobserved, 'session')} ${were(unobserved)} given facts but not harvested yet.`
      : '';
  return `${injected} of ${counted(observed, 'session')} ${were(injected)} given facts; ${withheld} of ${counted(chosen, 'chosen fact')} ${were(withheld)} withheld.${open}`;
}
