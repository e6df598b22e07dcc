import { codeSpan, escapeMarkdown } from '../base/markdown.ts';
import { clipEnd, compareText, counted, foldSpace } from '../base/text.ts';
import { type Category, categories, type Fact, type Scope, type StoredFact } from './fact.ts';
import { digestPath } from './fact-path.ts';
import { supportOf } from './trust.ts';

/** The first words of every page we make; a page without them was written by a person and is left alone. */
export const digestMark =
  '<!-- Made by kaizen from the fact files beside it; change those, not this page. -->';
const maxListed = 100;
const maxBody = 280;

const headings: Record<Category, string> = {
  pitfall: 'Pitfalls',
  pattern: 'Patterns that work',
  'tool-quirk': 'Tool quirks',
  fact: 'Facts',
  decision: 'Decisions',
  question: 'Open questions',
};

/**
 * The pages people read, one a scope: what is known, by category, surest first, each with its one-line body,
 * confidence, last confirmation and support, linked to its file; what is disputed; what waits for review. All text
 * of facts is escaped. Path → text; deterministic, without a clock.
 */
export function formatDigests(facts: readonly StoredFact[]): Map<string, string> {
  const pages = new Map<string, StoredFact[]>();
  for (const one of facts) {
    const path = digestPath(one.fact.scope);
    const page = pages.get(path);
    if (page) page.push(one);
    else pages.set(path, [one]);
  }
  return new Map([...pages].map(([path, onPage]) => [path, formatDigest(path, onPage)]));
}

function formatDigest(path: string, facts: readonly StoredFact[]): string {
  const scopes = [...new Set(facts.map(({ fact }) => fact.scope))].sort(compareText);
  const of = (status: Fact['status']) => facts.filter(({ fact }) => fact.status === status);
  const active = of('active');
  const disputed = of('disputed');
  const candidates = of('candidate');
  const blocks = [
    digestMark,
    `# ${scopes.map(nameOfScope).join(', ')}`,
    summaryLine(active, disputed, candidates),
    ...categories.flatMap((category) =>
      section(
        headings[category],
        active.filter(({ fact }) => fact.category === category),
        path,
        scopes,
      ),
    ),
    ...section('Disputed', disputed, path, scopes),
    ...reviewBlock(candidates, scopes),
  ];
  return `${blocks.join('\n\n')}\n`;
}

/** `Everywhere`, `acme/shop` or `Agent codex`, escaped. */
function nameOfScope(scope: Scope): string {
  if (scope === 'global') return 'Everywhere';
  const name = escapeMarkdown(scope.slice(scope.indexOf(':') + 1));
  return scope.startsWith('agent:') ? `Agent ${name}` : name;
}

function summaryLine(
  active: readonly StoredFact[],
  disputed: readonly StoredFact[],
  candidates: readonly StoredFact[],
): string {
  const newest = active
    .flatMap(({ fact }) => fact.lastConfirmed ?? [])
    .sort(compareText)
    .at(-1);
  return [
    `${counted(active.length, 'fact')} in use`,
    ...(disputed.length > 0 ? [`${disputed.length} disputed`] : []),
    ...(candidates.length > 0 ? [`${candidates.length} waiting for review`] : []),
    ...(newest ? [`last confirmed ${newest}`] : []),
  ].join(' · ');
}

function section(
  heading: string,
  facts: readonly StoredFact[],
  path: string,
  scopes: readonly Scope[],
): string[] {
  if (facts.length === 0) return [];
  const sorted = [...facts].sort(
    (a, b) =>
      b.fact.confidence - a.fact.confidence ||
      compareText(a.fact.title, b.fact.title) ||
      compareText(a.fact.id, b.fact.id),
  );
  const left = sorted.length - maxListed;
  return [
    `## ${heading}`,
    sorted
      .slice(0, maxListed)
      .map((one) => item(one, path))
      .join('\n\n'),
    ...(left > 0 ? [`… and ${left} more: ${codeSpan(`kaizen knowledge list --scope ${scopes[0]}`)}`] : []),
  ];
}

function item({ fact, path }: StoredFact, page: string): string {
  const rest = beyondTitle(fact);
  const said = rest === '' ? [] : [prose(clipEnd(rest, maxBody))];
  return [`- [**${prose(fact.title)}**](${linkFrom(page, path)})`, ...said, measures(fact)].join('\\\n  ');
}

/** What the body says beyond the title it often begins with. */
function beyondTitle({ title, body }: Fact): string {
  const whole = foldSpace(body);
  const start = foldSpace(title).replace(/[.…]$/, '');
  if (!whole.startsWith(start) || title.endsWith('…')) return whole;
  return whole.slice(start.length).replace(/^[\s.,:;–-]+/, '');
}

/** Escaped, but for code between single backticks, which stays code. */
function prose(text: string): string {
  return text
    .split(/`([^`]+)`/)
    .map((part, at) => (at % 2 === 1 ? codeSpan(part) : part.replace(/\S(?:.*\S)?/s, escapeMarkdown)))
    .join('');
}

/** `confidence 0.82 · confirmed 2026-11-18 · 3 sessions` */
function measures(fact: Fact): string {
  const people = supportOf(fact.sources, 'human');
  const sessions = supportOf(fact.sources) - people;
  return [
    `confidence ${fact.confidence}`,
    ...(fact.lastConfirmed ? [`confirmed ${fact.lastConfirmed}`] : []),
    ...(sessions > 0 ? [counted(sessions, 'session')] : []),
    ...(people > 0 || fact.trust === 'human' ? ['vouched for by a person'] : []),
    ...(fact.pinned ? ['pinned'] : []),
    ...(fact.contradicts.length > 0
      ? [`contradicts ${fact.contradicts.map((id) => codeSpan(id)).join(', ')}`]
      : []),
  ].join(' · ');
}

/** A link target relative to the page; whatever a person called the file, it cannot leave the parentheses. */
function linkFrom(page: string, target: string): string {
  const folder = page.slice(0, page.lastIndexOf('/') + 1);
  const relative = target.startsWith(folder) ? target.slice(folder.length) : `/${target}`;
  return relative
    .split('/')
    .map((part) => encodeURIComponent(part).replace(/[()'*!]/g, (c) => `%${c.charCodeAt(0).toString(16)}`))
    .join('/');
}

function reviewBlock(candidates: readonly StoredFact[], scopes: readonly Scope[]): string[] {
  if (candidates.length === 0) return [];
  const command = codeSpan(`kaizen knowledge review --scope ${scopes[0]}`);
  const claims = counted(candidates.length, 'claim waits', 'claims wait');
  return [
    '## Waiting for review',
    `${claims} for a person to look at; no agent is given them before. Go through them with ${command}, or set \`status: "active"\` in their files in a pull request.`,
  ];
}
