import type { AgentDefinition } from '../agents/agent-definition.ts';
import type { Execution } from '../agents/executions/execution.ts';
import { assumedDirection, type MetricDirection } from '../agents/metric-direction.ts';

/** A number that executions carry. */
export interface Measure {
  /** Its name in recommendations: a field of the row on disk, or the name of a metric. */
  metric: string;
  role: 'success' | 'time' | 'quality' | 'cost' | 'primary' | 'secondary';
  unit: 's' | 'share' | 'tokens' | '';
  better: MetricDirection;
  /** Why that side is taken for the better one when nobody said so. */
  assumed: boolean;
  /** The value, 0 or 1 for success; undefined when the execution does not have it. */
  read(execution: Execution): number | undefined;
}

/** Names under which a metric of the front matter means a field that every execution has its place for. */
const fieldOfName: Record<string, Measure['role']> = {
  success_rate: 'success',
  success: 'success',
  execution_time_s: 'time',
  quality_score: 'quality',
  tokens: 'cost',
};

/** The role of a metric by its name: the field it stands for, else undefined. */
export function fieldRole(name: string): Measure['role'] | undefined {
  return Object.hasOwn(fieldOfName, name) ? fieldOfName[name] : undefined;
}

/**
 * What can be measured in the executions of an agent: the fields any of them has, its primary metric (the one of its
 * definition, else the one its newest execution names), and the secondary ones its definition names.
 */
export function measuresOf(executions: readonly Execution[], definition?: AgentDefinition): Measure[] {
  const declared = definition?.metrics;
  const newest = executions.findLast((execution) => execution.primaryMetric)?.primaryMetric;
  const primaryName = declared?.primary.name ?? newest?.name;
  const measures: Measure[] = [
    {
      metric: 'success_rate',
      role: 'success',
      unit: 'share',
      better: 'higher',
      assumed: false,
      read: (execution) => Number(execution.success),
    },
    {
      metric: 'execution_time_s',
      role: 'time',
      unit: 's',
      better: 'lower',
      assumed: false,
      read: (execution) => execution.executionTimeS,
    },
    {
      metric: 'quality_score',
      role: 'quality',
      unit: '',
      better: 'higher',
      assumed: false,
      read: (execution) => execution.qualityScore,
    },
    {
      metric: 'tokens',
      role: 'cost',
      unit: 'tokens',
      better: 'lower',
      assumed: false,
      read: tokenReader(executions),
    },
  ];
  if (primaryName !== undefined && fieldRole(primaryName) === undefined)
    measures.push({
      metric: primaryName,
      role: 'primary',
      unit: '',
      better: declared?.primary.direction ?? assumedDirection(primaryName),
      assumed: declared === undefined,
      read: ({ primaryMetric, secondaryMetrics }) =>
        primaryMetric?.name === primaryName ? primaryMetric.value : secondaryMetrics?.[primaryName],
    });
  for (const { name, direction } of declared?.secondary ?? [])
    if (fieldRole(name) === undefined)
      measures.push({
        metric: name,
        role: 'secondary',
        unit: '',
        better: direction,
        assumed: false,
        read: ({ primaryMetric, secondaryMetrics }) =>
          secondaryMetrics?.[name] ?? (primaryMetric?.name === name ? primaryMetric.value : undefined),
      });
  return measures;
}

/**
 * Tokens without cache reads where every execution with tokens has the types (cache reads dominate the sum and cost a
 * tenth), else all of them: one series never mixes the two.
 */
function tokenReader(executions: readonly Execution[]): Measure['read'] {
  const hasTypes = executions.every(
    ({ tokens }) => tokens === undefined || tokens.input !== undefined || tokens.output !== undefined,
  );
  return ({ tokens }) => {
    if (!tokens) return undefined;
    const { input = 0, output = 0, cacheRead = 0, cacheWrite = 0, total } = tokens;
    if (hasTypes) return input + output + cacheWrite;
    return total ?? input + output + cacheRead + cacheWrite;
  };
}
