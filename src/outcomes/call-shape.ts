import { commandName, commandShapes } from '../knowledge/extract/command-shape.ts';
import { isCheckCommand } from '../sessions/check-commands.ts';
import type { ToolCall } from '../sessions/session.ts';
import { shellSegments } from '../sessions/shell-segments.ts';

/** Commands that look around: never what a line is about while it does something else. */
const lookers =
  /^(?:ls|cat|head|tail|find|stat|file|wc|which|tree|grep|rg|pwd|test|\[|\[\[|rm|cp|mv|touch|jq|sed|awk|sort|uniq|cut|diff|read|type|command|du|chmod)$/;
/** Commands that prepare another one: they are what a line is about only where nothing else is. */
const preparing =
  /^git (?:add|status|diff|log|show|fetch|checkout|switch|branch|stash|config|rev-parse|remote|ls-files)\b|^(?:echo|printf|export|sleep)$/;
/** Words of the shell's own language, and what is left of a wrapper. */
const syntax =
  /^(?:for|while|until|case|select|function|local|declare|return|shift|eval|trap|unset|alias|if|-.*)$/;
/** Programs whose first plain argument is the program proper. */
const interpreters =
  /^(?:node|tsx|ts-node|deno|bun|python[\d.]*|py|ruby|perl|php|ba?sh|zsh|pwsh|powershell)$/;
/** Options in front of a sub-command that take a value. */
const valued =
  /^(?:-C|-c|-f|-F|-n|--filter|--workspace|--prefix|--dir|--cwd|--namespace|--project|--manifest-path|--git-dir|--work-tree)$/;

/**
 * What a call is told apart by: for a shell line its program with sub-command or script (`$ git commit`,
 * `$ npm run build`, `$ python manage.py`), the most telling of several (a check first, what
 * prepares or only looks around last); for a tool with a file its name and the extension (`Read .ts`); else the tool. Arguments are left out.
 */
export function callShape(call: ToolCall): string {
  if (call.command !== null) return shellShape(call);
  const extension = call.path === null ? null : /[^/\\](\.[A-Za-z0-9]{1,8})$/.exec(call.path)?.[1];
  const tool = call.tool.trim().slice(0, 60) || 'unnamed tool';
  return extension ? `${tool} ${extension.toLowerCase()}` : tool;
}

/** True for the shape of a shell line that only looks around. */
export function isLookingShape(shape: string): boolean {
  return shape.startsWith('$ ') && lookers.test(shape.slice(2));
}

function shellShape(call: ToolCall): string {
  const names = commandShapes(call)
    .map(({ words }) => ({ words, name: nameOf(words) }))
    .filter(({ name }) => name !== '' && !syntax.test(name));
  return `$ ${mainOf(names) ?? asideOf(call.command ?? '')}`;
}

function mainOf(parts: readonly { words: readonly string[]; name: string }[]): string | undefined {
  if (parts.length < 2) return parts[0]?.name;
  const acting = parts.filter(({ name }) => !lookers.test(name));
  const main =
    acting.find(({ words }) => isCheckCommand(words.join(' ')) !== undefined) ??
    acting.find(({ name }) => !preparing.test(name)) ??
    acting[0] ??
    parts[0];
  return main?.name;
}

/** A line of nothing but preparations (`sleep 30`) goes by its first word; anything else is a script. */
function asideOf(command: string): string {
  const first = shellSegments(command.slice(0, 400))[0]?.words[0] ?? '';
  return command.length < 400 && /^[a-z][\w-]{0,20}$/.test(first) && !syntax.test(first) ? first : 'script';
}

function nameOf(words: readonly string[]): string {
  const name = commandName(withoutValues(words)).slice(0, 60);
  if (!interpreters.test(name)) return /^[\w.@][\w.@:+/ -]*$/.test(name) ? name : '';
  const rest = words.slice(words.findIndex((word) => word === name || word.endsWith(`/${name}`)) + 1);
  const module = rest.indexOf('-m');
  if (module >= 0 && rest[module + 1]) return `${name} -m ${rest[module + 1]?.slice(0, 40)}`;
  const inline = rest.find((word) => /^(?:-[a-z]*[ce]|--eval|-Command)$/.test(word));
  const script = rest.find((word) => !word.startsWith('-'));
  if (inline !== undefined || script === undefined) return inline ? `${name} ${inline}` : name;
  const file = script.replace(/^.*[\\/]/, '');
  return /^[\w.@-]{1,40}$/.test(file) ? `${name} ${file}` : name;
}

/** `git -C x commit` without `-C x`: the values of options that stand before a sub-command are not it. */
function withoutValues(words: readonly string[]): string[] {
  return words.filter(
    (word, index) => index === 0 || !(valued.test(word) || valued.test(words[index - 1] as string)),
  );
}
