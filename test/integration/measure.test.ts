import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { KaizenEvent } from '../../src/base/events.ts';
import type { FlagValues } from '../../src/cli/command.ts';
import { command } from '../../src/cli/commands/measure.ts';
import { bootstrap } from '../../src/flows/bootstrap.ts';
import { harvest } from '../../src/flows/harvest.ts';
import { readEvents } from '../../src/io/event-log.ts';
import { findTranscripts } from '../../src/io/find-transcripts.ts';
import { openRepository } from '../../src/io/repository.ts';
import { formatFact } from '../../src/knowledge/fact-file.ts';
import { factPath } from '../../src/knowledge/fact-path.ts';
import type { Measurement } from '../../src/metrics/measurement.ts';
import { fleetFacts, simulateFleet } from '../bench/simulate-fleet.ts';
import { runCommand } from './run-command.ts';
import { git, temporaryFolder, temporaryRepository } from './temp-repository.ts';

const day = '2026-11-16';

/** Runs the command as the CLI would; stderr notes are kept. */
function run(cwd: string, flags: FlagValues = {}, options: { dryRun?: boolean; now?: string } = {}) {
  const { dryRun = false, now = day } = options;
  return runCommand(command, cwd, { flags, dryRun, now: new Date(`${now}T09:00:00Z`) });
}

async function harvestInto(cwd: string, paths: readonly string[], now = day): Promise<void> {
  const files = (await findTranscripts(paths)).map((file) => ({ ...file, named: true }));
  await harvest(await openRepository(cwd), {
    files,
    now: new Date(`${now}T08:00:00Z`),
    env: { HOME: cwd },
    dryRun: false,
    signal: new AbortController().signal,
  });
}

const samples = (): string[] =>
  ['claude-code', 'codex'].flatMap((agent) =>
    readdirSync(resolve('src/samples', agent)).map((name) => resolve('src/samples', agent, name)),
  );
const dashboardOf = (cwd: string) => readFileSync(join(cwd, 'metrics/dashboard.md'), 'utf8');

/** A repository that holds a simulated fleet, committed. */
function simulatedRepository(sessions: number, factEffect: number): string {
  const cwd = temporaryRepository();
  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(cwd, path)), { recursive: true });
    writeFileSync(join(cwd, path), text);
  };
  for (const fact of fleetFacts) put(factPath(fact), formatFact(fact));
  put(
    'metrics/events/2025-W23/w.jsonl',
    `${simulateFleet({ sessions, seed: 3, factEffect })
      .map((event) => JSON.stringify(event))
      .join('\n')}\n`,
  );
  git(cwd, 'add', '.');
  git(cwd, 'commit', '--quiet', '-m', 'fleet', '--date', '2025-06-20T12:00:00Z');
  return cwd;
}

