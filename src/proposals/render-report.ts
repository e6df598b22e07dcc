import { codeSpan, escapeMarkdown, formatTable, tableCell } from '../base/markdown.ts';
import { counted } from '../base/text.ts';
import type { FollowUp } from './follow-up.ts';
import { formatHours, plainWords } from './plain-words.ts';
import type { Proposal } from './proposal.ts';
import { money, type PageSettings, rangeWords, renderProposal } from './render-proposal.ts';
import type { ProposeReport } from './report.ts';

/** Rows of the table of what is not worth a proposal. */
const mostBelow = 15;
const mostSkips = 5;

/** The report as a note to read: what would pay, each proposal, what would not, what became of promises, what is unknown. */
export function renderReport(report: ProposeReport, settings: PageSettings): string {
  const sections = [
    head(report),
    ...report.listed.map((one) => proposalPart(one, settings)),
    followUpPart(report.followUps),
    belowPart(report),
    gapPart(report),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function head(report: ProposeReport): string {
  const { listed, span, settings, source, more } = report;
  const dates = span.from === null ? 'without dates' : `from ${span.from} to ${span.to}`;
  const weeks =
    span.weeks === null
      ? ''
      : span.from === null
        ? ` (taken to cover ${Math.round(7 * span.weeks)} days)`
        : ` (${span.weeks.toFixed(1)} weeks)`;
  const parts = [
    '# Improvement proposals',
    `Read: ${counted(span.sessions, 'session')} of ${escapeMarkdown(plainWords(source))}, ${dates}${weeks}, ${formatHours(span.hours)} of work in them.`,
    lede(report),
  ];
  if (span.weeks === null && span.sessions > 0)
    parts.push(`No rates a week or month are given: ${escapeMarkdown(span.reason ?? '')}.`);
  if (listed.length > 0)
    parts.push(
      formatTable(
        ['proposal', 'priority', 'costs a month', 'would save', 'effort', 'break-even', 'confidence'],
        listed.map(({ proposal }) => row(proposal)),
      ),
    );
  if (more > 0)
    parts.push(`${more} more ${more === 1 ? 'is' : 'are'} not listed; \`--top\` says how many are.`);
  const notes = statusNotes(report);
  if (notes !== '') parts.push(notes);
  if (settings.thresholdHours > 0 && listed.length === 0 && report.below.length > 0)
    parts.push('`--threshold 0` also tells those in full.');
  return parts.join('\n\n');
}

function lede({ listed: all, settings, below, span }: ProposeReport): string {
  // With --threshold 0 those that do not pay are listed too.
  const listed = all.filter(({ proposal: { price } }) => price.net === null || price.net.mid > 0);
  const idle = [...all.filter((one) => !listed.includes(one)).map(({ proposal }) => proposal), ...below];
  const sum = (pick: (one: Proposal) => number) =>
    listed.reduce((total, { proposal }) => total + pick(proposal), 0);
  if (span.sessions === 0) return 'There is nothing to judge from yet.';
  if (listed.length === 0)
    return idle.length === 0
      ? 'No waste was seen in three sessions or more. That is an answer too.'
      : `Nothing is worth a proposal: ${counted(idle.length, 'pattern')} of waste ${idle.length === 1 ? 'was' : 'were'} seen in three sessions or more, together ${formatHours(idle.reduce((total, { price }) => total + price.hours, 0))}, and ${idle.length === 1 ? 'it does not cost' : 'none costs'} enough to pay for its mending within ${settings.horizonWeeks} weeks.`;
  if (span.weeks === null)
    return `${counted(listed.length, 'pattern')} of waste cost ${formatHours(sum(({ price }) => price.hours))} in what was read.`;
  const saving = {
    low: sum(({ price }) => price.saving?.low ?? 0),
    mid: sum(({ price }) => price.saving?.mid ?? 0),
    high: sum(({ price }) => price.saving?.high ?? 0),
  };
  return `**${counted(listed.length, 'proposal')} would give back about ${rangeWords(saving)} a month**, worth ${money(saving.mid * settings.hourlyRate, settings.currency)} of capacity at ${settings.hourlyRate} ${settings.currency} an hour: time for other work, not cash.`;
}

function row({ id, title, price }: Proposal): string[] {
  return [
    `${codeSpan(id, { inTable: true })} ${tableCell(title, 140)}`,
    price.priority,
    price.monthly ? formatHours(price.monthly.mid) : `${formatHours(price.hours)} seen`,
    price.saving ? formatHours(price.saving.mid) : '–',
    `${formatHours(price.effort.low)} to ${formatHours(price.effort.high)}`,
    price.breakEvenWeeks === null
      ? '–'
      : price.breakEvenWeeks.mid === null
        ? 'never'
        : `${price.breakEvenWeeks.mid.toFixed(1)} weeks`,
    price.confidence,
  ];
}

function statusNotes({ silent, closed, news }: ProposeReport): string {
  const lines: string[] = [];
  if (news > 0) lines.push(`${counted(news, 'proposal')} ${news === 1 ? 'is' : 'are'} new.`);
  if (silent > 0)
    lines.push(
      `${counted(silent, 'pattern')} seen that ${silent === 1 ? 'was' : 'were'} decided before: not repeated here.`,
    );
  for (const { id, title } of closed)
    lines.push(`Closed, since the evidence is gone: ${codeSpan(id)} ${escapeMarkdown(plainWords(title))}.`);
  return lines.join(' ');
}

function proposalPart(
  { proposal, status, since }: ProposeReport['listed'][number],
  settings: PageSettings,
): string {
  const page = renderProposal(proposal, settings, '##');
  const known = since === null ? '' : `, known since ${since}`;
  return page.replace(
    /\n\n/,
    `\n\n${codeSpan(proposal.id)} · ${proposal.price.priority} · ${proposal.area} · ${status}${known}\n\n`,
  );
}

/** The promises of finished proposals against what was measured since. */
export function followUpPart(followUps: readonly FollowUp[]): string {
  if (followUps.length === 0) return '';
  const rows = followUps.map((one) => [
    `${codeSpan(one.id, { inTable: true })} ${tableCell(plainWords(one.title), 120)}`,
    one.day,
    `${formatHours(one.promised.mid)} (${formatHours(one.promised.low)} to ${formatHours(one.promised.high)})`,
    one.realised === null || one.interval === null
      ? `not enough data: ${tableCell(plainWords(one.reason ?? ''), 90)}`
      : `${formatHours(one.realised)} (${formatHours(one.interval[0])} to ${formatHours(one.interval[1])})`,
    `${one.before} and ${one.after}`,
    one.realised === null ? '–' : one.verdict,
  ]);
  return [
    '## What became of what was done',
    formatTable(
      ['proposal', 'done', 'promised a month', 'realised a month', 'sessions before, after', 'promise'],
      rows,
    ),
  ].join('\n\n');
}

function belowPart({ below }: ProposeReport): string {
  if (below.length === 0) return '';
  const rows = below
    .slice(0, mostBelow)
    .map(({ title, price }) => [
      tableCell(title, 120),
      String(price.occurrences),
      String(price.sessions),
      formatHours(price.hours),
      price.net === null ? '–' : formatHours(price.net.mid),
    ]);
  const more = below.length - mostBelow;
  return [
    '## Seen, and not worth a proposal',
    formatTable(['pattern', 'times', 'sessions', 'cost seen', 'net over the horizon'], rows, [1, 2]),
    ...(more > 0 ? [`${more} smaller ones are left out here.`] : []),
  ].join('\n\n');
}

function gapPart({ gaps, span, settings }: ProposeReport): string {
  const lines = [
    'Time is the work clock of a session: waits for a person are out of it, and no minute is counted for two patterns.',
    `Effort, upkeep and (until three finished proposals of a kind were measured) the share that goes away are assumptions by kind of pattern, given as ranges; a month has 4.345 weeks, the horizon ${settings.horizonWeeks} weeks. Intervals are 95 %.`,
  ];
  if (gaps.cutCalls > 0)
    lines.push(
      `${counted(gaps.cutCalls, 'call')} of long sessions ${gaps.cutCalls === 1 ? 'is' : 'are'} not in the profiles.`,
    );
  if (gaps.callsWithoutOutcome > 0)
    lines.push(
      `${counted(gaps.callsWithoutOutcome, 'call')} ${gaps.callsWithoutOutcome === 1 ? 'does' : 'do'} not say whether they worked: retries are not told from them.`,
    );
  if (gaps.withoutProfile > 0)
    lines.push(
      `${counted(gaps.withoutProfile, 'session')} of the log ${gaps.withoutProfile === 1 ? 'was' : 'were'} harvested before time was noted, and not counted here; naming their transcripts (${codeSpan('kaizen propose <paths>')}) reads them.`,
    );
  if (gaps.skippedCount > 0)
    lines.push(
      `${counted(gaps.skippedCount, 'item')} could not be used: ${gaps.skipped
        .slice(0, mostSkips)
        .map(({ path, reason }) => `${codeSpan(path)} ${escapeMarkdown(plainWords(reason, 200))}`)
        .join('; ')}${gaps.skippedCount > mostSkips ? ' …' : ''}.`,
    );
  if (span.sessions === 0) return '';
  return ['## How this was measured', lines.map((line) => `- ${line}`).join('\n')].join('\n\n');
}
