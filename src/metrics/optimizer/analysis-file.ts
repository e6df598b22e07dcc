import { z } from 'zod';
import { sha256Hex } from '../../base/text.ts';
import { formatExecution } from '../agents/executions/execution.ts';
import type { AgentAnalysis, AgentRecord, LookOptions } from './analyse-agent.ts';
import { optimizerWindow, usableExecutions } from './strata.ts';

/** Version of the rules in this folder: another one means that the same records may say something else. */
const rulesVersion = 1;

/**
 * What an analysis follows from, as one hash: the rows that count, targets, front matter, options, the window's first
 * day, and the version of the rules. The day of the look is not among it, so a week without new rows writes nothing.
 */
export function fingerprintOf(record: AgentRecord, options: LookOptions): string {
  const { usable } = usableExecutions(record.executions, options.today);
  const { metrics, optimization } = record.definition ?? {};
  const { windowDays, min, seedCompat } = options;
  const { from } = optimizerWindow(options.today, windowDays);
  const settings = {
    rulesVersion,
    windowDays,
    min,
    seedCompat,
    from,
    metrics,
    optimization,
    limits: record.limits,
  };
  return sha256Hex([JSON.stringify(settings), ...usable.map(formatExecution)].join('\n')).slice(0, 32);
}

/** What `analysis.json` holds of each agent, as it stands on disk. */
type AgentEntries = Record<string, Record<string, unknown> & { fingerprint: string }>;

const AnalysisFile = z.object({
  agents: z.record(z.string(), z.looseObject({ fingerprint: z.string() })),
});

/** The entries of an `analysis.json`; none when it is absent or not readable, since it is derived. */
export function parseAnalysisFile(text: string | undefined): AgentEntries {
  if (text === undefined) return {};
  try {
    return AnalysisFile.parse(JSON.parse(text)).agents;
  } catch {
    // Torn or edited: it is made anew from the executions.
    return {};
  }
}

/**
 * The text of `analysis.json` with new analyses in the place of older ones; agents that were not looked at keep their
 * entry. Undefined when every fingerprint is the same as before.
 */
export function formatAnalysisFile(
  before: AgentEntries,
  analyses: readonly { analysis: AgentAnalysis; fingerprint: string }[],
): string | undefined {
  const isKnown = ({ analysis, fingerprint }: (typeof analyses)[number]) =>
    Object.hasOwn(before, analysis.agent) && before[analysis.agent]?.fingerprint === fingerprint;
  if (analyses.every(isKnown)) return undefined;
  const fresh = analyses
    .filter((one) => !isKnown(one))
    .map(({ analysis, fingerprint }) => [analysis.agent, analysisOnDisk(analysis, fingerprint)] as const);
  const agents = Object.fromEntries(
    [...Object.entries(before).filter(([agent]) => !fresh.some(([name]) => name === agent)), ...fresh].sort(
      ([a], [b]) => (a < b ? -1 : 1),
    ),
  );
  const fingerprint = sha256Hex(
    Object.entries(agents)
      .map(([agent, entry]) => `${agent} ${(entry as { fingerprint: string }).fingerprint}`)
      .join('\n'),
  ).slice(0, 32);
  const file = { schema_version: 1, rules_version: rulesVersion, fingerprint, agents };
  return `${JSON.stringify(file, (_, value) => (typeof value === 'number' ? Number(value.toPrecision(6)) : value), 2)}\n`;
}

/** An analysis with the names it has on disk; without the day of the look, so that it only changes with its inputs. */
export function analysisOnDisk(analysis: AgentAnalysis, fingerprint: string): AgentEntries[string] {
  const { window, findings, strata, agent: _, ...rest } = analysis;
  return {
    fingerprint,
    status: rest.status,
    n: rest.n,
    min: rest.min,
    missing: rest.missing,
    reason: rest.reason,
    window: { from: window.from, days: window.days },
    duplicates: rest.duplicates,
    future: rest.future,
    older: rest.older,
    strata: strata.map((stratum) => ({
      agent_version: stratum.version,
      model: stratum.model,
      n: stratum.n,
      before: stratum.before,
      not_judged: stratum.notJudged,
      readings: stratum.readings.map(({ notJudged, interval, ...reading }) => ({
        ...reading,
        interval_95: interval,
        not_judged: notJudged,
      })),
      observations: stratum.observations,
    })),
    findings: findings.map(({ version, interval, chance, expected, gauge: __, ...finding }) => ({
      ...finding,
      agent_version: version,
      interval_95: interval,
      chance_if_stable: chance,
      expected_effect: expected,
    })),
  };
}
