import { KaizenError } from '../../base/errors.ts';
import { textOf } from '../../proposals/compat/python-text.ts';
import type { Command, CommandContext, CommandResult, FlagValues } from '../command.ts';
import { switchFlag, textFlag } from '../flag-values.ts';

export const command: Command = {
  name: 'propose',
  summary: 'Propose improvements that win back lost hours',
  description:
    'Reads session analytics JSON and says where hours go: repeated errors, slow tools, retries, manual work. --seed-compat gives exactly what the script gave that this command replaces, byte for byte save the time of its making; infinite break-even is null in JSON.',
  flags: [
    { name: 'input', value: '<file>', summary: 'Session analytics JSON' },
    { name: 'output', value: '<file>', summary: 'Write the document there instead of printing it' },
    {
      name: 'format',
      value: '<kind>',
      summary: 'What to print',
      choices: ['markdown', 'json'],
      default: 'markdown',
    },
    { name: 'hourly-rate', value: '<amount>', summary: 'What an hour of a developer costs', default: 50 },
    { name: 'threshold', value: '<hours>', summary: 'Leave out what costs fewer hours a month', default: 2 },
    { name: 'seed-compat', summary: 'Exactly as improvement_proposals.py' },
  ],
  examples: [
    ['The page the script gave', 'kaizen propose --seed-compat --input analytics.json'],
    [
      'Its JSON, of everything above half an hour a month',
      'kaizen propose --seed-compat --input analytics.json --format json --threshold 0.5',
    ],
  ],
  writes: true,
  errors: ['usage', 'bad_input', 'not_found', 'cannot_read', 'cannot_write'],
  async run(ctx, _args, flags) {
    if (!switchFlag(flags, 'seed-compat'))
      throw new KaizenError('usage', 'propose reads an analytics file as the script did; say --seed-compat', {
        hint: 'kaizen propose --seed-compat --input analytics.json',
      });
    return proposeCompatibly(ctx, flags);
  },
};

/** What the seed's script prints, with its exit codes: 1 when there are no sessions, 2 for what it cannot read. */
async function proposeCompatibly(ctx: CommandContext, flags: FlagValues): Promise<CommandResult> {
  const { proposeAsSeed } = await import('../../flows/propose-seed-compat.ts');
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
  const { parsePythonFloat } = await import('../../proposals/compat/python-number.ts');
  const value = parsePythonFloat(text);
  if (value === undefined) throw new KaizenError('usage', `--${name} cannot be '${text}'; it is a number`);
  return value;
}
