/**
 * How the optimizer keeps from crying wolf. Of agents that do not change and meet their targets (and the shares that are
 * let pass, `detect-shares.ts`) at most 5 % may ever get a recommendation, however often they are looked at and with
 * whatever window. Three parts make that so:
 *
 * 1. Each detector gathers evidence as an e-process (`base/statistics/e-process.ts`), which chance alone takes to 1/α
 *    at any time with probability α at most. Daily looks are as safe as weekly ones.
 * 2. A change may begin at any time, so evidence is gathered anew every second week, and the sum over the starts counts,
 *    the t-th start weighted with 6/(π²t²). The weights add up to 1, so the sum is an e-process too: looks at moving
 *    windows cost nothing further (spec 06, comparison rules: α_t = α·6/(π²t²)). Another version or model is a further
 *    start. (Every week: each start is paid for; every fourth: quiet days before the change dilute it. Both see less.)
 * 3. The detectors share the 5 % by the fixed shares below (Bonferroni with weights: what people ask first gets most).
 *
 * "Does not change" means that its executions might as well have come in another order. Neighbours that are alike break
 * that; how alike they are is estimated and taken off the evidence (`series.ts`), which holds by simulation.
 *
 * Plain 95 % intervals in each look are wrong for more than half of the stable agents within a year, for success alone
 * (`npm run bench -- optimizer` prints both).
 */
export const alarmBudget = 0.05;

/**
 * Share of the budget of each question; they add up to 1. `nth` items of a list (error kinds, secondary metrics) divide
 * the share of their question again.
 */
const questionShares = {
  success: 0.26,
  primary: 0.25,
  time: 0.15,
  quality: 0.13,
  cost: 0.05,
  secondary: 0.04,
  spread: 0.02,
  outliers: 0.04,
  errors: 0.04,
  missing: 0.02,
} as const;
const lists: ReadonlySet<string> = new Set(['secondary', 'spread', 'errors', 'missing']);

const partShares = {
  target: 0.77,
  'change beside a target': 0.23,
  floor: 0.4,
  'change beside a floor': 0.6,
} as const;

/**
 * A question that is put to the records of an agent. With a target, a metric is asked whether it misses it (77 % of its
 * share) and whether it got worse (the rest); without one the whole share asks whether it got worse, but for success, of
 * which 40 % ask whether more than half of the executions fail.
 */
export interface Question {
  about: keyof typeof questionShares;
  part?: keyof typeof partShares;
  /** Place in a list, from 1. */
  nth?: number;
}

/** A place where evidence begins to be gathered: the `t`-th of its agent, at index `at` of its stratum. */
export interface EvidenceStart {
  t: number;
  at: number;
}

/** Weight of the t-th of endlessly many: 6/(π²t²), which add up to 1. */
function weightOf(t: number): number {
  return 6 / (Math.PI * t) ** 2;
}

function shareOf({ about, part, nth = 1 }: Question): number {
  return questionShares[about] * (part ? partShares[part] : 1) * (lists.has(about) ? weightOf(nth) : 1);
}

/**
 * An upper bound of the chance that a stable agent ever shows this much against any of its questions: 1 / (share of the
 * question · Σ weight·E), at most 1. A finding needs `alarmBudget` or less.
 */
export function chanceOf(
  question: Question,
  starts: readonly EvidenceStart[],
  logEvidence: (start: EvidenceStart) => number,
): number {
  const logs = starts.map((start) => Math.log(weightOf(start.t)) + logEvidence(start));
  const highest = Math.max(Number.NEGATIVE_INFINITY, ...logs);
  if (highest === Number.NEGATIVE_INFINITY) return 1;
  const logSum = highest + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - highest), 0));
  return Math.min(1, Math.exp(-(logSum + Math.log(shareOf(question)))));
}
