import { join } from 'node:path';
import { KaizenError } from '../../base/errors.ts';
import type { Command, CommandContext, FlagValues } from '../command.ts';
import { numberFlag, parseTime, repoFlag, switchFlag, textFlag } from '../flag-values.ts';

export const command: Command = {
  name: 'harvest',
  summary: 'Turn transcripts into facts with evidence',
  description:
    'Reads transcripts, redacts them in memory, and writes what is worth knowing next time as facts under knowledge/, each with a quoted line. Without paths it takes every captured session (.kaizen/sessions/) that was not harvested yet. Facts that may not be trusted yet wait for review; harvesting twice changes nothing.',
  args: [{ name: 'paths', summary: 'Transcript files, or folders of them', variadic: true }],
  flags: [
    { name: 'local', summary: "Sweep the agents' own folders on this machine (~/.claude, ~/.codex)" },
    { name: 'agent', value: '<name>', summary: 'Only sessions of this agent (claude-code, codex, …)' },
    { name: 'since', value: '<time>', summary: 'Only sessions that ended at or after this day or time' },
    { name: 'limit', value: '<n>', summary: 'Harvest at most n sessions' },
    {
      name: 'min-confidence',
      value: '<0-1>',
      summary: 'Reject drafts below this (default: harvest.min_confidence, 0.5)',
    },
    { name: 'repo', value: '<owner/name>', summary: 'Repository of sessions that do not name one' },
    { name: 'verbose', summary: 'Also list rejected drafts and skipped files with their reasons' },
  ],
  examples: [
    ['Harvest every captured session that is new', 'kaizen harvest'],
    ['See what the agents on this machine would teach, without writing', 'kaizen harvest --local --dry-run'],
    ['Harvest some transcripts into this repository', 'kaizen harvest ~/transcripts --repo acme/shop'],
  ],
  writes: true,
  errors: ['usage', 'cannot_read', 'bad_config', 'interrupted'],
  async run(ctx, paths, flags) {
    const { harvest } = await import('../../flows/harvest.ts');
    const { openRepository } = await import('../../io/repository.ts');
    const { openSessionProgress } = await import('../session-progress.ts');
    const repository = await openRepository(ctx.cwd);
    const files = await findFiles(ctx, paths, flags, repository.root);
    const progress = openSessionProgress(ctx);
    try {
      const receipt = await harvest(repository, {
        files,
        now: ctx.now,
        env: ctx.env,
        dryRun: ctx.dryRun,
        signal: ctx.signal,
        progress,
        agent: textFlag(flags, 'agent'),
        since: timeFlag(flags, 'since'),
        limit: numberFlag(flags, 'limit', { min: 1 }),
        minConfidence: numberFlag(flags, 'min-confidence', { min: 0, max: 1, whole: false }),
        repo: repoFlag(flags),
      });
      const verbose = switchFlag(flags, 'verbose');
      const { renderHarvest } = await import('../render-harvest.ts');
      return {
        data: receipt,
        text: renderHarvest(receipt, { verbose, color: ctx.color, local: switchFlag(flags, 'local') }),
        exitCode: receipt.sessions.failed > 0 ? 1 : 0,
      };
    } finally {
      ctx.progress('');
    }
  },
};

async function findFiles(ctx: CommandContext, paths: string[], flags: FlagValues, root: string) {
  const { findLocalTranscripts, findTranscripts } = await import('../../io/find-transcripts.ts');
  const { resolve } = await import('node:path');
  const named = new Set(paths.map((path) => resolve(ctx.cwd, path)));
  if (switchFlag(flags, 'local') && paths.length > 0)
    throw new KaizenError('usage', 'give either paths or --local, not both');
  if (switchFlag(flags, 'local'))
    return (await findLocalTranscripts(ctx.env)).map((file) => ({ ...file, named: false }));
  if (paths.length > 0)
    return (await findTranscripts([...named])).map((file) => ({ ...file, named: named.has(file.file) }));
  const { stat } = await import('node:fs/promises');
  const captured = join(root, '.kaizen', 'sessions');
  const exists = await stat(captured).catch(() => undefined);
  return exists ? (await findTranscripts([captured])).map((file) => ({ ...file, named: false })) : [];
}

function timeFlag(flags: FlagValues, name: string): Date | undefined {
  const text = textFlag(flags, name);
  return text === undefined ? undefined : parseTime(text, name);
}
