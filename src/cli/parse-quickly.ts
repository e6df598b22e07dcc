import { parseArgs } from 'node:util';
import { type CommandEntry, commands } from './all.ts';
import type { Command, FlagValues } from './command.ts';
import { flagKey, flagsOf, type Invocation, invocationOf } from './invocation.ts';

/**
 * Reads a command line without loading commander (15–25 ms, a third of a hook's whole budget). It understands only
 * what is plainly right: a known command first, known flags, the right number of arguments. For anything else,
 * help and mistakes included, it gives undefined and `parseFully` decides; a property test holds the two equal.
 */
export async function parseQuickly(
  argv: readonly string[],
  registry: readonly CommandEntry[] = commands,
): Promise<Invocation | undefined> {
  const entry = registry.find((one) => one.name === argv[0]);
  if (!entry) return undefined;
  let { command } = await entry.load();
  const path = [entry.name];
  let rest = argv.slice(1);
  for (;;) {
    const sub = command.subcommands?.find((one) => one.name === rest[0]);
    if (!sub) break;
    command = sub;
    path.push(sub.name);
    rest = rest.slice(1);
  }
  if (!command.run || (command.subcommands && rest.length > 0)) return undefined;
  const values = quickValues(command, rest);
  if (!values || values.flags.help || values.flags.version) return undefined;
  return invocationOf(path, command, values.args, values.flags);
}

function quickValues(command: Command, argv: string[]): { args: string[]; flags: FlagValues } | undefined {
  const specs = flagsOf(command);
  const options = Object.fromEntries(
    specs.map((spec) => [
      spec.name,
      {
        type: spec.value ? ('string' as const) : ('boolean' as const),
        ...(spec.short ? { short: spec.short } : {}),
        multiple: spec.repeat === true,
      },
    ]),
  );
  try {
    const { values, positionals } = parseArgs({ args: argv, options, allowPositionals: true, strict: true });
    const args = command.args ?? [];
    const least = args.filter((arg) => arg.required).length;
    const most = args.some((arg) => arg.variadic) ? Number.POSITIVE_INFINITY : args.length;
    if (positionals.length < least || positionals.length > most) return undefined;
    const flags = Object.fromEntries(specs.map((spec) => [flagKey(spec.name), values[spec.name]]));
    return { args: positionals, flags: flags as FlagValues };
  } catch {
    // Not plainly right: commander words the mistake.
    return undefined;
  }
}
