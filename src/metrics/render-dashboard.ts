import { codeSpan, escapeMarkdown, formatTable, tableCell } from '../base/markdown.ts';
import { definitions } from './definitions.ts';
import { formatChange, formatFigure, formatNumber, formatShare, signed } from './format-figure.ts';
import type { FigureRow, Measurement } from './measurement.ts';
import { pieChart, timeChart } from './mermaid-chart.ts';
import { count } from './next-steps.ts';

/**
 * metrics/dashboard.md: the verdict, what to do next, the proof, the figures, and what they are made from. Every text
 * that comes from data is escaped; there is no clock in it but the day it was measured for.
 */
export function renderDashboard(measured: Measurement): string {
  const sections = [
    head(measured),
    nextSection(measured),
    proofSection(measured),
    figureSection(measured),
    timeSection(measured),
    errorSection(measured),
    useSection(measured),
    storeSection(measured),
    harvestSection(measured),
    definitionSection(measured),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function head({ verdict, window, before }: Measurement): string {
  return [
    '# Does the loop pay?',
    `> **${verdict.verdict.toUpperCase()}** — ${escapeMarkdown(verdict.sentence)}`,
    `Window: ${window.from} to ${window.to} (${count(window.days, 'day')}, UTC), compared with ${before.from} to ${before.to}. ` +
      'Written by `kaizen measure` from `metrics/events/` and `knowledge/`; do not edit, run it again.',
  ].join('\n\n');
}

function nextSection({ next }: Measurement): string {
  if (next.length === 0) return '';
  return ['## Do next', ...next.map((step) => `- ${escapeMarkdown(step.why)} → ${codeSpan(step.command)}`)]
    .join('\n')
    .replace('\n', '\n\n');
}

function proofSection({ holdout, trends, injection }: Measurement): string {
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
      ? ` ${count(unobserved, 'session')} ${were(unobserved)} given facts but not harvested yet.`
      : '';
  return `${injected} of ${count(observed, 'session')} ${were(injected)} given facts; ${withheld} of ${count(chosen, 'chosen fact')} ${were(withheld)} withheld.${open}`;
}

function figureSection({ figures, window, mix }: Measurement): string {
  const known = figures.filter((row) => row.window.value !== null || row.all.value !== null);
  const rows = known.map((row) => [
    definitions[row.window.id].name,
    cell(row.window),
    formatNumber(row.window.n),
    coverageOf(row),
    row.before.value === null ? '–' : cell(row.before),
    formatChange(row.change),
    row.all.value === null ? '–' : cell(row.all),
  ]);
  const unknown = figures
    .filter((row) => !known.includes(row))
    .map((row) => `${definitions[row.window.id].name}: ${escapeMarkdown(row.window.reason ?? '')}`);
  const parts = [
    '## Figures',
    formatTable(
      ['figure', count(window.days, 'day'), 'n', 'usable', 'before', 'change', 'all time'],
      rows,
      [2],
    ),
  ];
  if (unknown.length > 0) parts.push(`Not known: ${unknown.join('; ')}.`);
  const moved = mixSentence(mix);
  if (moved) parts.push(moved);
  return parts.join('\n\n');
}

const cell = (figure: FigureRow['window']) => tableCell(formatFigure(figure), 100);

function coverageOf({ window }: FigureRow): string {
  const { usable, total } = window.coverage;
  return total === 0 ? '–' : `${usable} of ${total}`;
}

/** The mix of tasks in words; comparisons above hold repository and size fixed only where they say so. */
function mixSentence(mix: Measurement['mix']): string {
  const total = (side: 'window' | 'before') => mix.sizes.reduce((sum, row) => sum + row[side], 0);
  if (total('window') === 0) return '';
  const words = (rows: Measurement['mix']['sizes']) =>
    rows
      .slice(0, 4)
      .map((row) => {
        const before = total('before') > 0 ? ` (before ${formatShare(row.before / total('before'))})` : '';
        return `${tableCell(row.kind, 60)} ${formatShare(row.window / total('window'))}${before}`;
      })
      .join(', ') + (rows.length > 4 ? `, ${rows.length - 4} more` : '');
  return `Mix of sessions. Repositories: ${words(mix.repositories)}. Size: ${words(mix.sizes)}. Minutes are compared within repository and size.`;
}

function timeSection({ series }: Measurement): string {
  const charts = [
    timeChart(series, {
      title: `Errors seen before, by ${series.unit}`,
      axis: 'percent of error events',
      top: 100,
      kind: 'line',
      valueOf: (point) => (point.recurrence === null ? null : 100 * point.recurrence),
    }),
    timeChart(series, {
      title: `First verification green, by ${series.unit}`,
      axis: 'percent of sessions',
      top: 100,
      kind: 'line',
      valueOf: (point) => (point.firstTry === null ? null : 100 * point.firstTry),
    }),
    timeChart(series, {
      title: `Active minutes a session, median by ${series.unit}`,
      axis: 'minutes',
      kind: 'line',
      valueOf: (point) => point.minutes,
    }),
  ].filter((chart) => chart !== undefined);
  if (charts.length === 0) return '';
  return [
    '## Over time',
    ...charts.flatMap((chart) => [chart.block, ...(chart.note ? [chart.note] : [])]),
  ].join('\n\n');
}

function errorSection({ errors }: Measurement): string {
  if (errors.length === 0) return '';
  const rows = errors.map((error) => [
    tableCell(error.template ?? `fingerprint ${error.key}`, 90),
    String(error.sessions),
    String(error.events),
    error.lastDay,
    error.facts[0] ? `${codeSpan(error.facts[0].id, { inTable: true })} ${error.facts[0].status}` : 'none',
  ]);
  return [
    '## Errors that come back',
    formatTable(['error (values masked)', 'sessions', 'times', 'last', 'fact'], rows, [1, 2]),
  ].join('\n\n');
}

function useSection({ used, stale }: Measurement): string {
  const parts: string[] = [];
  if (used.length > 0)
    parts.push(
      '## Facts used most',
      formatTable(
        ['fact', 'used', 'shown', 'at least'],
        used.map((use) => [
          `${codeSpan(use.id, { inTable: true })} ${tableCell(use.title ?? 'no longer in the store', 90)}`,
          String(use.used),
          String(use.shown),
          formatShare(use.interval[0]),
        ]),
        [1, 2, 3],
      ),
    );
  if (stale.total > 0)
    parts.push(
      '## Facts gone stale',
      `${count(stale.total, 'active fact')} whose confidence has faded because nothing confirmed ${stale.total === 1 ? 'it' : 'them'}; confirm with \`kaizen knowledge confirm <id>\` or retire with \`kaizen knowledge retire <id>\`.`,
      formatTable(
        ['fact', 'last confirmed', 'confidence now'],
        stale.facts.map((fact) => [
          `${codeSpan(fact.id, { inTable: true })} ${tableCell(fact.title, 90)}`,
          fact.lastConfirmed ?? '–',
          fact.confidence.toFixed(2),
        ]),
        [2],
      ),
    );
  return parts.join('\n\n');
}

const mostScopes = 12;

function storeSection({ store }: Measurement): string {
  if (store.length === 0) return ['## Store', 'There is no fact yet.'].join('\n\n');
  const total = (key: 'active' | 'candidate' | 'disputed' | 'retired') =>
    store.reduce((sum, row) => sum + row[key], 0);
  const rows = store
    .slice(0, mostScopes)
    .map((row) => [
      tableCell(row.scope, 60),
      String(row.active),
      String(row.candidate),
      String(row.disputed),
      String(row.retired),
    ]);
  if (store.length > mostScopes) rows.push([`${store.length - mostScopes} more scopes`, ...restOf(store)]);
  rows.push([
    '**all**',
    ...(['active', 'candidate', 'disputed', 'retired'] as const).map((key) => `**${total(key)}**`),
  ]);
  const pie = pieChart('Facts by state', [
    { label: 'active', count: total('active') },
    { label: 'candidate', count: total('candidate') },
    { label: 'disputed', count: total('disputed') },
    { label: 'retired', count: total('retired') },
  ]);
  return [
    '## Store',
    formatTable(['scope', 'active', 'candidate', 'disputed', 'retired'], rows, [1, 2, 3, 4]),
    ...(pie ? [pie] : []),
  ].join('\n\n');
}

function restOf(store: Measurement['store']): string[] {
  return (['active', 'candidate', 'disputed', 'retired'] as const).map((key) =>
    String(store.slice(mostScopes).reduce((sum, row) => sum + row[key], 0)),
  );
}

function harvestSection({ harvest }: Measurement): string {
  if (harvest.seen === 0) return ['## Harvest', 'No transcript has been harvested yet.'].join('\n\n');
  const age = harvest.ageDays === 0 ? 'the same day' : `${count(harvest.ageDays ?? 0, 'day')} before`;
  const parts = [
    '## Harvest',
    `${count(harvest.seen, 'transcript')} seen: ${harvest.harvested} harvested, ${harvest.skipped} skipped, ${harvest.failed} failed. Last harvest: ${harvest.lastDay} (${age}).`,
  ];
  if (harvest.reasons.length > 0)
    parts.push(
      formatTable(
        ['outcome', 'reason', 'transcripts'],
        harvest.reasons
          .slice(0, 8)
          .map((row) => [row.outcome, tableCell(row.reason, 110), String(row.count)]),
        [2],
      ),
    );
  return parts.join('\n\n');
}

function definitionSection({ figures, definitions: version }: Measurement): string {
  const ids = [...figures.map((row) => row.window.id), 'utility' as const];
  return [
    `## What the figures mean (definitions ${version})`,
    ids
      .map((id) => `- **${definitions[id].name}** (\`${id}\`). ${escapeMarkdown(definitions[id].text)}`)
      .join('\n'),
    'Intervals are 95 %. Changes are called better or worse only after correction for looking at many figures (Benjamini–Hochberg 5 %; recurrence, named in advance, alone). ' +
      'Fewer than 20 on a side is too few. “Usable”: of how many sessions (facts, for the age) the needed parts could be read. n counts what the value is made from. Unknown is unknown, never 0.',
  ].join('\n\n');
}
