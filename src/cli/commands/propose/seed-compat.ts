import { KaizenError } from '../../../base/errors.ts';
import { textOf } from '../../../proposals/compat/python-text.ts';
import type { CommandContext, CommandResult, FlagValues } from '../../command.ts';
import { textFlag } from '../../flag-values.ts';

/** What the seed's script prints, with its exit codes: 1 when there are no sessions, 2 for what it cannot read. */
export async function proposeCompatibly(ctx: CommandContext, flags: FlagValues): Promise<CommandResult> {
  const { proposeAsSeed } = await import('../../../flows/propose/propose-seed-compat.ts');
  const inputPath = textFlag(flags, 'input');
  if (inputPath === undefined)
    throw new KaizenError('usage', '--seed-compat needs --input <file>', {
      hint: 'Name the session analytics JSON: kaizen propose --seed-compat --input analytics.json',
    });
  // The script reads the rate, refuses a bad one, and never uses it.
  await floatFlag(flags, 'hourly-rate');
  const outputPath = textFlag(flags, 'output');
  const receipt = await proposeAsSeed({
    dir: ctx.cwd,
    inputPath,
    outputPath,
    format: textFlag(flags, 'format') === 'json' ? 'json' : 'markdown',
    thresholdHours: (await floatFlag(flags, 'threshold')) ?? 2,
    now: ctx.now,
    dryRun: ctx.dryRun,
  });
  if (!receipt) {
    ctx.note('No sessions found in input file.');
    return { data: { proposals: [], patterns: [] }, text: '', exitCode: 1 };
  }
  const { report, document } = receipt;
  // `1 proposals`, too: the words are those of the script.
  const count = `${report.proposals.length} proposals to ${outputPath}`;
  if (outputPath !== undefined) ctx.note(ctx.dryRun ? `Would write ${count}` : `Wrote ${count}`);
  return {
    data: {
      proposals: report.proposals,
      patterns: report.patterns.map((pattern) => ({
        ...pattern,
        affectedRepos: pattern.affectedRepos.map(({ value }) => textOf(value)),
        exampleSessions: pattern.exampleSessions.map(({ value }) => textOf(value)),
      })),
    },
    text: outputPath === undefined ? `${document}\n` : '',
  };
}

async function floatFlag(flags: FlagValues, name: string): Promise<number | undefined> {
  const text = textFlag(flags, name);
  if (text === undefined) return undefined;
  const { parsePythonFloat } = await import('../../../proposals/compat/python-number.ts');
  const value = parsePythonFloat(text);
  if (value === undefined) throw new KaizenError('usage', `--${name} cannot be '${text}'; it is a number`);
  return value;
}
