import pc from 'picocolors';
import { describeChange } from '../base/change.ts';
import { counted, terminalSafe } from '../base/text.ts';
import type { OptimizedAgent, OptimizeReceipt } from '../flows/agent-metrics/optimize.ts';
import { formatNumber } from '../metrics/format-figure.ts';
import type { MetricReading, StratumAnalysis } from '../metrics/optimizer/analyse-agent.ts';
import { stratumTitle } from '../metrics/optimizer/analyse-agent.ts';
import { analysisOnDisk } from '../metrics/optimizer/analysis-file.ts';
import type { LedgerEntry } from '../metrics/optimizer/ledger.ts';
import { formatStatus } from '../metrics/optimizer/recommendation.ts';
import { formatMeasured, formatSpan, runs } from '../metrics/optimizer/words.ts';
import { entryData, sureness, typeInWords, wrapped } from './render-recommendations.ts';

interface Style {
  color: boolean;
  dryRun: boolean;
}

/** The --json document: each agent as in analysis.json, with what is new, known and judged. */
export function optimizedData(receipt: OptimizeReceipt): Record<string, unknown> {
  const entries = new Map(receipt.ledger.map((entry) => [entry.recommendation.id, entry]));
  return {
    agents: receipt.agents.map(({ analysis, fingerprint, plan, skipped, definitionProblem }) => ({
      agent: analysis.agent,
      ...analysisOnDisk(analysis, fingerprint),
      unread_lines: skipped,
      definition_problem: definitionProblem,
      new: plan.recommendations.map(({ id }) => entryData(entries.get(id) as LedgerEntry)),
      known: plan.known.map(({ finding, id, why }) => ({ id, why, sentence: finding.sentence })),
      judged: plan.statuses.map((row) => JSON.parse(formatStatus(row))),
    })),
    unsafe_folders: receipt.unsafe,
    unread_recommendation_lines: receipt.skippedRows,
    changes: receipt.changes.map(({ kind, path }) => ({ kind, path })),
  };
}

/** What was seen in each agent, for a person. */
export function renderOptimized(receipt: OptimizeReceipt, style: Style): string {
  if (receipt.agents.length === 0)
    return 'No agent has metrics here. `kaizen metrics record <agent> --success` records a first execution.';
  const blocks = receipt.agents.map((agent) => renderAgent(agent, receipt.ledger, style).join('\n'));
  const written =
    receipt.changes.length === 0
      ? ['Nothing new to write.']
      : [
          style.dryRun ? 'Would write:' : 'Written:',
          ...receipt.changes.map((change) => `  ${describeChange(change)}`),
        ];
  const unread =
    receipt.skippedRows > 0
      ? [`${counted(receipt.skippedRows, 'line')} of recommendations.jsonl could not be read.`]
      : [];
  return terminalSafe([...blocks, [...unread, ...written].join('\n')].join('\n\n'));
}

