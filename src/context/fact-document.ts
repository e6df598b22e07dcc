import { countAsciiTokens } from '../base/ascii-tokens.ts';
import { estimateTokens } from '../base/tokens.ts';
import type { Category, Fact, Scope, Status, Tier } from '../knowledge/fact.ts';
import type { IndexedText } from './char-grams.ts';
import { cardOf } from './fact-card.ts';
import { formatEntry } from './format-entry.ts';
import { quoteSafely } from './quote-safely.ts';

/** What selection and the packet need of a fact: stored in the index, so that a bootstrap reads no fact file. */
export interface FactEntry {
  id: string;
  title: string;
  category: Category;
  scope: Scope;
  status: Status;
  trust: Tier;
  /** At `lastConfirmed`; decays when read. */
  confidence: number;
  pinned: boolean;
  firstSeen: string | null;
  lastConfirmed: string | null;
  /** Safe to stand in a packet. */
  card: string;
  /** False when the card leaves sentences of the body out. */
  whole: boolean;
  /** Tokens of the fact's line in a packet, whatever its age. */
  tokens: number;
  /** Distinct sessions (or people) behind it, and the latest of them. */
  sessions: number;
  source: string;
  paths: string[];
  supersedes: string[];
  contradicts: string[];
}

/** A fact as it is indexed. */
export interface FactDocument {
  entry: FactEntry;
  text: IndexedText;
}

/** Measured: index the title and up to 450 words of body, keywords, tags, paths and quotes (spec 04). */
const mostWords = 450;
/** Bounds the work for text without spaces; a real fact stays far below. */
const mostCharacters = 8000;

/** The entry and the index text of a fact. */
export function documentOf(fact: Fact): FactDocument {
  const card = cardOf(fact);
  const source = latestSource(fact);
  const entry: FactEntry = {
    id: fact.id,
    title: quoteSafely(fact.title),
    category: fact.category,
    scope: fact.scope,
    status: fact.status,
    trust: fact.trust,
    confidence: fact.confidence,
    pinned: fact.pinned,
    firstSeen: fact.firstSeen,
    lastConfirmed: fact.lastConfirmed,
    card: card.text,
    whole: card.whole,
    tokens: 0,
    sessions: new Set(fact.sources.map((one) => one.session)).size,
    source: source === undefined ? 'no source' : quoteSafely(source),
    paths: fact.paths,
    supersedes: fact.supersedes,
    contradicts: fact.contradicts,
  };
  const widest = formatEntry(
    { ...entry, confidence: 0.95 },
    { confidence: 0.95, ageDays: 3000, stale: true },
  );
  entry.tokens = carefulTokens(widest);
  return { entry, text: indexTextOf(fact) };
}

/**
 * Both estimators count ids and session keys, random letters, too low, and kana as well: measured against the o200k
 * encoding, 3 tokens a line, and 5 % where there is more than ASCII, keep a full packet within its budget there too.
 */
function carefulTokens(line: string): number {
  const ascii = countAsciiTokens(line);
  return 3 + (ascii ?? Math.ceil(1.05 * estimateTokens(line)));
}

/** What a search should find the fact by. */
function indexTextOf(fact: Fact): IndexedText {
  const parts = [
    fact.body,
    ...fact.keywords,
    fact.tags.join(' '),
    fact.paths.join(' '),
    ...(fact.subject ? [`${fact.subject.key} ${fact.subject.value}`] : []),
    ...new Set(fact.sources.map((source) => source.quote)),
  ];
  return { title: fact.title, body: firstWords(parts.join('\n'), mostWords).slice(0, mostCharacters) };
}

function firstWords(text: string, most: number): string {
  if (text.length < most * 2) return text;
  const word = /\S+/g;
  for (let n = 0; n < most; n++) if (!word.exec(text)) return text;
  return text.slice(0, word.lastIndex);
}

function latestSource(fact: Fact): string | undefined {
  let latest = fact.sources[0];
  for (const source of fact.sources) if ((source.date ?? '') > (latest?.date ?? '')) latest = source;
  return latest?.session;
}
