import { KaizenError } from '../../base/errors.ts';
import type { CodeBlock } from '../../flows/bootstrap-code.ts';
import type { Command, CommandContext, CommandResult, FlagValues } from '../command.ts';
import { numberFlag, repoFlag, switchFlag, textFlag, textFlags } from '../flag-values.ts';

export const command: Command = {
  name: 'bootstrap',
  summary: 'Print the facts an agent needs now, within a hard token budget',
  description:
    'Chooses the active facts that matter most for this repository, agent and task, and prints them as one Markdown block of at most 2,000 tokens. With a session id, one in ten chosen facts is withheld at random and the exposure goes into the event log, so that the benefit of each fact can be measured; without one nothing is recorded. With --format hook it reads the JSON of the host on stdin, answers in its shape, and never fails: on any trouble it prints nothing and notes it in the hook log.',
  flags: [
    {
      name: 'repo',
      value: '<owner/name>',
      summary: 'Facts of this repository',
      default: 'that of the folder',
    },
    { name: 'agent', value: '<name>', summary: 'Also facts about this agent (claude-code, codex, …)' },
    { name: 'task', value: '<text>', summary: 'What the session is about; - reads it from stdin' },
    { name: 'paths', value: '<path>', summary: 'A file the task touches', repeat: true },
    { name: 'error', value: '<line>', summary: 'An error message to find facts for' },
    {
      name: 'budget',
      value: '<tokens>',
      summary: 'Most tokens to print',
      default: 'bootstrap.budget_tokens, 2000',
    },
    { name: 'with-code', summary: 'Add the lines of code that --task is about; not with --format hook' },
    {
      name: 'code-budget',
      value: '<tokens>',
      summary: 'Most tokens of code, beside those of the facts',
      default: 4000,
    },
    {
      name: 'format',
      value: '<format>',
      summary: 'How to print',
      choices: ['md', 'json', 'hook'],
      default: 'md',
    },
    { name: 'session', value: '<id>', summary: 'Id of the session that gets the facts: it is recorded' },
    { name: 'no-record', summary: 'Record nothing, even for a session' },
    { name: 'explain', summary: 'Say why each fact was chosen or left out, with its score' },
  ],
  examples: [
    ['What a session in this repository would start with', 'kaizen bootstrap'],
    ['For a task, with the reasons', 'kaizen bootstrap --task "fix the flaky checkout test" --explain'],
    [
      'Facts and code for a task, ready for a prompt',
      'kaizen bootstrap --task "fix the cart test" --with-code',
    ],
    ['From the session-start hook of an agent', 'kaizen bootstrap --format hook --agent claude-code'],
  ],
  errors: ['usage', 'bad_config'],
  async run(ctx, _args, flags) {
    if (textFlag(flags, 'format') === 'hook') return runHook(ctx, flags);
    const { bootstrap } = await import('../../flows/bootstrap.ts');
    const given = textFlag(flags, 'task') ?? '';
    const task = given === '-' ? await ctx.readStdin() : given;
    const code = await codeFor(ctx, flags, task);
    const result = await bootstrap({
      ...requestOf(ctx, flags),
      task,
      session: textFlag(flags, 'session'),
      projectDir: ctx.cwd,
      channel: 'cli',
    });
    if (!result) throw new Error('a bootstrap without a limit gave nothing');
    const { renderBootstrap } = await import('../render-bootstrap.ts');
    return renderBootstrap(ctx, result, {
      json: ctx.json || textFlag(flags, 'format') === 'json',
      explain: switchFlag(flags, 'explain'),
      code,
    });
  },
};

async function codeFor(ctx: CommandContext, flags: FlagValues, task: string): Promise<CodeBlock | undefined> {
  if (!switchFlag(flags, 'with-code')) {
    if (textFlag(flags, 'code-budget') !== undefined)
      throw new KaizenError('usage', '--code-budget goes with --with-code');
    return undefined;
  }
  if (task.trim() === '')
    throw new KaizenError('usage', '--with-code needs --task: the code is chosen by it', {
      hint: 'For example: kaizen bootstrap --task "fix the cart test" --with-code',
    });
  const { bootstrapCode } = await import('../../flows/bootstrap-code.ts');
  const budgetTokens = numberFlag(flags, 'code-budget', { min: 100, max: 1_000_000 }) ?? 4000;
  return bootstrapCode(ctx.cwd, task, { budgetTokens, env: ctx.env });
}

function requestOf(ctx: CommandContext, flags: FlagValues) {
  return {
    storeDir: ctx.cwd,
    now: ctx.now,
    repo: repoFlag(flags),
    agent: textFlag(flags, 'agent'),
    error: textFlag(flags, 'error') ?? '',
    paths: textFlags(flags, 'paths'),
    budgetTokens: numberFlag(flags, 'budget', { min: 0, max: 1_000_000 }),
    record: !switchFlag(flags, 'no-record'),
  };
}

/** A host writes its JSON at once; one that says nothing costs this much. */
const inputWaitMs = 300;

/** A hook gives its host a valid answer or nothing, whatever goes wrong. */
async function runHook(ctx: CommandContext, flags: FlagValues): Promise<CommandResult> {
  // The host's input comes while the modules load.
  const input = ctx.readStdin(inputWaitMs);
  const { answerHook } = await import('../../flows/answer-hook.ts');
  const text = await answerHook({
    cwd: ctx.cwd,
    env: ctx.env,
    now: ctx.now,
    input,
    request: () => {
      if (switchFlag(flags, 'with-code'))
        throw new KaizenError('usage', '--with-code takes longer than a hook may');
      return hookRequest(ctx, flags);
    },
  });
  return { data: null, text, raw: true };
}

function hookRequest(ctx: CommandContext, flags: FlagValues) {
  return {
    ...requestOf(ctx, flags),
    task: textFlag(flags, 'task') ?? '',
    session: textFlag(flags, 'session'),
  };
}
