import { describe, expect, it } from 'vitest';
import { asEvent } from '../../../src/base/event-shape.ts';
import { profileSession } from '../../../src/outcomes/profile-session.ts';
import { SessionBuilder } from '../../../src/sessions/build-session.ts';
import type { Session } from '../../../src/sessions/session.ts';
import type { TranscriptEvent } from '../../../src/transcripts/event.ts';
import { type Step, sessionOf } from './sessions.ts';

const redact = (text: string) => text.replace(/hunter2/g, '[masked]');
const profile = (session: Session) => profileSession(session, { redact, now: '2026-12-01T00:00:00Z' });
const missing = 'bash: line 1: frobnicate: command not found, install it';

/** Events at given seconds, where a test needs times of its own. */
function timed(
  rows: readonly (
    | { s: number; user: string }
    | { s: number; took: number; runs: string; fails?: string; denied?: 'person' }
    | { s: number; took: number; asks: string }
  )[],
): Session {
  const builder = new SessionBuilder({ keep: true });
  const at = (s: number) => new Date(Date.parse('2026-03-02T10:00:00Z') + s * 1000).toISOString();
  rows.forEach((row, index) => {
    const base = { src: { file: 's', line: index + 1 }, side: false };
    const events: TranscriptEvent[] =
      'user' in row
        ? [{ ...base, at: at(row.s), kind: 'user', text: row.user, origin: 'typed', uuid: null }]
        : [
            {
              ...base,
              at: at(row.s),
              kind: 'call',
              id: `c${index}`,
              ...('asks' in row
                ? { tool: row.asks, input: {} }
                : { tool: 'Bash', input: { command: row.runs } }),
            },
            {
              ...base,
              at: at(row.s + row.took),
              kind: 'result',
              id: `c${index}`,
              text: 'runs' in row ? (row.fails ?? 'ok') : 'yes',
              isError: 'runs' in row && row.fails !== undefined,
              exitCode: 'runs' in row ? (row.fails === undefined ? 0 : 1) : null,
              durationMs: row.took * 1000,
              denied: 'runs' in row ? (row.denied ?? null) : null,
              deniedSaid: null,
              collateral: false,
            },
          ];
    for (const event of events) builder.add(event);
  });
  return builder.finish({
    agent: 'claude-code',
    file: 's',
    bytes: 10,
    lines: rows.length,
    skipped: [],
    contentSha256: 'c'.repeat(64),
    fallbackId: 'aaaaaaaa-1',
    isTorn: false,
  });
}

