import type { UserOrigin } from './event.ts';

const commandTags = /^\s*<(?:command-name|command-message|command-args|bash-input)>/;
const systemStarts = [
  'Caveat: The messages below',
  'Stop hook feedback:',
  'Base directory for this skill:',
  'This session is being continued from a previous conversation',
  '[Your previous response had no visible output',
  'API Error:',
];
/** A line that opens with a tag of several words (`<system-reminder>`) or one of a harness's own single-word tags. */
const systemTag =
  /^\s*<(?:[a-z][a-z0-9]*(?:[-_:][a-z0-9]+)+|objective|execution_context|teammate|tick|context|system)(?:\s[^<>]*)?>/i;
const ideNotes =
  /^\s*<(ide_[a-z_]+|system-reminder|user-prompt-submit-hook|ci-monitor-event)(?:\s[^<>]*)?>[\s\S]*?<\/\1>\s*/;

/** Who wrote a user-role text of Claude Code, from its own shape; flags on the line are the caller's to look at. */
export function originOfUserText(text: string): UserOrigin {
  if (commandTags.test(text)) return 'command';
  if (systemTag.test(text)) return 'injected';
  const start = text.trimStart();
  return systemStarts.some((opening) => start.startsWith(opening)) ? 'injected' : 'typed';
}

/** The text without the notes an IDE, a hook or a monitor puts before a person's prompt in the same block. */
export function withoutIdeNotes(text: string): string {
  let rest = text;
  while (rest.includes('<')) {
    const next = rest.replace(ideNotes, '');
    if (next === rest) break;
    rest = next;
  }
  return rest;
}

/** The interruption marks Claude Code writes as user text. */
export function isInterruptMark(text: string): boolean {
  return text.startsWith('[Request interrupted by user');
}
