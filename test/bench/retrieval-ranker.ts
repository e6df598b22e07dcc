import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { documentOf } from '../../src/context/fact-document.ts';
import { dayNumber, type FactPool, joinSegments } from '../../src/context/fact-pool.ts';
import { rankFacts } from '../../src/context/rank-facts.ts';
import { parseQuery } from '../../src/context/relevance.ts';
import { createIndex, finishIndex, indexFileName, openIndex } from '../../src/io/fact-index-database.ts';
import { readSegments } from '../../src/io/fact-index-read.ts';
import { writeDocuments } from '../../src/io/fact-index-write.ts';
import type { Fact } from '../../src/knowledge/fact.ts';

/**
 * The product's own index and ranking behind the line protocol of a retrieval harness: one process a scope, which
 * gets `{"op":"index","corpus","scope","field"}` once, then `{"op":"query","query","before","k"}` lines, each answered
 * by `{"ids"}`. A dated query is a session at its start, so recency counts; one without a date looks something up. The
 * gate is open, since the harness cuts by its own budget.
 *
 * npm run build && npx tsc -p test/bench/tsconfig.json
 * node eval.mjs --data ce-task --field text --cardwords 60 --cmd "node <here>/.build/test/bench/retrieval-ranker.js"
 */

interface Item {
  id: string;
  title?: string;
  text: string;
  card?: string;
  scope: string;
  ts?: number;
}

let items: Item[] = [];
let pool: FactPool | undefined;
const folder = mkdtempSync(join(tmpdir(), 'kaizen-retrieval-'));

function index(path: string, scope: string | null, field: string): void {
  items = readFileSync(path, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Item)
    .filter((item) => scope === null || item.scope === scope);
  const file = join(folder, indexFileName);
  const written = createIndex(file);
  const files = items.map((item, at) => ({
    path: `${at}.md`,
    sig: '',
    document: documentOf(factOf(item, at, field)),
  }));
  writeDocuments(written, files);
  finishIndex(written);
  written.database.close();
  const opened = openIndex(file);
  if (!opened) throw new Error('the index cannot be read back');
  pool = joinSegments(readSegments(opened, undefined));
}

function factOf(item: Item, at: number, field: string): Fact {
  const day = item.ts === undefined ? null : new Date(item.ts * 1000).toISOString().slice(0, 10);
  const title = item.title ?? '';
  const text = field === 'card' && item.card ? item.card : item.text;
  return {
    id: at.toString(36).padStart(10, '0'),
    title,
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
    // A card that says its title again would count it twice.
    body: text.startsWith(title) ? text.slice(title.length).replace(/^[:.\s]+/, '') : text,
  };
}

function query(text: string, before: number | null, k: number): string[] {
  if (!pool) return [];
  const asOf = before === null ? pool : { ...pool, statuses: maskFuture(pool, before) };
  const { ranked } = rankFacts(asOf, {
    mode: before === null ? 'search' : 'bootstrap',
    query: parseQuery(text),
    now: before === null ? 0 : dayNumber(before * 1000),
    gate: 0,
    statuses: ['active'],
    limit: k,
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

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const message = JSON.parse(line);
    if (message.op === 'index') index(message.corpus, message.scope, message.field);
    else
      process.stdout.write(`${JSON.stringify({ ids: query(message.query, message.before, message.k) })}\n`);
  })
  .on('close', () => rmSync(folder, { recursive: true, force: true }));
