import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { documentOf, type FactDocument } from '../../src/context/fact-document.ts';
import { dayNumber, type FactPool, joinSegments } from '../../src/context/fact-pool.ts';
import { memorySegment } from '../../src/context/memory-segment.ts';
import { rankFacts } from '../../src/context/rank-facts.ts';
import { parseQuery } from '../../src/context/relevance.ts';
import type { Fact } from '../../src/knowledge/fact.ts';

/**
 * The product's own ranking behind the line protocol of a retrieval harness: one process a scope, which gets
 * `{"op":"index","corpus","scope","field"}` once, then `{"op":"query","query","before","k"}` lines, each answered by
 * `{"ids"}`. A dated query is a session at its start (priors count); one without a date looks something up. The gate
 * is open and every fact is scored, since the harness cuts by its own budget. Which facts earlier sessions used is
 * read from the dated queries beside the corpus: what a session needed counts for the sessions after it only.
 */

interface Item {
  id: string;
  title?: string;
  text: string;
  card?: string;
  scope: string;
  ts?: number;
}

/** What an earlier session proved to need, and when. */
interface Session {
  before: number;
  relevant: string[];
}

let items: Item[] = [];
let sessions: Session[] = [];
let pool: FactPool | undefined;

function index(path: string, scope: string | null, field: string): void {
  items = readFileSync(path, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Item)
    .filter((item) => scope === null || item.scope === scope);
  sessions = readSessions(path.replace(/\.corpus\.jsonl$/, '.queries.jsonl'), scope);
  pool = joinSegments([
    memorySegment(
      'repo:bench/bench',
      items.map((item, at) => documentFor(item, at, field)),
    ),
  ]);
}

function readSessions(path: string, scope: string | null): Session[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Session & { id: string; scope: string })
    .filter((one) => one.before != null && (scope === null || one.scope === scope) && !/#s\d$/.test(one.id));
}

function documentFor(item: Item, at: number, field: string): FactDocument {
  const day = item.ts === undefined ? null : new Date(item.ts * 1000).toISOString().slice(0, 10);
  const fact: Fact = {
    id: at.toString(36).padStart(10, '0'),
    title: item.title ?? '',
    category: 'fact',
    scope: 'repo:bench/bench',
    status: 'active',
    trust: 'human',
    confidence: 0.7,
    tags: [],
    paths: [],
    keywords: [],
    firstSeen: day,
    lastConfirmed: day,
    supersedes: [],
    contradicts: [],
    holds: [],
    pinned: false,
    subject: null,
    aliases: [],
    generated: null,
    sources: [],
    body: field === 'card' && item.card ? item.card : item.text,
  };
  return documentOf(fact);
}

function query(text: string, before: number | null, k: number): string[] {
  if (!pool) return [];
  const asOf =
    before === null ? pool : { ...pool, statuses: maskFuture(pool, before), uses: usesBefore(before) };
  const { ranked } = rankFacts(asOf, {
    mode: before === null ? 'search' : 'bootstrap',
    query: parseQuery(text),
    now: before === null ? 0 : dayNumber(before * 1000),
    gate: 0,
    statuses: ['active'],
    limit: k,
    candidates: Number.POSITIVE_INFINITY,
  });
  return ranked.map(({ doc }) => items[doc]?.id ?? '');
}

/** Facts written after the session are no candidates, though they count in the statistics as the harness wants it. */
function maskFuture(of: FactPool, before: number): Uint8Array {
  const statuses = of.statuses.slice();
  items.forEach((item, at) => {
    if ((item.ts ?? 0) >= before) statuses[at] = 255;
  });
  return statuses;
}

/** Σ 2^(day/30) over the sessions that used the fact, as the index keeps it. */
function usesBefore(before: number): Float64Array {
  const at = new Map(items.map((item, i) => [item.id, i]));
  const uses = new Float64Array(items.length);
  for (const session of sessions.filter((one) => one.before < before))
    for (const id of session.relevant) {
      const doc = at.get(id);
      if (doc !== undefined) uses[doc]! += 2 ** (dayNumber(session.before * 1000) / 30);
    }
  return uses;
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const message = JSON.parse(line);
  if (message.op === 'index') index(message.corpus, message.scope, message.field);
  else process.stdout.write(`${JSON.stringify({ ids: query(message.query, message.before, message.k) })}\n`);
});
