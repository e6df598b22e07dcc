import { median } from '../../base/statistics/describe.ts';
import { counted } from '../../base/text.ts';
import type { AgentDefinition, DefinitionProblem } from './agent-definition.ts';
import type { Execution } from './executions/execution.ts';
import { findFieldLine } from './executions/field-line.ts';
import { isForHostAlone } from './host-definition.ts';
import type { MetricDirection } from './metric-direction.ts';
import { type SessionMeasure, sessionMeasures } from './session-measures.ts';

/** Something about an agent that a person should know. `error`: the definition cannot do what it says. */
export interface AgentFinding {
  level: 'error' | 'hint';
  agent: string;
  /** File and line; null where the finding is about what is missing. */
  path: string | null;
  line: number | null;
  field: string | null;
  problem: string;
}

/** A definition file, read or not. */
export interface DefinitionFile {
  path: string;
  name: string;
  text: string;
  definition: AgentDefinition | undefined;
  problems: DefinitionProblem[];
}

/** What is compared. */
export interface AgentLintMaterial {
  /** Files in the order in which they count: of two for one agent the first does. */
  files: readonly DefinitionFile[];
  /** Agents with a memory. */
  memories: readonly string[];
  /** Agents with a metrics folder, and their executions. */
  executions: ReadonlyMap<string, readonly Execution[]>;
}

/** Fewest records against which a target is judged. */
const fewestForTarget = 10;

/** Every problem of the definitions, then the agents that have none, then what the records say against a definition. */
export function lintAgents(material: AgentLintMaterial): AgentFinding[] {
  const counted = new Map<string, DefinitionFile>();
  const findings: AgentFinding[] = [];
  for (const file of material.files) {
    const isHosts = file.path.startsWith('.claude/') && isForHostAlone(file.text);
    const level: AgentFinding['level'] = isHosts ? 'hint' : 'error';
    findings.push(...file.problems.map((one) => ({ level, ...of(file), ...asProblem(one) })));
    const first = counted.get(file.name);
    if (first) findings.push(definedTwice(file, first));
    else counted.set(file.name, file);
    findings.push(...misplaced(file));
    if (file.definition && !first)
      findings.push(...metricFindings(file, material.executions.get(file.name) ?? []));
  }
  return [...findings, ...undefinedAgents(material, counted)];
}

const of = ({ name, path }: DefinitionFile) => ({ agent: name, path });
const asProblem = ({ line, field, reason }: DefinitionProblem) => ({ line, field, problem: reason });

function definedTwice(file: DefinitionFile, first: DefinitionFile): AgentFinding {
  const problem = `${file.name} is defined in ${first.path} too, and that file counts`;
  return { level: 'hint', ...of(file), line: 1, field: 'name', problem };
}

function misplaced(file: DefinitionFile): AgentFinding[] {
  const folder = /^\.kaizen\/agents\/([^/]+)\/agent\.md$/.exec(file.path)?.[1];
  if (folder === undefined || file.definition === undefined || folder === file.name) return [];
  const problem = `is '${file.name}', but the folder is '${folder}': it is looked for under .kaizen/agents/${file.name}/`;
  return [{ level: 'error', ...of(file), line: lineOf(file, ['name']), field: 'name', problem }];
}

/** Agents with metrics or memory that nothing defines: nobody says what they are measured by. */
function undefinedAgents(
  { memories, executions }: AgentLintMaterial,
  defined: ReadonlyMap<string, DefinitionFile>,
): AgentFinding[] {
  const names = [...new Set([...memories, ...executions.keys()])].filter((name) => !defined.has(name)).sort();
  return names.map((agent) => {
    const n = executions.get(agent)?.length ?? 0;
    const has = [
      ...(n > 0 ? [counted(n, 'record')] : executions.has(agent) ? ['a metrics folder'] : []),
      ...(memories.includes(agent) ? ['a memory'] : []),
    ].join(' and ');
    const problem = `has ${has} but no definition in .kaizen/agents/${agent}/agent.md or .claude/agents/`;
    return { level: 'hint', agent, path: null, line: null, field: null, problem };
  });
}

interface NamedMetric {
  name: string;
  target?: number;
  direction: MetricDirection;
  field: string[];
}

function metricFindings(file: DefinitionFile, executions: readonly Execution[]): AgentFinding[] {
  const metrics = file.definition?.metrics;
  if (!metrics) return [];
  const named: NamedMetric[] = [
    { ...metrics.primary, field: ['metrics', 'primary'] },
    ...metrics.secondary.map((one, at) => ({ ...one, field: ['metrics', 'secondary', String(at)] })),
  ];
  return named.flatMap((metric) => [
    ...definitionFindings(file, metric, metrics.collection === 'per_execution'),
    ...recordFindings(file, metric, executions),
  ]);
}

function definitionFindings(file: DefinitionFile, metric: NamedMetric, isMeasured: boolean): AgentFinding[] {
  const { name, target, direction, field } = metric;
  const known: SessionMeasure | undefined = sessionMeasures[name];
  const finding = (level: AgentFinding['level'], key: string, problem: string): AgentFinding => ({
    level,
    ...of(file),
    line: lineOf(file, [...field, key]),
    field: [...field, key].join('.'),
    problem,
  });
  if (!known)
    return isMeasured
      ? [
          finding(
            'hint',
            'name',
            `Kaizen does not measure '${name}': it stays unknown unless \`kaizen metrics record\` gives it. Measured are ${Object.keys(sessionMeasures).join(', ')}`,
          ),
        ]
      : [];
  const found: AgentFinding[] = [];
  if (direction !== known.direction)
    found.push(finding('error', 'direction', `${name} is better ${known.direction} (${known.meaning})`));
  if (target !== undefined && (target < 0 || (known.unit === 'share' && target > 1)))
    found.push(
      finding(
        'error',
        'target',
        `${target} cannot be reached: ${name} is ${known.unit === 'share' ? 'a share from 0 to 1' : 'never negative'}`,
      ),
    );
  return found;
}

function recordFindings(
  file: DefinitionFile,
  metric: NamedMetric,
  executions: readonly Execution[],
): AgentFinding[] {
  const { name, target, direction, field } = metric;
  const n = executions.length;
  if (n === 0) return [];
  const values = executions.flatMap((execution) => valueIn(execution, name) ?? []);
  const finding = (key: string, problem: string): AgentFinding[] => [
    {
      level: 'hint',
      ...of(file),
      line: lineOf(file, [...field, key]),
      field: [...field, key].join('.'),
      problem,
    },
  ];
  if (values.length === 0) return finding('name', `none of ${counted(n, 'record')} has a value of ${name}`);
  if (target === undefined || values.length < fewestForTarget) return [];
  const met = values.filter((value) => (direction === 'higher' ? value >= target : value <= target)).length;
  if (met > 0) return [];
  const middle = Number((median(values) as number).toPrecision(3));
  return finding('target', `${target} was reached in none of ${values.length} records (median ${middle})`);
}

function valueIn({ primaryMetric, secondaryMetrics }: Execution, name: string): number | undefined {
  return primaryMetric?.name === name ? primaryMetric.value : secondaryMetrics?.[name];
}

function lineOf(file: DefinitionFile, field: readonly string[]): number {
  return findFieldLine(file.text, field);
}
