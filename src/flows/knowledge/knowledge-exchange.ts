import { basename } from 'node:path';
import { KaizenError } from '../../base/errors.ts';
import type { NewEvent } from '../../io/event-log.ts';
import { readTextIfExists } from '../../io/files.ts';
import { entryOfFact, type ForeignEntry, factOfEntry } from '../../knowledge/exchange.ts';
import { formatForeign, parseForeign } from '../../knowledge/exchange-text.ts';
import { holdsFor } from '../../knowledge/extract/risk.ts';
import type { Fact, Status, Tier } from '../../knowledge/fact.ts';
import { mergeFacts } from '../../knowledge/merge-facts.ts';
import { parseScope } from '../own-scope.ts';
import { untilApplied } from '../until-applied.ts';
import {
  factsById,
  type KnowledgeCall,
  type KnowledgeChange,
  openKnowledge,
  openToWrite,
  openWords,
  readPerson,
  saveKnowledge,
} from './knowledge-store.ts';

/** What an import brought. */
export interface ImportResult extends KnowledgeChange {
  added: { id: string; title: string; path: string; status: Status }[];
  /** Entries whose claim was already there. */
  known: number;
  skipped: { entry: number; reason: string }[];
}

/**
 * Brings the entries of a foreign index.json or YAML file into the store. They come as candidates of tier `agent`
 * (nobody here has seen their evidence) unless the person vouches for them; all text is redacted first. What is there
 * already keeps its wording and status.
 */
export function importFacts(
  call: KnowledgeCall,
  file: string,
  options: { owner?: string | undefined; tier: Tier; by?: string | undefined },
): Promise<ImportResult> {
  return untilApplied(() => importFactsOnce(call, file, options));
}

async function importFactsOnce(
  call: KnowledgeCall,
  file: string,
  options: { owner?: string | undefined; tier: Tier; by?: string | undefined },
): Promise<ImportResult> {
  const text = await readTextIfExists(file);
  if (text === undefined) throw new KaizenError('cannot_read', `There is no file ${file}`);
  const store = await openToWrite(call.dir);
  const person = await readPerson(store.repository, call, options.by);
  const redactor = await openWords(store, call);
  const facts = factsById(store);
  const added: Fact[] = [];
  const skipped: ImportResult['skipped'] = [];
  let known = 0;
  for (const [at, entry] of parseForeign(basename(file), text).entries()) {
    const clean = redactor.value(entry) as ForeignEntry;
    const fact = factOfEntry(clean, at + 1, {
      file: basename(file),
      owner: options.owner,
      tier: options.tier,
    });
    if (typeof fact === 'string') {
      skipped.push({ entry: at + 1, reason: fact });
      continue;
    }
    const held: Fact = {
      ...fact,
      holds: options.tier === 'human' ? [] : holdsFor(`${fact.title}\n${fact.body}`),
    };
    const there = facts.get(fact.id);
    if (there) known += 1;
    else added.push(held);
    if (there?.status !== 'archived' && there?.status !== 'superseded')
      facts.set(fact.id, there ? mergeFacts(there, held) : held);
  }
  const events: NewEvent[] = added.map((fact) => ({
    type: 'fact.reviewed',
    at: call.now.toISOString(),
    factId: fact.id,
    action: 'add',
    by: person.name,
    reason: `imported from ${basename(file)}`,
  }));
  const saved = await saveKnowledge(store, facts, events, call, redactor);
  const after = new Map(saved.facts.map((one) => [one.fact.id, one]));
  return {
    ...saved,
    added: added.flatMap(({ id }) => {
      const one = after.get(id);
      return one ? [{ id, title: one.fact.title, path: one.path, status: one.fact.status }] : [];
    }),
    known,
    skipped,
  };
}

/** The store, or a part of it, as the text of a foreign index.json or YAML file; sorted by id, without a clock. */
export async function exportFacts(
  dir: string,
  options: { format: 'json' | 'yaml'; scopes: readonly string[]; statuses: readonly Status[] },
): Promise<string> {
  const store = await openKnowledge(dir);
  const scopes = new Set(
    await Promise.all(options.scopes.map((scope) => parseScope(scope, store.repository))),
  );
  const chosen = store.facts.filter(
    ({ fact }) =>
      (scopes.size === 0 || scopes.has(fact.scope)) &&
      (options.statuses.length === 0 ? fact.status === 'active' : options.statuses.includes(fact.status)),
  );
  return formatForeign(chosen.map(entryOfFact), options.format);
}
