import type { LongRun } from './long-runs.ts';
import { saysNothing } from './placeholder.ts';
import { entropyBits } from './randomness.ts';
import type { Span, WorkBudget } from './span.ts';
import { tokenFormats } from './token-formats.ts';

interface Matcher {
  rule: string;
  pattern: RegExp;
  back: number;
  whole: boolean;
}

/** One or two characters are no anchor to search for; those formats are searched for as a whole. */
const short = tokenFormats.filter((format) => format.anchor.every((anchor) => anchor.length <= 2));
const anchored = tokenFormats.filter((format) => !short.includes(format));

const byAnchor = new Map<string, Matcher[]>();
for (const format of anchored) {
  const matcher: Matcher = {
    rule: format.rule,
    pattern: new RegExp(format.pattern, 'y'),
    back: format.back ?? 0,
    whole: format.whole ?? false,
  };
  for (const anchor of format.anchor) byAnchor.set(anchor, [...(byAnchor.get(anchor) ?? []), matcher]);
}

const escaped = (literal: string): string => literal.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
/** Every anchor in one alternation, the longest first so that `sk-proj-` wins over `sk-`. */
const anyAnchor = new RegExp(
  [...byAnchor.keys()]
    .sort((a, b) => b.length - a.length || (a < b ? -1 : 1))
    .map(escaped)
    .join('|'),
  'g',
);
const anchorsByHead = [...byAnchor.keys()];
const bare = short.map((format) => ({
  rule: format.rule,
  pattern: new RegExp(`(?<![A-Za-z0-9_-])${format.pattern}`, 'g'),
}));

/** What trying the formats of one anchor in vain costs, in characters looked at. */
const failedAnchorCharacters = 32;

/** Credentials that their issuers made recognisable: see `token-formats.ts`. Documentation examples survive. */
export function findKnownTokens(text: string, runs: readonly LongRun[], budget: WorkBudget): Span[] {
  const spans: Span[] = [];
  let done = 0;
  for (const run of runs) {
    // Words, paths and member accesses; the shortest format of lower-case letters alone has 37 characters.
    if (run.text.length < 36 && /^[a-z_./:$%=~+-]*$/.test(run.text)) continue;
    anyAnchor.lastIndex = 0;
    for (let hit = anyAnchor.exec(run.text); hit !== null; hit = anyAnchor.exec(run.text)) {
      const at = run.start + hit.index;
      const found = at < done ? undefined : longestAt(text, at, hit[0]);
      if (found === undefined) {
        budget.spend(failedAnchorCharacters);
        anyAnchor.lastIndex = hit.index + 1;
        continue;
      }
      if (!isExample(text.slice(found.start, found.end))) spans.push(found);
      done = found.end;
      anyAnchor.lastIndex = Math.max(found.end - run.start, hit.index + 1);
    }
    for (const { rule, pattern } of bare) {
      pattern.lastIndex = 0;
      for (let hit = pattern.exec(run.text); hit !== null; hit = pattern.exec(run.text)) {
        const start = run.start + hit.index;
        spans.push({ start, end: start + hit[0].length, rule, kind: 'secret' });
      }
    }
  }
  return spans;
}

function longestAt(text: string, at: number, anchor: string): Span | undefined {
  let best: Span | undefined;
  for (const head of anchorsByHead) {
    if (!anchor.startsWith(head)) continue;
    for (const matcher of byAnchor.get(head)!) {
      const span = matchBack(text, at, matcher);
      if (span !== undefined && (best === undefined || span.end - span.start > best.end - best.start))
        best = span;
    }
  }
  return best;
}

function matchBack(text: string, at: number, matcher: Matcher): Span | undefined {
  for (let start = Math.max(0, at - matcher.back); start <= at; start++) {
    if (matcher.whole && start > 0 && touches(text, start)) continue;
    matcher.pattern.lastIndex = start;
    const hit = matcher.pattern.exec(text);
    if (hit !== null && start + hit[0].length > at)
      return { start, end: start + hit[0].length, rule: matcher.rule, kind: 'secret' };
  }
  return undefined;
}

/** A letter or digit right before, unless it is the `n` of a written `\n` or the end of a `%3D`. */
function touches(text: string, start: number): boolean {
  if (!/[A-Za-z0-9]/.test(text[start - 1]!)) return false;
  return !/\\[nrtbf]$|%[0-9A-Fa-f]{2}$/.test(text.slice(Math.max(0, start - 3), start));
}

/** Tokens of documentation: `AKIA…EXAMPLE`, `ghp_xxxx…`, `sk-ant-…your-key…`. */
function isExample(token: string): boolean {
  if (/EXAMPLE|example|placeholder|REDACTED|(?:your|my)[_-]|[_-](?:your|here)\b|([^A])\1{7}/.test(token))
    return true;
  const body = token.replace(/^[A-Za-z]+[-_.](?:[a-z0-9]{1,8}[-_])?/, '');
  return saysNothing(body) || (body.length >= 12 && entropyBits(body) < 2.2);
}
