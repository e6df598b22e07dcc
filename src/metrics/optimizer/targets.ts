import type { AgentDefinition } from '../agents/agent-definition.ts';
import type { Execution } from '../agents/executions/execution.ts';
import { fieldRole, type Measure } from './measures.ts';

/** Limits of one agent in `.kaizen/config.yml`; they win over its front matter. */
export interface AgentLimits {
  successRate?: number | undefined;
  executionTimeS?: number | undefined;
  qualityScore?: number | undefined;
  tokens?: number | undefined;
  primaryMetric?: number | undefined;
}

/** What a metric is held against, and who said so. */
export interface Target {
  value: number;
  source: 'config' | 'front matter' | 'record' | 'seed';
}

/** The constants of seed 004: 30 seconds, 80 % success. They know nothing of the agent; only `--seed-compat` uses them. */
export const seedTargets = { successRate: 0.8, executionTimeS: 30 } as const;

/**
 * The target of a measure: the repository's config, else the agent's front matter, else (for its primary metric) what
 * its newest execution says. Undefined: the agent is held against its own past.
 */
export function targetOf(
  measure: Measure,
  given: {
    limits?: AgentLimits | undefined;
    definition?: AgentDefinition | undefined;
    executions: readonly Execution[];
  },
): Target | undefined {
  const { definition, limits } = given;
  const configured = limitOf(measure, limits);
  if (configured !== undefined) return { value: configured, source: 'config' };
  const declared = declaredTarget(measure, definition);
  if (declared !== undefined) return { value: declared, source: 'front matter' };
  if (measure.role !== 'primary') return undefined;
  const recorded = given.executions.findLast(
    ({ primaryMetric }) => primaryMetric?.name === measure.metric && primaryMetric.target !== undefined,
  )?.primaryMetric?.target;
  return recorded === undefined ? undefined : { value: recorded, source: 'record' };
}

function limitOf({ role }: Measure, limits: AgentLimits | undefined): number | undefined {
  switch (role) {
    case 'success':
      return limits?.successRate;
    case 'time':
      return limits?.executionTimeS;
    case 'quality':
      return limits?.qualityScore;
    case 'cost':
      return limits?.tokens;
    case 'primary':
      return limits?.primaryMetric;
    case 'secondary':
      return undefined;
  }
}

function declaredTarget(
  { role, metric }: Measure,
  definition: AgentDefinition | undefined,
): number | undefined {
  const metrics = definition?.metrics;
  const named = [...(metrics ? [metrics.primary, ...metrics.secondary] : [])].find((one) =>
    role === 'primary' || role === 'secondary' ? one.name === metric : fieldRole(one.name) === role,
  );
  if (named?.target !== undefined) return named.target;
  const optimization = definition?.optimization;
  if (role === 'success') return optimization?.successRate;
  if (role === 'time') return optimization?.executionTimeS;
  return role === 'quality' ? optimization?.qualityScore : undefined;
}
