import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FlagValues } from '../../src/cli/command.ts';
import { command } from '../../src/cli/commands/memory.ts';
import { harvest } from '../../src/flows/harvest.ts';
import { findTranscripts } from '../../src/io/find-transcripts.ts';
import { openRepository } from '../../src/io/repository.ts';
import { formatExecution } from '../../src/metrics/agents/executions/execution.ts';
import { oddDocuments, seedDocument } from '../unit/knowledge/agent-memory/odd-documents.ts';
import { type Ran, runCommand } from './run-command.ts';
import { git, temporaryFolder, temporaryRepository } from './temp-repository.ts';

const agent = 'tdd-workflow';
const memoryFile = `.kaizen/agents/${agent}/memory.md`;
const metricsFile = `.kaizen/metrics/${agent}/executions.jsonl`;
/** A session of the samples whose tests were green in the end. */
const green = '3d0c6a52-91c4-4b7e-8f21-6a0f5e7b9c11';
/** One that ran no check. */
const unchecked = '7be41f08-25d9-4c63-a5f0-c1d2e3948b27';

/** Runs `kaizen memory <verb>` as the CLI would. */
async function run(
  cwd: string,
  verb: string,
  args: string[] = [agent],
  flags: FlagValues = {},
  options: { dryRun?: boolean; now?: string; stdin?: string } = {},
) {
  const { dryRun = false, now = '2026-11-20T09:00:00Z', stdin = '' } = options;
  const world = { dryRun, now: new Date(now), readStdin: async () => stdin };
  const ran = await runCommand(command, cwd, { sub: verb, args, flags, ...world });
  return ran as Ran & { data: Record<string, unknown> };
}

function put(cwd: string, path: string, text: string | Uint8Array): void {
  mkdirSync(dirname(join(cwd, path)), { recursive: true });
  writeFileSync(join(cwd, path), text);
}

const read = (cwd: string, path = memoryFile) => readFileSync(join(cwd, path), 'utf8');
const rows = (cwd: string) =>
  (existsSync(join(cwd, metricsFile)) ? read(cwd, metricsFile) : '').split('\n').filter(Boolean);

/** An agent file as Claude Code has it, with `memory` set. */
function define(cwd: string, name: string, fields: string): void {
  put(
    cwd,
    `.kaizen/agents/${name}/agent.md`,
    `---\nname: ${name}\ndescription: A test agent.\n${fields}---\n\nWork.\n`,
  );
}

let harvested: Promise<string> | undefined;

/** The events of the samples, harvested once for all tests, put into a repository. */
async function harvestSamples(cwd: string): Promise<void> {
  harvested ??= harvestInto(temporaryRepository());
  cpSync(await harvested, join(cwd, 'metrics/events'), { recursive: true });
}

async function harvestInto(cwd: string): Promise<string> {
  const found = await findTranscripts([resolve('src/samples/claude-code')]);
  await harvest(await openRepository(cwd), {
    files: found.map((file) => ({ ...file, named: true })),
    now: new Date('2026-11-19T08:00:00Z'),
    env: { HOME: cwd },
    dryRun: false,
    signal: new AbortController().signal,
  });
  return join(cwd, 'metrics/events');
}

/** Executions a day apart: `.` succeeded, `x` failed. */
function putExecutions(cwd: string, name: string, outcomes: string): void {
  const lines = [...outcomes].map((letter, i) =>
    formatExecution({
      id: `${name}-${i}`,
      timestamp: new Date(Date.UTC(2026, 10, 1) + i * 43_200_000).toISOString(),
      agent: name,
      success: letter === '.',
      executionTimeS: 600 + 10 * i,
      qualityScore: 0.9,
    }),
  );
  put(cwd, `.kaizen/metrics/${name}/executions.jsonl`, `${lines.join('\n')}\n`);
}

