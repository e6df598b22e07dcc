import { base32Id, compareText } from '../base/text.ts';
import type { Fact, FactSource, Status } from './fact.ts';
import { betterTier, combinedConfidence, compareSources, earnedStatus, isDecided, trustOf } from './trust.ts';

const maxSources = 20;
/** Room for sources in the 8 KiB of frontmatter. */
const maxSourceBytes = 4000;
const bytesBesideQuote = 140;
const maxLinks = 20;

/**
 * One fact from two versions of it (same id): two branches, or the store and a new session. Commutative, associative
 * and idempotent, so any order of sessions, branches and repeats gives the same fact: sources are united, dates
 * widen, trust and confidence follow from the sources. A wording or status a person set wins over a generated one;
 * of two that people set, the more careful status (archived first) and the first wording in code-unit order.
 */
export function mergeFacts(a: Fact, b: Fact): Fact {
  const words = pickWording(a, b);
  const sources = keepSources([...a.sources, ...b.sources]);
  const trust = trustOf(sources, betterTier(a.trust, b.trust));
  const holds = trust === 'human' ? [] : union(a.holds, b.holds);
  const merged: Fact = {
    ...words,
    status: a.status,
    trust,
    confidence: combinedConfidence(sources),
    firstSeen: earlier(a.firstSeen, b.firstSeen),
    lastConfirmed: later(a.lastConfirmed, b.lastConfirmed),
    supersedes: union(a.supersedes, b.supersedes).slice(0, maxLinks),
    contradicts: union(a.contradicts, b.contradicts).slice(0, maxLinks),
    holds,
    pinned: a.pinned || b.pinned,
    aliases: union(a.aliases, b.aliases).slice(0, maxLinks),
    sources,
  };
  return { ...merged, ...pickStatus(a, b, merged, words.generated?.wording ?? null) };
}

/** The parts of a fact that one draft words together, or one person. */
type Wording = Pick<
  Fact,
  'id' | 'scope' | 'title' | 'body' | 'category' | 'tags' | 'paths' | 'keywords' | 'subject' | 'generated'
>;

function wordingText(fact: Wording): string {
  const { title, body, category, tags, paths, keywords, subject } = fact;
  return JSON.stringify([
    title,
    body,
    category,
    tags,
    paths,
    keywords,
    subject && [subject.key, subject.value],
  ]);
}

/** Checksum of the wording, as `generated` holds it: 8 base32 characters. */
export function wordingChecksum(fact: Wording): string {
  return base32Id(wordingText(fact), 8);
}

/** True when the wording is not the one the program generated last: a person wrote it. */
export function isWordedByPerson(fact: Wording): boolean {
  return fact.generated === null || fact.generated.wording !== wordingChecksum(fact);
}

/** The checksum that marks a generated wording as taken over by a person without a change of a letter. */
export const keptWording = 'kept';

function pickWording(a: Fact, b: Fact): Wording & Fact {
  const byA = isWordedByPerson(a);
  const byB = isWordedByPerson(b);
  if (byA !== byB) return byA ? a : b;
  const bySource = byA ? 0 : compareFirstSources(a.sources, b.sources);
  const order =
    bySource ||
    compareText(wordingText(a), wordingText(b)) ||
    compareText(a.generated?.wording ?? '', b.generated?.wording ?? '');
  return order <= 0 ? a : b;
}

function compareFirstSources(a: readonly FactSource[], b: readonly FactSource[]): number {
  const firstA = first(a);
  const firstB = first(b);
  if (!firstA || !firstB) return Number(!firstA) - Number(!firstB);
  return compareSources(firstA, firstB);
}

function first(sources: readonly FactSource[]): FactSource | undefined {
  return sources.reduce<FactSource | undefined>(
    (best, source) => (best === undefined || compareSources(source, best) < 0 ? source : best),
    undefined,
  );
}

/** Of two statuses people set, the more careful one stays. */
const careful: readonly Status[] = ['archived', 'superseded', 'disputed', 'active', 'candidate'];

function pickStatus(
  a: Fact,
  b: Fact,
  merged: Fact,
  wording: string | null,
): Pick<Fact, 'status' | 'generated'> {
  const decided = [a, b].filter(isDecided);
  const [one, other] = decided;
  if (one === undefined) {
    // These two depend on other facts, so they stay until the whole store is looked at.
    const status =
      (['superseded', 'disputed'] as const).find((one) => a.status === one || b.status === one) ??
      earnedStatus(merged);
    return { status, generated: { status, wording: wording ?? keptWording } };
  }
  const status =
    other && careful.indexOf(other.status) < careful.indexOf(one.status) ? other.status : one.status;
  if (decided.some((fact) => fact.generated === null) || wording === null) return { status, generated: null };
  const generatedStatuses = decided
    .filter((fact) => fact.status === status)
    .map((fact) => fact.generated?.status ?? status)
    .sort(compareText);
  return { status, generated: { status: generatedStatuses[0] ?? status, wording } };
}

/**
 * At most 20 sources and 4,000 bytes, best trusted first, returned by session and line. Being the longest fitting
 * head of one fixed order, it does not matter how the sources came together.
 */
export function keepSources(sources: readonly FactSource[]): FactSource[] {
  const byIdentity = new Map<string, FactSource>();
  for (const source of sources) {
    const key = JSON.stringify([source.session, source.line, source.quote, source.tier, source.proven]);
    const same = byIdentity.get(key);
    byIdentity.set(key, same ? sameSource(same, source) : source);
  }
  const kept: FactSource[] = [];
  let bytes = 0;
  for (const source of [...byIdentity.values()].sort(compareSources)) {
    bytes +=
      bytesBesideQuote + Buffer.byteLength(source.session) + Buffer.byteLength(JSON.stringify(source.quote));
    if (kept.length > 0 && (bytes > maxSourceBytes || kept.length === maxSources)) break;
    kept.push(source);
  }
  return kept.sort((a, b) => compareText(a.session, b.session) || a.line - b.line || compareSources(a, b));
}

function sameSource(a: FactSource, b: FactSource): FactSource {
  return {
    ...a,
    commit: a.commit === null || b.commit === null ? (a.commit ?? b.commit) : earlier(a.commit, b.commit),
    date: later(a.date, b.date),
    confidence: Math.max(a.confidence, b.confidence),
  };
}

function earlier(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  return compareText(a, b) <= 0 ? a : b;
}

function later(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  return compareText(a, b) >= 0 ? a : b;
}

/** Sorted, each once. */
export function union(a: readonly string[], b: readonly string[]): string[] {
  return [...new Set([...a, ...b])].sort(compareText);
}
