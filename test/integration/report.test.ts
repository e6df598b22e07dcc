import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Command, FlagValues } from '../../src/cli/command.ts';
import { command as compare } from '../../src/cli/commands/compare.ts';
import { command as kpi } from '../../src/cli/commands/kpi.ts';
import { command as measure } from '../../src/cli/commands/measure.ts';
import { command as report } from '../../src/cli/commands/report.ts';
import { compareRuns, compareTaskSets } from '../../src/flows/compare.ts';
import { harvest } from '../../src/flows/harvest.ts';
import { readKpi } from '../../src/flows/kpi.ts';
import { type ReportOptions, readReport } from '../../src/flows/report.ts';
import { planEvents, readEvents } from '../../src/io/event-log.ts';
import { findTranscripts } from '../../src/io/find-transcripts.ts';
import { applyPlan, openRepository } from '../../src/io/repository.ts';
import { openRedactor } from '../../src/sessions/redact.ts';
import { RunRecorder, timeAt } from './recorded-run.ts';
import { runCommand } from './run-command.ts';
import { git, temporaryFolder, temporaryRepository } from './temp-repository.ts';

const now = new Date('2026-11-20T10:00:00Z');

/** Runs a command as the CLI would. */
function runOne(command: Command, cwd: string, args: string[], flags: FlagValues = {}) {
  return runCommand(command, cwd, { args, flags, now });
}

const redactor = openRedactor({
  key: 'k'.repeat(32),
  home: '/home/nobody',
  user: undefined,
  host: undefined,
});
const optionsFor = (root: string, more: Partial<ReportOptions> = {}): ReportOptions => ({
  cwd: root,
  env: { HOME: root },
  now,
  redactor,
  ...more,
});

async function harvestInto(root: string, paths: readonly string[]) {
  const files = (await findTranscripts(paths)).map((file) => ({ ...file, named: true }));
  const signal = new AbortController().signal;
  return harvest(await openRepository(root), { files, now, env: { HOME: root }, dryRun: false, signal });
}

const prices = `prices:
  version: test-1
  currency: EUR
  models:
    claude-x:
      input: 10
      output: 100
      cache_read: 1
      cache_write: 20
`;

/** Two tasks in a real repository: one tested and committed, one committed without a check, a person's commit between. */
function recordRun(id: string) {
  const root = temporaryRepository();
  git(root, 'remote', 'add', 'origin', 'https://example.com/acme/sum.git');
  const run = new RunRecorder(root, id);
  run.type(0, 'Add sum with a test');
  run.edit(10, 'sum.mjs', '', 'export const sum = (a, b) => a - b;\n');
  const test =
    "import { sum } from './sum.mjs';\nimport test from 'node:test';\ntest('sum', () => { if (sum(1, 2) !== 3) throw new Error('no'); });\n";
  run.edit(15, 'sum.test.mjs', '', test);
  const red = run.run(20, 10, 'node --test');
  run.edit(40, 'sum.mjs', 'export const sum = (a, b) => a - b;\n', 'export const sum = (a, b) => a + b;\n');
  const green = run.run(50, 10, 'node --test');
  run.run(70, 2, 'git add -A && git commit -m "sum: adds two numbers"');
  run.say(80, 'Done.');
  const first = git(root, 'rev-parse', 'HEAD', 'HEAD^{tree}').trim().split('\n') as [string, string];
  run.type(200, 'Say what it does in a README');
  run.edit(210, 'README.md', '', 'Sums.\n');
  // A person commits by hand while the agent works.
  writeFileSync(join(root, 'LICENSE'), 'MIT\n');
  git(root, 'add', 'LICENSE');
  git(root, 'commit', '--quiet', '-m', 'a licence', `--date=${timeAt(217)}`);
  // A tool keeps checkpoints on a branch of its own: nobody's touch.
  run.run(218, 1, 'git branch kept $(git commit-tree HEAD^{tree} -m kept)');
  run.run(220, 2, 'git add README.md && git commit -m "sum: a page about it"');
  run.say(230, 'Done.');
  const second = git(root, 'rev-parse', 'HEAD', 'HEAD^{tree}').trim().split('\n') as [string, string];
  return { root, run, first, second, red, green };
}

