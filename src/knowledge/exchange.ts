import { compareText, foldSpace } from '../base/text.ts';
import {
  type Category,
  categories,
  type Fact,
  type FactSource,
  type Scope,
  type StoredFact,
  type Tier,
} from './fact.ts';
import { factLimits, findFactProblem, tidyBody } from './fact-limits.ts';
import { factId } from './fact-path.ts';
import { wordingChecksum } from './merge-facts.ts';
import { earnedStatus } from './trust.ts';

/**
 * One entry of the index and YAML files that knowledge stores of the "compounding intelligence" kind use:
 * `{id: "{domain}:{category}:{seq3}", fact, category, domain, confidence, tags, source_count, first_seen,
 * last_confirmed, expires, related, repo, source_sessions, times_referenced}`. Our own exports add status, trust
 * and body, which such programs ignore.
 */
export type ForeignEntry = Record<string, unknown>;

/** Fields we keep as they came, in the quote of the imported source: we have no place of our own for them. */
const carried = [
  'domain',
  'repo',
  'agent',
  'source_count',
  'expires',
  'related',
  'source_sessions',
  'times_referenced',
];

/** How entries become facts. */
export interface ImportOptions {
  /** File name, for the source `import/<file>`. */
  file: string;
  /** Owner of repositories named without one. */
  owner?: string | undefined;
  /** Tier the importing person gives: `human` to vouch for all of it, else `agent` (a candidate). */
  tier: Tier;
}

/** The fact an entry stands for, or a text: why it is none. Its own id is kept as an alias. */
export function factOfEntry(entry: ForeignEntry, line: number, options: ImportOptions): Fact | string {
  const said = foldSpace(textOf(entry.fact) ?? textOf(entry.title) ?? '');
  const category = categoryOf(entry.category);
  if (!said) return 'fact: missing';
  if (!category)
    return `category: must be one of ${categories.join(', ')}, not ${JSON.stringify(entry.category ?? null)}`;
  const scope = scopeOf(entry, options.owner);
  const dates = [dayIn(entry.first_seen), dayIn(entry.last_confirmed)];
  const confidence = Math.min(0.95, Math.max(0.1, Number(entry.confidence ?? 0.5) || 0.5));
  const title = said.length <= factLimits.title ? said : clipTitle(said);
  const source: FactSource = {
    session: `import/${options.file.replace(/\s+/g, '-').slice(0, 100)}`,
    line,
    quote: carriedText(entry),
    commit: null,
    date: dates[1] ?? dates[0] ?? null,
    tier: options.tier,
    proven: false,
    confidence,
  };
  const fact: Fact = {
    id: factId(scope, said.toLowerCase()),
    title,
    category,
    scope,
    status: 'candidate',
    trust: options.tier,
    confidence,
    tags: listOf(entry.tags, factLimits.tags),
    paths: listOf(entry.paths, factLimits.paths),
    keywords: listOf(entry.keywords, factLimits.keywords),
    firstSeen: dates[0] ?? dates[1] ?? null,
    lastConfirmed: dates[1] ?? dates[0] ?? null,
    supersedes: [],
    contradicts: [],
    holds: [],
    pinned: false,
    subject: null,
    aliases: typeof entry.id === 'string' && entry.id.trim() ? [foldSpace(entry.id).slice(0, 200)] : [],
    generated: null,
    sources: [source],
    body: tidyBody(textOf(entry.body) ?? said)
      .slice(0, factLimits.body)
      .trim(),
  };
  const status = earnedStatus(fact);
  const complete: Fact = { ...fact, status, generated: { status, wording: wordingChecksum(fact) } };
  const problem = findFactProblem(complete);
  return problem ? `${problem.field}: ${problem.reason}` : complete;
}

