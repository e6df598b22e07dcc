import { CommanderError, Option, Command as Program } from 'commander';
import type { KaizenError } from '../base/errors.ts';
import { type CommandEntry, commands } from './all.ts';
import type { Command, FlagSpec, FlagValues } from './command.ts';
import { dryRunFlag, globalFlags } from './global-flags.ts';
import { flagKey, type Invocation, invocationOf, usageError } from './invocation.ts';
import { type HelpStyle, renderCommandHelp, renderRootHelp } from './render-help.ts';

/**
 * Reads a command line with commander, built from the command data. Only the module of the command that is named is
 * loaded. Gives the invocation, or the help text asked for; throws `usage` with a "did you mean" for anything else.
 */
export async function parseFully(
  argv: readonly string[],
  style: HelpStyle,
  version: string,
  registry: readonly CommandEntry[] = commands,
): Promise<Invocation> {
  let parsed: Invocation | undefined;
  const root = new Program('kaizen');
  quiet(root, []);
  for (const flag of globalFlags)
    if (flag.name !== 'help' && flag.name !== 'version') root.addOption(optionOf(flag));
  root.version(version, '-V, --version').helpCommand(false);
  root.helpInformation = () => renderRootHelp(style);
  for (const entry of registry) root.command(entry.name);
  root.hook('preSubcommand', async (_, program) => {
    const entry = registry.find((one) => one.name === program.name());
    if (entry) attach(program, (await entry.load()).command, [entry.name]);
  });

  const attach = (program: Program, command: Command, path: string[]): void => {
    quiet(program, path, command);
    program.helpCommand(false);
    program.helpInformation = () => renderCommandHelp(command, path, style);
    for (const flag of [...(command.flags ?? []), ...(command.writes ? [dryRunFlag] : [])])
      program.addOption(optionOf(flag));
    for (const arg of command.args ?? []) {
      const name = `${arg.name}${arg.variadic ? '...' : ''}`;
      program.argument(arg.required ? `<${name}>` : `[${name}]`, arg.summary);
    }
    program.allowExcessArguments(false);
    for (const sub of command.subcommands ?? []) attach(program.command(sub.name), sub, [...path, sub.name]);
    if (command.run)
      program.action(() => {
        parsed = invocationOf(path, command, program.args, valuesOf(program, command));
      });
  };

  try {
    await root.parseAsync(helpFlagFor(argv), { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return { kind: 'text', text: error.message };
    throw error;
  }
  if (!parsed) throw new Error('commander ran no action');
  return parsed;
}

/** `kaizen help harvest` is `kaizen harvest --help`. */
function helpFlagFor(argv: readonly string[]): string[] {
  return argv[0] === 'help' ? [...argv.slice(1), '--help'] : [...argv];
}

/** Commander prints and exits by itself; here it may do neither. */
function quiet(program: Program, path: string[], command?: Command): void {
  let written = '';
  const collect = (text: string): void => {
    written += text;
  };
  program.configureOutput({ writeOut: collect, writeErr: collect });
  program.exitOverride((error) => {
    if (error.exitCode === 0 || (error.code === 'commander.help' && !command))
      throw new CommanderError(0, error.code, written);
    if (error.code === 'commander.help') throw missingSubcommand(path, command);
    throw usageError(path, inOurWords(error.message));
  });
}

function missingSubcommand(path: string[], command: Command | undefined): KaizenError {
  const names = (command?.subcommands ?? []).map((sub) => sub.name).join(', ');
  return usageError(path, `\`kaizen ${path.join(' ')}\` needs one of its subcommands: ${names}`);
}

function inOurWords(message: string): string {
  return message
    .replace(/^error: /, '')
    .replace(/\s*\n\s*\(Did you mean/, ' (did you mean')
    .replace(/\boption\b/, 'flag')
    .replace(/ for '[^']*'(?=\. Expected)/, '');
}

function optionOf(flag: FlagSpec): Option {
  const short = flag.short ? `-${flag.short}, ` : '';
  const option = new Option(`${short}--${flag.name}${flag.value ? ` ${flag.value}` : ''}`, flag.summary);
  if (flag.repeat)
    option.argParser((value: string, before: string[] | undefined) => [...(before ?? []), value]);
  return option;
}

/** Flag values under the keys of the command data. Commander turns `--no-color` into `color: false`; we keep the name. */
function valuesOf(program: Program, command: Command): FlagValues {
  const raw = program.optsWithGlobals();
  const values: FlagValues = {};
  for (const flag of [...(command.flags ?? []), dryRunFlag, ...globalFlags]) {
    const negated = flag.name.startsWith('no-');
    const found = raw[flagKey(negated ? flag.name.slice(3) : flag.name)];
    values[flagKey(flag.name)] = negated ? (found === false ? true : undefined) : found;
  }
  return values;
}
