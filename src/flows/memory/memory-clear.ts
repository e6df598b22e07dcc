import type { Change } from '../../base/change.ts';
import { applyPlan } from '../../io/repository.ts';
import { logLines } from '../../knowledge/agent-memory/close-session.ts';
import { countLoggedSessions } from '../../knowledge/agent-memory/log-line.ts';
import { parseMemory } from '../../knowledge/agent-memory/parse-memory.ts';
import { describeUndo, type MemoryCall, noMemory, openMemory } from './memory-store.ts';

/** What clearing would remove, for the question before it and the receipt after it. */
export interface ClearPlan {
  agent: string;
  path: string;
  /** Sessions its log holds. */
  sessions: number;
  /** True when something in the file is in no commit. */
  lost: boolean;
  /** How to undo it, in words. */
  undo: string;
  changes: Change[];
  apply(dryRun: boolean): Promise<void>;
}

/** The removal of an agent's memory, its metrics untouched. */
export async function planClear(call: MemoryCall, name: string): Promise<ClearPlan> {
  const { repository, agent, path, text } = await openMemory(call.dir, name);
  if (text === undefined) throw noMemory(agent);
  const changes: Change[] = [{ kind: 'remove', path, was: text }];
  return {
    agent,
    path,
    sessions: countLoggedSessions(logLines(parseMemory(text))),
    ...(await describeUndo(repository, path, text)),
    changes,
    apply: (dryRun) => applyPlan(repository, changes, dryRun),
  };
}
