import pc from 'picocolors';
import { describeChange } from '../base/change.ts';
import { counted, terminalSafe } from '../base/text.ts';
import type { AppendReceipt } from '../flows/memory/memory-append.ts';
import type { BriefReceipt } from '../flows/memory/memory-brief.ts';
import type { InitReceipt } from '../flows/memory/memory-init.ts';
import type { LintedMemory, MemoryLint } from '../flows/memory/memory-lint.ts';
import type { ListedMemory } from '../flows/memory/memory-show.ts';
import { renderChanges } from './render-knowledge.ts';
import { renderTable } from './render-table.ts';

/** What init made, kept and left out. */
export function renderInit(receipt: InitReceipt, dryRun: boolean): string {
  const { agent, path, memory, metrics, undo, changes } = receipt;
  if (dryRun) return terminalSafe(renderChanges({ changes }, true).join('\n'));
  const first = {
    made: `Made ${path}.`,
    replaced: `Started ${path} over.`,
    kept: `${path} is there already and was kept; --force starts it over.`,
    disabled: `${agent} keeps no memory: its definition says \`memory: disabled\`. No file was made.`,
  }[memory];
  const second = {
    made: `Made .kaizen/metrics/${agent}/ for its executions.`,
    kept: `.kaizen/metrics/${agent}/ is there already.`,
    'not wanted': '',
  }[metrics];
  const next =
    memory === 'made' ? `Next: write its Project Context, then \`kaizen memory brief ${agent}\`.` : '';
  return terminalSafe([first, undo ?? '', second, next].filter(Boolean).join('\n'));
}

/** What append wrote. */
export function renderAppend(receipt: AppendReceipt, dryRun: boolean): string {
  const { agent, section, entry, known, disabled, changes, masked } = receipt;
  if (disabled) return terminalSafe(disabledLine(agent));
  const said = known
    ? `${section} says this already; nothing was written.`
    : `${dryRun ? 'Would append' : 'Appended'} to ${section}: ${entry}`;
  return terminalSafe([said, ...renderChanges({ changes, masked }, dryRun)].join('\n'));
}

const disabledLine = (agent: string): string =>
  `${agent} keeps no memory: its definition says \`memory: disabled\`. Nothing was written.`;

/** The brief, or why there is none. */
export function renderBrief(brief: BriefReceipt): string {
  const { agent, memory, executions, text, budget } = brief;
  if (memory === 'missing' && executions === 0)
    return terminalSafe(
      `${agent} has neither memory nor metrics here.\n\`kaizen memory init ${agent}\` makes both; \`kaizen memory show\` lists the agents that have a memory.`,
    );
  if (text !== '') return terminalSafe(text).trimEnd();
  if (memory === 'disabled' && executions === 0) return terminalSafe(disabledBrief(agent));
  return `Nothing fits into ${budget.tokens} tokens; give a larger --budget.`;
}

const disabledBrief = (agent: string): string =>
  `${agent} keeps no memory: its definition says \`memory: disabled\`. It has no metrics yet.`;

/** Every memory, one line each. */
export function renderMemories(memories: readonly ListedMemory[], style: { color: boolean }): string {
  if (memories.length === 0) return 'No agent has a memory here. `kaizen memory init <agent>` makes one.';
  return renderTable(
    [
      { head: 'agent' },
      { head: 'sessions', align: 'right' },
      { head: 'entries', align: 'right' },
      { head: 'updated' },
      { head: 'file', flexible: true },
    ],
    memories.map((one) => [
      one.agent,
      String(one.sessions),
      String(one.entries),
      one.lastUpdated ?? 'unknown',
      one.path,
    ]),
    { columns: 100, color: style.color },
  );
}

/** What lint found, mended and left, file by file. */
export function renderMemoryLint(lint: MemoryLint, style: { color: boolean; dryRun: boolean }): string {
  const { green } = pc.createColors(style.color);
  const { memories, changes } = lint;
  if (memories.length === 0) return 'No agent has a memory here.';
  const blocks = memories.flatMap((memory) => memoryBlock(memory, style));
  const found = memories.flatMap(({ findings }) => findings);
  const errors =
    found.filter(({ level }) => level === 'error').length +
    memories.filter(({ unreadable }) => unreadable !== null).length;
  const hints = found.filter(({ level }) => level === 'hint').length;
  const files = counted(memories.length, 'memory', 'memories');
  const fixable = found.filter(({ fixable }) => fixable).length;
  const sum =
    errors === 0 && hints === 0
      ? green(`${files}, no problems.`)
      : `${files}: ${counted(errors, 'problem')}, ${counted(hints, 'hint')}${fixable > 0 ? `; \`kaizen memory lint --fix\` can mend ${fixable}` : ''}.`;
  const plan =
    style.dryRun && changes.length > 0
      ? ['Would write:', ...changes.map((one) => `  ${describeChange(one)}`)]
      : [];
  return [...blocks, ...(blocks.length > 0 ? [''] : []), ...plan, sum].join('\n');
}

function memoryBlock(memory: LintedMemory, style: { color: boolean; dryRun: boolean }): string[] {
  const { bold, red, yellow, green } = pc.createColors(style.color);
  const { path, findings, fixed, unreadable } = memory;
  if (findings.length === 0 && fixed.length === 0 && unreadable === null) return [];
  return [
    bold(terminalSafe(path)),
    ...(unreadable === null ? [] : [`  ${red('error')}  ${terminalSafe(unreadable)}`]),
    ...fixed.map((what) => `  ${green(style.dryRun ? 'would mend' : 'mended')}  ${terminalSafe(what)}`),
    ...findings.map(
      ({ level, line, message }) =>
        `  ${level === 'error' ? red('error') : yellow('hint ')}  line ${line}: ${terminalSafe(message)}`,
    ),
  ];
}
