import pc from 'picocolors';
import { commands, groups } from './all.ts';
import type { Command, FlagSpec } from './command.ts';
import { dryRunFlag, globalFlags } from './global-flags.ts';
import { wrapText } from './wrap-text.ts';

/** How help is laid out: columns to fill (kept within 60–100) and whether colours may be used. */
export interface HelpStyle {
  columns: number;
  color: boolean;
}

/** `kaizen --help`: what it is, every command in the order of the loop, the global flags, first steps. */
export function renderRootHelp(style: HelpStyle): string {
  const { bold, cyan, dim } = pc.createColors(style.color);
  const width = widthOf(style);
  const out = [
    `${bold('kaizen')} – the learning loop for coding agents, in plain Git`,
    '',
    ...wrapText(
      'Finished sessions become facts with evidence; the right facts reach the next session; the benefit is measured.',
      width,
      '',
    ),
    '',
    `${bold('Usage')}  kaizen <command> [flags]`,
  ];
  const rows = groups.flatMap((group) => commands.filter((entry) => entry.group === group));
  const left = Math.max(...rows.map((entry) => entry.name.length)) + 2;
  for (const group of groups) {
    out.push('', bold(group));
    for (const entry of rows.filter((row) => row.group === group))
      out.push(...definition(cyan(entry.name), entry.name.length, entry.summary, left, width));
  }
  out.push('', bold('Flags every command has'), ...flagLines(globalFlags, style));
  out.push(
    '',
    bold('First steps'),
    `  $ kaizen start            ${dim('the whole loop on your transcripts, nothing kept')}`,
    `  $ kaizen harvest --local  ${dim('learn here from the sessions of this machine')}`,
    `  $ kaizen <command> -h     ${dim('flags, examples and what a command writes')}`,
  );
  return `${out.join('\n')}\n`;
}

/** `kaizen <command> --help`: usage, what it does and writes, arguments, flags with defaults, examples. */
export function renderCommandHelp(command: Command, path: readonly string[], style: HelpStyle): string {
  const { bold, cyan, dim } = pc.createColors(style.color);
  const width = widthOf(style);
  const name = `kaizen ${path.join(' ')}`;
  const [title = '', ...rest] = wrapText(`${name} – ${command.summary}`, width, '');
  const out = [
    bold(name) + title.slice(name.length),
    ...rest,
    '',
    `${bold('Usage')}  ${usageOf(command, name)}`,
  ];
  if (command.description) out.push('', ...wrapText(command.description, width, ''));
  if (command.writes)
    out.push(
      '',
      ...wrapText(
        'It writes files of the repository; with --dry-run it only prints what it would write.',
        width,
        '',
      ),
    );
  if (command.subcommands?.length) {
    const left = Math.max(...command.subcommands.map((sub) => sub.name.length)) + 2;
    out.push('', bold('Subcommands'));
    for (const sub of command.subcommands)
      out.push(...definition(cyan(sub.name), sub.name.length, sub.summary, left, width));
  }
  if (command.args?.length) {
    const left = Math.max(...command.args.map((arg) => arg.name.length)) + 2;
    out.push('', bold('Arguments'));
    for (const arg of command.args)
      out.push(...definition(cyan(arg.name), arg.name.length, arg.summary, left, width));
  }
  const own = [...(command.flags ?? []), ...(command.writes ? [dryRunFlag] : [])];
  if (own.length > 0) out.push('', bold('Flags'), ...flagLines(own, style));
  const everywhere = globalFlags.map(
    (flag) => `${flag.short ? `-${flag.short}` : `--${flag.name}`}${flag.value ? ` ${flag.value}` : ''}`,
  );
  out.push(
    '',
    `${bold('And')}  ${everywhere.join('  ')}  ${dim('(see kaizen --help)')}`,
    '',
    bold('Examples'),
  );
  for (const [what, line] of command.examples)
    out.push(...wrapText(what, width - 2, '  ').map(dim), `    $ ${line}`);
  return `${out.join('\n')}\n`;
}

/** `kaizen harvest [paths...] [flags]`. */
export function usageOf(command: Command, name: string): string {
  if (command.subcommands && !command.run) return `${name} <subcommand> [flags]`;
  const args = (command.args ?? []).map((arg) => {
    const shown = `${arg.name}${arg.variadic ? '...' : ''}`;
    return arg.required ? `<${shown}>` : `[${shown}]`;
  });
  return [name, ...args, '[flags]'].join(' ');
}

/** `-C, --repo-dir <folder>`. */
function flagTerm(flag: FlagSpec): string {
  return `${flag.short ? `-${flag.short}, ` : ''}--${flag.name}${flag.value ? ` ${flag.value}` : ''}`;
}

/** A flag's summary with its choices, default and repeatability in brackets. */
function flagSummary(flag: FlagSpec): string {
  const notes = [
    ...(flag.choices ? [`one of ${flag.choices.join(', ')}`] : []),
    ...(flag.default === undefined ? [] : [`default ${flag.default}`]),
    ...(flag.repeat ? ['may be repeated'] : []),
  ];
  return notes.length > 0 ? `${flag.summary} (${notes.join('; ')})` : flag.summary;
}

function flagLines(flags: readonly FlagSpec[], style: HelpStyle): string[] {
  const { cyan } = pc.createColors(style.color);
  const terms = flags.map((flag) => (flag.short ? flagTerm(flag) : `    ${flagTerm(flag)}`));
  const left = Math.min(30, Math.max(...terms.map((term) => term.length)) + 2);
  return flags.flatMap((flag, at) => {
    const term = terms[at] ?? '';
    return definition(cyan(term), term.length, flagSummary(flag), left, widthOf(style));
  });
}

/** A term and its wrapped meaning in two columns; a term too long for its column stands on a line of its own. */
function definition(term: string, termWidth: number, meaning: string, left: number, width: number): string[] {
  const lines = wrapText(meaning, Math.max(20, width - left - 2), '');
  const pad = ' '.repeat(left + 2);
  if (termWidth + 2 > left) return [`  ${term}`, ...lines.map((line) => pad + line)];
  const [first = '', ...rest] = lines;
  return [`  ${term}${' '.repeat(left - termWidth)}${first}`, ...rest.map((line) => pad + line)];
}

function widthOf(style: HelpStyle): number {
  return Math.max(60, Math.min(100, style.columns));
}
