import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pruneAgents } from '../../src/flows/agent-metrics/agent-metrics-prune.ts';
import { listAgents, readExecutions, recordExecution } from '../../src/io/executions.ts';
import { refreshSummary } from '../../src/io/refresh-summary.ts';
import { openRepository } from '../../src/io/repository.ts';
import { rewriteExecutions } from '../../src/io/rewrite-executions.ts';
import { tallyExecutions } from '../../src/io/tally-executions.ts';
import type { ExecutionDraft } from '../../src/metrics/agents/executions/execution.ts';
import { summarise, summaryOf } from '../../src/metrics/agents/executions/summary.ts';
import { formatSummary } from '../../src/metrics/agents/executions/summary-file.ts';
import { openRedactor } from '../../src/sessions/redact.ts';
import { git, temporaryFolder, temporaryRepository } from './temp-repository.ts';

const agent = 'tdd-workflow';
const folder = `.kaizen/metrics/${agent}`;
const options = {
  now: new Date('2026-11-20T09:00:00Z'),
  redactor: openRedactor({ key: 'test' }),
  dryRun: false,
};
const pathOf = (dir: string, file: string) => join(dir, folder, file);
const read = (dir: string, file: string) => readFileSync(pathOf(dir, file), 'utf8');
const linesOf = (dir: string) => read(dir, 'executions.jsonl').split('\n').filter(Boolean);

async function record(dir: string, draft: Partial<ExecutionDraft> = {}, more: Partial<typeof options> = {}) {
  return recordExecution(
    await openRepository(dir),
    { agent, success: true, ...draft },
    { ...options, ...more },
  );
}

/** The summary that the rows alone give, by the slow path. */
async function rebuilt(dir: string): Promise<string> {
  return formatSummary(summarise(agent, (await readExecutions(dir, agent)).executions));
}

describe('recording an execution', () => {
  it('appends a row and renews the summary: incremental equals rebuilt', async () => {
    const step = fc.record({
      success: fc.boolean(),
      executionTimeS: fc.nat(10_000),
      timestamp: fc
        .date({ min: new Date('2026-01-01'), max: new Date('2026-11-20'), noInvalidDate: true })
        .map((at) => at.toISOString()),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
        const dir = temporaryFolder();
        for (const draft of steps) {
          await record(dir, draft);
          expect(read(dir, 'summary.json')).toBe(await rebuilt(dir));
        }
        expect(linesOf(dir)).toHaveLength(steps.length);
      }),
      { numRuns: 8 },
    );
  });

  it('without a key, two equal runs are two', async () => {
    const dir = temporaryFolder();
    for (let i = 0; i < 2; i += 1) expect((await record(dir)).duplicate).toBe(false);
    expect(linesOf(dir)).toHaveLength(2);
  });

  it('with a key, the same again is nothing, and something else is an error', async () => {
    const dir = temporaryFolder();
    const draft = { idempotencyKey: 'run "7"', executionTimeS: 3 };
    const first = await record(dir, draft);
    const again = await record(dir, draft, { now: new Date('2026-11-20T10:00:00Z') });
    expect(again).toMatchObject({ duplicate: true, execution: first.execution });
    await expect(record(dir, { ...draft, success: false })).rejects.toMatchObject({
      code: 'bad_input',
      exitCode: 2,
    });
    await expect(record(dir, { ...draft, timestamp: '2026-11-20T08:00:00.000Z' })).rejects.toThrow(/run "7"/);
    expect(linesOf(dir)).toHaveLength(1);
    // Rows of other programs carry the key, and no id of ours.
    appendFileSync(
      pathOf(dir, 'executions.jsonl'),
      `{"timestamp":"2026-11-01T00:00:00Z","agent":"${agent}","success":true,"idempotency_key":"theirs"}\n`,
    );
    expect((await record(dir, { idempotencyKey: 'theirs' })).duplicate).toBe(true);
  });

  it('in a dry run writes nothing and says what it would', async () => {
    const dir = temporaryFolder();
    expect((await record(dir, {}, { dryRun: true })).summary.executions).toBe(1);
    expect(existsSync(join(dir, '.kaizen'))).toBe(false);
  });

  it('masks secrets in every text', async () => {
    const dir = temporaryFolder();
    const token = 'ghp_abcdefghijklmnopqrstuvwxyz0123456789';
    const { execution } = await record(dir, {
      repo: `https://x:${token}@example.com/a`,
      errorType: token,
      idempotencyKey: token,
      primaryMetric: { name: token, value: 1 },
      secondaryMetrics: { [token]: 1 },
      metadata: { note: `export TOKEN=${token}`, [token]: [{ deep: token }] },
    });
    expect(JSON.stringify(execution)).not.toContain(token);
    for (const file of ['executions.jsonl', 'summary.json']) expect(read(dir, file)).not.toContain(token);
    expect((await readExecutions(dir, agent)).skipped).toBe(0);
  });

  it('refuses what cannot be: the future, too large a row, a name that is one folder on macOS, a link', async () => {
    const dir = temporaryFolder();
    await record(dir);
    await expect(record(dir, { timestamp: '2026-11-22T00:00:00.000Z' })).rejects.toThrow(/future/);
    expect((await record(dir, { timestamp: '2026-11-20T10:00:00.000Z' })).warnings).toHaveLength(1);
    await expect(record(dir, { metadata: { log: 'x y '.repeat(20_000) } })).rejects.toThrow(/at most 65536/);
    await expect(record(dir, { agent: 'TDD-Workflow' })).rejects.toThrow(/same folder/);
    const linked = temporaryFolder();
    mkdirSync(join(linked, '.kaizen/metrics'), { recursive: true });
    symlinkSync(temporaryFolder(), join(linked, folder));
    await expect(record(linked)).rejects.toMatchObject({ code: 'outside_store' });
  });

  it('keeps a row of more than 4 KiB whole', async () => {
    const dir = temporaryFolder();
    await record(dir, { metadata: { log: 'word '.repeat(3000) } });
    expect((await readExecutions(dir, agent)).executions).toHaveLength(1);
  });
});

