import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ContextExposed, KaizenEvent, SessionObserved } from '../../src/base/events.ts';
import { type StartReport, start } from '../../src/flows/start.ts';
import { readEvents } from '../../src/io/event-log.ts';
import { findTranscripts } from '../../src/io/find-transcripts.ts';
import { readSession } from '../../src/io/read-session.ts';
import { temporaryFolder } from './temp-repository.ts';

let report: StartReport;
let events: KaizenEvent[];

beforeAll(async () => {
  const home = temporaryFolder();
  report = await start({
    samples: true,
    limit: 20,
    into: join(home, 'store'),
    now: new Date('2030-01-01T00:00:00Z'),
    env: { HOME: home },
    signal: new AbortController().signal,
    progress: () => {},
  });
  events = (await readEvents(report.root)).events;
});

const files = await findTranscripts(['src/samples']);

describe('the sample transcripts', () => {
  it.each(files.map(({ file }) => [file.slice(file.indexOf('samples')), file]))(
    '%s reads whole',
    async (_, file) => {
      const { summary, calls } = await readSession(file);
      expect(summary.skipped).toEqual([]);
      expect(summary.repo).toMatch(/^acme\/(shop|ledger)$/);
      expect(summary.tokens).not.toBeNull();
      expect(summary.turns).toBeGreaterThan(0);
      expect(calls.filter((call) => call.result === null)).toEqual([]);
      expect(summary.startedAt).toMatch(/^2026-1[01]-/);
    },
  );

  it('show what the reader counts: errors, corrections, a refusal, an interruption, a compaction', async () => {
    const summaries = await Promise.all(files.map(async ({ file }) => (await readSession(file)).summary));
    const sum = (of: (one: (typeof summaries)[number]) => number) =>
      summaries.reduce((total, one) => total + of(one), 0);
    expect(sum((one) => one.errors)).toBeGreaterThan(5);
    expect(sum((one) => one.corrections)).toBeGreaterThan(2);
    expect(sum((one) => one.rejections)).toBeGreaterThan(0);
    expect(sum((one) => one.interruptions)).toBeGreaterThan(1);
    expect(sum((one) => one.compactions)).toBe(1);
    expect(new Set(summaries.map((one) => one.agent))).toEqual(new Set(['claude-code', 'codex']));
  });
});

describe('what they teach', () => {
  it('is what a colleague would write down, each with its line', () => {
    const titles = report.facts.map((fact) => fact.title).join('\n');
    for (const words of [
      'pnpm',
      'mise trust',
      'docker compose up',
      'uv run pytest',
      'Money',
      'src/generated/',
      'cursor',
      'force-push',
    ])
      expect(titles).toContain(words);
    expect(report.facts.length).toBeLessThanOrEqual(10);
    for (const fact of report.facts) expect(fact.sources[0]?.quote).toBeTruthy();
  });

  it('is in use when a person said it or a second session bore it out, and waits when it is risky', () => {
    const waiting = report.facts.filter((fact) => fact.status === 'candidate');
    expect(waiting.map((fact) => fact.title)).toEqual([expect.stringContaining('force-push')]);
    const twice = report.facts.filter((fact) => new Set(fact.sources.map((one) => one.session)).size > 1);
    expect(twice.length).toBeGreaterThanOrEqual(2);
  });
});

describe('the sessions that began with a packet', () => {
  const told = files
    .map(({ file }) => ({ file, text: readFileSync(file, 'utf8') }))
    .filter(({ text }) => text.includes('<kaizen-context>'));
  const exposures = () => events.filter((event): event is ContextExposed => event.type === 'context.exposed');

  it('were shown the facts that a replay chooses for them', () => {
    expect(told.length).toBe(2);
    expect(exposures().length).toBe(2);
    for (const { file, text } of told) {
      const shown = [
        ...(text.match(/<kaizen-context>[\s\S]*<\/kaizen-context>/)?.[0] ?? '').matchAll(
          /- \[([a-z2-7]{10})\]/g,
        ),
      ];
      const exposure = exposures().find((event) => file.includes(event.sessionId));
      expect(shown.map((match) => match[1]).sort()).toEqual([...(exposure?.delivered ?? [])].sort());
    }
  });

  it('used some of them, and taught none of them back', () => {
    const used = events
      .filter((event): event is SessionObserved => event.type === 'session.observed')
      .flatMap((event) => event.usedFacts);
    expect(used.filter((fact) => fact.how === 'cited').length).toBeGreaterThanOrEqual(3);
    const keys = new Set(exposures().map((event) => event.session));
    expect(report.facts.flatMap((fact) => fact.sources).filter((source) => keys.has(source.session))).toEqual(
      [],
    );
  });

  it('are too few to prove anything, and the report says so', () => {
    expect(report.proof.verdict.verdict).toBe('not enough data');
  });
});
