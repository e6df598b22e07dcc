import { codeSpan, escapeMarkdown } from '../base/markdown.ts';
import { counted } from '../base/text.ts';
import type { Endings, Pattern } from './pattern.ts';
import { callName, formatMs, plainWords, readableTemplate } from './plain-words.ts';
import type { Price } from './price-pattern.ts';

/** What a pattern is called: plain words, whole, never cut inside a word. */
export function titleOf(pattern: Pattern): string {
  const { detail } = pattern;
  switch (detail.kind) {
    case 'error':
      return detail.missing === null
        ? `Recurring failure: ${readableTemplate(detail.template)}`
        : `${plainWords(detail.missing)} is called and not installed`;
    case 'retry':
      return `${plainWords(callName(detail.shape))} is tried again unchanged after it failed${inRepo(pattern)}`;
    case 'poll':
      return `Waiting by asking again and again: ${plainWords(callName(detail.shape))}${inRepo(pattern)}`;
    case 'slow':
      if (detail.earlierMs !== null)
        return `${plainWords(callName(detail.shape))} has become slower: ${formatMs(detail.medianMs)}, and ${formatMs(detail.earlierMs)} before${inRepo(pattern)}`;
      return detail.standing
        ? `${plainWords(callName(detail.shape))} takes ${formatMs(detail.medianMs)} every time${inRepo(pattern)}`
        : `${plainWords(callName(detail.shape))} is usually fast (${formatMs(detail.medianMs)}) and sometimes takes ${formatMs(tailOf(detail))}${inRepo(pattern)}`;
    case 'routine':
      return `The same ${detail.steps.length} steps by hand: ${plainWords(detail.steps.map(callName).join(', '), 140)}`;
  }
}

const inRepo = ({ repo }: Pattern) => (repo === null ? '' : ` in ${plainWords(repo, 60)}`);

/** What the slow ones take: the 95th percentile, or the slowest where hangs are rarer than that. */
function tailOf({ p95Ms, slowest, medianMs }: Extract<Pattern['detail'], { kind: 'slow' }>): number {
  return p95Ms !== null && p95Ms >= 4 * medianMs ? p95Ms : (slowest[0]?.ms ?? medianMs);
}

/** What happens, how often, and how the time was come by: Markdown in one paragraph. */
export function problemOf(pattern: Pattern, price: Price, repos: readonly string[]): string {
  const where =
    repos.length === 0
      ? ''
      : repos.length <= 3
        ? ` (${repos.map((repo) => codeSpan(repo)).join(', ')})`
        : ` (${counted(repos.length, 'repository', 'repositories')})`;
  const often = `${counted(price.occurrences, 'time')} in ${counted(price.sessions, 'session')}${where}`;
  const { detail } = pattern;
  switch (detail.kind) {
    case 'error':
      return [
        `${escapeMarkdown(readableTemplate(detail.template, 200))}: seen ${often}${callsOf(detail.shapes)}.`,
        endingWords(detail.endings),
        price.measured < price.occurrences && price.measured === 0
          ? 'The source says nothing of when these failures were over: five minutes each are assumed, not measured.'
          : 'Charged is the time from the failing call to the next green state.',
      ]
        .filter((part) => part !== '')
        .join(' ');
    case 'retry':
      return `${codeSpan(callName(detail.shape))} failed and was run again with the same or nearly the same arguments, nothing changed in between: ${often}, ${counted(detail.tries, 'extra try', 'extra tries')}; ${detail.succeeded} of ${counted(price.occurrences, 'run')} ended in a success.${
        detail.error === null ? '' : ` It says: ${escapeMarkdown(readableTemplate(detail.error))}.`
      } Charged is the time from the first failure to the last try.`;
    case 'poll':
      return `${codeSpan(callName(detail.shape))} was asked ${counted(detail.looks, 'time')} whether something was done, in ${often}. Charged is the time from the first look to the last; some of it would be waited for anyway.`;
    case 'slow':
      return `${slowWords(detail)} ${counted(price.occurrences, 'call')} in ${counted(price.sessions, 'session')}${where} took longer than ${formatMs(detail.referenceMs)}; charged is only what is above that.${detail.mayWait ? ' A transcript does not tell a wait for approval from a slow call: look at the slowest first.' : ''}`;
    case 'routine':
      return `${detail.steps.map((step) => codeSpan(callName(step))).join(' → ')}: ${often}. Charged is the time between the steps (the model asking for the next one), not the steps.`;
  }
}

function callsOf(shapes: readonly string[]): string {
  const names = shapes.slice(0, 3).map((shape) => codeSpan(callName(shape)));
  return names.length === 0 ? '' : `, at ${names.join(', ')}`;
}

function slowWords(detail: Extract<Pattern['detail'], { kind: 'slow' }>): string {
  const name = codeSpan(callName(detail.shape));
  if (detail.earlierMs !== null)
    return `Half of the ${detail.calls} calls of ${name} take ${formatMs(detail.medianMs)} or more; in the first half of the time it was ${formatMs(detail.earlierMs)}.`;
  if (detail.standing)
    return `Half of the ${detail.calls} calls of ${name} take ${formatMs(detail.medianMs)} or more.`;
  return detail.p95Ms === null || detail.p95Ms < tailOf(detail)
    ? `Half of the ${detail.calls} calls of ${name} take ${formatMs(detail.medianMs)} at most, the slowest ${formatMs(tailOf(detail))}${detail.p95Ms === null ? ' (too few calls for a 95th percentile)' : ''}.`
    : `Half of the ${detail.calls} calls of ${name} take ${formatMs(detail.medianMs)} at most, one in twenty ${formatMs(detail.p95Ms)} or more.`;
}

function endingWords(endings: Endings): string {
  const parts = [
    endings.again > 0 ? `${endings.again} ended when the same kind of call simply worked` : '',
    endings.other > 0 ? `${endings.other} with another command` : '',
    endings.edited > 0 ? `${endings.edited} after a file was changed` : '',
    endings.none > 0 ? `${endings.none} with nothing in that session (only the call itself is charged)` : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : `Of these ${parts.join(', ')}.`;
}
