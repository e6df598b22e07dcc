import type { Fact } from '../../../src/knowledge/fact.ts';
import { SessionBuilder } from '../../../src/sessions/build-session.ts';
import type { Session } from '../../../src/sessions/session.ts';
import type { TranscriptEvent } from '../../../src/transcripts/event.ts';

/** One step of a made-up session. */
export type Step =
  | { user: string }
  | { says: string }
  | { runs: string; gives?: string; exitCode?: number }
  | { tool: string; input: Record<string, unknown>; error?: string };

/** A session of the steps, one a minute from `start` on, built by the real builder. */
export function sessionOf(steps: readonly Step[], options: { id?: string; start?: string } = {}): Session {
  const start = Date.parse(options.start ?? '2026-03-02T10:00:00Z');
  const builder = new SessionBuilder({ keep: true });
  const events: TranscriptEvent[] = [];
  steps.forEach((step, index) => {
    const base = {
      src: { file: 's.jsonl', line: index + 1 },
      at: new Date(start + index * 60_000).toISOString(),
      side: false,
    };
    if ('user' in step) events.push({ ...base, kind: 'user', text: step.user, origin: 'typed', uuid: null });
    else if ('says' in step) events.push({ ...base, kind: 'assistant', text: step.says, thinking: false });
    else {
      const id = `call-${index}`;
      const call =
        'runs' in step
          ? { tool: 'Bash', input: { command: step.runs } }
          : { tool: step.tool, input: step.input };
      const exitCode = 'runs' in step ? (step.exitCode ?? 0) : null;
      const text = 'runs' in step ? (step.gives ?? '') : (step.error ?? 'ok');
      const isError = 'runs' in step ? exitCode !== 0 : step.error !== undefined;
      events.push({ ...base, kind: 'call', id, ...call });
      events.push({
        ...base,
        kind: 'result',
        id,
        text,
        isError,
        exitCode,
        durationMs: null,
        denied: null,
        deniedSaid: null,
        collateral: false,
      });
    }
  });
  for (const event of events) builder.add(event);
  return builder.finish({
    agent: 'claude-code',
    file: 's.jsonl',
    bytes: 1000,
    lines: steps.length,
    skipped: [],
    contentSha256: 'c'.repeat(64),
    fallbackId: options.id ?? 'aaaaaaaa-0000',
    isTorn: false,
  });
}

/** A fact learned in another session the day before, with any part replaced. */
export function factOf(part: Partial<Fact>): Fact {
  return {
    id: 'abcdefghij',
    title: 'A made-up fact',
    category: 'pitfall',
    scope: 'repo:acme/app',
    status: 'active',
    trust: 'user',
    confidence: 0.8,
    tags: [],
    paths: [],
    keywords: [],
    firstSeen: '2026-03-01',
    lastConfirmed: '2026-03-01',
    supersedes: [],
    contradicts: [],
    holds: [],
    pinned: false,
    subject: null,
    aliases: [],
    generated: null,
    sources: [
      {
        session: 'codex/bbbbbbbb',
        line: 3,
        quote: 'q',
        commit: null,
        date: '2026-03-01',
        tier: 'user',
        proven: false,
        confidence: 0.8,
      },
    ],
    body: '',
    ...part,
  };
}