describe('a recorded real run', async () => {
  const { root, run, first, second, red, green } = recordRun('11111111-aaaa');
  mkdirSync(join(root, '.kaizen'));
  writeFileSync(join(root, '.kaizen/config.yml'), prices);
  const folder = temporaryFolder();
  const file = run.write(folder);
  await harvestInto(root, [file]);
  const repository = await openRepository(root);
  const { events } = await readEvents(root);

  it('really was red, then green', () => {
    expect(red).toContain('fail 1');
    expect(green).toContain('pass 1');
  });

  it('is two tasks in the event log, joined with Git', () => {
    const tasks = events.filter((event) => event.type === 'task.observed');
    expect(tasks).toHaveLength(2);
    expect(tasks[0]).toMatchObject({
      number: 1,
      title: 'Add sum with a test',
      repo: 'acme/sum',
      checkpoint: {
        commit: first[0],
        tree: first[1],
        at: timeAt(72),
        verified: true,
        tvcMs: 72_000,
        tvcActiveMs: 72_000,
      },
      checks: [{ kind: 'test', attempts: 2, retries: 1, last: 'green' }],
      changes: { files: 2, linesAdded: 4, linesRemoved: 0, source: 'git' },
      touches: { count: 0, byKind: { manual_commit: 0 } },
      outcome: 'complete',
    });
    expect(tasks[1]).toMatchObject({
      number: 2,
      checkpoint: { commit: second[0], tree: second[1], verified: false, reason: 'no check', tvcMs: null },
      touches: { count: 1, byKind: { manual_commit: 1 } },
    });
  });

  it('leaves a verification record with the tests that ran', () => {
    expect(events.filter((event) => event.type === 'verification.recorded')).toMatchObject([
      { outcome: 'unknown', reason: 'no check ran after the last change', checks: [] },
    ]);
  });

  it('is reported with no field unknown that the run had', async () => {
    const { document, source } = await readReport(repository, '11111111#1', optionsFor(root));
    expect(source).toBe('event log');
    expect(document).toMatchObject({
      id: 'claude-code/11111111#1',
      totalMs: 80_000,
      tvcMs: 72_000,
      verifiedTree: first[1],
      workerCalls: 7,
      tokens: { input: 70, output: 700, cacheRead: 7000, cacheWrite: 350 },
      cost: {
        amount: expect.closeTo((70 * 10 + 700 * 100 + 7000 + 350 * 20) / 1e6, 12),
        currency: 'EUR',
        priceTable: 'test-1',
      },
      verify: { attempts: 2, retries: 1, durationMs: 20_000 },
      milestones: { completed: 1, verified: 1 },
      reliability: { apiErrors: 0, toolErrors: 1, compactions: 0 },
      stopReason: { code: 'complete', family: 'none' },
    });
    const sum = Object.values(document.phases).reduce((total, { durationMs }) => total + durationMs, 0);
    expect(sum + (document.unattributedMs as number)).toBe(80_000);
    expect(document.unknown).toEqual([]);
    // What nobody can know stays null: a transcript plans no milestones, and no facts were shown.
    const nulls = Object.entries(document).filter(([, value]) => value === null);
    expect(nulls.map(([name]) => name)).toEqual(['suggestedCommand', 'context']);
  });

  it('reads the same from the transcript as from the log, and writes nothing', async () => {
    const before = git(root, 'status', '--porcelain', '--ignored');
    const fromFile = await readReport(repository, `${file}#2`, optionsFor(root));
    const fromLog = await readReport(repository, 'claude-code/11111111#2', optionsFor(root));
    expect(fromFile.document).toEqual(fromLog.document);
    expect(fromFile.document.unknown).toEqual([
      { field: 'TVc', reason: 'unverified commit: no check (censored)' },
    ]);
    const whole = await readReport(repository, 'latest', optionsFor(root));
    expect(whole.document).toMatchObject({
      id: 'claude-code/11111111',
      totalMs: 230_000,
      waitingMs: 120_000,
    });
    await expect(readReport(repository, '11111111#3', optionsFor(root))).rejects.toMatchObject({
      code: 'not_found',
    });
    await expect(readReport(repository, 'nothing-like-it', optionsFor(root))).rejects.toMatchObject({
      code: 'not_found',
    });
    expect(git(root, 'status', '--porcelain', '--ignored')).toBe(before);
  });

  it('is compared row by row, and added up', async () => {
    const { rows, outcome } = await compareRuns(repository, '11111111#2', '11111111#1', optionsFor(root));
    const row = (name: string) => rows.find((one) => one.name === name);
    expect(row('duration')).toMatchObject({ a: 30_000, b: 80_000, delta: 50_000, marked: true });
    expect(row('TVc')).toMatchObject({ a: null, b: 72_000, delta: null, ratio: null, marked: false });
    expect(row('VERIFY')).toMatchObject({ a: 0, marked: true, attemptsDelta: 2 });
    expect(outcome).toEqual({ a: 'complete', b: 'complete' });
    const fleet = await readKpi(repository, { asOf: '2026-11-20', days: 30, most: 50, repo: 'acme/sum' });
    expect(fleet).toMatchObject({
      tasks: { total: 2, finished: 2, verified: 1, unverified: 1, uncommitted: 0 },
      tvc: { wall: { median: 72_000, n: 2, events: 1 } },
      touchFree: { hits: 1, n: 2 },
      touches: { total: 1, byKind: { manual_commit: 1, message: 0 }, manualKnown: 2 },
      cost: { currency: 'EUR' },
    });
    const sets = { base: ['11111111#2'], next: ['11111111#1'], primary: 'tvc' as const };
    const shared = { ...sets, base: ['size:small'] };
    await expect(compareTaskSets(repository, shared)).rejects.toMatchObject({
      code: 'usage',
      message: '1 task is in both sets',
    });
    expect((await compareTaskSets(repository, sets)).rows[0]).toMatchObject({
      metric: 'tvc',
      state: 'too few',
    });
  });

  it('is told by the commands', async () => {
    const told = await runOne(report, root, ['11111111#1']);
    expect(told.text).toContain('TVc         1m12s wall, 1m12s active');
    expect(told.text).not.toContain('Not known');
    expect(told.data).toMatchObject({ source: 'event log', tvcMs: 72_000 });
    expect((await runOne(kpi, root, [], { days: '30' })).text).toContain(
      '2 finished (1 verified, 1 unverified',
    );
    expect((await runOne(compare, root, ['11111111#2', '11111111#1'])).text).toMatch(
      /duration +30s +1m20s +\+50s +2\.67 +!/,
    );
    const sets = { baseSet: ['11111111#2'], newSet: ['11111111#1'] };
    expect((await runOne(compare, root, [], sets)).text).toContain('too few');
    await expect(runOne(report, root, [''])).rejects.toMatchObject({
      message: "no transcript of this machine and no harvested session is named ''",
    });
    const wrong: [string[], FlagValues][] = [
      [['a'], {}],
      [['a'], sets],
      [[], { baseSet: ['x'] }],
    ];
    for (const [args, flags] of wrong)
      await expect(runOne(compare, root, args, flags)).rejects.toMatchObject({ code: 'usage' });
    await runOne(measure, root, [], { window: '30d' });
    const page = readFileSync(join(root, 'metrics/dashboard.md'), 'utf8');
    expect(page).toContain('| finished tasks | 2 (1 verified) | – | 2 (1 verified) |');
  });

  it('counts a transcript that went on once, and a copy of it under another name not again', async () => {
    run.type(500, 'Thanks');
    run.say(510, 'You are welcome.');
    await harvestInto(root, [run.write(folder)]);
    const copy = new RunRecorder(root, '22222222-bbbb');
    copy.lines.push(...run.lines);
    await harvestInto(root, [copy.write(temporaryFolder())]);
    const fleet = await readKpi(repository, { asOf: '2026-11-20', days: 30, most: 50, repo: undefined });
    expect(fleet.tasks).toMatchObject({ total: 3, finished: 2, withoutChange: 1 });
  });

  it('refuses prices without a version', async () => {
    writeFileSync(join(root, '.kaizen/config.yml'), prices.replace('  version: test-1\n', ''));
    await expect(readReport(repository, '11111111', optionsFor(root))).rejects.toMatchObject({
      code: 'bad_config',
    });
    writeFileSync(join(root, '.kaizen/config.yml'), prices);
  });

  it("is verified by a runner's record of the same tree", async () => {
    const record = {
      at: timeAt(600),
      type: 'verification.recorded' as const,
      source: 'runner' as const,
      session: null,
      sessionId: null,
      agent: null,
      run: 'r1',
      repo: 'acme/sum',
      tree: second[1],
      outcome: 'green' as const,
      reason: null,
      checks: [],
      bytes: null,
    };
    await applyPlan(repository, planEvents('abcdefabcdef', [record]), false);
    const { document } = await readReport(repository, '11111111#2', optionsFor(root));
    expect(document.checkpoint).toMatchObject({ verified: true, reason: 'runner', tvcMs: 22_000 });
  });
});

