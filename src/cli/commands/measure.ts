import { utcDay } from '../../base/calendar.ts';
import { KaizenError } from '../../base/errors.ts';
import { counted } from '../../base/text.ts';
import type { MeasureReceipt } from '../../flows/measure.ts';
import type { Repository } from '../../io/repository.ts';
import type { Command, CommandContext, CommandResult, FlagValues } from '../command.ts';
import { switchFlag, textFlag } from '../flag-values.ts';
import { outputPath } from '../output-path.ts';

export const command: Command = {
  name: 'measure',
  summary: 'Say with honest numbers whether knowledge helps',
  description:
    'Reads the event log and the facts, and writes metrics/dashboard.md: a verdict in plain words (compounding, flat, worse, not enough data), what to do next, the proof from the hold-out, and figures with n, interval and coverage. The same log gives the same page, in any order of sessions. --verdict, --report and --compare only print.',
  flags: [
    {
      name: 'window',
      value: '<days>',
      summary: 'Days of the window (7d, 4w), ending with the day of --now',
      default: '7d',
    },
    { name: 'verdict', summary: 'Print the verdict in one line, write nothing' },
    {
      name: 'fail-on',
      value: '<verdict>',
      summary: 'With this verdict the exit code is 1',
      choices: ['worse'],
    },
    {
      name: 'compare',
      value: '<commit>',
      summary: 'Show the figures beside those of a commit, branch or tag',
    },
    {
      name: 'report',
      value: '<kind>',
      summary: 'Print a short report of the day of --now',
      choices: ['daily'],
    },
    { name: 'snapshot', summary: 'Also write metrics/snapshots/<iso-week>.json' },
    {
      name: 'output',
      value: '<file>',
      summary: 'Where the dashboard goes, inside the repository',
      default: 'metrics/dashboard.md',
    },
  ],
  examples: [
    ['Write the dashboard', 'kaizen measure'],
    ['Fail a scheduled job when sessions got worse', 'kaizen measure --verdict --fail-on worse'],
    ['The last four weeks beside those of a release', 'kaizen measure --window 4w --compare v1.0'],
    ['What happened today', 'kaizen measure --report daily'],
  ],
  writes: true,
  errors: ['usage', 'not_found', 'not_a_repository', 'outside_store'],
  async run(ctx, _args, flags) {
    const { parseWindowDays } = await import('../../metrics/window.ts');
    const { openRepository } = await import('../../io/repository.ts');
    const windowDays = parseWindowDays(textFlag(flags, 'window') ?? '7d');
    const repository = await openRepository(ctx.cwd);
    const compare = textFlag(flags, 'compare');
    if (textFlag(flags, 'report') !== undefined) return report(ctx, repository);
    if (compare !== undefined) return compareWith(ctx, repository, compare, windowDays);
    return measureAndWrite(ctx, repository, windowDays, flags);
  },
};

const dayOfRun = (ctx: CommandContext) => utcDay(ctx.now);

async function measureAndWrite(
  ctx: CommandContext,
  repository: Repository,
  windowDays: number,
  flags: FlagValues,
): Promise<CommandResult> {
  const { measure } = await import('../../flows/measure.ts');
  const { renderMeasure, renderVerdict } = await import('../render-measure.ts');
  const verdictOnly = switchFlag(flags, 'verdict');
  const isBare = repository.git?.bare === true;
  if (isBare && !verdictOnly) ctx.note('A bare repository has no work tree: the dashboard is not written.');
  const receipt = await measure(repository, {
    asOf: dayOfRun(ctx),
    windowDays,
    dashboardPath:
      verdictOnly || isBare
        ? null
        : outputPath(ctx, repository.root, textFlag(flags, 'output'), 'metrics/dashboard.md'),
    snapshot: switchFlag(flags, 'snapshot') && !isBare,
    dryRun: ctx.dryRun,
  });
  noteUnread(ctx, receipt);
  const { verdict } = receipt.measured.verdict;
  return {
    data: verdictOnly
      ? receipt.measured.verdict
      : {
          ...receipt.measured,
          unread: receipt.unread,
          changes: receipt.changes.map(({ kind, path }) => ({ kind, path })),
        },
    text: verdictOnly
      ? renderVerdict(receipt.measured)
      : renderMeasure(receipt, { color: ctx.color, dryRun: ctx.dryRun }),
    exitCode: textFlag(flags, 'fail-on') === verdict ? 1 : 0,
  };
}

function noteUnread(ctx: CommandContext, { unread }: MeasureReceipt): void {
  if (unread.lines > 0)
    ctx.note(
      `${counted(unread.lines, 'line')} of the event log could not be read and ${unread.lines === 1 ? 'is' : 'are'} not counted.`,
    );
  if (unread.files > 0)
    ctx.note(
      `${counted(unread.files, 'file')} under knowledge/ could not be read as facts: \`kaizen knowledge lint\` says why.`,
    );
}

async function compareWith(
  ctx: CommandContext,
  repository: Repository,
  ref: string,
  windowDays: number,
): Promise<CommandResult> {
  const { compareWithCommit } = await import('../../flows/measure.ts');
  const { renderComparison } = await import('../render-measure.ts');
  const { git } = repository;
  if (!git) throw new KaizenError('not_a_repository', '--compare needs Git history');
  const comparison = await compareWithCommit({ ...repository, git }, ref, {
    asOf: dayOfRun(ctx),
    windowDays,
  });
  return { data: { ref, ...comparison }, text: renderComparison(ref, comparison, ctx.color) };
}

async function report(ctx: CommandContext, repository: Repository): Promise<CommandResult> {
  const { reportDay } = await import('../../flows/measure.ts');
  const { renderDaily } = await import('../render-measure.ts');
  const daily = await reportDay(repository, dayOfRun(ctx));
  return { data: daily, text: renderDaily(daily) };
}
