import type { Command, CommandContext } from '../command.ts';
import { numberFlag, parseTime, switchFlag, textFlag } from '../flag-values.ts';

const list: Command = {
  name: 'list',
  summary: 'List sessions with turns, calls, errors, corrections and tokens',
  description:
    'Reads transcripts (Claude Code, Codex, OpenAI-style JSONL, captured sessions; told apart by their content) and lists one session a row, newest first. Without paths it reads what the agents of this machine keep. What several files hold is counted once, and sub-agents count with their session. Nothing is written, and texts are redacted.',
  args: [{ name: 'paths', summary: 'Transcript files, or folders of them', variadic: true }],
  flags: [
    { name: 'local', summary: "The agents' own folders on this machine, beside the paths" },
    { name: 'agent', value: '<name>', summary: 'Only sessions of this agent (claude-code, codex, …)' },
    { name: 'since', value: '<time>', summary: 'Only sessions that ended at or after this day or time' },
    { name: 'limit', value: '<n>', summary: 'Show at most n sessions; the sums stay over all' },
  ],
  examples: [
    ['Everything the agents of this machine keep', 'kaizen session list'],
    ['Some transcripts, for a script', 'kaizen session list ~/transcripts --json'],
    ["This month's Codex sessions", 'kaizen session list --agent codex --since 2026-11-01'],
  ],
  errors: ['usage', 'cannot_read', 'interrupted'],
  async run(ctx, paths, flags) {
    const { listSessions } = await import('../../flows/list-sessions.ts');
    const { openPassingRedactor } = await import('../../flows/open-display-redactor.ts');
    const since = textFlag(flags, 'since');
    const files = await findFiles(ctx, paths, paths.length === 0 || switchFlag(flags, 'local'));
    try {
      const result = await listSessions(files, {
        redactor: openPassingRedactor(ctx.env),
        agent: textFlag(flags, 'agent'),
        since: since === undefined ? undefined : parseTime(since, 'since'),
        limit: numberFlag(flags, 'limit', { min: 1 }),
        signal: ctx.signal,
        progress: (done) => ctx.progress(`${done} of ${files.length} transcripts`),
      });
      if (ctx.json) return { data: result, text: '' };
      const { renderSessions } = await import('../render-sessions.ts');
      return { data: result, text: renderSessions(result, { color: ctx.color }) };
    } finally {
      ctx.progress('');
    }
  },
};

async function findFiles(ctx: CommandContext, paths: readonly string[], local: boolean) {
  const { findLocalTranscripts, findTranscripts } = await import('../../io/find-transcripts.ts');
  const { resolve } = await import('node:path');
  const named = await findTranscripts(paths.map((path) => resolve(ctx.cwd, path)));
  const found = local ? await findLocalTranscripts(ctx.env) : [];
  const known = new Set(named.map(({ file }) => file));
  return [...named, ...found.filter(({ file }) => !known.has(file))];
}

const show: Command = {
  name: 'show',
  summary: 'Show one session on a page: what was said, what failed, what fixed it',
  description:
    'Reads one transcript and tells it: figures, the messages of the person, calls that failed with the call that then worked, refusals, and what the transcript does not say. Nothing is written, and texts are redacted.',
  args: [
    {
      name: 'session',
      summary: 'A transcript file, or the key or id of a session of this machine',
      required: true,
    },
  ],
  flags: [{ name: 'events', summary: 'Print every event on a line instead' }],
  examples: [
    ['One page about a transcript', 'kaizen session show ~/.claude/projects/-home-me-app/5a8e13d7.jsonl'],
    ['A session by its key', 'kaizen session show claude-code/5a8e13d7'],
    ['Every event, line by line', 'kaizen session show session.jsonl --events'],
  ],
  errors: ['not_a_transcript', 'not_found', 'cannot_read', 'usage'],
  async run(ctx, [named = ''], flags) {
    const { findSessionFile, showSession } = await import('../../flows/show-session.ts');
    const { openDisplayRedactor } = await import('../../flows/open-display-redactor.ts');
    const { openRepository } = await import('../../io/repository.ts');
    const { renderEvents, renderSession } = await import('../render-session.ts');
    const { root } = await openRepository(ctx.cwd);
    const file = await findSessionFile(named, { cwd: ctx.cwd, root, env: ctx.env });
    const events = switchFlag(flags, 'events');
    const redactor = await openDisplayRedactor(ctx.cwd, ctx.env);
    const shown = await showSession(file, { redactor, events });
    if (shown.summary.agent === 'unknown' && shown.summary.lines > 0 && !ctx.json) {
      ctx.note('No line of this file could be used.');
    }
    const { summary, story } = shown;
    return {
      data: events ? { summary, events: shown.events } : { summary, ...story },
      text: shown.events ? renderEvents(shown.events, ctx) : renderSession(shown, ctx),
    };
  },
};

export const command: Command = {
  name: 'session',
  summary: 'Read transcripts: list them, show one',
  examples: [['What the agents of this machine did', 'kaizen session list']],
  subcommands: [list, show],
};
