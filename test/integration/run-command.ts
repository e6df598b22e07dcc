import type { Command, CommandContext, CommandResult, FlagValues } from '../../src/cli/command.ts';

/** A result, and what was said to people beside it. */
export interface Ran extends CommandResult {
  notes: string[];
}

/** A world as the CLI gives it to a command, plain: no colours, no prompts, an empty stdin. Notes are kept. */
export function commandContext(
  cwd: string,
  more: Partial<CommandContext> = {},
): CommandContext & { notes: string[] } {
  const notes: string[] = [];
  return {
    cwd,
    now: new Date('2026-11-20T09:00:00Z'),
    env: { HOME: cwd },
    json: false,
    dryRun: false,
    color: false,
    interactive: false,
    note: (line) => notes.push(line),
    progress: () => undefined,
    readStdin: async () => '',
    signal: new AbortController().signal,
    ...more,
    notes,
  };
}

/** Runs a command in this process as the CLI would; `sub` names one of its subcommands. */
export async function runCommand(
  command: Command,
  cwd: string,
  given: { args?: string[]; flags?: FlagValues; sub?: string | undefined } & Partial<CommandContext> = {},
): Promise<Ran> {
  const { args = [], flags = {}, sub, ...more } = given;
  const found = sub === undefined ? command : command.subcommands?.find(({ name }) => name === sub);
  const ctx = commandContext(cwd, more);
  const result = await found?.run?.(ctx, args, flags);
  if (!result) throw new Error(`${command.name} ${sub ?? ''} does not run`);
  return { ...result, notes: ctx.notes };
}
