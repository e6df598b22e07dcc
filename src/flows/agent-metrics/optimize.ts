import { dayMs } from '../../base/calendar.ts';
import type { Change } from '../../base/change.ts';
import { readConfig } from '../../io/config.ts';
import { listAgents, readExecutions } from '../../io/executions.ts';
import { readTextIfExists } from '../../io/files.ts';
import { keepUnionMerge } from '../../io/refresh-summary.ts';
import { applyPlan, type Repository } from '../../io/repository.ts';
import {
  type AgentAnalysis,
  type AgentRecord,
  analyseAgent,
  fewestExecutions,
  type LookOptions,
} from '../../metrics/optimizer/analyse-agent.ts';
import {
  fingerprintOf,
  formatAnalysisFile,
  parseAnalysisFile,
} from '../../metrics/optimizer/analysis-file.ts';
import { foldLedger, type LedgerEntry } from '../../metrics/optimizer/ledger.ts';
import {
  type PlanTime,
  planRecommendations,
  type RecommendationPlan,
} from '../../metrics/optimizer/plan-recommendations.ts';
import {
  formatRecommendation,
  formatStatus,
  optimizerPaths,
  parseRecommendationRows,
} from '../../metrics/optimizer/recommendation.ts';
import { optimizerWindow } from '../../metrics/optimizer/strata.ts';
import { readSoundDefinition } from '../agents/agent-definitions.ts';
import { untilApplied } from '../until-applied.ts';
import { requireAgent } from './agent-metrics-show.ts';

/** What to analyse; what is left out comes from the agent's front matter, then from the config. */
export interface OptimizeRequest {
  /** One agent; all with metrics when left out. */
  agent: string | undefined;
  windowDays: number | undefined;
  min: number | undefined;
  seedCompat: boolean;
  now: Date;
  dryRun: boolean;
}

/** One agent with what was seen and what is new to say. */
export interface OptimizedAgent {
  analysis: AgentAnalysis;
  fingerprint: string;
  plan: RecommendationPlan;
  /** Lines of its executions that could not be read. */
  skipped: number;
  /** Why its definition was not used; null when it was, or there is none. */
  definitionProblem: string | null;
}

/** What an optimisation saw and wrote. */
export interface OptimizeReceipt {
  agents: OptimizedAgent[];
  /** The recommendations as they stand after it. */
  ledger: LedgerEntry[];
  /** Lines of recommendations.jsonl that could not be read. */
  skippedRows: number;
  /** Folders whose name cannot be that of an agent. */
  unsafe: string[];
  changes: Change[];
}

/** Executions older than this before the window are not read: an agent of that time was another one. */
const longestPastDays = 400;
/**
 * Analyses agents and writes `analysis.json` (where a fingerprint differs) and new rows of `recommendations.jsonl`:
 * what the data say of earlier advice that is due, and advice that is not open already.
 */
export async function optimize(repository: Repository, request: OptimizeRequest): Promise<OptimizeReceipt> {
  return untilApplied(async () => {
    const receipt = await planOptimization(repository, request);
    await applyPlan(repository, receipt.changes, request.dryRun);
    if (!request.dryRun && receipt.changes.length > 0) keepUnionMerge(repository.root);
    return receipt;
  });
}

async function planOptimization(repository: Repository, request: OptimizeRequest): Promise<OptimizeReceipt> {
  const { root } = repository;
  const { optimizer } = await readConfig(root);
  const listed = await listAgents(root);
  if (request.agent !== undefined) await requireKnown(repository, request.agent);
  const names = request.agent === undefined ? listed.agents : [request.agent];
  const rows = parseRecommendationRows(
    (await readTextIfExists(`${root}/${optimizerPaths.recommendations}`)) ?? '',
  );
  const ledger = foldLedger(rows);
  const time = timeOf(request.now, optimizer.check_after_days);
  const agents: OptimizedAgent[] = [];
  for (const name of names) {
    const limits = Object.hasOwn(optimizer.agents, name) ? optimizer.agents[name] : undefined;
    agents.push(
      await optimizeAgent(repository, name, {
        request,
        time,
        ledger,
        windowDays: optimizer.window_days,
        limits: limits && {
          successRate: limits.success_rate,
          executionTimeS: limits.execution_time_s,
          qualityScore: limits.quality_score,
          tokens: limits.tokens,
          primaryMetric: limits.primary_metric,
        },
      }),
    );
  }
  const plans = agents.map(({ plan }) => plan);
  const recommendations = plans.flatMap((plan) => plan.recommendations);
  const statuses = plans.flatMap((plan) => plan.statuses);
  const lines = [...statuses.map(formatStatus), ...recommendations.map(formatRecommendation)];
  return {
    agents,
    ledger: foldLedger({
      recommendations: [...rows.recommendations, ...recommendations],
      statuses: [...rows.statuses, ...statuses],
    }),
    skippedRows: rows.skipped,
    unsafe: listed.unsafe,
    changes: [
      ...(await planAnalysisFile(root, agents, request.agent === undefined ? names : listed.agents)),
      ...(lines.length > 0 ? [{ kind: 'append' as const, path: optimizerPaths.recommendations, lines }] : []),
    ],
  };
}

/** KaizenError `not_found` for a name that nothing was recorded of and nothing defines. */
async function requireKnown(repository: Repository, agent: string): Promise<void> {
  const { definition, problem } = await readSoundDefinition(repository, agent);
  if (!definition && problem === null) await requireAgent(repository.root, agent);
}

/** The plain time of a call, with the day it falls on. */
export function timeOf(now: Date, checkAfterDays: number): PlanTime {
  const at = now.toISOString();
  return { at, today: at.slice(0, 10), checkAfterDays };
}

async function optimizeAgent(
  repository: Repository,
  agent: string,
  given: {
    request: OptimizeRequest;
    time: PlanTime;
    ledger: readonly LedgerEntry[];
    windowDays: number;
    limits: AgentRecord['limits'];
  },
): Promise<OptimizedAgent> {
  const { request, time } = given;
  const { definition, problem } = await readSoundDefinition(repository, agent);
  const options: LookOptions = {
    today: time.today,
    windowDays: request.windowDays ?? definition?.optimization.windowDays ?? given.windowDays,
    min: request.min ?? fewestExecutions,
    seedCompat: request.seedCompat,
  };
  const { from } = optimizerWindow(options.today, options.windowDays);
  const sinceMs = Date.parse(from) - longestPastDays * dayMs;
  const { executions, skipped } = await readExecutions(repository.root, agent, { sinceMs });
  const record: AgentRecord = { agent, executions, definition, limits: given.limits };
  const analysis = analyseAgent(record, options);
  return {
    analysis,
    fingerprint: fingerprintOf(record, options),
    plan: planRecommendations(analysis, given.ledger, record, time),
    skipped,
    definitionProblem: problem,
  };
}

async function planAnalysisFile(
  root: string,
  agents: readonly OptimizedAgent[],
  existing: readonly string[],
): Promise<Change[]> {
  const was = (await readTextIfExists(`${root}/${optimizerPaths.analysis}`)) ?? null;
  const before = parseAnalysisFile(was ?? undefined);
  const kept = Object.fromEntries(Object.entries(before).filter(([agent]) => existing.includes(agent)));
  const text = formatAnalysisFile(kept, agents);
  return text === undefined || text === was
    ? []
    : [{ kind: 'write', path: optimizerPaths.analysis, text, was }];
}
