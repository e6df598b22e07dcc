import { commands } from '../../../src/cli/all.ts';
import type { Command } from '../../../src/cli/command.ts';

/** One runnable or grouping command with the words that name it. */
export interface Placed {
  path: string[];
  command: Command;
}

/** Every command and subcommand of the registry. */
export async function everyCommand(): Promise<Placed[]> {
  const placed: Placed[] = [];
  const visit = (command: Command, path: string[]): void => {
    placed.push({ path, command });
    for (const sub of command.subcommands ?? []) visit(sub, [...path, sub.name]);
  };
  for (const entry of commands) visit((await entry.load()).command, [entry.name]);
  return placed;
}