describe('profileSession', () => {
  it('is an event of the log, and the same one whenever it is made', () => {
    const session = sessionOf([{ user: 'go' }, { runs: 'npm test' }, { runs: 'git push' }]);
    const event = profile(session);
    expect(asEvent({ v: 1, id: 'x', ...JSON.parse(JSON.stringify(event)) })).toBeDefined();
    expect(profileSession(session, { redact, now: '2027-01-01T00:00:00Z' })).toEqual(event);
    expect(event).toMatchObject({
      shapes: ['$ npm test', '$ git push'],
      calls: { shape: [0, 1], startMs: [60_000, 60_000], line: [2, 1], outcome: 'g.' },
      errors: [],
      runs: [],
    });
  });

  it('measures from the failure to the next success of its kind, and keeps the words that worked, redacted', () => {
    const event = profile(
      sessionOf([
        { user: 'go' },
        { runs: 'frobnicate --key hunter2', gives: missing, exitCode: 127 },
        { runs: 'ls' },
        { runs: 'frobnicate2 --key hunter2' },
      ]),
    );
    expect(event.errors).toMatchObject([
      {
        line: 2,
        greenMs: 120_000,
        green: 'other',
        edited: false,
        did: 'frobnicate --key [masked]',
        fix: 'frobnicate2 --key [masked]',
      },
    ]);
    expect(Object.values(event.templates)).toEqual([
      'bash: line <n>: frobnicate: command not found, install it',
    ]);
  });

  it('a red check that a change mended is the work itself; one that mended itself is a failure', () => {
    const edit: Step = { tool: 'Edit', input: { file_path: 'a.ts', old_string: 'a', new_string: 'b' } };
    const red: Step = { runs: 'npm test', gives: 'AssertionError: expected value to be other', exitCode: 1 };
    expect(profile(sessionOf([red, edit, { runs: 'npm test' }])).errors).toEqual([]);
    expect(profile(sessionOf([red, { runs: 'npm test' }])).errors).toMatchObject([
      { green: 'same', edited: false },
    ]);
    expect(profile(sessionOf([red])).errors).toEqual([]);
  });

  it('says nothing of a failure that nothing ended: null, not 0', () => {
    expect(
      profile(sessionOf([{ runs: 'deploy', gives: 'fatal: the area is locked', exitCode: 1 }])).errors,
    ).toMatchObject([{ greenMs: null, green: null }]);
  });

  it('waits for a person do not count, nor does what a person was asked or refused', () => {
    const event = profile(
      timed([
        { s: 0, user: 'go' },
        { s: 10, took: 5, runs: 'deploy', fails: 'fatal: the area is locked' },
        { s: 1000, user: 'I unlocked it' },
        { s: 1010, took: 100, asks: 'AskUserQuestion' },
        { s: 1110, took: 5, runs: 'deploy' },
        { s: 1120, took: 60, runs: 'rm -rf x', fails: 'no', denied: 'person' },
      ]),
    );
    // 10 s after the message, 0 for the question, 5 s of the call itself.
    expect(event.errors).toMatchObject([{ atMs: 15_000, tookMs: 5000, greenMs: 15_000 }]);
    expect(event.calls.tookMs).toEqual([5000, 0, 5000, null]);
    expect(event.activeMs).toBe(35_000);
  });

  it('finds retries without a change in between, and tells polling apart; calls that worked are no retry', () => {
    const fail = 'fatal: cannot reach the registry';
    const event = profile(
      timed([
        { s: 0, user: 'go' },
        { s: 10, took: 2, runs: 'npm publish', fails: fail },
        { s: 20, took: 2, runs: 'npm publish', fails: fail },
        { s: 40, took: 2, runs: 'npm publish' },
        { s: 50, took: 1, runs: 'gh pr checks 7' },
        { s: 60, took: 1, runs: 'gh pr checks 7' },
        { s: 90, took: 1, runs: 'gh pr checks 7' },
        { s: 100, took: 1, runs: 'cat a' },
        { s: 110, took: 1, runs: 'cat a' },
        { s: 120, took: 1, runs: 'cat a' },
      ]),
    );
    expect(event.runs).toMatchObject([
      { line: 2, kind: 'retry', startMs: 12_000, lengthMs: 30_000, tries: 3, ok: true },
      { line: 5, kind: 'poll', startMs: 50_000, lengthMs: 41_000, tries: 3, ok: true, key: null },
    ]);
    expect(event.runs[0]?.key).toBe(event.errors[0]?.key);
  });

  it('a fix in between makes the next try a new attempt', () => {
    const red: Step = { runs: 'npm test', gives: '2 tests failed badly', exitCode: 1 };
    const edit: Step = { tool: 'Edit', input: { file_path: 'a.ts', old_string: 'a', new_string: 'b' } };
    expect(profile(sessionOf([red, edit, red, edit, { runs: 'npm test' }])).runs).toEqual([]);
  });

  it('stays within 16 KiB and says what it left out', () => {
    const steps: Step[] = Array.from({ length: 3000 }, (_, index) =>
      index % 50 === 0
        ? {
            runs: `tool${index} ${'x'.repeat(150)}`,
            gives: `fatal: broken part ${'y'.repeat(120)}`,
            exitCode: 1,
          }
        : { runs: `make target${index % 40}` },
    );
    const event = profile(sessionOf(steps));
    expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThanOrEqual(16 * 1024);
    expect(event.calls.outcome.length + event.cut.calls).toBe(3000);
    expect(event.errors.length + event.cut.errors).toBe(60);
    expect(Math.max(...event.calls.shape, ...event.errors.map(({ shape }) => shape))).toBeLessThan(
      event.shapes.length,
    );
  });

  it('of a session without times it knows what failed and not how long', () => {
    const session = sessionOf([
      { runs: 'deploy', gives: 'fatal: the area is locked', exitCode: 1 },
      { runs: 'deploy' },
    ]);
    const timeless: Session = {
      summary: { ...session.summary, startedAt: null, endedAt: null },
      events: session.events.map((event) => ({ ...event, at: null })),
      calls: session.calls.map((call) => ({
        ...call,
        at: null,
        result: call.result && { ...call.result, at: null },
      })),
    };
    const event = profile(timeless);
    expect(event).toMatchObject({ activeMs: null, calls: { tookMs: [null, null] } });
    expect(event.errors).toMatchObject([{ green: 'same', greenMs: null, tookMs: null }]);
  });
});