function renderAgent(
  { analysis, plan, skipped, definitionProblem }: OptimizedAgent,
  ledger: readonly LedgerEntry[],
  { color }: Style,
): string[] {
  const { bold, dim, green, red, yellow } = pc.createColors(color);
  const lines: string[] = [bold(analysis.agent)];
  if (definitionProblem !== null) lines.push(...wrapped(`definition not used: ${definitionProblem}`, '  '));
  if (analysis.status !== 'analysed')
    lines.push(...wrapped(`${analysis.status.replace('_', ' ')}: ${analysis.reason}`, '  '));
  for (const stratum of analysis.strata.filter((one) => one.notJudged === null)) {
    lines.push(dim(`  ${stratumTitle(stratum, analysis.window)}`));
    for (const reading of stratum.readings) lines.push(...wrapped(readingLine(reading), '    '));
    for (const [why, metrics] of unjudged(stratum.readings))
      lines.push(...wrapped(`${metrics.join(', ')}: ${why}`, '    '));
    for (const observation of stratum.observations) lines.push(...wrapped(observation, '    note: '));
  }
  if (analysis.status === 'analysed' || analysis.strata.length > 1)
    lines.push(...otherStrata(analysis.strata).map((line) => dim(`  ${line}`)));
  for (const one of plan.recommendations) {
    const chance =
      one.chance === null ? sureness(null) : `confidence ${confidenceWords(one.confidence ?? 0)}`;
    lines.push(
      `  ${red(typeInWords(one.type).toUpperCase())}  ${one.id}  ${dim(`${chance}; check on ${one.checkDate}`)}`,
      ...wrapped(one.sentence, '    '),
      ...wrapped(one.action, '    Do: '),
      ...(one.expected === '' ? [] : wrapped(one.expected, '    Brings: ')),
    );
  }
  for (const { finding, id, why } of plan.known)
    lines.push(
      ...wrapped(
        `${typeInWords(finding.type)}: ${finding.sentence} (${id}, ${why === 'open' ? 'said before and open' : 'dismissed before'})`,
        '  ',
      ),
    );
  for (const row of plan.statuses) {
    const entry = ledger.find(({ recommendation }) => recommendation.id === row.id);
    const paint = row.status === 'helped' ? green : row.status === 'worse' ? red : yellow;
    lines.push(
      `  ${paint(row.status.replace('_', ' ').toUpperCase())}  ${row.id}  ${dim(typeInWords(entry?.recommendation.type ?? ''))}`,
      ...wrapped(row.reason, '    '),
    );
  }
  if (analysis.status === 'analysed' && analysis.findings.length === 0)
    lines.push(green('  Nothing that chance does not do too.'));
  if (skipped + analysis.duplicates + analysis.future + analysis.older > 0)
    lines.push(dim(`  left out: ${leftOut(skipped, analysis)}`));
  return lines;
}

/** `0.998`, `above 0.999`. */
function confidenceWords(confidence: number): string {
  return confidence >= 0.9999 ? 'above 0.999' : confidence.toFixed(3);
}

function readingLine({ metric, unit, value, interval, n, target }: MetricReading): string {
  const figure = `${metric} ${unit === 'share' ? '' : 'median '}${formatMeasured(value, unit)} ${formatSpan(interval, unit)}, n ${formatNumber(n)}`;
  const against = target ? `; target ${formatMeasured(target.value, unit)} (${target.source})` : '';
  return `${figure}${against}`;
}

/** Why metrics were not judged, with the metrics each reason is for. */
function unjudged(readings: readonly MetricReading[]): Map<string, string[]> {
  const reasons = new Map<string, string[]>();
  for (const { metric, notJudged } of readings)
    if (notJudged !== null) reasons.set(notJudged, [...(reasons.get(notJudged) ?? []), metric]);
  return reasons;
}

/** The versions and models that were not judged, the largest first. */
function otherStrata(strata: readonly StratumAnalysis[]): string[] {
  const others = strata.filter(({ notJudged }) => notJudged !== null).sort((a, b) => b.n - a.n);
  if (others.length === 0) return [];
  const named = others.slice(0, 4).map((one) => {
    const name = [one.version, one.model].filter(Boolean).join(' / ') || 'no version';
    return `${name}: ${one.notJudged?.startsWith('no longer run') ? `no longer run (${runs(one.n)})` : runs(one.n)}`;
  });
  const more = others.length > named.length ? `; ${others.length - named.length} more` : '';
  return wrapped(`not judged: ${named.join('; ')}${more}`, '');
}

function leftOut(skipped: number, { duplicates, future, older }: OptimizedAgent['analysis']): string {
  return [
    ...(skipped > 0 ? [`${skipped} unreadable (\`kaizen metrics doctor\` says why)`] : []),
    ...(duplicates > 0 ? [`${duplicates} repeated`] : []),
    ...(future > 0 ? [`${future} dated in the future`] : []),
    ...(older > 0 ? [`${formatNumber(older)} before the newest 20,000`] : []),
  ].join(', ');
}
