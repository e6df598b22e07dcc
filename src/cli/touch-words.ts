import { type TouchKind, touchKinds } from '../base/event-task.ts';
import { counted } from '../base/text.ts';

/** One and several of each kind of touch, as people call them. */
const names: Record<TouchKind, readonly [one: string, many: string]> = {
  message: ['message', 'messages'],
  approval: ['plan approved', 'plans approved'],
  denial: ['call refused', 'calls refused'],
  manual_commit: ['manual commit', 'manual commits'],
  interrupt: ['interruption', 'interruptions'],
  resume: ['resume', 'resumes'],
};

/** `2 messages, 1 call refused`; kinds that are unknown or never happened are left out. */
export function touchWords(byKind: Readonly<Record<TouchKind, number | null>>): string {
  return touchKinds.flatMap((kind) => (byKind[kind] ? counted(byKind[kind], ...names[kind]) : [])).join(', ');
}
