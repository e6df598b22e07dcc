import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { renderClose } from '../../src/cli/render-agent-close.ts';
import { closeAgentSession } from '../../src/flows/agents/agent-close.ts';
import { installAgent } from '../../src/flows/agents/agent-install.ts';
import { closeQueuedSessions } from '../../src/flows/agents/close-queued.ts';
import { enqueueEndedSession } from '../../src/flows/agents/enqueue-closing.ts';
import { harvest } from '../../src/flows/harvest.ts';
import { initMemory } from '../../src/flows/memory/memory-init.ts';
import { readExecutions } from '../../src/io/executions.ts';
import { findTranscripts } from '../../src/io/find-transcripts.ts';
import { openRepository } from '../../src/io/repository.ts';
import { cleanEnvironment, temporaryFolder, temporaryRepository } from './temp-repository.ts';
import { type Line, ran, typed, writeTranscript } from './transcript-files.ts';

const now = new Date('2026-11-20T10:00:00Z');

const edited: Line = {
  type: 'assistant',
  message: {
    role: 'assistant',
    content: [
      {
        type: 'tool_use',
        id: 'toolu_edit',
        name: 'Edit',
        input: { file_path: '/srv/shop/cart.ts', old_string: 'a', new_string: 'b' },
      },
    ],
  },
};
const editDone: Line = {
  type: 'user',
  message: { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_edit', content: 'ok' }] },
};
const edit = [edited, editDone];
const suite = (passed: number, failed = 0) =>
  ran(
    'npm test',
    `      Tests  ${failed ? `${failed} failed | ` : ''}${passed} passed (${passed + failed})`,
    failed > 0,
  );
const green = [typed('round the total'), ...suite(11), ...edit, ...suite(11, 1), ...suite(12)];

async function repositoryWith(agent = 'tdd-workflow') {
  const root = temporaryRepository();
  const repository = await openRepository(root);
  await installAgent(repository, agent, { claudeCode: false, hooks: false, dryRun: false });
  const env = { ...cleanEnvironment(root), USER: 'tester' };
  const close = (request: { agent?: string; session?: string; transcript?: string; dryRun?: boolean }) =>
    closeAgentSession(repository, { agent, cwd: root, now, env, dryRun: false, ...request });
  const enqueue = (input: unknown) =>
    enqueueEndedSession({
      cwd: root,
      now,
      input: Promise.resolve(typeof input === 'string' ? input : JSON.stringify(input)),
    });
  const sweep = (paths: string[] = [], dryRun = false) =>
    findTranscripts(paths).then((files) =>
      harvest(repository, {
        files: files.map((file) => ({ ...file, named: false })),
        now,
        env,
        dryRun,
        signal: new AbortController().signal,
      }),
    );
  const records = () => readExecutions(root, agent).then(({ executions }) => executions);
  return { root, repository, env, close, enqueue, sweep, records };
}

describe('kaizen agent close', () => {
  it('records a session once, from its transcript or from the log', async () => {
    const { root, close, sweep, records } = await repositoryWith();
    const file = writeTranscript(temporaryFolder(), '5a8e13d7-aaaa', green);
    const first = await close({ transcript: file });
    expect(first).toMatchObject({
      outcome: 'recorded',
      session: { key: 'claude-code/5a8e13d7' },
      execution: { success: true, primaryMetric: { name: 'test_pass_rate', value: 1 } },
    });
    await sweep([file]);
    expect(await close({ session: 'claude-code/5a8e13d7' })).toMatchObject({
      outcome: 'known',
      wentOn: false,
    });
    expect(await close({ session: '5a8e13d7-aaaa' })).toMatchObject({ outcome: 'known' });
    expect(await records()).toHaveLength(1);
    expect(existsSync(join(root, '.kaizen/metrics/tdd-workflow/summary.json'))).toBe(true);
  });

  it('two sessions add up', async () => {
    const { close, records } = await repositoryWith();
    const folder = temporaryFolder();
    await close({ transcript: writeTranscript(folder, 'aaaa1111-1', green) });
    await close({
      transcript: writeTranscript(folder, 'bbbb2222-2', [typed('more'), ...edit, ...suite(11, 1)]),
    });
    expect((await records()).map(({ success }) => success).sort()).toEqual([false, true]);
  });

  it('flags the agent that deleted the failing test', async () => {
    const { close, records } = await repositoryWith();
    const folder = temporaryFolder();
    const gaming = [
      typed('make the suite green'),
      ...suite(11, 1),
      ...ran('git rm test/rounding.test.ts', "rm 'test/rounding.test.ts'"),
      ...edit,
      ...suite(11),
    ];
    const receipt = await close({ transcript: writeTranscript(folder, 'cccc3333-3', gaming) });
    expect(receipt).toMatchObject({
      outcome: 'recorded',
      testLoss: expect.stringContaining('compared with earlier in the session'),
    });
    expect((await records())[0]?.metadata?.flag).toMatchObject({
      kind: 'fewer_tests',
      before: { run: 12 },
      now: { run: 11 },
    });
    expect(renderClose(receipt, { color: false, dryRun: false })).toContain(
      'Flagged: the pass rate rose from 91.7 % to 100 % while the tests that ran fell from 12 to 11',
    );
  });

  it('prints the plain command with the values, and writes nothing, in a dry run', async () => {
    const { root, close, records } = await repositoryWith();
    const before = readdirSync(root, { recursive: true }).length;
    const receipt = await close({
      transcript: writeTranscript(temporaryFolder(), 'dddd4444-4', green),
      dryRun: true,
    });
    const text = renderClose(receipt, { color: false, dryRun: true });
    expect(text).toContain('would be recorded as a success');
    const json = /printf %s '(.*)' \| kaizen metrics record tdd-workflow --json$/.exec(text)?.[1];
    expect(JSON.parse(json ?? '')).toMatchObject({ success: true, primary_metric: { value: 1 } });
    expect(await records()).toEqual([]);
    expect(readdirSync(root, { recursive: true })).toHaveLength(before);
  });

  it('does not record what it cannot judge', async () => {
    const { close, records } = await repositoryWith();
    const unchecked = writeTranscript(temporaryFolder(), 'eeee5555-5', [typed('tidy up'), ...edit]);
    const receipt = await close({ transcript: unchecked });
    expect(renderClose(receipt, { color: false, dryRun: false })).toBe(
      'tdd-workflow: claude-code/eeee5555 is not recorded: no check ran in the session.',
    );
    expect(await records()).toEqual([]);
  });

  it('leaves agents alone whose metrics are collected by hand, and those without any', async () => {
    const transcript = writeTranscript(temporaryFolder(), 'ffff6666-6', green);
    for (const [agent, reason] of [
      ['reviewer', 'the definition collects by hand: `kaizen metrics record reviewer`'],
      ['coach', 'the definition has no metrics'],
    ] as const) {
      const { close } = await repositoryWith(agent);
      expect(await close({ transcript })).toMatchObject({ outcome: 'not_recorded', unknown: [{ reason }] });
    }
    const { close } = await repositoryWith();
    await expect(close({ agent: 'nobody', transcript })).rejects.toMatchObject({ code: 'not_found' });
  });

  it('makes a record at every close where the definition wants that', async () => {
    const { root, close, records } = await repositoryWith();
    const path = join(root, '.kaizen/agents/tdd-workflow/agent.md');
    writeFileSync(path, readFileSync(path, 'utf8').replace('idempotency: session', 'idempotency: none'));
    const transcript = writeTranscript(temporaryFolder(), 'cdcd3434-8', green);
    for (let times = 0; times < 2; times++) await close({ transcript });
    expect(await records()).toHaveLength(2);
  });

  it('says that a session went on after its record', async () => {
    const { close, records } = await repositoryWith();
    const folder = temporaryFolder();
    await close({ transcript: writeTranscript(folder, 'abab1212-7', green.slice(0, -2)) });
    const whole = await close({ transcript: writeTranscript(folder, 'abab1212-7', green) });
    expect(whole).toMatchObject({ outcome: 'known', wentOn: true });
    expect(await records()).toHaveLength(1);
  });
});

describe('the hook at the end of a session', () => {
  const ended = (transcript: string, more: Record<string, unknown> = {}) => ({
    session_id: '5a8e13d7-aaaa',
    transcript_path: transcript,
    hook_event_name: 'SessionEnd',
    reason: 'prompt_input_exit',
    agent_type: 'tdd-workflow',
    ...more,
  });

  it('called twice gives one record at the next harvest, which empties the queue', async () => {
    const { repository, enqueue, sweep, records, env } = await repositoryWith();
    const file = writeTranscript(temporaryFolder(), '5a8e13d7-aaaa', green);
    await enqueue(ended(file));
    await enqueue(ended(file));
    const queue = join(repository.localDir, 'closings');
    expect(readdirSync(queue)).toHaveLength(1);
    expect(readFileSync(join(queue, readdirSync(queue)[0] as string)).length).toBeLessThanOrEqual(1024);
    expect((await sweep([], true)).closings.closed).toMatchObject([{ outcome: 'recorded' }]);
    expect(await records()).toEqual([]);
    expect((await sweep([file])).closings.closed).toMatchObject([{ outcome: 'recorded' }]);
    expect(await records()).toHaveLength(1);
    expect(readdirSync(queue)).toEqual([]);
    await enqueue(ended(file));
    expect((await closeQueuedSessions(repository, { now, env, dryRun: false })).closed).toMatchObject([
      { outcome: 'known' },
    ]);
    expect(await records()).toHaveLength(1);
  });

  it('also logs the session in the memory of an agent that has one, once', async () => {
    const { root, repository, enqueue, sweep, env } = await repositoryWith();
    await initMemory({ dir: root, now, env, dryRun: false }, 'tdd-workflow', { metrics: true, force: false });
    const file = writeTranscript(temporaryFolder(), '5a8e13d7-aaaa', green);
    await enqueue(ended(file));
    await sweep([file]);
    await enqueue(ended(file));
    await closeQueuedSessions(repository, { now, env, dryRun: false });
    const memory = readFileSync(join(root, '.kaizen/agents/tdd-workflow/memory.md'), 'utf8');
    expect(memory).toContain('session_count: 1');
    expect(memory.match(/green, 12 tests passed/g)).toHaveLength(1);
  });

  it('notes sub-agents by their own transcript', async () => {
    const { enqueue, sweep, records } = await repositoryWith();
    const file = writeTranscript(
      temporaryFolder(),
      'parent-1',
      green.map((line) => ({ ...line, isSidechain: true, agentId: 'a1b2c3d4' })),
    );
    await enqueue(
      ended('/nowhere/parent.jsonl', {
        hook_event_name: 'SubagentStop',
        agent_id: 'a1b2c3d4',
        agent_transcript_path: file,
      }),
    );
    expect((await sweep()).closings.closed).toMatchObject([
      { outcome: 'recorded', session: { id: 'a1b2c3d4' }, execution: { success: true } },
    ]);
    expect(await records()).toHaveLength(1);
  });

  it.each([
    ['nothing', ''],
    ['no JSON', 'hello'],
    ['a session without an agent', { session_id: 'x', transcript_path: '/x.jsonl' }],
    [
      'an agent that is not defined here',
      { session_id: 'x', transcript_path: '/x.jsonl', agent_type: 'Explore' },
    ],
    [
      'a name that is a path',
      { session_id: 'x', transcript_path: '/x.jsonl', agent_type: '../tdd-workflow' },
    ],
    ['a relative transcript', { session_id: 'x', transcript_path: 'x.jsonl', agent_type: 'tdd-workflow' }],
    ['a huge path', { session_id: 'x', transcript_path: `/${'x'.repeat(2000)}`, agent_type: 'tdd-workflow' }],
  ])('notes nothing for %s, and does not fail', async (_what, input) => {
    const { repository, enqueue } = await repositoryWith();
    await enqueue(input);
    expect(existsSync(join(repository.localDir, 'closings'))).toBe(false);
  });

  it('does not lose the others over a note that cannot be used', async () => {
    const { repository, enqueue, sweep, records } = await repositoryWith();
    const folder = temporaryFolder();
    const good = writeTranscript(folder, '11112222-a', green);
    const gone = writeTranscript(folder, '33334444-b', green);
    writeFileSync(join(folder, 'other.jsonl'), 'no transcript\n');
    await enqueue(ended(gone, { session_id: '33334444-b' }));
    await enqueue(ended(join(folder, 'other.jsonl'), { session_id: 'other' }));
    await enqueue(ended(good, { session_id: '11112222-a' }));
    rmSync(gone);
    writeFileSync(join(repository.localDir, 'closings', 'torn.json'), '{"v":1,');
    const { closings } = await sweep();
    expect(closings.closed).toHaveLength(1);
    expect(closings.dropped.map(({ session, reason }) => `${session}: ${reason}`)).toEqual([
      '33334444-b: its transcript is gone',
      expect.stringMatching(/^other: /),
    ]);
    expect(closings.waiting).toEqual([
      { agent: '?', session: 'torn.json', reason: 'the note is not readable' },
    ]);
    expect(await records()).toHaveLength(1);
  });
});
