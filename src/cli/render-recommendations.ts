import pc from 'picocolors';
import { terminalSafe } from '../base/text.ts';
import type { LedgerEntry } from '../metrics/optimizer/ledger.ts';
import { formatRecommendation } from '../metrics/optimizer/recommendation.ts';
import { describeStratum } from '../metrics/optimizer/strata.ts';
import { wrapText } from './wrap-text.ts';

const columns = 100;

/** A recommendation with its status, with the names it has on disk. */
export function entryData(entry: LedgerEntry): Record<string, unknown> {
  const { kind: _, ...row } = JSON.parse(formatRecommendation(entry.recommendation));
  return {
    ...row,
    status: entry.status,
    is_open: entry.isOpen,
    accepted_at: entry.acceptedAt,
    check_date: entry.checkDate,
    history: entry.history.map(({ id: __, checkDate, ...status }) => ({ ...status, check_date: checkDate })),
  };
}

/** `slow`, `success below target`; a trend to the worse of a time goes up. */
export const typeInWords = (type: string): string =>
  type === 'falling_trend' ? 'worsening trend' : type.replaceAll('_', ' ');

/** `open`, `no change`; what was accepted stays so while there are too few runs to judge it. */
function statusInWords({ status, acceptedAt }: LedgerEntry): string {
  const words = status === 'too_few' ? 'too few runs so far' : status.replace('_', ' ');
  return status === 'too_few' && acceptedAt !== null ? `accepted, ${words}` : words;
}

/** One recommendation in two lines, as lists show it. */
function linesOf(entry: LedgerEntry, color: boolean): string[] {
  const { bold, dim } = pc.createColors(color);
  const { recommendation, checkDate } = entry;
  const state = `${statusInWords(entry)}${checkDate === null ? '' : `, check on ${checkDate}`}`;
  return [
    `${bold(recommendation.id)}  ${recommendation.agent}  ${typeInWords(recommendation.type)}  ${dim(`(${state})`)}`,
    ...wrapped(recommendation.sentence, '  '),
  ];
}

/** The recommendations of a list. */
export function renderEntries(
  entries: readonly LedgerEntry[],
  style: { color: boolean; closed: number },
): string {
  const closed = style.closed > 0 ? ` (${style.closed} closed, shown with --all)` : '';
  if (entries.length === 0)
    return `No recommendation is open${closed}. \`kaizen metrics optimize\` looks for some.`;
  return terminalSafe(entries.flatMap((entry) => linesOf(entry, style.color)).join('\n'));
}

/** One recommendation in full. */
export function renderEntry(entry: LedgerEntry, color: boolean): string {
  const { bold, dim } = pc.createColors(color);
  const one = entry.recommendation;
  const stratum = describeStratum(one);
  const rows: [string, string][] = [
    ['Seen', `${one.sentence}`],
    ['In', `${one.window.from} to ${one.window.to}${stratum === '' ? '' : `, ${stratum}`}`],
    ['Sure', sureness(one.chance)],
    ['Do', one.action],
    ...(one.expected === '' ? [] : ([['Brings', one.expected]] as [string, string][])),
    ...(one.sessions.length > 0 ? ([['Sessions', one.sessions.join(', ')]] as [string, string][]) : []),
    ['Status', `${statusInWords(entry)}${entry.checkDate === null ? '' : `, checked on ${entry.checkDate}`}`],
    ...(one.follows === null ? [] : ([['Follows', one.follows]] as [string, string][])),
  ];
  const history = entry.history.map(
    (row) =>
      `  ${row.at.slice(0, 10)}  ${row.status.replace('_', ' ')}${row.reason === '' ? '' : `: ${row.reason}`}`,
  );
  return terminalSafe(
    [
      `${bold(one.id)}  ${one.agent}  ${typeInWords(one.type)}  ${dim(`given ${one.at.slice(0, 10)}`)}`,
      ...rows.flatMap(([name, value]) => wrapped(value, `  ${name.padEnd(9)} `)),
      ...(history.length > 0 ? ['', 'History', ...history] : []),
      '',
      dim(`kaizen metrics decide ${one.id} accepted|dismissed --reason "…"`),
    ].join('\n'),
  );
}

/** `at most 0.02 % of stable agents ever show as much`. */
export function sureness(chance: number | null): string {
  if (chance === null) return 'a rule of the seed: by the plain figure, without regard to chance';
  const percent = 100 * chance;
  const shown = percent < 0.01 ? 'fewer than 0.01' : `at most ${Number(percent.toPrecision(2))}`;
  return `${shown} % of stable agents ever show as much`;
}

/** A text in lines of at most 100 columns; the first begins with `head`, the others are as far in. */
export function wrapped(text: string, head: string): string[] {
  const indent = ' '.repeat(head.length);
  return wrapText(text.replace(/\s+/g, ' '), columns - head.length, '').map(
    (line, index) => `${index === 0 ? head : indent}${line}`,
  );
}
