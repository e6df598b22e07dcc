import pc from 'picocolors';
import { clipEnd, counted, foldSpace, terminalSafe } from '../base/text.ts';
import type { StartReport } from '../flows/start.ts';
import type { Fact } from '../knowledge/fact.ts';
import { renderTable } from './render-table.ts';
import { wrapText } from './wrap-text.ts';

/** Most sessions and facts shown; the rest is counted. */
const shownSessions = 10;
const shownFacts = 6;

interface Style {
  columns: number;
  color: boolean;
}

/** The whole loop on one or two screens: what was read, learned, told and proven, and what to do next. */
export function renderStart(report: StartReport, style: Style): string {
  const { bold, dim } = pc.createColors(style.color);
  const step: Step = (n, name, text) => `${bold(`${n} ${name}`)}  ${text}`;
  const active = report.facts.filter((fact) => fact.status === 'active');
  const waiting = report.facts.filter((fact) => fact.status === 'candidate' || fact.status === 'disputed');
  const waitingShown = Math.max(2, shownFacts - active.length);
  const lines = [
    step(1, 'Read', readWords(report)),
    '',
    ...(report.sessions.length > 0
      ? [indent(sessionTable(report, { ...style, columns: style.columns - 2 }))]
      : []),
    ...more(report.sessions.length - shownSessions, 'session', dim),
    ...unreadWords(report, dim),
    '',
    step(2, 'Learned', learnedWords(report.facts.length, active.length, waiting.length)),
    '',
    ...surest(active)
      .slice(0, shownFacts)
      .flatMap((fact) => factLines(fact, style)),
    ...more(active.length - shownFacts, 'fact', dim, 'in use'),
    ...waiting.slice(0, waitingShown).flatMap((fact) => factLines(fact, style)),
    ...more(waiting.length - waitingShown, 'fact', dim, 'waiting'),
    '',
    ...packetLines(report, step, style),
    '',
    step(
      4,
      'Proven',
      `${bold(report.proof.verdict.verdict)}. ${terminalSafe(report.proof.verdict.sentence)}`,
    ),
    dim(`  ${report.root}/${report.proof.dashboard}`),
    '',
    bold('Next'),
    ...nextLines(report, dim),
  ];
  return lines.join('\n').replace(/\n{3,}/g, '\n\n');
}

type Step = (n: number, name: string, text: string) => string;

function packetLines({ packet }: StartReport, step: Step, style: Style): string[] {
  const { dim } = pc.createColors(style.color);
  if (!packet) return [step(3, 'Told', 'nothing: no fact may be put in front of an agent yet')];
  const left = packet.leftOut > 0 ? `, ${packet.leftOut} left out` : '';
  const words = `what the next session in ${terminalSafe(packet.repo)} reads first: ${counted(packet.shown, 'fact')}, ${packet.tokens} of at most ${packet.budgetTokens} tokens${left}`;
  const text = terminalSafe(packet.text.trimEnd());
  const lines = text.split('\n').flatMap((line) => {
    const [first = '', ...rest] = wrapText(line, style.columns - 6, '');
    return [first, ...rest.map((more) => `  ${more}`)];
  });
  return [step(3, 'Told', words), '', ...lines.map((line) => `  ${dim('│')} ${line}`.trimEnd())];
}

function nextLines({ root, source }: StartReport, dim: (text: string) => string): string[] {
  const rows = [
    [
      'kaizen harvest --local',
      'in a repository of yours: learn from the sessions of this machine, and keep it',
    ],
    ['kaizen bootstrap', 'there: what its next session should read'],
    [`kaizen knowledge list -C ${root}`, 'look around in what this run made'],
  ] as const;
  const left = Math.max(...rows.map(([line]) => line.length)) + 2;
  const note = source === 'samples' ? 'The samples are replayed as in November 2026. ' : '';
  return [
    ...rows.map(([line, why]) => `  ${line.padEnd(left)}${dim(why)}`),
    '',
    dim(`${note}Nothing else was written; delete ${root} when you have seen enough.`),
  ];
}

function readWords(report: StartReport): string {
  if (report.source === 'samples') {
    const none = Object.keys(report.found).length === 0 ? 'No transcripts on this machine, so: ' : '';
    return `${none}${counted(report.sessions.length, 'sample session')} of two made-up repositories`;
  }
  const found = Object.entries(report.found).map(([agent, n]) => `${n} ${agent}`);
  return `${counted(report.sessions.length, 'session')}, the newest of the transcripts on this machine (${found.join(', ')})`;
}

function sessionTable({ sessions }: StartReport, style: Style): string {
  const head = [
    { head: 'Session' },
    { head: 'Repository', flexible: true },
    { head: 'Day' },
    { head: 'Turns', align: 'right' as const },
    { head: 'Calls', align: 'right' as const },
    { head: 'Errors', align: 'right' as const },
    { head: 'Corrections', align: 'right' as const },
    { head: 'Facts', align: 'right' as const },
  ];
  const rows = sessions
    .slice(-shownSessions)
    .map((session) => [
      session.key,
      session.repo ?? '?',
      session.startedAt?.slice(0, 10) ?? '?',
      ...[session.turns, session.toolCalls, session.errors, session.corrections, session.facts].map(String),
    ]);
  return renderTable(head, rows, style);
}

function learnedWords(all: number, active: number, waiting: number): string {
  if (all === 0)
    return 'nothing yet: these sessions say nothing that would hold next time. --samples shows what it looks like.';
  return `${counted(all, 'fact')}, each with the line it stands on: ${active} in use, ${counted(waiting, 'waits', 'wait')} for a person`;
}

function unreadWords({ unread }: StartReport, dim: (text: string) => string): string[] {
  const [first] = unread;
  if (!first) return [];
  const why = first.reason.includes(first.path) ? first.reason : `${first.path}: ${first.reason}`;
  return [dim(`  ${counted(unread.length, 'file')} gave no session, for example ${terminalSafe(why)}`)];
}

function surest(facts: readonly Fact[]): Fact[] {
  return [...facts].sort((a, b) => b.confidence - a.confidence || b.sources.length - a.sources.length);
}

function factLines(fact: Fact, style: Style): string[] {
  const { dim, green, yellow } = pc.createColors(style.color);
  const source = fact.sources[0];
  const sessions = new Set(fact.sources.map((one) => one.session)).size;
  const where = fact.scope.replace(/^repo:/, '');
  const said = {
    human: 'a person wrote it',
    user: 'a person said it',
    agent: 'an agent found it',
    tool: 'a tool printed it',
  }[fact.trust];
  const facts = [
    fact.category,
    where,
    said,
    ...(sessions > 1 ? [`${sessions} sessions`] : []),
    `confidence ${fact.confidence}`,
  ];
  const held =
    fact.status === 'active'
      ? []
      : [yellow(`    waits for a person: ${fact.holds.join('; ') || 'seen once'}`)];
  const mark = fact.status === 'active' ? green('●') : yellow('○');
  const quote = clipEnd(foldSpace(source?.quote ?? ''), style.columns - 10);
  return [
    `  ${mark} ${terminalSafe(fact.title)}`,
    dim(`    ${terminalSafe(facts.join(' · '))}`),
    `    “${terminalSafe(quote)}”`,
    dim(`    ${terminalSafe(source ? `${source.session}, line ${source.line}` : 'no source')}`),
    ...held,
  ];
}

function more(n: number, what: string, dim: (text: string) => string, state = ''): string[] {
  return n > 0 ? [dim(`  … and ${counted(n, `more ${what}`)} ${state}`.trimEnd())] : [];
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ');
}
