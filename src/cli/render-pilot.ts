import pc from 'picocolors';
import { counted, terminalSafe } from '../base/text.ts';
import type { CloseReceipt } from '../flows/agents/agent-close.ts';
import type { PilotReport } from '../flows/pilot.ts';
import { renderQueue } from './render-agent-close.ts';
import { renderInstall } from './render-agent-install.ts';
import { renderAgentMetrics } from './render-agent-metrics.ts';
import { renderBrief } from './render-memory.ts';
import { optimizedData, renderOptimized } from './render-optimize.ts';

/** One step: what a person would type to do the same, and what it said. */
interface PilotStep {
  title: string;
  command: string | null;
  text: string;
}

/** Every step of the pilot with its real output. */
export function renderPilot(report: PilotReport, style: { color: boolean }): string {
  const { bold, dim } = pc.createColors(style.color);
  return pilotSteps(report, style)
    .map(({ title, command, text }, at) =>
      [bold(`${at + 1}. ${title}`), ...(command === null ? [] : [dim(`$ ${command}`)]), text].join('\n'),
    )
    .join('\n\n');
}

/** The steps in their order; what each printed is what its own command prints. */
export function pilotSteps(report: PilotReport, style: { color: boolean }): PilotStep[] {
  const { agent, root, sessions, hook, harvest } = report;
  const n = sessions.green + sessions.red + sessions.deletesTest;
  const { closed } = harvest.closings;
  const recorded = closed.filter(({ outcome }) => outcome === 'recorded').length;
  return [
    {
      title: 'A repository, and the agent in it',
      command: `kaizen agent init ${agent} --claude-code`,
      text: `${terminalSafe(root)}\n${renderInstall(report.install, false)}`,
    },
    {
      title: 'Sessions',
      command: null,
      text: `${counted(n, 'transcript')} of seed ${report.seed}: ${sessions.green} left the suite green, ${sessions.red} red${sessions.deletesTest > 0 ? `, ${sessions.deletesTest} green by deleting the failing test` : ''}. In every one the agent says that all tests pass.\nThe hook was called ${counted(hook.calls, 'time')}, for one session twice; ${counted(hook.queued, 'note')} of at most 1 KiB wait.`,
    },
    {
      title: 'Harvest makes the records',
      command: 'kaizen harvest <transcripts>',
      text: `${counted(harvest.sessions.harvested, 'session')} harvested, ${counted(recorded, 'record')} made.\n${exampleClosings(report)}`,
    },
    {
      title: 'What the records come to',
      command: `kaizen metrics show ${agent} --last 5`,
      text: renderAgentMetrics(report.metrics, { color: style.color, columns: 100 }),
    },
    {
      title: 'What the optimizer makes of them',
      command: `kaizen metrics optimize ${agent}`,
      text: renderOptimized(report.optimized, { color: style.color, dryRun: false }),
    },
    {
      title: 'What the next session starts with',
      command: `kaizen memory brief ${agent}`,
      text: renderBrief(report.brief),
    },
    {
      title: 'What would pay',
      command: 'kaizen propose --top 3',
      text: report.proposals?.markdown.trimEnd() ?? 'Nothing to propose from.',
    },
  ];
}

/** The first green record, the first red one, and every flagged one. */
function exampleClosings({ harvest }: PilotReport): string {
  const { closed } = harvest.closings;
  const plain = closed.filter(({ testLoss }) => testLoss === null);
  const examples = [
    plain.find(({ execution }) => execution?.success === true),
    plain.find(({ execution }) => execution?.success === false),
    ...closed.filter(({ testLoss }) => testLoss !== null),
  ].filter((one): one is CloseReceipt => one !== undefined);
  return renderQueue({ closed: examples, dropped: [], waiting: [] }, { color: false, dryRun: false });
}

/** The report without the texts that were written. */
export function pilotForJson(report: PilotReport): unknown {
  const { install, proposals, metrics, optimized, ...rest } = report;
  const paths = (changes: readonly { kind: string; path: string }[]) =>
    changes.map(({ kind, path }) => ({ kind, path }));
  return {
    ...rest,
    install: { ...install, changes: paths(install.changes) },
    metrics: metrics.summary,
    optimized: optimizedData(optimized),
    proposals: proposals ? { listed: proposals.report.listed, changes: paths(proposals.changes) } : null,
  };
}
