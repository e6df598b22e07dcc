import { utcDay } from '../../base/calendar.ts';
import type { Change } from '../../base/change.ts';
import { KaizenError } from '../../base/errors.ts';
import { applyPlan } from '../../io/repository.ts';
import { addEntry } from '../../knowledge/agent-memory/add-entry.ts';
import { cleanEntry } from '../../knowledge/agent-memory/clean-text.ts';
import { holdsEntry, refuseConflicts } from '../../knowledge/agent-memory/close-session.ts';
import { setHeadFields } from '../../knowledge/agent-memory/head.ts';
import { formatMemory, parseMemory } from '../../knowledge/agent-memory/parse-memory.ts';
import { findSectionMeant } from '../../knowledge/agent-memory/sections.ts';
import { openRepoRedactor } from '../open-redactor.ts';
import { untilApplied } from '../until-applied.ts';
import { type MemoryCall, memoryChanges, noMemory, openMemory } from './memory-store.ts';

/** What `memory append` did. */
export interface AppendReceipt {
  agent: string;
  path: string;
  disabled: boolean;
  section: string;
  /** The entry as it was written: one line, redacted. */
  entry: string;
  /** The section says exactly this already; nothing was written. */
  known: boolean;
  masked: Readonly<Record<string, number>>;
  changes: Change[];
}

/** Adds one entry to a section of an agent's memory, by the section's name, alias or title. */
export function appendToMemory(
  call: MemoryCall,
  name: string,
  entry: { section: string; text: string },
): Promise<AppendReceipt> {
  return untilApplied(() => appendOnce(call, name, entry));
}

async function appendOnce(
  call: MemoryCall,
  name: string,
  { section, text }: { section: string; text: string },
): Promise<AppendReceipt> {
  const opened = await openMemory(call.dir, name);
  const { repository, agent, path } = opened;
  const meant = findSectionMeant(section);
  if (meant === 'Session Log')
    throw new KaizenError('usage', 'The session log gets its lines from `kaizen memory close`');
  const redactor = await openRepoRedactor(repository, call.env, { makeKey: !call.dryRun });
  const clean = cleanEntry(text, (one) => redactor.text(one));
  if (clean === '') throw new KaizenError('usage', 'There is nothing to append: the text is empty');
  const receipt = { agent, path, section: meant ?? section, entry: clean, masked: redactor.counts };
  if (opened.disabled) return { ...receipt, disabled: true, known: false, changes: [] };
  if (opened.text === undefined) throw noMemory(agent);
  refuseConflicts(opened.text, path);
  const memory = parseMemory(opened.text);
  const known = meant !== undefined && holdsEntry(memory, meant, clean);
  const added = known ? memory : addEntry(memory, { path, section: meant ?? { title: section } }, clean);
  const dated = known ? added : (setHeadFields(added, { last_updated: utcDay(call.now) }) ?? added);
  const changes = memoryChanges(opened, formatMemory(dated));
  await applyPlan(repository, changes, call.dryRun);
  return { ...receipt, disabled: false, known, changes };
}
