import pc from 'picocolors';
import { counted, terminalSafe } from '../base/text.ts';
import type { DescribedAgent, ListedAgent } from '../flows/agents/agent-overview.ts';
import type { AgentDefinition } from '../metrics/agents/agent-definition.ts';
import { performanceLines } from '../metrics/agents/brief/brief-performance.ts';
import type { AgentFinding } from '../metrics/agents/lint-agents.ts';
import { sessionMeasures } from '../metrics/agents/session-measures.ts';
import { formatShare } from '../metrics/format-figure.ts';
import { type Style, safely } from './render-knowledge.ts';
import { renderTable } from './render-table.ts';
import { wrapText } from './wrap-text.ts';

/** The agents of a repository as a table. */
export function renderAgents(agents: readonly ListedAgent[], style: Style): string {
  if (agents.length === 0)
    return 'No agent is defined here. `kaizen agent init` lists those that come with Kaizen.';
  const rows = agents.map(({ name, path, definition, hasMemory, summary }) => [
    name,
    definition?.version ?? '–',
    goalOf(definition),
    String(summary.executions),
    summary.successRate ? formatShare(summary.successRate.value) : '–',
    hasMemory ? 'yes' : definition?.memory === 'disabled' ? 'off' : 'no',
    path ?? 'not defined',
  ]);
  const head = [
    { head: 'AGENT' },
    { head: 'VERSION' },
    { head: 'MEASURED BY' },
    { head: 'RECORDS', align: 'right' as const },
    { head: 'SUCCESS', align: 'right' as const },
    { head: 'MEMORY' },
    { head: 'DEFINED IN', flexible: true },
  ];
  return renderTable(head, rows, style);
}

/** `test_pass_rate ≥ 1`. */
function goalOf(definition: AgentDefinition | undefined): string {
  const primary = definition?.metrics?.primary;
  return primary ? `${primary.name} ${primary.direction === 'higher' ? '≥' : '≤'} ${primary.target}` : '–';
}

/** One agent on a page. */
export function renderAgent(given: DescribedAgent, style: Style): string {
  const agent = safely(given);
  const { bold, dim, yellow } = pc.createColors(style.color);
  const { definition, summary, flagged } = agent;
  const lines = [`${bold(agent.name)}${definition?.version ? ` ${definition.version}` : ''}`];
  lines.push(dim(agent.path ?? 'no definition'));
  if (definition)
    lines.push('', ...wrapText(definition.description, style.columns, ''), ...metricLines(definition));
  lines.push('', bold('Records'));
  const performance = performanceLines(summary, given.executions).map(terminalSafe);
  lines.push(...(performance.length > 0 ? performance : ['none yet']).map((line) => `  ${line}`));
  for (const { timestamp, sessionUid, metadata } of flagged.slice(-5)) {
    const { before, now } = (metadata?.flag ?? {}) as { before?: { run: number }; now?: { run: number } };
    lines.push(
      yellow(
        `  Flagged ${timestamp.slice(0, 10)} ${sessionUid ?? ''}: a better rate with fewer tests (${before?.run} → ${now?.run})`,
      ),
    );
  }
  if (flagged.length > 5) lines.push(`  … and ${flagged.length - 5} more flagged before`);
  lines.push(
    '',
    `Memory: ${agent.hasMemory ? `kaizen memory show ${agent.name}` : definition?.memory === 'disabled' ? 'disabled' : 'none yet'}`,
  );
  if (agent.findings.length > 0)
    lines.push('', bold('Findings'), ...agent.findings.map((one) => findingLine(one, style)));
  return lines.join('\n');
}

function metricLines({ metrics }: AgentDefinition): string[] {
  if (!metrics) return ['', 'Not measured.'];
  const metric = (one: { name: string; target?: number; direction: string }) =>
    `  ${one.name}${one.target === undefined ? '' : `, target ${one.target}`}, ${one.direction} is better${
      sessionMeasures[one.name] ? `: ${sessionMeasures[one.name]?.meaning}` : ''
    }`;
  const how = metrics.collection === 'manual' ? 'recorded by hand' : 'from the checks of each session';
  return [
    '',
    `Measured ${how}, kept for ${metrics.retentionDays} days:`,
    ...[metrics.primary, ...metrics.secondary].map(metric),
  ];
}

/** The findings, by file. */
export function renderAgentLint(
  definitions: number,
  findings: readonly AgentFinding[],
  style: Style,
): string {
  const { green } = pc.createColors(style.color);
  if (findings.length === 0) return green(`${counted(definitions, 'definition')}, no problems.`);
  const errors = findings.filter(({ level }) => level === 'error').length;
  const hints = findings.length - errors;
  const sum = `${counted(definitions, 'definition')}: ${counted(errors, 'problem')}${hints > 0 ? `, ${counted(hints, 'hint')}` : ''}`;
  return [...safely(findings).map((finding) => findingLine(finding, style)), '', sum].join('\n');
}

function findingLine({ level, agent, path, line, field, problem }: AgentFinding, style: Style): string {
  const { red, yellow, dim } = pc.createColors(style.color);
  const where = path === null ? agent : `${path}:${line ?? 1}`;
  const mark = level === 'error' ? red('error') : yellow('hint ');
  return `${mark}  ${where}  ${field === null ? '' : `${dim(`${field}: `)}`}${problem}`;
}
