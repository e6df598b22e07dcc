import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseFully } from '../../src/cli/build-program.ts';
import { type Ran, runCommand } from './run-command.ts';
import { temporaryFolder } from './temp-repository.ts';

const agent = 'tdd-workflow';
const file = (dir: string, name: string) => join(dir, '.kaizen/metrics', agent, name);

/** Runs a command line as the CLI would, with the given stdin; stderr notes are kept. */
async function kaizen(
  cwd: string,
  line: readonly string[],
  world: { stdin?: string; env?: Record<string, string>; now?: string } = {},
): Promise<Ran> {
  const invocation = await parseFully(['metrics', ...line], { columns: 80, color: false }, 'v');
  if (invocation.kind !== 'run') throw new Error('not a command');
  const { command, args, flags, globals } = invocation;
  return runCommand(command, cwd, {
    args,
    flags,
    now: new Date(world.now ?? '2026-11-20T09:00:00Z'),
    env: { HOME: cwd, ...world.env },
    json: globals.json === true,
    dryRun: globals.dryRun === true,
    readStdin: async () => world.stdin ?? '',
  });
}

const rowsOf = (dir: string) =>
  readFileSync(file(dir, 'executions.jsonl'), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

describe('kaizen metrics record', () => {
  const flags = [
    ...[
      '--failure',
      '--time',
      '812.5',
      '--quality',
      '0.9',
      '-m',
      'test_pass_rate=0.98',
      '--metric-target',
      '1',
    ],
    ...[
      '--secondary',
      'cycle_time_s=4200',
      '--session',
      's-1',
      '--model',
      'claude-sonnet-4-5',
      '--agent-version',
      '1.2',
    ],
    ...[
      '--error-type',
      'timeout',
      '--metadata',
      'issue=42',
      '--timestamp',
      '2026-11-19T08:00:00Z',
      '--idempotency-key',
      'k',
    ],
  ];
  const body = {
    success: false,
    execution_time_s: 812.5,
    quality_score: 0.9,
    primary_metric: { name: 'test_pass_rate', value: 0.98, target: 1 },
    secondary_metrics: { cycle_time_s: 4200 },
    session_id: 's-1',
    model: 'claude-sonnet-4-5',
    agent_version: '1.2',
    error_type: 'timeout',
    metadata: { issue: '42' },
    timestamp: '2026-11-19T08:00:00Z',
    idempotency_key: 'k',
  };

  it('gives the same row from flags, from JSON, and from both', async () => {
    const dirs = [temporaryFolder(), temporaryFolder(), temporaryFolder()] as const;
    await kaizen(dirs[0], ['record', agent, ...flags]);
    await kaizen(dirs[1], ['record', agent, '--json'], {
      stdin: `\ufeff${JSON.stringify({ ...body, agent })}\n`,
    });
    await kaizen(dirs[2], ['record', agent, '--json', ...flags.slice(0, 5)], { stdin: JSON.stringify(body) });
    expect(rowsOf(dirs[0])).toEqual([
      { ...body, id: expect.any(String), agent, timestamp: '2026-11-19T08:00:00.000Z' },
    ]);
    for (const dir of dirs.slice(1)) {
      expect(readFileSync(file(dir, 'executions.jsonl'))).toEqual(
        readFileSync(file(dirs[0], 'executions.jsonl')),
      );
      expect(readFileSync(file(dir, 'summary.json'))).toEqual(readFileSync(file(dirs[0], 'summary.json')));
    }
  });

  it('with the time of now where none is given', async () => {
    const dir = temporaryFolder();
    const { data, text } = await kaizen(dir, ['record', agent, '--success']);
    expect(rowsOf(dir)[0].timestamp).toBe('2026-11-20T09:00:00.000Z');
    expect(data).toMatchObject({
      recorded: true,
      duplicate: false,
      summary: { execution_count: 1, success_rate: 1 },
    });
    expect(text).toContain('tdd-workflow has 1 execution, 100 % of them a success.');
  });

  it.each([
    [['--success', '--failure'], '', /exclude each other/],
    [[], '', /--success or --failure/],
    [['--json'], '', /nothing came/],
    [['--json'], '{"success": tru', /not one JSON document/],
    [['--json'], '[{"success": true}]', /one execution, a JSON object/],
    [['--json', '--failure'], '{"success": true}', /do not say the same of success/],
    [['--json'], '{"success": true, "agent": "coach"}', /agent is 'coach'/],
    [['--json'], '{"success": true, "quality_score": 2}', /quality_score must be from 0 to 1/],
    [['--success', '--quality', '1.5'], '', /--quality cannot be '1.5'/],
    [['--success', '--time', 'NaN'], '', /--time cannot be 'NaN'/],
    [['--success', '--time=-1'], '', /--time cannot be '-1'/],
    [['--success', '-m', 'rate'], '', /write name=value/],
    [['--success', '-m', 'rate=1e999'], '', /write name=number/],
    [['--success', '--metric-target', '1'], '', /needs --metric/],
    [['--success', '-t', 'nowhere'], '', /is not a folder/],
  ])('refuses %j with %j', async (given, stdin, message) => {
    const dir = temporaryFolder();
    await expect(kaizen(dir, ['record', agent, ...given], { stdin })).rejects.toThrow(message);
    expect(existsSync(join(dir, '.kaizen/metrics'))).toBe(false);
  });

  it.each(['../x', 'a/b', 'optimizer', '..'])('refuses an agent named %j', async (name) => {
    const refused = kaizen(temporaryFolder(), ['record', name, '--success']);
    await expect(refused).rejects.toMatchObject({ code: 'usage', exitCode: 2 });
  });

  it('warns of unknown fields, and of an environment that cannot be right', async () => {
    const dir = temporaryFolder();
    const env = { KAIZEN_SESSION_UID: 'env-1', KAIZEN_TOKENS: '1200', KAIZEN_INFRA_OVERHEAD_SHARE: '7' };
    const { notes } = await kaizen(dir, ['record', agent, '--json'], {
      stdin: '{"success": true, "mood": 1}',
      env,
    });
    expect(rowsOf(dir)[0]).toMatchObject({
      session_id: 'env-1',
      tokens: { total: 1200 },
      metadata: { mood: 1 },
    });
    expect(notes).toEqual([
      'Warning: KAIZEN_INFRA_OVERHEAD_SHARE was left out: infra_overhead_share must be from 0 to 1',
      'Warning: not a field of an execution, kept under metadata: mood',
    ]);
  });

  it('takes the target of the primary metric from the definition of the agent', async () => {
    const dir = temporaryFolder();
    mkdirSync(join(dir, '.kaizen/agents', agent), { recursive: true });
    writeFileSync(
      join(dir, '.kaizen/agents', agent, 'agent.md'),
      `---\nname: ${agent}\ndescription: Writes a test first, then the code that makes it pass.\nmetrics:\n  primary:\n    name: defects\n    target: 2\n    direction: lower\n  retention_days: 30\n---\n\nWork in small steps.\n`,
    );
    await kaizen(dir, [
      'record',
      agent,
      '--success',
      '-m',
      'defects=1',
      '--timestamp',
      '2026-10-01T00:00:00Z',
    ]);
    await kaizen(dir, ['record', agent, '--success', '-m', 'other=1', '-t', '.']);
    expect(rowsOf(dir).map((row) => row.primary_metric.target)).toEqual([2, undefined]);
    await kaizen(dir, ['record', agent, '--success', '-m', 'defects=1'], { now: '2026-11-20T09:01:00Z' });
    const { data } = await kaizen(dir, ['show', agent]);
    expect(data).toMatchObject({ summary: { primary_metric: { direction: 'lower', met: { k: 2, n: 2 } } } });
    expect((await kaizen(dir, ['prune'])).text).toMatch(/1 execution from before .* 30 days \(definition\)/);
  });
});

describe('a definition that cannot be read', () => {
  it('costs neither the record nor the figures', async () => {
    const dir = temporaryFolder();
    mkdirSync(join(dir, '.kaizen/agents', agent), { recursive: true });
    writeFileSync(join(dir, '.kaizen/agents', agent, 'agent.md'), '---\nname: [\n---\n');
    const recorded = await kaizen(dir, ['record', agent, '--success', '-m', 'rate=1']);
    const shown = await kaizen(dir, ['show', agent]);
    for (const { notes } of [recorded, shown])
      expect(notes).toEqual([expect.stringMatching(/the definition was left out/)]);
    expect(shown.text).toContain('tdd-workflow  1 execution');
  });
});

describe('kaizen metrics, read', () => {
  async function filled(): Promise<string> {
    const dir = temporaryFolder();
    for (let i = 0; i < 24; i += 1)
      await kaizen(dir, [
        ...[
          'record',
          agent,
          i % 6 === 5 ? '--failure' : '--success',
          '--time',
          String(i < 12 ? 4000 + i : 2000 + i),
        ],
        ...[
          '--quality',
          '0.8',
          '-m',
          'test_pass_rate=0.95',
          '--metric-target',
          '0.9',
          '--session',
          `session-${i}`,
        ],
        ...['--timestamp', new Date(Date.UTC(2026, 9, 1 + 2 * i)).toISOString()],
      ]);
    return dir;
  }

  it('show is what it was', async () => {
    const dir = await filled();
    appendFileSync(file(dir, 'executions.jsonl'), '{"torn\n');
    const { text } = await kaizen(dir, ['show', agent, '--last', '3']);
    await expect(`${text}\n`).toMatchFileSnapshot('../fixtures/agent-metrics/show.txt');
    const { data } = await kaizen(dir, ['show', agent, '--last', '0', '--json']);
    expect(data).toMatchObject({
      recent: [],
      unread: { lines: 1, duplicates: 0, future: 0 },
      summary_file: 'up to date',
    });
    const trends = (data as { summary: { trends: Record<string, { verdict: string }> } }).summary.trends;
    expect(trends.execution_time_s?.verdict).toBe('better');
  });

  it('list has a row an agent, export every execution, correlate those of a session', async () => {
    const dir = await filled();
    expect((await kaizen(dir, ['list'])).text).toMatch(
      /^AGENT[^\n]*\ntdd-workflow +24 +83 % +→ .*test_pass_rate 0\.95/,
    );
    const { text, raw } = await kaizen(dir, ['export', agent, '--since', '2026-11-10', '--json']);
    expect(raw).toBe(true);
    expect(
      text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).session_id),
    ).toEqual(['session-20', 'session-21', 'session-22', 'session-23']);
    const found = await kaizen(dir, ['correlate', 'session-7']);
    expect(found).toMatchObject({
      exitCode: 0,
      data: { executions: [{ session_id: 'session-7' }], events: {} },
    });
    expect(found.text).toContain('Observed: nothing, the session was not harvested here');
    expect(await kaizen(dir, ['correlate', 'nobody'])).toMatchObject({ exitCode: 1 });
  });

  it('says what is missing', async () => {
    const dir = temporaryFolder();
    expect((await kaizen(dir, ['list'])).text).toMatch(/No agent has metrics here/);
    expect((await kaizen(dir, ['doctor'])).exitCode).toBe(0);
    expect((await kaizen(dir, ['prune'])).text).toMatch(/No agent/);
    for (const verb of ['show', 'export', 'prune', 'doctor'])
      await expect(kaizen(dir, [verb, agent])).rejects.toMatchObject({ code: 'not_found', exitCode: 2 });
    mkdirSync(join(dir, '.kaizen/metrics', agent), { recursive: true });
    expect((await kaizen(dir, ['show', agent])).text).toBe('tdd-workflow  0 executions');
    expect(existsSync(file(dir, 'summary.json'))).toBe(false);
  });
});

