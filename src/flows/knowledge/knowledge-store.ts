import { utcDay } from '../../base/calendar.ts';
import type { Change } from '../../base/change.ts';
import { readConfig } from '../../io/config.ts';
import { type NewEvent, planEvents, readWriterId } from '../../io/event-log.ts';
import { readDerivedFiles } from '../../io/read-derived.ts';
import { type BadFact, readFacts } from '../../io/read-facts.ts';
import { applyPlan, openRepository, type Repository, writerPlace } from '../../io/repository.ts';
import { planDerivedFiles } from '../../knowledge/derived-files.ts';
import type { Fact, StoredFact } from '../../knowledge/fact.ts';
import { slugOf } from '../../knowledge/fact-path.ts';
import type { Person } from '../../knowledge/lifecycle.ts';
import { planFactFiles } from '../../knowledge/plan-facts.ts';
import { poolFacts } from '../../knowledge/pool-facts.ts';
import { settleFacts } from '../../knowledge/settle-facts.ts';
import type { Redactor } from '../../sessions/redact.ts';
import { openRepoRedactor } from '../open-redactor.ts';

/** What every knowledge verb needs of the world. */
export interface KnowledgeCall {
  dir: string;
  now: Date;
  env: Readonly<Record<string, string | undefined>>;
  dryRun: boolean;
}

/** The store, read. */
export interface KnowledgeStore {
  repository: Repository;
  facts: StoredFact[];
  bad: BadFact[];
}

/** The store, read to be written: index and pages as they were before the facts were read. */
export interface WritableStore extends KnowledgeStore {
  derived: Map<string, string>;
}

/** What a verb did, or with a dry run would do. */
export interface KnowledgeChange {
  changes: Change[];
  /** Every fact afterwards. */
  facts: StoredFact[];
  /** Pages that a person wrote where one of ours should be; they were left alone. */
  inTheWay: string[];
  /** What was masked in the words of the person, by rule. */
  masked: Readonly<Record<string, number>>;
}

export async function openKnowledge(dir: string): Promise<KnowledgeStore> {
  const repository = await openRepository(dir);
  return { repository, ...(await readFacts(repository.root, repository.git)) };
}

/**
 * The store for a verb that writes. Every plan writes facts before index and pages, so what is read here in the other
 * order is either whole, or `saveKnowledge` finds the index changed.
 */
export async function openToWrite(dir: string): Promise<WritableStore> {
  const repository = await openRepository(dir);
  const derived = await readDerivedFiles(repository);
  return { repository, derived, ...(await readFacts(repository.root, repository.git)) };
}

/**
 * Brings the store to the wanted facts (by id): settles what follows from all of them together, and writes facts,
 * index, pages and events in one plan. `redactor`: the one the person's words went through.
 */
export async function saveKnowledge(
  store: WritableStore,
  wanted: ReadonlyMap<string, Fact>,
  events: readonly NewEvent[],
  call: Pick<KnowledgeCall, 'dryRun'>,
  redactor?: Redactor,
): Promise<KnowledgeChange> {
  const { repository } = store;
  const config = await readConfig(repository.root);
  const settled = settleFacts(wanted, config.harvest.max_new_per_day);
  const files = planFactFiles(store.facts, settled);
  const derived = planDerivedFiles(files.facts, store.derived);
  const log =
    events.length === 0
      ? []
      : planEvents(await readWriterId(writerPlace(repository), { make: !call.dryRun }), events);
  const changes = [...files.changes, ...derived.changes, ...log];
  await applyPlan(repository, changes, call.dryRun);
  return { changes, facts: files.facts, inTheWay: derived.inTheWay, masked: redactor?.counts ?? {} };
}

/** What a person writes may hold a secret as well as a transcript may: it goes through this before it is kept. */
export function openWords(store: KnowledgeStore, call: KnowledgeCall): Promise<Redactor> {
  return openRepoRedactor(store.repository, call.env, { makeKey: !call.dryRun });
}

/** The facts of the store by id, ready to be changed. */
export function factsById(store: KnowledgeStore): Map<string, Fact> {
  return new Map([...poolFacts(store.facts).pool].map(([id, { fact }]) => [id, fact]));
}

/** The person who works here: `--by`, else Git's user.name, else the account; as a slug, for sources and events. */
export async function readPerson(repository: Repository, call: KnowledgeCall, by?: string): Promise<Person> {
  const configured = await repository.git?.raw(['config', '--get', 'user.name']).catch(() => '');
  const name = by || configured?.trim() || call.env.USER || call.env.USERNAME || 'unknown';
  return { name: slugOf(name, 40), day: utcDay(call.now) };
}