describe('a file of executions that was hurt', () => {
  it('heals after a crash between row and summary, and after a torn row', async () => {
    const dir = temporaryFolder();
    await record(dir);
    const before = read(dir, 'summary.json');
    appendFileSync(
      pathOf(dir, 'executions.jsonl'),
      `${linesOf(dir)[0]?.replace(/"id":"..../, '"id":"0000')}\n{"id":"torn`,
    );
    expect(read(dir, 'summary.json')).toBe(before);
    expect(await refreshSummary(await openRepository(dir), agent)).toMatchObject({
      summary: 'written',
      skipped: 1,
    });
    expect(JSON.parse(read(dir, 'summary.json')).execution_count).toBe(2);
    await record(dir);
    expect(linesOf(dir)).toHaveLength(4);
    expect(JSON.parse(read(dir, 'summary.json')).execution_count).toBe(3);
    writeFileSync(pathOf(dir, 'summary.json'), '{"broken');
    await refreshSummary(await openRepository(dir), agent);
    expect(read(dir, 'summary.json')).toBe(await rebuilt(dir));
  });

  it('is read with a byte order mark, carriage returns, blank lines and rows of other programs', async () => {
    const dir = temporaryFolder();
    mkdirSync(join(dir, folder), { recursive: true });
    const rows = [
      `{"timestamp": "2026-06-16T10:00:00+00:00", "agent": "${agent}", "success": true, "execution_time_s": 4200.0}`,
      '',
      `{"timestamp": "2026-06-16T11:00:00.123456", "agent": "${agent}", "success": false}`,
      `{"timestamp": "2026-06-16T11:00:00.123456", "agent": "${agent}", "success": false}`,
    ];
    writeFileSync(pathOf(dir, 'executions.jsonl'), `\ufeff${rows.join('\r\n')}`);
    const { executions, skipped, duplicates } = await readExecutions(dir, agent);
    expect(executions.map((one) => one.timestamp)).toEqual([
      '2026-06-16T10:00:00.000Z',
      '2026-06-16T11:00:00.123Z',
    ]);
    expect({ skipped, duplicates }).toEqual({ skipped: 0, duplicates: 1 });
    const tallied = tallyExecutions(dir, agent);
    expect(tallied).toMatchObject({ skipped: 0, duplicates: 1 });
    expect(formatSummary(summaryOf(agent, tallied.tally))).toBe(await rebuilt(dir));
  });

  it('with ids used twice counts the earliest row of each, wherever it stands', async () => {
    const dir = temporaryFolder();
    for (const [at, success] of [
      [3, true],
      [1, false],
      [2, true],
    ] as const)
      await record(dir, { success, timestamp: `2026-11-0${at}T00:00:00.000Z` });
    const ids = linesOf(dir).map((line) => JSON.parse(line).id);
    const rows = linesOf(dir).map((line, i) => line.replace(ids[i], ids[0]));
    await record(dir, { timestamp: '2026-11-04T00:00:00.000Z' });
    const text = [...rows, ...linesOf(dir).slice(3), rows[0]].join('\n');
    writeFileSync(pathOf(dir, 'executions.jsonl'), text);
    const { tally, duplicates } = tallyExecutions(dir, agent);
    expect({ n: tally.n, successes: tally.successes, duplicates }).toEqual({
      n: 2,
      successes: 1,
      duplicates: 3,
    });
    expect(formatSummary(summaryOf(agent, tally))).toBe(await rebuilt(dir));
  });

  it('longer than what is read at once is read whole', async () => {
    const dir = temporaryFolder();
    await record(dir, { metadata: { text: 'ä'.repeat(20_000) } });
    const row = linesOf(dir)[0] ?? '';
    const rows = Array.from({ length: 60 }, (_, i) =>
      row.replace(/"id":"......../, `"id":"${String(i).padStart(8, '0')}`),
    );
    writeFileSync(pathOf(dir, 'executions.jsonl'), rows.join('\n'));
    expect(tallyExecutions(dir, agent)).toMatchObject({ skipped: 0, duplicates: 0, tally: { n: 60 } });
    expect((await readExecutions(dir, agent)).executions).toHaveLength(60);
  });

  it.skipIf(process.getuid?.() === 0)(
    'that may only be read is shown, and recording says why not',
    async () => {
      const dir = temporaryFolder();
      await record(dir);
      rmSync(pathOf(dir, 'summary.json'));
      for (const path of [join(dir, folder), join(dir, '.kaizen')]) chmodSync(path, 0o555);
      chmodSync(pathOf(dir, 'executions.jsonl'), 0o444);
      try {
        const { tally, summary } = await refreshSummary(await openRepository(dir), agent);
        expect({ n: tally.n, summary }).toEqual({ n: 1, summary: 'left alone' });
        await expect(record(dir)).rejects.toMatchObject({ code: 'cannot_write', exitCode: 3 });
      } finally {
        for (const path of [join(dir, folder), join(dir, '.kaizen')]) chmodSync(path, 0o755);
      }
    },
  );

  it('lists folders that can be agents, and names the others', async () => {
    const dir = temporaryFolder();
    expect(await listAgents(dir)).toEqual({ agents: [], unsafe: [] });
    for (const name of ['coach', 'optimizer', 'a b', '.hidden'])
      mkdirSync(join(dir, '.kaizen/metrics', name), { recursive: true });
    expect(await listAgents(dir)).toEqual({ agents: ['coach'], unsafe: ['.hidden', 'a b'] });
    expect((await readExecutions(dir, 'coach')).executions).toEqual([]);
  });
});

describe('two branches', () => {
  it('merge to the union of their executions, and the summary follows', async () => {
    const dir = temporaryRepository();
    const commit = (message: string) => {
      git(dir, 'add', '.kaizen/metrics');
      git(dir, 'commit', '--quiet', '-m', message);
    };
    await record(dir, { idempotencyKey: 'base' });
    commit('base');
    git(dir, 'checkout', '--quiet', '-b', 'other');
    await record(dir, { idempotencyKey: 'both', executionTimeS: 1 });
    for (let i = 0; i < 5; i += 1) await record(dir, { executionTimeS: i });
    commit('other');
    const theirs = linesOf(dir);
    git(dir, 'checkout', '--quiet', 'main');
    await record(
      dir,
      { idempotencyKey: 'both', executionTimeS: 1 },
      { now: new Date('2026-11-20T08:00:00Z') },
    );
    for (let i = 0; i < 3; i += 1) await record(dir, { success: false });
    commit('main');
    const ours = linesOf(dir);
    git(dir, 'merge', '--quiet', '-m', 'merge', 'other');
    expect([...new Set(linesOf(dir))].sort()).toEqual([...new Set([...ours, ...theirs])].sort());
    const { executions, duplicates } = await readExecutions(dir, agent);
    expect(executions).toHaveLength(1 + 1 + 5 + 3);
    expect(duplicates).toBe(1);
    // The run recorded on both branches counts once, as the earlier of the two rows.
    expect(executions.find((one) => one.idempotencyKey === 'both')?.timestamp).toBe(
      '2026-11-20T08:00:00.000Z',
    );
    await refreshSummary(await openRepository(dir), agent);
    expect(JSON.parse(read(dir, 'summary.json'))).toMatchObject({ execution_count: 10, success_count: 7 });
    expect(read(dir, 'summary.json')).toBe(await rebuilt(dir));
  });
});

describe('rewriting a file of executions', () => {
  it('loses no row that is appended meanwhile', async () => {
    const dir = temporaryFolder();
    const repository = await openRepository(dir);
    for (let i = 0; i < 3; i += 1) await record(dir, { executionTimeS: i });
    let tries = 0;
    const changes = await rewriteExecutions(
      repository,
      agent,
      (text) => {
        tries += 1;
        // Another process, between reading and replacing: the first try must begin anew.
        if (tries === 1)
          appendFileSync(
            pathOf(dir, 'executions.jsonl'),
            `${text.split('\n')[0]?.replace(/"id":"......../, '"id":"ffffffff')}\n`,
          );
        return { text: text.split('\n').slice(1).join('\n'), before: [] };
      },
      false,
    );
    expect(tries).toBe(2);
    expect(changes.map(({ kind }) => kind)).toEqual(['write']);
    expect(linesOf(dir)).toHaveLength(3);
    expect(read(dir, 'executions.jsonl')).toContain('ffffffff');
  });

  it('prunes into weeks, the weeks first, and is done after once', async () => {
    const dir = temporaryFolder();
    const repository = await openRepository(dir);
    for (const timestamp of [
      '2026-01-05T00:00:00.000Z',
      '2026-01-06T00:00:00.000Z',
      '2026-11-19T00:00:00.000Z',
    ])
      await record(dir, { timestamp, idempotencyKey: timestamp });
    const all = { agent: undefined, retentionDays: undefined, now: options.now };
    const planned = await pruneAgents(repository, { ...all, dryRun: true });
    expect(planned).toMatchObject([
      { agent, removed: 2, kept: 1, retentionDays: 180, retentionFrom: 'config' },
    ]);
    expect(linesOf(dir)).toHaveLength(3);
    const [done] = await pruneAgents(repository, { ...all, dryRun: false });
    expect(done?.changes.map(({ kind, path }) => [kind, path])).toEqual([
      ['append', `${folder}/aggregates.jsonl`],
      ['write', `${folder}/executions.jsonl`],
    ]);
    expect(linesOf(dir)).toHaveLength(1);
    expect(JSON.parse(read(dir, 'summary.json')).execution_count).toBe(1);
    expect(JSON.parse(read(dir, 'aggregates.jsonl'))).toMatchObject({ week: '2026-W02', execution_count: 2 });
    expect(await pruneAgents(repository, { ...all, dryRun: false })).toMatchObject([
      { removed: 0, changes: [] },
    ]);
  });
});
