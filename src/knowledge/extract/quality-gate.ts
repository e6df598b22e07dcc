import { dayMs } from '../../base/calendar.ts';
import type { Tier } from '../fact.ts';
import { round } from './claim-quality.ts';
import type { Proposal } from './proposal.ts';

/** The four scores of spec 02, "Harvester", point 7, and what they add up to. */
export interface GateScore {
  specificity: number;
  actionability: number;
  /** Halves every 180 days of age of the evidence; 0.5 where the transcript has no times. */
  freshness: number;
  /** By tier, higher when a passing run proved it. */
  source: number;
  /** 0.3 · specificity + 0.3 · actionability + 0.2 · freshness + 0.2 · source; ≥ 0.5 passes. */
  total: number;
}

export const gateThreshold = 0.5;
const freshnessHalfLifeDays = 180;
const sourceScore: Readonly<Record<Tier, number>> = { human: 1, user: 0.9, agent: 0.6, tool: 0.3 };

/** Scores a proposal. `now` and the evidence's time are ISO times. */
export function gateScore(proposal: Proposal, tier: Tier, proven: boolean, now: string): GateScore {
  const at = proposal.evidence.map((seen) => seen.at).find((time) => time !== null) ?? null;
  const ageDays = at === null ? Number.NaN : (Date.parse(now) - Date.parse(at)) / dayMs;
  const freshness = Number.isNaN(ageDays) ? 0.5 : 0.5 ** (Math.max(0, ageDays) / freshnessHalfLifeDays);
  const source = Math.min(1, sourceScore[tier] + (proven ? 0.3 : 0));
  const { specificity, actionability } = proposal;
  const total = 0.3 * specificity + 0.3 * actionability + 0.2 * freshness + 0.2 * source;
  return { specificity, actionability, freshness: round(freshness), source, total: round(total) };
}
