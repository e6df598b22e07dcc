import pc from 'picocolors';
import { terminalSafe } from '../base/text.ts';
import { formatAge, formatConfidence } from '../context/format-entry.ts';
import type { SearchHit, SearchResult } from '../flows/search.ts';
import type { CommandResult } from './command.ts';

/** What a search found, best first; exit code 1 when nothing. */
export function renderSearch(result: SearchResult, { color }: { color: boolean }): CommandResult {
  const { hits, stock, closest, gate } = result;
  const data = { found: hits.length, facts_searched: stock, gate, closest, results: hits.map(describe) };
  if (hits.length === 0) return { data, text: `${nothing(result)}\n`, exitCode: 1 };
  return { data, text: hits.map((hit, at) => show(hit, at + 1, color)).join('\n'), exitCode: 0 };
}

function nothing({ stock, closest, gate }: SearchResult): string {
  if (stock === 0) return 'There are no facts yet: `kaizen harvest` finds some.';
  const best =
    closest > 0 ? `; the closest holds ${percent(closest)} of its words, a hit takes ${percent(gate)}` : '';
  return `None of ${stock} facts is about this${best}.`;
}

function percent(share: number): string {
  return `${Math.floor(share * 100)} %`;
}

function show({ fact, matched, elsewhere }: SearchHit, number: number, color: boolean): string {
  const { bold, dim, yellow } = pc.createColors(color);
  const { entry, shown, ranked } = fact;
  const facts = [
    entry.category,
    entry.scope.replace(/^repo:/, ''),
    `confidence ${formatConfidence(entry.confidence)}`,
    ...(shown.ageDays === null ? [] : [`confirmed ${formatAge(shown.ageDays)}`]),
    entry.sessions > 1 ? `${entry.source} and ${entry.sessions - 1} more` : entry.source,
  ];
  const why = matched.length > 0 ? `matched ${matched.join(' ')}` : 'similar spelling';
  const marks = [
    ...(entry.status === 'active' ? [] : [entry.status]),
    ...(elsewhere ? ['from another repository'] : []),
    ...fact.opposing.map((other) => `disputed by ${other.id}: ${other.title}`),
  ];
  return [
    `${bold(`${number}. ${terminalSafe(entry.title)}`)}  ${dim(`[${entry.id}]`)}`,
    ...marks.map((mark) => `   ${yellow(terminalSafe(mark))}`),
    `   ${terminalSafe(bodyOf(entry.card, entry.title))}${entry.whole ? '' : ' …'}`,
    `   ${dim(terminalSafe(facts.join(' · ')))}`,
    `   ${dim(terminalSafe(`${why} (${percent(ranked.parts.coverage)})`))}`,
    '',
  ].join('\n');
}

/** The card without the title, which stands above it. */
function bodyOf(card: string, title: string): string {
  return card.startsWith(`${title}. `) ? card.slice(title.length + 2) : card;
}

function describe({ fact, matched, elsewhere }: SearchHit) {
  const { entry, shown, ranked, score, path, opposing } = fact;
  return {
    id: entry.id,
    title: entry.title,
    category: entry.category,
    scope: entry.scope,
    status: entry.status,
    path,
    card: entry.card,
    whole: entry.whole,
    confidence: entry.confidence,
    confidence_now: shown.confidence,
    age_days: shown.ageDays === null ? null : Math.floor(shown.ageDays),
    source: entry.source,
    sessions: entry.sessions,
    score,
    coverage: ranked.parts.coverage,
    matched,
    elsewhere,
    disputed_by: opposing.map((other) => other.id),
  };
}
