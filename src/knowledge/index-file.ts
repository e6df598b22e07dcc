import { compareText } from '../base/text.ts';
import type { StoredFact } from './fact.ts';
import { scopeFolder } from './fact-path.ts';

export const indexPath = 'knowledge/index.json';
const version = 1;
/** Above this many facts the index is a manifest over one shard a scope. */
const maxFactsInOneFile = 10_000;

/**
 * The machine-readable index of the store: `{version, total_facts, facts: […]}`, one fact a line, sorted by id, no
 * clock in it, so the same facts give the same bytes. Above 10,000 facts `knowledge/index.json` holds `shards`, one a
 * line with its path, and each shard under `knowledge/index/` has the form of a small index. Path → text.
 */
export function formatIndex(facts: readonly StoredFact[]): Map<string, string> {
  if (facts.length <= maxFactsInOneFile) return new Map([[indexPath, indexText(facts)]]);
  const shards = new Map<string, StoredFact[]>();
  for (const one of facts) {
    const path = `knowledge/index/${scopeFolder(one.fact.scope)}.json`;
    const shard = shards.get(path);
    if (shard) shard.push(one);
    else shards.set(path, [one]);
  }
  const files = new Map([...shards].map(([path, shard]) => [path, indexText(shard)]));
  const lines = [...shards]
    .sort(([a], [b]) => compareText(a, b))
    .map(([path, shard]) => JSON.stringify({ path, total_facts: shard.length }));
  return files.set(indexPath, jsonText(facts.length, 'shards', lines));
}

/** True for the paths `formatIndex` may write. */
export function isIndexPath(path: string): boolean {
  return path === indexPath || /^knowledge\/index\/(?:global|(?:repos|agents)\/[^/]+)\.json$/.test(path);
}

function indexText(facts: readonly StoredFact[]): string {
  const sorted = [...facts].sort((a, b) => compareText(a.fact.id, b.fact.id) || compareText(a.path, b.path));
  return jsonText(facts.length, 'facts', sorted.map(indexLine));
}

function jsonText(total: number, key: string, lines: readonly string[]): string {
  const list = lines.length === 0 ? '[]' : `[\n${lines.join(',\n')}\n]`;
  return `{"version": ${version}, "total_facts": ${total}, "${key}": ${list}}\n`;
}

/** Names as in the seed's index, so that a program written for that reads this one. */
function indexLine({ fact, path }: StoredFact): string {
  return JSON.stringify({
    id: fact.id,
    fact: fact.title,
    category: fact.category,
    scope: fact.scope,
    status: fact.status,
    trust: fact.trust,
    confidence: fact.confidence,
    tags: fact.tags,
    source_count: fact.sources.length,
    first_seen: fact.firstSeen,
    last_confirmed: fact.lastConfirmed,
    path,
  });
}
