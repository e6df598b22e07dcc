import { plainText, withoutHidden } from '../../knowledge/extract/plain-text.ts';
import type { TranscriptEvent } from '../../transcripts/event.ts';

/** Commands of the harness itself: they change its settings or its screen and ask for no work. */
const harnessCommands = new Set(
  'add-dir agents bashes bug clear color compact config context copy cost doctor effort exit export extra-usage fast feedback help hooks ide init-settings install-github-app keybindings login logout mcp memory mobile model output-style permissions plugin privacy-settings quit release-notes reload-plugins remote-control rename resume rewind sandbox stats status statusline tasks terminal-setup theme todos upgrade usage vim voice'.split(
    ' ',
  ),
);

/**
 * True for what a person asks of the agent: a prompt, or a slash command that starts work. The expansion of a command,
 * notes of the harness and everything inside a sub-agent are not.
 */
export function isPersonMessage(event: TranscriptEvent): boolean {
  if (event.kind !== 'user' || event.side) return false;
  if (event.origin === 'typed' || event.origin === 'queued') return true;
  const name = commandName(event);
  return name !== undefined && !harnessCommands.has(name);
}

/** Name of the slash command an event is (`resume`, `gsd:quick`), or undefined. */
export function commandName(event: TranscriptEvent): string | undefined {
  if (event.kind !== 'user' || event.origin !== 'command' || event.side) return undefined;
  return /<command-name>\/?([\w:.-]+)/.exec(event.text)?.[1];
}

/** What a person asked, in one line as a reader sees it; a slash command with its arguments. */
export function askedLine(event: TranscriptEvent): string | null {
  if (event.kind !== 'user') return null;
  const name = commandName(event);
  const args = /<command-args>([\s\S]*?)<\/command-args>/.exec(event.text)?.[1] ?? '';
  const text = name === undefined ? event.text : `/${name} ${args}`;
  const [line, next = ''] = withoutHidden(text)
    .split('\n')
    .filter((row) => row.trim() !== '');
  if (line === undefined) return null;
  // `Implement the following plan:` says nothing without what follows.
  const said = line.trimEnd().endsWith(':') ? `${line} ${next}` : line;
  return plainText(said).text || null;
}