describe('history rewritten after the run', () => {
  it('a reworded commit is followed by its tree, a rebased one by its patch', async () => {
    const { root, run, second } = recordRun('33333333-cccc');
    const file = run.write(temporaryFolder());
    const repository = await openRepository(root);
    git(root, 'commit', '--quiet', '--amend', '-m', 'sum: better words');
    const reworded = git(root, 'rev-parse', 'HEAD').trim();
    const reported = () => readReport(repository, `${file}#2`, optionsFor(root));
    expect((await reported()).document.checkpoint).toMatchObject({
      commit: reworded,
      tree: second[1],
      wallMs: 22_000,
    });
    // Moved onto another base: other tree, same patch. The tree that was committed then stays the one judged.
    git(root, 'checkout', '--quiet', '-b', 'other', 'HEAD~2');
    writeFileSync(join(root, 'NEW'), 'x\n');
    git(root, 'add', 'NEW');
    git(root, 'commit', '--quiet', '-m', 'new');
    git(root, 'cherry-pick', 'main');
    git(root, 'branch', '-D', 'main');
    const moved = git(root, 'rev-parse', 'HEAD').trim();
    expect((await reported()).document.checkpoint).toMatchObject({
      commit: moved,
      tree: second[1],
      wallMs: 22_000,
    });
    // Gone from this clone altogether: what the transcript saw remains.
    const clone = join(temporaryFolder(), 'clone');
    git(root, 'clone', '--quiet', '--no-local', root, clone);
    const later = await readReport(await openRepository(clone), `${file}#2`, optionsFor(clone));
    expect(later.document.checkpoint?.commit).toBe(moved);
  });
});