describe('kaizen measure', () => {
  it('goes from transcripts to a dashboard', async () => {
    const cwd = temporaryRepository();
    await harvestInto(cwd, samples());
    const { data, text, exitCode } = await run(cwd, { window: '8w' });
    const measured = data as Measurement & { changes: { path: string }[] };
    expect(exitCode).toBe(0);
    expect(measured.changes).toEqual([{ kind: 'write', path: 'metrics/dashboard.md' }]);
    expect(measured.harvest).toMatchObject({ seen: 8, harvested: 8, failed: 0, lastDay: day, ageDays: 0 });
    const sessions = measured.figures[0]?.all.value;
    expect(sessions).toBe(8);
    // What harvest wrote is what measure read: no field of a session got lost on the way.
    const firstTry = measured.figures.find((row) => row.window.id === 'first_try')?.all;
    expect(firstTry?.n).toBeGreaterThanOrEqual(5);
    expect(measured.figures.find((row) => row.window.id === 'active_minutes')?.all.value).toBeGreaterThan(0);
    expect(
      measured.figures.find((row) => row.window.id === 'velocity_tokens')?.all.coverage.usable,
    ).toBeGreaterThan(0);
    expect(measured.store.reduce((sum, row) => sum + row.active + row.candidate, 0)).toBeGreaterThanOrEqual(
      8,
    );
    expect(text).toContain('NOT ENOUGH DATA');
    expect(dashboardOf(cwd)).toContain('# Does the loop pay?');
  });

  it('writes nothing the second time, nothing in a dry run, and only where it is told', async () => {
    const cwd = temporaryRepository();
    await harvestInto(cwd, samples());
    const dry = await run(cwd, {}, { dryRun: true });
    expect(dry.text).toContain('Would write:\n  + metrics/dashboard.md');
    expect(() => dashboardOf(cwd)).toThrow();
    await run(cwd);
    const again = await run(cwd);
    expect(again.text).toContain('Nothing to write');
    await run(cwd, { output: 'docs/loop.md', snapshot: true });
    expect(readFileSync(join(cwd, 'docs/loop.md'), 'utf8')).toBe(dashboardOf(cwd));
    expect(JSON.parse(readFileSync(join(cwd, 'metrics/snapshots/2026-W47.json'), 'utf8'))).toMatchObject({
      week: '2026-W47',
      schema_version: 2,
      loop: { as_of: day },
    });
    for (const output of ['../outside.md', '/etc/x.md', 'x.txt', '.'])
      await expect(run(cwd, { output })).rejects.toMatchObject({ code: 'usage' });
    const outside = temporaryFolder();
    symlinkSync(outside, join(cwd, 'linked'));
    await expect(run(cwd, { output: 'linked/x.md' })).rejects.toMatchObject({ code: 'outside_store' });
    expect(readdirSync(outside)).toEqual([]);
  });

  it('gives the same whether it looked at every harvest or only at the end', async () => {
    const [step, once] = [temporaryRepository(), temporaryRepository()];
    for (const file of samples()) {
      await harvestInto(step, [file]);
      await run(step);
    }
    await harvestInto(once, samples().reverse());
    await run(once);
    expect(dashboardOf(step)).toBe(dashboardOf(once));
  });

  it('says one line for --verdict, and 1 only when asked to fail on it', async () => {
    const good = simulatedRepository(400, 0.6);
    const verdict = await run(good, { verdict: true, failOn: 'worse' }, { now: '2025-07-20' });
    expect(verdict.text).toMatch(
      /^compounding: Facts learned in earlier sessions prevent errors in later ones \([^\n]+\)[^\n]*\.$/,
    );
    expect(verdict.exitCode).toBe(0);
    expect(verdict.data).toEqual({ verdict: 'compounding', sentence: expect.any(String) });
    const bad = simulatedRepository(400, -1.5);
    expect(await run(bad, { verdict: true }, { now: '2025-07-20' })).toMatchObject({
      exitCode: 0,
      text: expect.stringMatching(/^worse: /),
    });
    expect((await run(bad, { verdict: true, failOn: 'worse' }, { now: '2025-07-20' })).exitCode).toBe(1);
    expect(() => dashboardOf(bad)).toThrow();
  });

  it('compares with a commit, each with its own store and day', async () => {
    const cwd = temporaryRepository();
    await harvestInto(cwd, samples().slice(0, 3));
    git(cwd, 'add', '.');
    git(cwd, 'commit', '--quiet', '-m', 'first');
    await harvestInto(cwd, samples());
    const { data, text } = await run(cwd, { compare: 'HEAD', window: '20w' });
    const comparison = data as {
      ref: string;
      rows: { id: string; earlier: { value: number }; now: { value: number } }[];
    };
    expect(comparison.rows[0]).toMatchObject({ id: 'sessions', earlier: { value: expect.any(Number) } });
    expect(text).toContain('HEAD');
    await expect(run(cwd, { compare: 'nowhere' })).rejects.toMatchObject({ code: 'not_found' });
    await expect(run(temporaryRepository(), { compare: 'HEAD' })).rejects.toMatchObject({
      code: 'not_found',
    });
    await expect(run(cwd, { compare: '--output=/tmp/x' })).rejects.toMatchObject({ code: 'not_found' });
    await expect(run(temporaryFolder(), { compare: 'HEAD' })).rejects.toMatchObject({
      code: 'not_a_repository',
    });
  });

  it('works in a plain folder, before the first commit, in a worktree and in a bare clone', async () => {
    expect((await run(temporaryFolder())).text).toContain('NOT ENOUGH DATA');
    const cwd = simulatedRepository(120, 0);
    const expected = await run(cwd, {}, { now: '2025-06-20' });
    git(cwd, 'worktree', 'add', '--quiet', '../worktree-of-measure');
    const tree = resolve(cwd, '../worktree-of-measure');
    try {
      const inTree = await run(tree, {}, { now: '2025-06-20' });
      expect((inTree.data as Measurement).figures).toEqual((expected.data as Measurement).figures);
    } finally {
      git(cwd, 'worktree', 'remove', '--force', tree);
    }
    const bare = join(temporaryFolder(), 'bare.git');
    git(cwd, 'clone', '--quiet', '--bare', cwd, bare);
    const inBare = await run(bare, {}, { now: '2025-06-20' });
    expect((inBare.data as Measurement).figures).toEqual((expected.data as Measurement).figures);
    expect(inBare.notes).toEqual(['A bare repository has no work tree: the dashboard is not written.']);
  });

  it('counts torn, foreign and odd lines of the log, and measures the rest', async () => {
    const cwd = simulatedRepository(60, 0);
    const clean = await run(cwd, {}, { now: '2025-06-20' });
    writeFileSync(
      join(cwd, 'metrics/events/2025-W23/other.jsonl'),
      `{"v":1,"id":"x","at":"2025-06-02T00:00:00Z","type":"session.observed","errorFingerprints":{}}\n{"v":9}\nnot json\n{"v":1,"id":"torn","at":"2025`,
    );
    const { data, notes } = await run(cwd, {}, { now: '2025-06-20' });
    expect((data as { unread: unknown }).unread).toEqual({ lines: 4, files: 0 });
    expect(notes[0]).toMatch(/^4 lines of the event log could not be read/);
    expect((data as Measurement).figures).toEqual((clean.data as Measurement).figures);
  });

  it('prints a daily report, without writing', async () => {
    const cwd = temporaryRepository();
    await harvestInto(cwd, samples());
    const { text, data } = await run(cwd, { report: 'daily' });
    expect(text.split('\n')[0]).toBe('Day 2026-11-16 (UTC)');
    expect(text).toContain('Harvest    8 sessions');
    expect(text).toContain('New facts');
    expect((data as { harvested: unknown }).harvested).toMatchObject({ sessions: 8, failed: 0 });
    expect(() => dashboardOf(cwd)).toThrow();
  });

  it('refuses a window that is none', async () => {
    await expect(run(temporaryFolder(), { window: 'soon' })).rejects.toMatchObject({ code: 'usage' });
  });
});

