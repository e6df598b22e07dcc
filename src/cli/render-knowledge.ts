import pc from 'picocolors';
import { dayMs } from '../base/calendar.ts';
import { describeChange } from '../base/change.ts';
import { compareText, counted, foldSpace, terminalSafe } from '../base/text.ts';
import type { ListedFact } from '../flows/knowledge/knowledge-list.ts';
import type { LinkedFact, ShownFact } from '../flows/knowledge/knowledge-show.ts';
import type { KnowledgeChange } from '../flows/knowledge/knowledge-store.ts';
import type { BadFact } from '../io/read-facts.ts';
import type { FactSource, Scope } from '../knowledge/fact.ts';
import type { LintFinding } from '../knowledge/lint.ts';
import { isDecided, reasonsToWait } from '../knowledge/trust.ts';
import { renderTable } from './render-table.ts';

/** How wide and whether coloured. */
export interface Style {
  columns: number;
  color: boolean;
}

/** Terminal width for lists: a person's own, 100 where there is none. */
export function styleOf(ctx: { color: boolean }): Style {
  return { columns: Math.max(60, process.stdout.columns || 100), color: ctx.color };
}

/** `acme/shop`, `everywhere`, `agent codex`. */
export function scopeInWords(scope: Scope): string {
  if (scope === 'global') return 'everywhere';
  return scope.startsWith('agent:') ? `agent ${scope.slice(6)}` : scope.slice(scope.indexOf(':') + 1);
}

/**
 * A value with every text in it made safe for a terminal. Data is made safe before it is laid out: afterwards our own
 * colours would be taken for somebody's escape codes.
 */
export function safely<T>(value: T): T {
  if (typeof value === 'string') return terminalSafe(value) as T;
  if (Array.isArray(value)) return value.map(safely) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, safely(one)])) as T;
}

/** The facts as a table, scope after scope; the status is a column only where it differs. */
export function renderList(facts: readonly ListedFact[], now: Date, style: Style): string {
  const { bold } = pc.createColors(style.color);
  const oneStatus = new Set(facts.map((fact) => fact.status)).size <= 1;
  const scopes = [...new Set(facts.map((fact) => fact.scope))].sort(compareText);
  const columns = [
    { head: 'ID' },
    ...(oneStatus ? [] : [{ head: 'STATUS' }]),
    { head: 'CONF', align: 'right' as const },
    { head: 'SEEN', align: 'right' as const },
    { head: 'AGE', align: 'right' as const },
    { head: 'CATEGORY' },
    { head: 'TITLE', flexible: true },
  ];
  const row = (fact: ListedFact) => [
    fact.id,
    ...(oneStatus ? [] : [fact.status]),
    `${fact.pinned ? '*' : ''}${fact.effectiveConfidence.toFixed(2)}`,
    `${fact.support}×`,
    ageInWords(fact.lastConfirmed, now),
    fact.category,
    fact.title,
  ];
  const inOrder = scopes.flatMap((scope) => facts.filter((fact) => fact.scope === scope));
  // A row is one line, so one table gives all scopes the same columns and is then parted by headings.
  const [head = '', ...lines] = renderTable(columns, inOrder.map(row), style).split('\n');
  if (scopes.length === 1) return [head, ...lines].join('\n');
  const parted = lines.flatMap((line, at) => {
    const scope = inOrder[at]?.scope;
    const starts = scope !== undefined && scope !== inOrder[at - 1]?.scope;
    return starts ? ['', bold(terminalSafe(scopeInWords(scope))), line] : [line];
  });
  return [head, ...parted].join('\n');
}

/** `3d`, `5w`, `14mo` since a day; `–` when it is not known. */
function ageInWords(day: string | null, now: Date): string {
  if (day === null) return '–';
  const days = Math.max(0, Math.floor((now.getTime() - Date.parse(day)) / dayMs));
  if (days < 14) return `${days}d`;
  if (days < 120) return `${Math.round(days / 7)}w`;
  return days < 730 ? `${Math.round(days / 30.44)}mo` : `${Math.floor(days / 365.25)}y`;
}

