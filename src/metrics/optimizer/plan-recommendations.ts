import { addDays } from '../../base/calendar.ts';
import type { AgentDefinition } from '../agents/agent-definition.ts';
import type { Execution } from '../agents/executions/execution.ts';
import type { AgentAnalysis } from './analyse-agent.ts';
import type { Finding } from './finding.ts';
import { judgeEffect } from './judge-effect.ts';
import { entriesOfKey, type LedgerEntry } from './ledger.ts';
import { keyOf, type Recommendation, recommendationId, type StatusRow } from './recommendation.ts';

/** What is new to say of one agent. */
export interface RecommendationPlan {
  /** To append. */
  recommendations: Recommendation[];
  statuses: StatusRow[];
  /** Findings that an open recommendation says already, or that a person has dismissed. */
  known: { finding: Finding; id: string; why: 'open' | 'dismissed' }[];
}

/** When the data are asked: `today` is a UTC day, `at` the full time, `checkAfterDays` the days until the check. */
export interface PlanTime {
  at: string;
  today: string;
  checkAfterDays: number;
}

/**
 * The rows to append for one agent: first what the data say of recommendations whose check date has come, then what is
 * new. The same finding is not said again while a recommendation on it is open; a dismissed one stays silent until it
 * is twice as bad.
 */
export function planRecommendations(
  analysis: AgentAnalysis,
  ledger: readonly LedgerEntry[],
  record: { executions: readonly Execution[]; definition?: AgentDefinition | undefined },
  time: PlanTime,
): RecommendationPlan {
  if (analysis.status === 'disabled') return { recommendations: [], statuses: [], known: [] };
  const own = ledger.filter(({ recommendation }) => recommendation.agent === analysis.agent);
  const due = own.filter(({ checkDate }) => checkDate !== null && checkDate <= time.today);
  const judged = due.map((entry) => ({ entry, row: judgeDue(entry, record, time) }));
  const closed = new Set(judged.filter(({ row }) => row.checkDate === null).map(({ entry }) => entry));
  const plan: RecommendationPlan = { recommendations: [], statuses: judged.map(({ row }) => row), known: [] };
  const said = new Set<string>();
  for (const finding of byChance(analysis.findings)) {
    const key = keyOf({ ...finding, agent: analysis.agent });
    if (said.has(key)) continue;
    said.add(key);
    const earlier = entriesOfKey(own, key);
    const last = earlier.at(-1);
    if (last?.isOpen && !closed.has(last))
      plan.known.push({ finding, id: last.recommendation.id, why: 'open' });
    else if (last?.status === 'dismissed' && excess(finding) < 2 * excess(last.recommendation))
      plan.known.push({ finding, id: last.recommendation.id, why: 'dismissed' });
    else
      plan.recommendations.push({
        ...finding,
        id: recommendationId(key, earlier.length),
        agent: analysis.agent,
        at: time.at,
        window: analysis.window,
        confidence: finding.chance === null ? null : Math.min(highestConfidence, 1 - finding.chance),
        checkDate: addDays(time.today, time.checkAfterDays),
        follows: last?.recommendation.id ?? null,
      });
  }
  return plan;
}

/** Nothing that is measured is certain. */
const highestConfidence = 0.9999;

/** The surest first; seed rules last. */
function byChance(findings: readonly Finding[]): Finding[] {
  return [...findings].sort((a, b) => (a.chance ?? 1) - (b.chance ?? 1));
}

/** How far a value is from what it was held against. */
function excess({ value, reference }: Finding): number {
  return reference ? Math.abs(value - reference.value) : 0;
}

const wordOf = { better: 'helped', no_change: 'no_change', worse: 'worse', too_few: 'too_few' } as const;

function judgeDue(
  entry: LedgerEntry,
  record: { executions: readonly Execution[]; definition?: AgentDefinition | undefined },
  time: PlanTime,
): StatusRow {
  const effect = judgeEffect(entry, record.executions, record.definition);
  const { id } = entry.recommendation;
  const again = addDays(time.today, time.checkAfterDays);
  const row = { id, at: time.at, by: 'data' as const };
  if (effect.verdict === 'too_few')
    return { ...row, status: 'too_few', reason: effect.sentence, checkDate: again };
  if (entry.acceptedAt !== null)
    return { ...row, status: wordOf[effect.verdict], reason: effect.sentence, checkDate: null };
  const seen = { better: 'better', no_change: 'no change seen', worse: 'worse' }[effect.verdict];
  return {
    ...row,
    status: 'unknown',
    reason: `${seen}: ${effect.sentence}; nobody accepted it, so what the advice did cannot be known`,
    checkDate: effect.verdict === 'better' ? null : again,
  };
}

/** A person's decision on a recommendation, as the row to append. Accepted advice is judged from now on. */
export function decisionRow(
  entry: LedgerEntry,
  decision: { status: 'accepted' | 'dismissed' | 'open'; reason: string },
  time: PlanTime,
): StatusRow {
  return {
    id: entry.recommendation.id,
    at: time.at,
    status: decision.status,
    by: 'person',
    reason: decision.reason,
    checkDate: decision.status === 'dismissed' ? null : addDays(time.today, time.checkAfterDays),
  };
}
