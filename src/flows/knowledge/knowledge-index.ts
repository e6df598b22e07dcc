import type { Change } from '../../base/change.ts';
import type { BadFact } from '../../io/read-facts.ts';
import { applyPlan } from '../../io/repository.ts';
import { planDerivedFiles } from '../../knowledge/derived-files.ts';
import { openToWrite } from './knowledge-store.ts';

/** What an index run found. */
export interface IndexResult {
  changes: Change[];
  facts: number;
  bad: BadFact[];
  inTheWay: string[];
}

/** Makes index and pages from the facts; `write: false` only says what differs. Nothing differs after a rebuild. */
export async function rebuildIndex(dir: string, options: { write: boolean }): Promise<IndexResult> {
  const store = await openToWrite(dir);
  const { changes, inTheWay } = planDerivedFiles(store.facts, store.derived);
  await applyPlan(store.repository, changes, !options.write);
  return { changes, facts: store.facts.length, bad: store.bad, inTheWay };
}