/** Files that could not be read as facts, said so that nobody overlooks them. */
export function renderBad(bad: readonly BadFact[]): string[] {
  if (bad.length === 0) return [];
  return [
    `${counted(bad.length, 'file is no fact', 'files are no facts')}; \`kaizen knowledge lint\` says why.`,
  ];
}

/** One fact with its provenance. */
export function renderFact(given: ShownFact, style: Style): string {
  const fact = safely(given);
  const { bold, dim } = pc.createColors(style.color);
  const line = (name: string, text: string) => `  ${dim(name.padEnd(12))}${text}`;
  const decided = isDecided(fact) && fact.reviews.length > 0 ? ' (a person decided)' : '';
  const waits = fact.status === 'candidate' ? reasonsToWait(fact) : [];
  const lines = [
    bold(fact.title),
    '',
    ...(saysMore(fact) ? [...wrap(fact.body, style.columns - 2).map((text) => `  ${text}`), ''] : []),
    line('id', fact.id + (fact.aliases.length > 0 ? dim(`  also ${fact.aliases.join(', ')}`) : '')),
    line('is', `${fact.category} · ${scopeInWords(fact.scope)} · ${fact.status}${decided}`),
    ...waits.map((reason, at) => line(at === 0 ? 'waits' : '', reason)),
    line('trust', trustInWords(fact)),
    line('confidence', confidenceInWords(fact)),
    line('seen', seenInWords(fact)),
    ...listLine('tags', fact.tags, line),
    ...listLine('paths', fact.paths, line),
    ...listLine('keywords', fact.keywords, line),
    ...(fact.subject ? [line('says', `${fact.subject.key} = ${fact.subject.value}`)] : []),
    ...linkLines('contradicts', fact.contradicting, line),
    ...linkLines('replaces', fact.replaced, line),
    ...linkLines('replaced by', fact.supersededBy, line),
    ...linkLines('looks like', fact.similar, line),
    line('file', fact.path),
    '',
    bold(fact.sources.length === 0 ? 'No evidence is recorded.' : 'Evidence'),
    ...fact.sources.flatMap((source) => evidenceLines(source, style)),
    ...(fact.reviews.length > 0 ? ['', bold('Decisions')] : []),
    ...fact.reviews.map(
      (review) =>
        `  ${review.at.slice(0, 10)}  ${review.action} by ${review.by}${review.reason ? `: ${review.reason}` : ''}`,
    ),
  ];
  return lines.join('\n');
}

/** False when the body only repeats the title. */
export function saysMore({ title, body }: { title: string; body: string }): boolean {
  return foldSpace(body).replace(/\.$/, '') !== foldSpace(title).replace(/\.$/, '');
}

/** A source as a person reads it: who, where, when, and the quoted line. */
export function evidenceLines(source: FactSource, style: Style): string[] {
  const { dim } = pc.createColors(style.color);
  const person = /^human\/(.+)$/.exec(source.session)?.[1];
  const where = person ? `${person}, a person` : `${source.session}, line ${source.line}`;
  const details = [
    source.date ?? 'no date',
    ...(person ? [] : [sourceInWords(source)]),
    ...(source.commit ? [`commit ${source.commit.slice(0, 10)}`] : []),
  ];
  const quote = foldSpace(source.quote);
  return [
    `  ${where}  ${dim(details.join(' · '))}`,
    ...(quote === '' ? [] : wrap(`“${quote}”`, style.columns - 4).map((text) => `    ${text}`)),
  ];
}

function sourceInWords(source: FactSource): string {
  const said = {
    human: 'a person',
    user: 'said by the user',
    agent: 'said by the agent',
    tool: 'from tool output',
  };
  return `${said[source.tier]}${source.proven ? ', proven by a passing check' : ''}`;
}

function trustInWords(fact: ListedFact): string {
  const words = {
    human: 'human – a person vouched for it',
    user: 'user – a user said so in a session',
    agent: 'agent – an agent found it',
    tool: 'tool – it stood in some tool output',
  };
  return words[fact.trust];
}

function confidenceInWords(fact: ListedFact): string {
  const today = fact.effectiveConfidence.toFixed(2);
  const stored = fact.confidence.toFixed(2);
  const aged = today === stored ? '' : ` today, ${stored} when last confirmed`;
  return `${today}${aged}${fact.pinned ? ', pinned' : ''}${fact.stale ? ' – stale, below 0.30' : ''}`;
}

