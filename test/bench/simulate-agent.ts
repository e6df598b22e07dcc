import type { Execution } from '../../src/metrics/agents/executions/execution.ts';

/** The truth an agent's executions are drawn from. */
export interface AgentTruth {
  seed: number;
  weeks: number;
  /** Mean executions a week (Poisson). */
  perWeek: number;
  success?: number;
  /** Median seconds, standard deviation of their logarithm, and how alike neighbours are (AR(1)). */
  medianS?: number;
  logSd?: number;
  correlation?: number;
  /** Median of a quality score. */
  quality?: number;
  /** Median tokens. */
  tokens?: number;
  /** Median of the primary metric, and its target. */
  primary?: { value: number; target?: number };
  /** Share of failures with a kind of error, spread over `errorKinds` kinds. */
  errorKinds?: number;
  /** Share of heavy tasks that take ten times as long. */
  heavy?: number;
  /** Share of executions without time, quality and tokens. */
  missing?: number;
  /** Scores in steps of this size instead of any number. */
  grades?: number;
  /** Weeks after which the next version of the agent takes over. */
  versionWeeks?: number;
  /** From this week on, what is different. */
  change?: {
    week: number;
    success?: number;
    time?: number;
    quality?: number;
    tokens?: number;
    logSd?: number;
  };
}

/** Pseudo-random numbers in [0, 1) from a seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Monday of the first week. */
export const firstMonday = Date.UTC(2026, 0, 5);
const weekMs = 7 * 86_400_000;

/** The executions of one agent in time order; the same truth gives the same ones. */
export function simulateAgent(truth: AgentTruth): Execution[] {
  const random = randomOf(truth.seed * 7919 + 17);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const { success = 0.9, medianS = 600, logSd = 0.6, correlation = 0, heavy = 0, missing = 0 } = truth;
  const executions: Execution[] = [];
  let mood = normal();
  for (let week = 0; week < truth.weeks; week += 1) {
    const now = truth.change && week >= truth.change.week ? truth.change : undefined;
    const times = Array.from({ length: poisson(truth.perWeek, random) }, () => random()).sort(
      (a, b) => a - b,
    );
    for (const time of times) {
      mood = correlation * mood + Math.sqrt(1 - correlation ** 2) * normal();
      const works = random() < (now?.success ?? success);
      const has = () => random() >= missing;
      const id = `${truth.seed}-${executions.length}`;
      executions.push({
        id,
        sessionUid: `s-${id}`,
        timestamp: new Date(firstMonday + (week + time) * weekMs).toISOString(),
        agent: 'simulated',
        success: works,
        ...(has() && {
          executionTimeS:
            medianS * (now?.time ?? 1) * Math.exp((now?.logSd ?? logSd) * mood) * (random() < heavy ? 10 : 1),
        }),
        ...(truth.quality !== undefined &&
          has() && {
            qualityScore: graded(truth.quality + (now?.quality ?? 0) + 0.08 * normal(), truth.grades),
          }),
        ...(truth.tokens !== undefined &&
          has() && {
            tokens: { total: Math.round(truth.tokens * (now?.tokens ?? 1) * Math.exp(0.5 * normal())) },
          }),
        ...(truth.primary && {
          primaryMetric: {
            name: 'test_pass_rate',
            value: Math.min(1, truth.primary.value + 0.03 * normal()),
            target: truth.primary.target,
          },
        }),
        ...(truth.versionWeeks && { agentVersion: `1.${Math.floor(week / truth.versionWeeks)}` }),
        ...(!works && truth.errorKinds && { errorType: `error-${Math.floor(random() * truth.errorKinds)}` }),
      });
    }
  }
  return executions;
}

const graded = (score: number, step = 1e-6) => Math.min(1, Math.max(0, Math.round(score / step) * step));

/** Knuth's product of uniforms. */
function poisson(mean: number, random: () => number): number {
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > limit; product *= random()) count += 1;
  return count;
}