/** The entry of a fact: what it was imported from, with everything that may have changed since. */
export function entryOfFact({ fact }: StoredFact): ForeignEntry {
  const kept = carriedOf(fact);
  const [domain, name] = fact.scope === 'global' ? ['global', ''] : splitScope(fact.scope);
  const sessions = [...new Set(fact.sources.map((source) => source.session))].sort(compareText);
  return {
    id: fact.aliases[0] ?? fact.id,
    fact: sameSentence(fact.title, fact.body) ? fact.body : fact.title,
    category: fact.category,
    domain,
    ...(domain === 'repo' ? { repo: name } : domain === 'agent' ? { agent: name } : {}),
    confidence: fact.confidence,
    tags: fact.tags,
    source_count: sessions.length,
    first_seen: fact.firstSeen,
    last_confirmed: fact.lastConfirmed,
    expires: null,
    related: [...fact.supersedes, ...fact.contradicts],
    ...kept,
    status: fact.status,
    trust: fact.trust,
    ...(sameSentence(fact.title, fact.body) ? {} : { body: fact.body }),
  };
}

/** A title cut from a long sentence is that sentence's beginning. */
function sameSentence(title: string, body: string): boolean {
  const start = title.replace(/…$/, '');
  return foldSpace(body).startsWith(start) && (title.endsWith('…') || foldSpace(body) === title);
}

function carriedText(entry: ForeignEntry): string {
  const kept = Object.fromEntries(
    carried.filter((key) => entry[key] !== undefined).map((key) => [key, entry[key]]),
  );
  const text = JSON.stringify(kept);
  // What does not fit is left out whole: half a JSON text is no use to anybody.
  return text === '{}' || text.length > factLimits.quote ? '' : foldSpace(text);
}

function carriedOf(fact: Fact): ForeignEntry {
  const source = fact.sources.find(
    ({ session, quote }) => session.startsWith('import/') && quote.startsWith('{'),
  );
  if (!source) return {};
  try {
    const kept = JSON.parse(source.quote) as ForeignEntry;
    return Object.fromEntries(
      carried.filter((key) => kept[key] !== undefined).map((key) => [key, kept[key]]),
    );
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

function splitScope(scope: Scope): [string, string] {
  const at = scope.indexOf(':');
  return [scope.slice(0, at), scope.slice(at + 1)];
}

/** `global`, `agent`, `repo` with a name beside it; any other domain, or the first part of the id, names a repository. */
function scopeOf(entry: ForeignEntry, owner: string | undefined): Scope {
  if (typeof entry.scope === 'string' && /^(?:global$|(?:repo|agent):\S)/.test(entry.scope))
    return entry.scope as Scope;
  const domain = foldSpace(textOf(entry.domain) ?? String(entry.id ?? '').split(':')[0] ?? '').toLowerCase();
  if (domain === '' || domain === 'global') return 'global';
  const fromId = String(entry.id ?? '').split(':')[0] ?? '';
  if (domain === 'agent') return `agent:${nameIn(textOf(entry.agent) ?? fromId)}`;
  const repo = nameIn(textOf(entry.repo) ?? (domain === 'repo' ? fromId : domain)).toLowerCase();
  return `repo:${repo.includes('/') || !owner ? repo : `${owner.toLowerCase()}/${repo}`}`;
}

const nameIn = (text: string): string => foldSpace(text).replace(/\s+/g, '-') || 'unknown';

function categoryOf(value: unknown): Category | undefined {
  const name = String(value ?? '')
    .trim()
    .toLowerCase()
    .replace(/[_\s]+/g, '-');
  const singular = name.endsWith('s') ? name.slice(0, -1) : name;
  return categories.find((category) => category === name || category === singular);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() ? value : undefined;
}

function dayIn(value: unknown): string | null {
  const day = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])/.exec(String(value ?? ''));
  return day?.[0] ?? null;
}

function listOf(value: unknown, limit: { count: number; length: number }): string[] {
  const values = Array.isArray(value)
    ? value.map((one) => foldSpace(String(one)).slice(0, limit.length))
    : [];
  return [...new Set(values.filter(Boolean))].slice(0, limit.count);
}

function clipTitle(text: string): string {
  const cut = text.slice(0, factLimits.title - 1);
  const space = cut.lastIndexOf(' ');
  return `${cut.slice(0, space > 60 ? space : cut.length).trim()}…`;
}
