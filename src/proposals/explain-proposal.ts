import { codeSpan, escapeMarkdown, formatTable } from '../base/markdown.ts';
import { counted } from '../base/text.ts';
import type { ObservedSpan } from './observed-span.ts';
import { callName, formatHours, formatMs } from './plain-words.ts';
import { sessionCosts, weeksPerMonth } from './price-pattern.ts';
import type { Proposal } from './proposal.ts';
import type { WorkProfile } from './work-profile.ts';

/** Occurrences shown one by one. */
const mostRows = 60;

/** How a proposal's figures came about: the arithmetic, and every occurrence with what it is charged. Markdown. */
export function explainProposal(
  proposal: Proposal,
  profiles: readonly WorkProfile[],
  span: ObservedSpan,
): string {
  const { pattern, charge, price, id, title } = proposal;
  const costs = sessionCosts(pattern, charge);
  const number = (value: number) => String(Number(value.toPrecision(3)));
  const order = pattern.stretches.map((_, index) => index);
  order.sort((a, b) => (charge.ownMs[b] ?? 0) - (charge.ownMs[a] ?? 0));
  const rows = order.slice(0, mostRows).map((index) => {
    const { at, line, fromMs, toMs, measured, ended } = pattern.stretches[
      index
    ] as (typeof pattern.stretches)[number];
    return [
      codeSpan(profiles[at]?.session ?? '', { inTable: true }),
      line > 0 ? String(line) : '–',
      formatMs(toMs - fromMs),
      formatMs(charge.ownMs[index] ?? 0),
      [measured ? 'measured' : 'assumed', ended ? '' : 'no end seen'].filter(Boolean).join(', '),
    ];
  });
  const sums = [
    `Charged: ${number(price.hours)} h over ${counted(costs.length, 'session')} (${counted(price.occurrences, 'occurrence')}); ${charge.sharedMs === 0 ? 'nothing' : formatHours(charge.sharedMs / 3_600_000)} more belongs to other patterns${charge.sharedWith ? `, most of it to ${codeSpan(charge.sharedWith.kind)} ${codeSpan(callName(charge.sharedWith.key))}` : ''}.`,
  ];
  if (price.monthly && price.saving && price.net && span.weeks !== null)
    sums.push(
      `A month: ${number(price.hours)} h ÷ ${number(span.weeks)} weeks × ${weeksPerMonth} = ${number(price.monthly.mid)} h, 95 % interval ${number(price.monthly.low)} to ${number(price.monthly.high)} (compound Poisson over sessions).`,
      `Saving: × ${price.share.mid} (${price.shareFrom === null ? 'assumed' : 'measured'}, ${price.share.low} to ${price.share.high}) = ${number(price.saving.mid)} h a month.`,
      `Net: ${number(price.net.mid)} h over the horizon, after ${number(price.effort.mid)} h of effort (${price.effort.low} to ${price.effort.high}) and ${number(price.upkeepMonthly.mid)} h of upkeep a month.`,
    );
  else sums.push(`No rate: ${escapeMarkdown(span.reason ?? '')}.`);
  return [
    `# ${escapeMarkdown(title)}`,
    `${codeSpan(id)} · made from the key ${codeSpan(`${pattern.kind} ${pattern.key}`)}${pattern.keys.length > 1 ? ` and ${counted(pattern.keys.length - 1, 'more wording')}` : ''}`,
    sums.map((line) => `- ${line}`).join('\n'),
    formatTable(['session', 'line', 'length', 'charged', 'basis'], rows, [1, 2, 3]),
    ...(order.length > mostRows ? [`${order.length - mostRows} smaller ones are left out.`] : []),
    '',
  ].join('\n\n');
}