describe('memory init', () => {
  it('makes memory and metrics once, and keeps what is there', async () => {
    const cwd = temporaryRepository();
    git(cwd, 'remote', 'add', 'origin', 'https://github.com/Acme/Api.git');
    const plan = await run(cwd, 'init', [agent], {}, { dryRun: true });
    expect(plan.text).toContain(`+ ${memoryFile}`);
    expect(existsSync(join(cwd, '.kaizen/agents'))).toBe(false);

    expect((await run(cwd, 'init')).data).toMatchObject({ memory: 'made', metrics: 'made' });
    expect(read(cwd)).toMatch(
      /^---\nagent: tdd-workflow\nproject: acme\/api\nlast_updated: 2026-11-20\nsession_count: 0\n---\n/,
    );
    expect(read(cwd, metricsFile)).toBe('');
    expect(JSON.parse(read(cwd, `.kaizen/metrics/${agent}/summary.json`))).toMatchObject({
      execution_count: 0,
    });

    put(cwd, memoryFile, seedDocument);
    expect((await run(cwd, 'init')).data).toMatchObject({ memory: 'kept', metrics: 'kept', changes: [] });
    git(cwd, 'add', '.');
    git(cwd, 'commit', '-qm', 'memory');
    const forced = await run(cwd, 'init', [agent], { force: true });
    expect(forced.text).toContain(`git restore --source=HEAD -- ${memoryFile}`);
    git(cwd, 'restore', '--source=HEAD', '--', memoryFile);
    expect(read(cwd)).toBe(seedDocument);
  });

  it('leaves metrics out when told, and makes no file for an agent that wants none', async () => {
    const cwd = temporaryRepository();
    await run(cwd, 'init', ['reviewer'], { noMetrics: true });
    expect(existsSync(join(cwd, '.kaizen/metrics'))).toBe(false);
    define(cwd, agent, 'memory: disabled\n');
    const off = await run(cwd, 'init', [agent], { noMetrics: true });
    expect(off.exitCode ?? 0).toBe(0);
    expect(off.text).toContain('`memory: disabled`');
    expect(existsSync(join(cwd, memoryFile))).toBe(false);
  });

  it('refuses names that are no folder of their own', async () => {
    const cwd = temporaryFolder();
    await run(cwd, 'init');
    for (const name of ['../x', 'a/b', '', 'optimizer', 'TDD-Workflow', 'con'])
      await expect(run(cwd, 'init', [name])).rejects.toMatchObject({ code: 'usage' });
  });
});