describe('the event contract, on a recorded real run', () => {
  it('what a bootstrap gave a session, harvest sees it use, and the dashboard says so', async () => {
    const cwd = temporaryRepository();
    git(cwd, 'remote', 'add', 'origin', 'https://github.com/acme/shop.git');
    await harvestInto(cwd, samples());
    const sessionId = 'cccccccc-0000-4000-8000-000000000001';
    const exposure = await bootstrapInto(cwd, sessionId);
    // The writer's q is the reader's: the chance of being shown.
    expect(new Set(exposure.would.map((chosen) => chosen.q))).toEqual(new Set([0.9]));
    const [given] = exposure.delivered;
    if (given === undefined) throw new Error('the bootstrap gave nothing');
    const transcript = join(temporaryFolder(), `${sessionId}.jsonl`);
    writeFileSync(transcript, citing(sessionId, given));
    await harvestInto(cwd, [transcript]);
    const { events } = await readEvents(cwd);
    const row = events.find(
      (event): event is Extract<KaizenEvent, { type: 'session.observed' }> =>
        event.type === 'session.observed' && event.sessionId === sessionId,
    );
    expect(row?.usedFacts).toEqual([{ id: given, how: 'cited' }]);
    const { data } = await run(cwd, { window: '4w' });
    const measured = data as Measurement;
    expect(measured.figures.find((figure) => figure.window.id === 'hit_rate')?.window).toMatchObject({
      value: 1,
      n: 1,
    });
    expect(measured.injection).toMatchObject({ injected: 1, unobserved: 0, chosen: exposure.would.length });
    expect(measured.used).toEqual([expect.objectContaining({ id: given, used: 1, shown: 1 })]);
    expect(dashboardOf(cwd)).toContain(`\`${given}\``);
  });

  it('what the hold-out withheld is counted against the draw it was set to', async () => {
    const cwd = temporaryRepository();
    git(cwd, 'remote', 'add', 'origin', 'https://github.com/acme/shop.git');
    await harvestInto(cwd, samples());
    for (let i = 0; i < 60; i += 1)
      await bootstrapInto(cwd, `dddddddd-0000-4000-8000-${String(i).padStart(12, '0')}`);
    const { data } = await run(cwd, { window: '4w' });
    const { injection } = data as Measurement;
    expect(injection).toMatchObject({ injected: 0, unobserved: 60 });
    const share = injection.withheld / injection.chosen;
    expect(share).toBeGreaterThan(0.05);
    expect(share).toBeLessThan(0.16);
  });
});

/** The exposure that a real bootstrap of a session writes. */
async function bootstrapInto(cwd: string, session: string) {
  await bootstrap({
    storeDir: cwd,
    projectDir: cwd,
    now: new Date('2026-11-15T09:00:00Z'),
    repo: undefined,
    agent: 'claude-code',
    task: '',
    error: '',
    paths: [],
    budgetTokens: undefined,
    session,
    record: true,
    channel: 'hook',
  });
  const { events } = await readEvents(cwd);
  const exposure = events.find((event) => event.type === 'context.exposed' && event.sessionId === session);
  if (exposure?.type !== 'context.exposed') throw new Error('the bootstrap was not recorded');
  return exposure;
}

function citing(sessionId: string, factId: string): string {
  const line = (type: string, minute: number, content: unknown) =>
    JSON.stringify({
      type,
      uuid: `00000000-0000-4000-8000-0000000000${minute}`,
      sessionId,
      timestamp: `2026-11-15T10:${minute}:00.000Z`,
      cwd: '/home/ada/app',
      version: '2.1.0',
      message: { role: type, content },
    });
  return `${[line('user', 10, 'please run the checks'), line('assistant', 11, [{ type: 'text', text: `Following ${factId}, I start the services first.` }])].join('\n')}\n`;
}
