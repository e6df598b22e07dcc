import { KaizenError } from '../base/errors.ts';
import type { Command, FlagSpec, FlagValues } from './command.ts';
import { dryRunFlag, globalFlags } from './global-flags.ts';

/** A command line understood: which command, with what; or a text that answers it at once (help, version). */
export type Invocation =
  | { kind: 'run'; path: string[]; command: Command; args: string[]; flags: FlagValues; globals: FlagValues }
  | { kind: 'text'; text: string };

/** `repo-dir` → `repoDir`, the key of a flag's value. */
export function flagKey(name: string): string {
  return name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

/** Every flag a command line may carry for this command: its own, `--dry-run` where it writes, and the global ones. */
export function flagsOf(command: Command): readonly FlagSpec[] {
  return [...(command.flags ?? []), ...(command.writes ? [dryRunFlag] : []), ...globalFlags];
}

const globalKeys = new Set([...globalFlags, dryRunFlag].map((flag) => flagKey(flag.name)));

/** The `run` form, after the checks both parsers share: allowed choices and global flags set apart. */
export function invocationOf(
  path: string[],
  command: Command,
  args: string[],
  values: FlagValues,
): Invocation {
  const flags: FlagValues = {};
  const globals: FlagValues = {};
  for (const spec of flagsOf(command)) {
    const key = flagKey(spec.name);
    const value = values[key];
    if (value === undefined) continue;
    checkChoice(path, spec, value);
    (globalKeys.has(key) ? globals : flags)[key] = value;
  }
  return { kind: 'run', path, command, args, flags, globals };
}

function checkChoice(path: string[], spec: FlagSpec, value: string | boolean | string[]): void {
  if (!spec.choices) return;
  const wrong = [value].flat().find((one) => !spec.choices?.includes(String(one)));
  if (wrong !== undefined)
    throw usageError(path, `--${spec.name} cannot be '${wrong}'; it is one of: ${spec.choices.join(', ')}`);
}

/** A `usage` error whose hint names the help of the command that was meant. */
export function usageError(path: readonly string[], message: string): KaizenError {
  return new KaizenError('usage', message, {
    // A flag has no space in it: this is text that begins with a dash.
    hint: /^unknown flag '-+[^' ]* /.test(message)
      ? `Write text that begins with a dash after \`--\`: \`${['kaizen', ...path].join(' ')} -- "- text"\`.`
      : `\`${['kaizen', ...path, '--help'].join(' ')}\` shows the flags and examples.`,
  });
}