describe('a run that is still being written', () => {
  it('is read up to its torn line, as running, with its sub-agents', async () => {
    const root = temporaryRepository();
    const folder = temporaryFolder();
    const run = new RunRecorder(root, '44444444-dddd');
    run.type(0, 'Write a page');
    run.edit(10, 'a.md', '', 'one\n');
    const file = run.write(folder, { torn: true });
    const child = new RunRecorder(root, 'agent-55555555');
    child.edit(3, 'b.md', '', 'two\n');
    for (const line of child.lines)
      Object.assign(line, { isSidechain: true, agentId: '55555555', sessionId: '44444444-dddd' });
    mkdirSync(join(folder, '44444444-dddd/subagents'), { recursive: true });
    child.write(join(folder, '44444444-dddd/subagents'));
    const { document } = await readReport(
      await openRepository(root),
      file,
      optionsFor(root, { now: new Date() }),
    );
    expect(document).toMatchObject({
      outcome: 'running',
      stopReason: null,
      changes: { files: 2 },
      toolCalls: 2,
    });
    expect(document.workers.map(({ worker, calls }) => [worker, calls])).toEqual([
      ['main', 1],
      ['sub-agent', 1],
    ]);
    const later = await readReport(
      await openRepository(root),
      file,
      optionsFor(root, { now: new Date('2036-01-01') }),
    );
    expect(later.document).toMatchObject({
      outcome: 'stopped',
      stopReason: { code: 'cut_off' },
      nextAction: 'resume',
    });
  });
  it('is the latest run of its repository, found where the agent keeps it', async () => {
    const root = temporaryRepository();
    const home = temporaryFolder();
    const projects = join(home, '.claude/projects/p');
    mkdirSync(projects, { recursive: true });
    const here = new RunRecorder(root, '77777777-ffff');
    here.type(0, 'Here');
    here.say(5, 'Yes.');
    here.write(projects);
    const elsewhere = new RunRecorder(temporaryRepository(), '88888888-ffff');
    elsewhere.type(0, 'Elsewhere');
    elsewhere.say(9, 'Yes.');
    elsewhere.write(projects);
    const repository = await openRepository(root);
    const options = optionsFor(root, { env: { HOME: home } });
    expect((await readReport(repository, 'latest', options)).document.title).toBe('Here');
    expect((await readReport(repository, '88888888', options)).document.title).toBe('Elsewhere');
  });
  it('works without Git and without a single harvested session', async () => {
    const plain = temporaryFolder();
    const run = new RunRecorder(plain, '66666666-eeee');
    run.type(0, 'Why?');
    run.say(5, 'Because.');
    const { document } = await readReport(
      await openRepository(plain),
      run.write(temporaryFolder()),
      optionsFor(plain),
    );
    expect(document).toMatchObject({
      stopReason: { code: 'answered' },
      touches: { byKind: { manual_commit: null } },
    });
    await expect(readReport(await openRepository(plain), 'latest', optionsFor(plain))).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});

const corpus = resolve('../shared/corpus/claude-code');
describe.skipIf(!existsSync(corpus))('real transcripts (../shared/corpus, skipped when absent)', () => {
  it('three sessions as a person read them', async () => {
    const root = temporaryRepository();
    const files = [
      'JanDeDobbeleer__oh-my-posh/6878eb98-fd0b-43e6-82a0-ab8b38b612dc.jsonl',
      'FSM1__cipher-box/71b7117f-ca1c-40de-8568-13f90d557d57.jsonl',
      'FSM1__cipher-box/f025f6b8-7e1e-41e7-89a0-a23c0b1ee192.jsonl',
    ].map((name) => join(corpus, name));
    await harvestInto(root, files);
    const { events } = await readEvents(root);
    const rows = events.flatMap((event) => (event.type === 'task.observed' ? [event] : []));
    // Touches; seconds from the message to the first verified commit, null where the checks were red, old or missing.
    const seen = rows.map(({ session, number, touches, checkpoint }) => [
      `${session.slice(-8)}#${number}`,
      touches.count,
      checkpoint && { tvc: checkpoint.tvcMs && Math.round(checkpoint.tvcMs / 1000) },
    ]);
    expect(seen.sort()).toEqual([
      ['6878eb98#1', 1, { tvc: null }],
      ['6878eb98#2', 0, { tvc: 127 }],
      ['6878eb98#3', 0, { tvc: null }],
      ['6878eb98#4', 1, { tvc: 1044 }],
      ['6878eb98#5', 0, { tvc: 278 }],
      ['6878eb98#6', 0, { tvc: 573 }],
      ['6878eb98#7', 0, { tvc: 1098 }],
      ['71b7117f#1', 1, { tvc: null }],
      ['71b7117f#2', 3, { tvc: 858 }],
      ['71b7117f#3', 0, { tvc: null }],
      ['71b7117f#4', 0, { tvc: null }],
      ['f025f6b8#1', 7, { tvc: null }],
      ['f025f6b8#2', 2, null],
    ]);
    for (const row of rows) {
      const sum = Object.values(row.phases).reduce((total, { durationMs }) => total + durationMs, 0);
      expect(sum + (row.unattributedMs ?? 0)).toBe(row.totalMs);
    }
  });
});