describe('memory append', () => {
  it('adds one redacted line and touches nothing else', async () => {
    const cwd = temporaryRepository();
    put(cwd, memoryFile, `\ufeff${seedDocument.replaceAll('\n', '\r\n')}`);
    const result = await run(
      cwd,
      'append',
      [agent, 'Token', 'ghp_abcdefghijklmnopqrstuvwxyz0123456789', '\u200bstays'],
      {
        section: 'watch',
      },
    );
    const added = /\r\n(- Token \[REDACTED:github:\w+\] stays)\r\n/.exec(read(cwd))?.[1] ?? '';
    expect(added).not.toBe('');
    expect(read(cwd).replace(`${added}\r\n`, '').replace('2026-11-20\r\n', '2026-11-10\r\n')).toBe(
      `\ufeff${seedDocument.replaceAll('\n', '\r\n')}`,
    );
    expect(result.text).toContain('Masked: github');
    const pasted = await run(cwd, 'append', [agent, '- copied as a list item'], {});
    expect(pasted.data.entry).toBe('copied as a list item');
    expect((await run(cwd, 'append', [agent, added.slice(2)], { section: 'watch' })).data.known).toBe(true);
  });

  it('takes stdin and any section of the file, and says which there are', async () => {
    const cwd = temporaryRepository();
    put(cwd, memoryFile, `${seedDocument}\n## Style guide\n`);
    await run(cwd, 'append', [agent, '-'], { section: 'style guide' }, { stdin: 'Tabs,\nnot spaces.\n' });
    expect(read(cwd)).toMatch(/## Style guide\n\n- Tabs, not spaces\.\n$/);
    await expect(run(cwd, 'append', [agent, 'x'], { section: 'nowhere' })).rejects.toMatchObject({
      code: 'not_found',
    });
    await expect(run(cwd, 'append', [agent, 'x'], { section: 'log' })).rejects.toMatchObject({
      code: 'usage',
    });
    await expect(run(cwd, 'append', ['other', 'x'])).rejects.toMatchObject({ code: 'not_found' });
  });

  it('writes nothing into a file it could not give back', async () => {
    const cwd = temporaryRepository();
    const bytes = Buffer.from('## Open Threads\n\n- caf\u00e9\n', 'latin1');
    put(cwd, memoryFile, bytes);
    await expect(run(cwd, 'append', [agent, 'x'])).rejects.toThrow(/not UTF-8/);
    expect(readFileSync(join(cwd, memoryFile)).equals(bytes)).toBe(true);
    put(cwd, memoryFile, oddDocuments['merge conflict'] ?? '');
    await expect(run(cwd, 'append', [agent, 'x'])).rejects.toThrow(/memory\.md:3: merge conflict/);
  });

  it('does not follow a symbolic link', async () => {
    const cwd = temporaryRepository();
    put(cwd, 'elsewhere.md', seedDocument);
    mkdirSync(dirname(join(cwd, memoryFile)), { recursive: true });
    symlinkSync(join(cwd, 'elsewhere.md'), join(cwd, memoryFile));
    for (const verb of ['append', 'show', 'brief', 'clear'])
      await expect(run(cwd, verb, [agent, 'x'], { yes: true })).rejects.toMatchObject({
        code: 'outside_store',
      });
    expect(read(cwd, 'elsewhere.md')).toBe(seedDocument);
  });

  it('loses nothing when several write at once', async () => {
    const cwd = temporaryRepository();
    put(cwd, memoryFile, seedDocument);
    const texts = Array.from({ length: 12 }, (_, i) => `finding number ${i}`);
    await Promise.all(texts.map((text) => run(cwd, 'append', [agent, text])));
    for (const text of texts) expect(read(cwd)).toContain(`- ${text}\n`);
  });
});

describe('memory close', () => {
  it('makes one line and one record of a harvested session, however often', async () => {
    const cwd = temporaryRepository();
    await harvestSamples(cwd);
    put(cwd, memoryFile, seedDocument);
    const first = await run(cwd, 'close', [agent], {
      session: green,
      issue: '#32',
      finding: ['Carts expire'],
    });
    expect(read(cwd)).toContain(`- 2026-10-26 · #32 · green, 7 tests passed <!-- session: ${green} -->\n`);
    expect(read(cwd)).toContain('- Carts expire\n');
    expect(first.data).toMatchObject({ sessionCount: 3, metric: { state: 'recorded' } });
    expect(rows(cwd)).toHaveLength(1);
    expect(JSON.parse(rows(cwd)[0] ?? '')).toMatchObject({
      success: true,
      session_id: green,
      flavour: 'claude-code',
    });

    const text = read(cwd);
    for (const id of [green, 'claude-code/3d0c6a52', '3d0c6a52']) {
      const again = await run(
        cwd,
        'close',
        [agent],
        { session: id, finding: ['Carts expire'] },
        { now: '2026-11-22' },
      );
      expect(again.data).toMatchObject({ logged: false, changes: [], metric: { state: 'known' } });
    }
    expect(read(cwd)).toBe(text);
    expect(rows(cwd)).toHaveLength(1);
  });

  it('never takes the word of who closes for the metric', async () => {
    const cwd = temporaryRepository();
    await harvestSamples(cwd);
    put(cwd, memoryFile, seedDocument);
    const result = await run(cwd, 'close', [agent], { session: unchecked, outcome: 'all 99 tests green' });
    expect(read(cwd)).toContain('· all 99 tests green <!--');
    expect(result.text).toContain('No metric was recorded: no check ran in the session.');
    expect(rows(cwd)).toEqual([]);
  });

  it('records later what was not harvested yet, and then knows how it ended', async () => {
    const cwd = temporaryRepository();
    put(cwd, memoryFile, seedDocument);
    const early = await run(cwd, 'close', [agent], { session: 'claude-code/3d0c6a52', issue: '#32' });
    expect(early.text).toContain(
      'No metric was recorded: session claude-code/3d0c6a52 is neither in the event log',
    );
    expect(read(cwd)).toContain('· #32 · not known yet <!--');
    await harvestSamples(cwd);
    const late = await run(cwd, 'close', [agent], { session: green });
    expect(late.data).toMatchObject({ logged: false, sessionCount: 3, metric: { state: 'recorded' } });
    expect(read(cwd)).toContain('· #32 · green, 7 tests passed <!--');
    expect(rows(cwd)).toHaveLength(1);
  });

  it('reads the transcript of this machine when no harvest has', async () => {
    const cwd = temporaryRepository();
    put(cwd, memoryFile, seedDocument);
    const sample = readFileSync(resolve(`src/samples/claude-code/${green}.jsonl`));
    put(cwd, `.claude/projects/-home-dev-shop/${green}.jsonl`, sample);
    const result = await run(cwd, 'close', [agent], { session: 'claude-code/3d0c6a52' });
    expect(result.data).toMatchObject({ session: green, metric: { state: 'recorded' } });
    await harvestSamples(cwd);
    expect((await run(cwd, 'close', [agent], { session: green })).data).toMatchObject({
      logged: false,
      metric: { state: 'known' },
    });
    expect(rows(cwd)).toHaveLength(1);
  });

  it('is finished by the next close when it stopped between the memory and the metrics', async () => {
    const cwd = temporaryRepository();
    await harvestSamples(cwd);
    put(cwd, memoryFile, seedDocument);
    // The executions cannot be written: a folder stands in their place.
    mkdirSync(join(cwd, metricsFile), { recursive: true });
    await expect(run(cwd, 'close', [agent], { session: green })).rejects.toThrow();
    const text = read(cwd);
    expect(text).toContain('session_count: 3');
    rmSync(join(cwd, metricsFile), { recursive: true });
    expect((await run(cwd, 'close', [agent], { session: green })).data).toMatchObject({
      metric: { state: 'recorded' },
    });
    expect(read(cwd)).toBe(text);
    expect(rows(cwd)).toHaveLength(1);
  });

  it('is one line and one record when several close at once', async () => {
    const cwd = temporaryRepository();
    await harvestSamples(cwd);
    put(cwd, memoryFile, seedDocument);
    await Promise.all(Array.from({ length: 6 }, () => run(cwd, 'close', [agent], { session: green })));
    expect(read(cwd).match(/session: 3d0c/g)).toHaveLength(1);
    expect(rows(cwd)).toHaveLength(1);
  });

  it('shows first with a dry run what it would do', async () => {
    const cwd = temporaryRepository();
    await harvestSamples(cwd);
    put(cwd, memoryFile, seedDocument);
    const plan = await run(cwd, 'close', [agent], { session: green }, { dryRun: true });
    expect(plan.text).toContain('Would close');
    expect(plan.text).toContain('Would record its execution: success');
    expect(read(cwd)).toBe(seedDocument);
    expect(rows(cwd)).toEqual([]);
  });

  it('records a session of an agent that keeps no memory', async () => {
    const cwd = temporaryRepository();
    await harvestSamples(cwd);
    define(
      cwd,
      agent,
      'memory: disabled\nmetrics:\n  primary:\n    name: test_pass_rate\n    target: 1\n    direction: higher\n',
    );
    const result = await run(cwd, 'close', [agent], { session: green });
    expect(result.text).toContain('keeps no memory');
    expect(existsSync(join(cwd, memoryFile))).toBe(false);
    expect(JSON.parse(rows(cwd)[0] ?? '')).toMatchObject({
      primary_metric: { name: 'test_pass_rate', value: 1, target: 1 },
    });
    const brief = await run(cwd, 'brief');
    expect(brief.exitCode).toBe(0);
    expect(brief.text).toContain('Its definition says `memory: disabled`');
    expect(brief.text).toContain('## Performance Summary');
  });
});

describe('memory brief', () => {
  it('has what two agents remember and how they did', async () => {
    const cwd = temporaryRepository();
    for (const name of [agent, 'reviewer']) {
      put(cwd, `.kaizen/agents/${name}/memory.md`, seedDocument.replaceAll(agent, name));
      putExecutions(cwd, name, name === agent ? '..........xxxxxxxxxx' : '....x');
      const { text, exitCode } = await run(cwd, 'brief', [name]);
      expect(exitCode).toBe(0);
      expect(text).toContain(
        `agent: ${name} · project: acme/api · last_updated: 2026-11-10 · session_count: 2`,
      );
      for (const title of [
        'Project Context',
        'Watch Points',
        'Open Threads',
        'Session Log',
        'Performance Summary',
      ])
        expect(text).toContain(`\n## ${title}\n`);
      for (const line of [
        'Executions: ',
        'Success rate: ',
        'Avg quality: ',
        'Avg execution time: ',
        'Last execution: ',
      ])
        expect(text).toContain(`\n- ${line}`);
    }
    expect((await run(cwd, 'brief')).text).toContain('Watch Point "Flaky');
    expect((await run(cwd, 'brief', ['reviewer'])).text).not.toContain('Watch Point "');
  });

  it('passes on what the optimizer says, from ten executions on', async () => {
    const cwd = temporaryRepository();
    put(cwd, memoryFile, seedDocument);
    define(
      cwd,
      agent,
      'metrics:\n  primary:\n    name: test_pass_rate\n    target: 1\n    direction: higher\noptimization:\n  success_rate: 0.9\n',
    );
    putExecutions(cwd, agent, 'xxxxxxxxx');
    const nine = (await run(cwd, 'brief', [agent], {}, { now: '2026-11-12T00:00:00Z' })).text;
    expect(nine).toContain('- No new recommendation yet: 9 of 10 executions of one version and model since ');
    expect(nine).not.toContain('Recommendation rec-');
    putExecutions(cwd, agent, 'xxxxxxxxxx');
    const ten = (await run(cwd, 'brief', [agent], {}, { now: '2026-11-12T00:00:00Z' })).text;
    expect(ten).toContain('## Coach notes\n- Recommendation rec-');
    expect(ten).toContain('Confidence ');
  });

  it('says so when there is nothing, and when nothing fits', async () => {
    const cwd = temporaryRepository();
    expect(await run(cwd, 'brief')).toMatchObject({
      exitCode: 1,
      text: expect.stringContaining('neither memory nor metrics'),
    });
    define(cwd, agent, 'memory: disabled\n');
    expect(await run(cwd, 'brief')).toMatchObject({ text: expect.stringContaining('`memory: disabled`') });
    put(cwd, '.kaizen/agents/reviewer/memory.md', seedDocument);
    const small = await run(cwd, 'brief', ['reviewer'], { budget: '30' });
    expect(small).toMatchObject({
      exitCode: 0,
      text: expect.stringContaining('Nothing fits into 30 tokens'),
    });
    expect(small.data).toMatchObject({ text: '', tokens: 0, leftOut: 8 });
  });

  it('goes on without a definition it cannot read', async () => {
    const cwd = temporaryRepository();
    put(cwd, memoryFile, seedDocument);
    define(cwd, agent, 'memory: perhaps\n');
    expect((await run(cwd, 'brief')).text).toContain('## Coach notes\n- The definition cannot be read: ');
    await expect(run(cwd, 'close', [agent], { session: green })).rejects.toMatchObject({ code: 'bad_agent' });
  });
});

describe('memory lint', () => {
  it('mends the merge of two branches that both closed a session', async () => {
    const cwd = temporaryRepository();
    await harvestSamples(cwd);
    put(cwd, memoryFile, seedDocument);
    git(cwd, 'add', '.');
    git(cwd, 'commit', '-qm', 'base');
    git(cwd, 'switch', '-qc', 'topic');
    await run(cwd, 'close', [agent], { session: green }, { now: '2026-11-19' });
    git(cwd, 'add', '.');
    git(cwd, 'commit', '-qm', 'topic');
    git(cwd, 'switch', '-q', 'main');
    await run(cwd, 'close', [agent], { session: 'b1904e6d' }, { now: '2026-11-18' });
    git(cwd, 'add', '.');
    git(cwd, 'commit', '-qm', 'main');
    expect(() => git(cwd, 'merge', '-q', 'topic')).toThrow();

    const found = await run(cwd, 'lint');
    expect(found).toMatchObject({ exitCode: 1, text: expect.stringContaining('merge conflict marks') });
    const fixed = await run(cwd, 'lint', [agent], { fix: true });
    expect(fixed).toMatchObject({ exitCode: 0, data: { errors: 0 } });
    const log = read(cwd).split('## Session Log')[1] ?? '';
    expect(log.match(/^- 2026-1\d-\d\d · f/gm)).toEqual(['- 2026-10-26 · f', '- 2026-11-03 · f']);
    expect(read(cwd)).toContain('last_updated: 2026-11-19\nsession_count: 4\n');
    expect(rows(cwd)).toHaveLength(2);
    expect(await run(cwd, 'lint', [agent], { fix: true })).toMatchObject({ data: { changes: [] } });
  });

  it('looks at every memory, names secrets by line and does not touch them', async () => {
    const cwd = temporaryRepository();
    const secret = seedDocument.replace('- Migrations', '- key AKIAIOSFODNN7REALKEY for migrations');
    put(cwd, memoryFile, secret);
    put(cwd, '.kaizen/agents/reviewer/memory.md', seedDocument.replaceAll(agent, 'reviewer'));
    const result = await run(cwd, 'lint', [], { fix: true });
    expect(result.exitCode).toBe(1);
    expect(result.text).toMatch(/line 15: holds what looks like a secret/);
    expect(result.text).toContain('2 memories: 1 problem');
    expect(read(cwd)).toBe(secret);
  });
});

describe('memory clear', () => {
  it('asks, and says how Git brings the file back', async () => {
    const cwd = temporaryRepository();
    put(cwd, memoryFile, seedDocument);
    await expect(run(cwd, 'clear')).rejects.toMatchObject({ code: 'usage' });
    expect((await run(cwd, 'clear', [agent], { yes: true }, { dryRun: true })).text).toContain(
      'never committed',
    );
    git(cwd, 'add', '.');
    git(cwd, 'commit', '-qm', 'memory');
    const cleared = await run(cwd, 'clear', [agent], { yes: true });
    expect(existsSync(join(cwd, memoryFile))).toBe(false);
    const restore = /git (restore .*)$/m.exec(cleared.text)?.[1] ?? '';
    git(cwd, ...restore.split(' '));
    expect(read(cwd)).toBe(seedDocument);
    await expect(run(cwd, 'clear', ['other'], { yes: true })).rejects.toMatchObject({ code: 'not_found' });
  });
});