describe('kaizen metrics doctor', () => {
  it('finds what is wrong, puts right what it can, and then has nothing to say', async () => {
    const dir = temporaryFolder();
    for (let i = 0; i < 3; i += 1)
      await kaizen(dir, ['record', agent, '--success', '--idempotency-key', `k${i}`]);
    const [first = ''] = readFileSync(file(dir, 'executions.jsonl'), 'utf8').split('\n');
    appendFileSync(file(dir, 'executions.jsonl'), `${first}\r\n=======\n{"id":"to`);
    const found = await kaizen(dir, ['doctor']);
    expect(found.exitCode).toBe(1);
    const kinds = (data: unknown) =>
      (data as { findings: { what: string; state: string }[] }).findings.map(
        ({ what, state }) => `${what}: ${state}`,
      );
    const expected = ['no newline at the end', 'repeated row', 'carriage returns', 'bad line', 'bad line'];
    expect(kinds(found.data).sort()).toEqual(expected.map((what) => `${what}: fixable`).sort());
    const before = readFileSync(file(dir, 'executions.jsonl'));
    expect((await kaizen(dir, ['doctor', '--fix', '--dry-run'])).exitCode).toBe(1);
    expect(readFileSync(file(dir, 'executions.jsonl'))).toEqual(before);
    const fixed = await kaizen(dir, ['doctor', agent, '--fix']);
    expect(kinds(fixed.data).sort()).toEqual(expected.map((what) => `${what}: fixed`).sort());
    expect(fixed.exitCode).toBe(0);
    expect(rowsOf(dir)).toHaveLength(3);
    expect(
      readFileSync(file(dir, 'executions.bad.jsonl'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).text),
    ).toEqual(['=======', '{"id":"to']);
    expect(await kaizen(dir, ['doctor'])).toMatchObject({
      exitCode: 0,
      text: 'Looked at 1 agent. Nothing is wrong.',
    });
  });

  it('knows a stale summary, times of the future and pruned executions that came back', async () => {
    const dir = temporaryFolder();
    await kaizen(dir, ['record', agent, '--success', '--timestamp', '2026-01-05T00:00:00Z']);
    const old = readFileSync(file(dir, 'executions.jsonl'), 'utf8');
    await kaizen(dir, ['record', agent, '--success']);
    await kaizen(dir, ['prune']);
    appendFileSync(file(dir, 'executions.jsonl'), old);
    const { data, exitCode } = await kaizen(dir, ['doctor'], { now: '2026-11-19T00:00:00Z' });
    expect((data as { findings: { what: string }[] }).findings.map(({ what }) => what).sort()).toEqual([
      'pruned execution that came back',
      'row out of order',
      'summary.json out of date',
      'time in the future',
    ]);
    expect(exitCode).toBe(1);
    expect((await kaizen(dir, ['prune'])).text).toMatch(/taken out again/);
    expect((await kaizen(dir, ['doctor'])).exitCode).toBe(0);
  });
});