function seenInWords(fact: ListedFact): string {
  const all = new Set(fact.sources.map((source) => source.session));
  const people = [...all].filter((session) => session.startsWith('human/')).length;
  const sessions = all.size - people;
  const copies = all.size - fact.support;
  const by = [
    ...(sessions > 0 ? [`in ${counted(sessions, 'session')}`] : []),
    ...(people > 0 ? [`by ${counted(people, 'person', 'people')}`] : []),
  ];
  const days = [
    ...(copies > 0 ? [`${copies} of them copied from another`] : []),
    ...(fact.firstSeen ? [`first ${fact.firstSeen}`] : []),
    ...(fact.lastConfirmed ? [`confirmed ${fact.lastConfirmed}`] : []),
  ];
  return [by.join(' and ') || 'nowhere', ...days].join(' · ');
}

function listLine(
  name: string,
  values: readonly string[],
  line: (name: string, text: string) => string,
): string[] {
  return values.length === 0 ? [] : [line(name, values.join(' · '))];
}

function linkLines(
  name: string,
  links: readonly LinkedFact[],
  line: (name: string, text: string) => string,
): string[] {
  return links.map((link, at) => line(at === 0 ? name : '', `${link.id} (${link.status}) ${link.title}`));
}

/** Text broken at spaces, its own line breaks kept. */
export function wrap(text: string, width: number): string[] {
  return text.split('\n').flatMap((paragraph) => {
    const lines: string[] = [];
    let current = '';
    for (const word of paragraph.split(' ')) {
      if (current !== '' && current.length + 1 + word.length > width) {
        lines.push(current);
        current = word;
      } else current = current === '' ? word : `${current} ${word}`;
    }
    return [...lines, current];
  });
}

/** What was masked, left alone, and with a dry run would be written, for the end of every command that writes. */
export function renderChanges(
  { changes, inTheWay = [], masked = {} }: Partial<KnowledgeChange> & Pick<KnowledgeChange, 'changes'>,
  dryRun: boolean,
): string[] {
  const rules = Object.entries(masked).map(([rule, times]) => (times === 1 ? rule : `${rule} ${times}×`));
  const secrets =
    rules.length === 0
      ? []
      : [
          `Masked: ${rules.join(', ')}. What may stay readable goes into redaction.allow (.kaizen/config.yml).`,
        ];
  const left = inTheWay.map(
    (path) =>
      `Left alone: ${path} was written by a person; move it so that the page of facts can stand there.`,
  );
  if (!dryRun) return [...secrets, ...left];
  const shown = changes.slice(0, 40).map((change) => `  ${describeChange(change)}`);
  const more = changes.length > 40 ? [`  … and ${changes.length - 40} more`] : [];
  return [
    changes.length === 0 ? 'Nothing would change.' : 'Would write:',
    ...shown,
    ...more,
    ...secrets,
    ...left,
  ];
}

/** What lint found, file by file. */
export function renderLint(findings: readonly LintFinding[], facts: number, style: Style): string {
  const { bold, red, yellow, dim, green } = pc.createColors(style.color);
  if (findings.length === 0) return green(`${counted(facts, 'fact')}, no problems.`);
  const byPath = groupByPath(safely(findings));
  const lines = [...byPath].flatMap(([path, found]) => [
    bold(path),
    ...found.map(
      ({ level, field, problem }) =>
        `  ${level === 'error' ? red('error') : yellow('hint ')}  ${field ? `${dim(field)}: ` : ''}${problem}`,
    ),
  ]);
  const errors = findings.filter(({ level }) => level === 'error').length;
  const hints = findings.length - errors;
  const sum = `${counted(facts, 'fact')}: ${counted(errors, 'problem')}${hints > 0 ? `, ${counted(hints, 'hint')}` : ''}`;
  return [...lines, '', sum].join('\n');
}

function groupByPath(findings: readonly LintFinding[]): Map<string, LintFinding[]> {
  const byPath = new Map<string, LintFinding[]>();
  for (const finding of findings) byPath.set(finding.path, [...(byPath.get(finding.path) ?? []), finding]);
  return byPath;
}
