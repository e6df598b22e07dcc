import { codeSpan, escapeMarkdown } from '../base/markdown.ts';
import { counted } from '../base/text.ts';
import { formatHours } from './plain-words.ts';
import type { Price, PriceSettings, Range } from './price-pattern.ts';
import type { Proposal } from './proposal.ts';
import { titleOf } from './tell-pattern.ts';

/** What the page of a proposal needs beside it. */
export interface PageSettings extends PriceSettings {
  /** Where the transcript of a session lies in the repository, relative to the page; undefined: nowhere. */
  linkOf?: ((session: string) => string | undefined) | undefined;
}

/** `3.2 h (1.1 h to 5 h)`. */
export function rangeWords({ low, mid, high }: Range): string {
  return `${formatHours(mid)} (${formatHours(low)} to ${formatHours(high)})`;
}

/** A proposal as a page: what happens, what to do, what it costs and would bring, where it was seen. */
export function renderProposal(proposal: Proposal, settings: PageSettings, heading = '#'): string {
  const sub = `${heading}#`;
  return [
    `${heading} ${escapeMarkdown(proposal.title)}`,
    proposal.problem,
    `${sub} What to do`,
    proposal.solution.length === 1
      ? (proposal.solution[0] as string)
      : proposal.solution.map((block) => `- ${block}`).join('\n'),
    `${sub} What it costs and would bring`,
    figureLines(proposal, settings).join('\n'),
    `${sub} Where it was seen`,
    evidenceLines(proposal, settings).join('\n'),
  ].join('\n\n');
}

function figureLines({ price, charge }: Proposal, settings: PriceSettings): string[] {
  const { hourlyRate, currency, horizonWeeks } = settings;
  const lines = [`- Seen: ${formatHours(price.hours)} in ${counted(price.sessions, 'session')}.`];
  if (price.monthly && price.saving && price.net)
    lines.push(
      `- Costs now: **${rangeWords(price.monthly)} a month**.`,
      `- Would save: **${rangeWords(price.saving)} a month**, worth ${money(price.saving.mid * hourlyRate, currency)} of capacity at ${hourlyRate} ${currency} an hour (time for other work, not cash). ${price.shareFrom === null ? 'Assumed' : `Measured on ${counted(price.shareFrom, 'finished proposal')} of the kind`} is that ${percent(price.share.mid)} of the cost goes away (${percent(price.share.low)} to ${percent(price.share.high)}).`,
      `- Effort: ${rangeOf(price.effort)}, then ${rangeOf(price.upkeepMonthly)} a month to keep it so.`,
      `- ${breakEvenWords(price)}`,
      `- Over ${counted(horizonWeeks, 'week')}: ${rangeWords(price.net)} net.`,
    );
  else lines.push(`- Effort: ${rangeOf(price.effort)}. No rate a month can be given yet.`);
  lines.push(`- Confidence: ${price.confidence} (${confidenceWords(price)}).`);
  if (charge.sharedMs > 0 && charge.sharedWith)
    lines.push(
      `- A further ${formatHours(charge.sharedMs / 3_600_000)} of it overlaps with other patterns (most with “${escapeMarkdown(titleOf(charge.sharedWith))}”) and is counted there, not here.`,
    );
  return lines;
}

const percent = (share: number) => `${Math.round(100 * share)} %`;
const rangeOf = ({ low, high }: Range) =>
  low === high ? formatHours(low) : `${formatHours(low)} to ${formatHours(high)}`;

/** `350 EUR`, `1,200 EUR`. */
export function money(amount: number, currency: string): string {
  return `${amount < 10 ? amount.toFixed(1) : Math.round(amount).toLocaleString('en-US')} ${currency}`;
}

function breakEvenWords({ breakEvenWeeks }: Price): string {
  const { low, mid, high } = breakEvenWeeks ?? { low: null, mid: null, high: null };
  if (mid === null) return 'Break-even: never, at these figures.';
  return `Break-even: after ${weeks(mid)} (${weeks(low as number)} at best, ${high === null ? 'never at worst' : `${weeks(high)} at worst`}).`;
}

function weeks(value: number): string {
  if (value < 1) return 'less than a week';
  return value < 10 ? `${value.toFixed(1)} weeks` : `${Math.round(value)} weeks`;
}

function confidenceWords({ sessions, measured, occurrences, unended }: Price): string {
  const basis =
    measured === occurrences
      ? 'all times measured'
      : measured === 0
        ? 'all times assumed'
        : `${measured} of ${occurrences} times measured`;
  return `${counted(sessions, 'session')}, ${basis}${unended > 0 ? `, ${unended} without a known end` : ''}`;
}

function evidenceLines({ evidence, price }: Proposal, { linkOf }: PageSettings): string[] {
  const lines = evidence.map(({ session, line, day, ms }) => {
    const link = linkOf?.(session);
    const name = link === undefined ? codeSpan(session) : `[${codeSpan(session)}](${link})`;
    return `- ${name}${line > 0 ? `, line ${line}` : ''}${day === null ? '' : `, ${day}`}: ${formatHours(ms / 3_600_000)}`;
  });
  const more = price.sessions - evidence.length;
  if (more > 0) lines.push(`- and ${counted(more, 'more session')}`);
  return lines;
}
