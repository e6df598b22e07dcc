import { clipEnd, compareText } from '../../base/text.ts';
import type { LogLine, MonthLine } from './log-line.ts';

const mostIssues = 8;
const mostOutcomes = 5;
const idCharacters = 13;

/** A month of the log in one line; ids keep what tells sessions apart, so that closing one again is noticed. */
export function monthOf(month: string, lines: readonly LogLine[]): MonthLine {
  return {
    kind: 'month',
    month,
    sessions: lines.length,
    issues: tally(
      lines.map(({ issue }) => tallyName(issue, 40)),
      mostIssues,
    ),
    outcomes: tally(
      lines.map(({ outcome }) => firstWord(outcome)),
      mostOutcomes,
    ),
    ids: lines.flatMap(({ session }) => (session === null ? [] : [shortId(session)])),
  };
}

/** Two lines of one month as one: sessions that both know by id count once. */
export function mergeMonths(a: MonthLine, b: MonthLine): MonthLine {
  const ids = [...new Set([...a.ids, ...b.ids])].sort(compareText);
  const shared = a.ids.length + b.ids.length - ids.length;
  // Two branches that folded the same sessions share ids; what is only counted cannot be told apart, so the larger counts.
  const join = shared > 0 ? largest : sum;
  const unnamed = [a, b].map((one) => one.sessions - one.ids.length);
  return {
    kind: 'month',
    month: a.month,
    sessions: ids.length + (shared > 0 ? Math.max(...unnamed) : (unnamed[0] ?? 0) + (unnamed[1] ?? 0)),
    issues: capped(join(a.issues, b.issues), mostIssues),
    outcomes: capped(join(a.outcomes, b.outcomes), mostOutcomes),
    ids,
  };
}

const shortId = (session: string): string =>
  session.slice(session.lastIndexOf('/') + 1).slice(0, idCharacters);

/** A name that can stand in a tally: no comma, no times sign. */
function tallyName(text: string, max: number): string {
  const name = clipEnd(text.replace(/[,×]/g, ' ').replace(/\s+/g, ' ').trim(), max);
  return name === '' || name === '-' ? 'other' : name;
}

function firstWord(outcome: string): string {
  return tallyName(/^[\p{L}\p{N}_-]{1,20}/u.exec(outcome)?.[0].toLowerCase() ?? '', 20);
}

function tally(names: readonly string[], most: number): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return capped(counts, most);
}

/** The most frequent names, what is beyond them as `other`, so that the numbers still add up. */
function capped(counts: Readonly<Record<string, number>>, most: number): Record<string, number> {
  const ranked = Object.entries(counts)
    .filter(([name]) => name !== 'other')
    .sort(([a, n], [b, m]) => m - n || compareText(a, b));
  const others = (counts.other ?? 0) + ranked.slice(most).reduce((total, [, n]) => total + n, 0);
  return Object.fromEntries([...ranked.slice(0, most), ...(others > 0 ? [['other', others]] : [])]);
}

function sum(a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>) {
  const out: Record<string, number> = { ...a };
  for (const [name, n] of Object.entries(b)) out[name] = (out[name] ?? 0) + n;
  return out;
}

function largest(a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>) {
  const out: Record<string, number> = { ...a };
  for (const [name, n] of Object.entries(b)) out[name] = Math.max(out[name] ?? 0, n);
  return out;
}
