import { foldSpace } from '../../base/text.ts';

/** The sections of an agent's memory in the order of the seed's ADR-002 (spec 06), with what each is for. */
export const memorySections = [
  {
    name: 'Project Context',
    alias: 'context',
    purpose: 'What this project is, and what the agent must know of it before it starts.',
  },
  {
    name: 'Accumulated Findings',
    alias: 'findings',
    purpose: 'What was found out and will still be true next time, newest last.',
  },
  { name: 'What Worked', alias: 'worked', purpose: 'Ways of working that led to a good end.' },
  {
    name: 'Watch Points',
    alias: 'watch',
    purpose: 'What went wrong before, and how it shows.',
  },
  { name: 'Open Threads', alias: 'threads', purpose: 'What was left undone, and where to go on.' },
  {
    name: 'Session Log',
    alias: 'log',
    purpose: 'One line a session, written by `kaizen memory close`: day · issue · outcome.',
  },
] as const;

/** A section every memory has. */
export type SectionName = (typeof memorySections)[number]['name'];

/** The section a heading names, whatever its case, spacing and trailing colon; undefined for any other heading. */
export function findSectionName(title: string): SectionName | undefined {
  const wanted = comparable(title);
  return memorySections.find(({ name }) => comparable(name) === wanted)?.name;
}

/** The section a person means on the command line: its name, its alias (`findings`), or the start of its name. */
export function findSectionMeant(text: string): SectionName | undefined {
  const wanted = comparable(text.replaceAll('-', ' '));
  const exact = memorySections.find(({ name, alias }) => alias === wanted || comparable(name) === wanted);
  if (exact || wanted.length < 3) return exact?.name;
  const starting = memorySections.filter(({ name }) => comparable(name).startsWith(wanted));
  return starting.length === 1 ? starting[0]?.name : undefined;
}

/** Titles that differ only in case, spacing or a trailing colon are the same. */
export function comparable(title: string): string {
  return foldSpace(title).replace(/:$/, '').toLowerCase();
}
