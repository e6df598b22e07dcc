import { KaizenError } from '../../../base/errors.ts';
import { terminalSafe } from '../../../base/text.ts';
import type { Decided, Decision } from '../../../flows/knowledge/knowledge-review.ts';
import { type Category, categories } from '../../../knowledge/fact.ts';
import type { Rewording } from '../../../knowledge/lifecycle.ts';
import type { Command, CommandContext, CommandResult, FlagValues } from '../../command.ts';
import { switchFlag, textFlag, textFlags } from '../../flag-values.ts';
import { byFlag, callOf, changesForJson, reasonFlag } from './calls.ts';

const factsArg = { name: 'facts', summary: 'Ids, starts of ids, or paths', required: true, variadic: true };

/** Carries decisions out and says what became of each fact. */
export async function decide(
  ctx: CommandContext,
  decisions: readonly Decision[],
  flags: FlagValues,
): Promise<CommandResult> {
  const { reviewFacts } = await import('../../../flows/knowledge/knowledge-review.ts');
  const { renderChanges } = await import('../../render-knowledge.ts');
  const result = await reviewFacts(callOf(ctx), decisions, textFlag(flags, 'by'));
  const lines = [
    ...result.decided.map((one) => decidedLine(one, ctx.dryRun)),
    ...renderChanges(result, ctx.dryRun),
  ];
  return {
    data: { decided: result.decided, changes: changesForJson(result.changes) },
    text: terminalSafe(lines.join('\n')),
  };
}

/** What a decision did to a fact whose status it leaves as it is. */
const done: Partial<Record<Decided['action'], string>> = {
  accept: ', confirmed',
  confirm: ', confirmed',
  edit: ', reworded',
};

/** `k7f3q2m9xw is active now (was candidate): Title` */
export function decidedLine({ id, title, action, before, status }: Decided, dryRun = false): string {
  if (before === status)
    return `${id} ${dryRun ? 'would stay' : 'stays'} ${status}${done[action] ?? ''}: ${title}`;
  return dryRun
    ? `${id} would be ${status} (is ${before}): ${title}`
    : `${id} is ${status} now (was ${before}): ${title}`;
}

export const confirm: Command = {
  name: 'confirm',
  summary: 'Say that a fact is true, today',
  description:
    'Adds you as a source: trust becomes human, the fact is in use, and its age counts from today. A candidate is accepted by this, a disputed fact settled.',
  args: [factsArg],
  flags: [
    { name: 'pin', summary: 'It counts at least 0.7 however old it gets' },
    { name: 'unpin', summary: 'It ages like any other again' },
    { name: 'reason', value: '<text>', summary: 'What you saw; kept as evidence' },
    byFlag,
  ],
  examples: [['A fact proved true again', 'kaizen knowledge confirm k7f3q2m9xw --reason "seen again on CI"']],
  writes: true,
  errors: ['not_found', 'usage', 'changed_meanwhile'],
  run: (ctx, facts, flags) => {
    const pinned = switchFlag(flags, 'pin') ? true : switchFlag(flags, 'unpin') ? false : undefined;
    const reason = textFlag(flags, 'reason');
    return decide(
      ctx,
      facts.map((fact) => ({ action: 'confirm', fact, reason, pinned })),
      flags,
    );
  },
};

export const dispute: Command = {
  name: 'dispute',
  summary: 'Doubt a fact: no agent is given it from now on',
  args: [factsArg],
  flags: [reasonFlag, byFlag],
  examples: [['It no longer seems right', 'kaizen knowledge dispute k7f3 --reason "fixed in mise 2026.9?"']],
  writes: true,
  errors: ['not_found', 'usage', 'changed_meanwhile'],
  run: (ctx, facts, flags) => decide(ctx, plain('dispute', facts, flags), flags),
};

export const retire: Command = {
  name: 'retire',
  summary: 'Archive facts that no longer hold',
  description:
    'It stays in its file. A retired fact is never given to an agent, and harvesting the same claim again does not bring it back; `kaizen knowledge restore` does.',
  args: [factsArg],
  flags: [reasonFlag, byFlag],
  examples: [['The quirk was fixed', 'kaizen knowledge retire k7f3q2m9xw --reason "fixed in mise 2026.9"']],
  writes: true,
  errors: ['not_found', 'usage', 'changed_meanwhile'],
  run: (ctx, facts, flags) => decide(ctx, plain('retire', facts, flags), flags),
};

export const restore: Command = {
  name: 'restore',
  summary: 'Take a retirement, rejection, dispute or merge back',
  description: 'The status follows from evidence and trust again.',
  args: [factsArg],
  flags: [reasonFlag, byFlag],
  examples: [['It was retired by mistake', 'kaizen knowledge restore k7f3q2m9xw']],
  writes: true,
  errors: ['not_found', 'usage', 'changed_meanwhile'],
  run: (ctx, facts, flags) => decide(ctx, plain('restore', facts, flags), flags),
};

export const edit: Command = {
  name: 'edit',
  summary: 'Word a fact better; no harvest changes your words',
  description: 'Editing the file itself does the same. Lists that are given replace the ones there are.',
  args: [{ name: 'fact', summary: 'Id, start of the id, or path', required: true }],
  flags: [
    { name: 'title', value: '<text>', summary: 'New title' },
    { name: 'body', value: '<text>', summary: 'New body; - reads stdin' },
    { name: 'category', value: '<name>', choices: categories, summary: 'New category' },
    { name: 'tag', value: '<word>', repeat: true, summary: 'New tags' },
    { name: 'path', value: '<path>', repeat: true, summary: 'New files it is about' },
    { name: 'keyword', value: '<text>', repeat: true, summary: 'New words to find it by' },
    reasonFlag,
    byFlag,
  ],
  examples: [['Say it better', 'kaizen knowledge edit k7f3 --title "Run mise trust in every new worktree"']],
  writes: true,
  errors: ['not_found', 'usage', 'bad_fact', 'changed_meanwhile'],
  async run(ctx, [fact = ''], flags) {
    const body = textFlag(flags, 'body');
    const words = wordsOf(flags, body === '-' ? await ctx.readStdin() : body);
    if (Object.keys(words).length === 0)
      throw new KaizenError(
        'usage',
        'Nothing to change: give --title, --body, --category, --tag, --path or --keyword',
      );
    return decide(ctx, [{ action: 'edit', fact, words, reason: textFlag(flags, 'reason') }], flags);
  },
};

function wordsOf(flags: FlagValues, body: string | undefined): Rewording {
  const title = textFlag(flags, 'title');
  const category = textFlag(flags, 'category') as Category | undefined;
  const [tags, paths, keywords] = ['tag', 'path', 'keyword'].map((name) => textFlags(flags, name));
  return {
    ...(title === undefined ? {} : { title: title.trim() }),
    ...(body === undefined ? {} : { body: body.replace(/\r\n?/g, '\n').trim() }),
    ...(category === undefined ? {} : { category }),
    ...(tags?.length ? { tags } : {}),
    ...(paths?.length ? { paths } : {}),
    ...(keywords?.length ? { keywords } : {}),
  };
}

function plain(
  action: 'dispute' | 'retire' | 'restore',
  facts: readonly string[],
  flags: FlagValues,
): Decision[] {
  return facts.map((fact) => ({ action, fact, reason: textFlag(flags, 'reason') }));
}
