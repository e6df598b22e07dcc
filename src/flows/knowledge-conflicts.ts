import { join } from 'node:path';
import type { Change } from '../base/change.ts';
import { KaizenError } from '../base/errors.ts';
import { compareText } from '../base/text.ts';
import { readConfig } from '../io/config.ts';
import { readEvents } from '../io/event-log.ts';
import { readTextIfExists } from '../io/files.ts';
import { type ConflictedFile, readConflicts, type SideFile } from '../io/read-conflicts.ts';
import { readDerivedFiles } from '../io/read-derived.ts';
import { applyPlan } from '../io/repository.ts';
import { isDerivedPath, planDerivedFiles } from '../knowledge/derived-files.ts';
import type { Fact, StoredFact } from '../knowledge/fact.ts';
import { formatFact, parseFact } from '../knowledge/fact-file.ts';
import { joinSides } from '../knowledge/join-sides.ts';
import { planFactFiles } from '../knowledge/plan-facts.ts';
import { poolFacts } from '../knowledge/pool-facts.ts';
import { purgeSessions } from '../knowledge/purge-sessions.ts';
import { settleFacts } from '../knowledge/settle-facts.ts';
import { type KnowledgeCall, openKnowledge } from './knowledge-store.ts';

/** What became of the conflicts of a Git merge under knowledge/. */
export interface ConflictResult {
  changes: Change[];
  /** Conflicted paths that are whole again; `git add` them. */
  resolved: string[];
  /** Paths a person must look at, and why. */
  unresolved: { path: string; reason: string }[];
}

/**
 * Joins what two branches did to the store, after `git merge` stopped: both sides of every conflicted fact become one
 * (see `joinSides`), a fact that the branches put into two files ends in one, and index and pages are made anew. What
 * two people worded or decided differently is left for a person, unless `prefer` says which side counts.
 */
export async function joinConflicts(
  call: KnowledgeCall,
  prefer: 'ours' | 'theirs' | undefined,
): Promise<ConflictResult> {
  const store = await openKnowledge(call.dir);
  const { repository } = store;
  const conflicts = repository.git ? await readConflicts(repository.git) : [];
  const joined: Joined[] = [];
  const gone: Change[] = [];
  const unresolved: ConflictResult['unresolved'] = [];
  for (const conflict of conflicts.filter(({ path }) => !isDerivedPath(path))) {
    const one = joinOne(conflict, prefer);
    if (typeof one === 'string') unresolved.push({ path: conflict.path, reason: one });
    const inTree = (await readTextIfExists(join(repository.root, conflict.path))) ?? null;
    if (typeof one === 'object') joined.push({ fact: one, path: conflict.path, text: inTree ?? '', inTree });
    else if (one === undefined && inTree !== null)
      gone.push({ kind: 'remove', path: conflict.path, was: inTree });
  }
  const atConflict = new Set(conflicts.map(({ path }) => path));
  const stored = [...store.facts.filter(({ path }) => !atConflict.has(path)), ...joined];
  const wanted = new Map([...poolFacts(stored).pool].map(([id, { fact }]) => [id, fact]));
  const { events } = await readEvents(repository.root);
  const purged = new Set(events.flatMap((event) => (event.type === 'session.purged' ? [event.session] : [])));
  purgeSessions(wanted, purged);
  const config = await readConfig(repository.root);
  const files = planFactFiles(stored, settleFacts(wanted, config.harvest.max_new_per_day));
  const derived = planDerivedFiles(files.facts, await readDerivedFiles(repository));
  const changes = [...overMarks(files.changes, joined), ...gone, ...derived.changes];
  await applyPlan(repository, changes, call.dryRun);
  const left = new Set([...unresolved.map(({ path }) => path), ...derived.inTheWay]);
  return {
    changes,
    resolved: conflicts
      .map(({ path }) => path)
      .filter((path) => !left.has(path))
      .sort(compareText),
    unresolved,
  };
}

/** A fact joined from its sides, with what stands in the work tree now (null: nothing). */
interface Joined extends StoredFact {
  inTree: string | null;
}

/**
 * One fact from the sides of a conflicted file; a side that deleted it gives way to the one that changed it, and
 * undefined when both did. A text: why a person must look.
 */
function joinOne(
  { path, base, ours, theirs }: ConflictedFile,
  prefer: 'ours' | 'theirs' | undefined,
): Fact | string | undefined {
  try {
    const read = (side: SideFile | null): Fact | null =>
      side === null ? null : parseFact(side.path, side.text);
    const [mine, other] = [read(ours), read(theirs)];
    if (!mine || !other) return mine ?? other ?? undefined;
    if (mine.id !== other.id) return `ours has the id ${mine.id}, theirs ${other.id}`;
    const joined = joinSides({ base: read(base), ours: mine, theirs: other }, prefer);
    return joined.disagreement ?? joined.fact;
  } catch (error) {
    if (error instanceof KaizenError) return error.message.replace(`${path}: `, '');
    throw error;
  }
}

/** Every joined fact is written over Git's marks, also where the plan sees nothing to change. */
function overMarks(changes: readonly Change[], joined: readonly Joined[]): Change[] {
  const inTree = new Map(joined.map((one) => [one.path, one.inTree]));
  const planned = changes.flatMap((change): Change[] => {
    const was = inTree.get(change.path);
    if (was === undefined || change.kind === 'append') return [change];
    if (change.kind === 'remove') return was === null ? [] : [{ ...change, was }];
    return [{ ...change, was }];
  });
  const paths = new Set(changes.map(({ path }) => path));
  for (const { fact, path, inTree: was } of joined) {
    const text = formatFact(fact);
    if (!paths.has(path) && was !== text) planned.push({ kind: 'write', path, text, was });
  }
  return planned.sort((a, b) => compareText(a.path, b.path));
}
