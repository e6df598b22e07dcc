import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ContextExposed } from '../../src/base/events.ts';
import { estimateTokens } from '../../src/base/tokens.ts';
import { command as bootstrapCommand } from '../../src/cli/commands/bootstrap.ts';
import { command as searchCommand } from '../../src/cli/commands/search.ts';
import { readEvents } from '../../src/io/event-log.ts';
import type { Fact } from '../../src/knowledge/fact.ts';
import { isHeldBack } from '../../src/outcomes/assign.ts';
import { sampleFact, sampleSource } from '../unit/knowledge/sample-fact.ts';
import { commitAll, shopFact, someFacts, writeFact } from './fact-store.ts';
import { type Ran, runCommand } from './run-command.ts';
import { git, temporaryFolder, temporaryRepository } from './temp-repository.ts';

const session = '8d58fde0-1111-4222-8333-444455556666';

function run(
  command: typeof bootstrapCommand,
  cwd: string,
  args: string[],
  flags: Record<string, string | boolean | string[]> = {},
  given: { input?: string; env?: Record<string, string> } = {},
) {
  const { input = '', env = {} } = given;
  return runCommand(command, cwd, { args, flags, env, readStdin: async () => input });
}

const bootstrap = (cwd: string, flags = {}, given = {}) => run(bootstrapCommand, cwd, [], flags, given);
const search = (cwd: string, words: string, flags = {}, given = {}) =>
  run(searchCommand, cwd, [words], flags, given);

function storeOf(facts: readonly Fact[], remote = 'https://github.com/acme/shop.git'): string {
  const root = temporaryRepository();
  git(root, 'remote', 'add', 'origin', remote);
  for (const fact of facts) writeFact(root, fact);
  commitAll(root);
  return root;
}

/** A small store as a team may have it. */
const team: Fact[] = [
  sampleFact({ category: 'pitfall', paths: [] }),
  shopFact('Checkout tests need a running Redis', {
    category: 'pitfall',
    body: 'They fail with ETIMEDOUT otherwise. Start it with `docker compose up -d redis`.',
    keywords: ['ETIMEDOUT 127.0.0.1:6379'],
    lastConfirmed: '2026-11-12',
    sources: [sampleSource({ session: 'codex/1a2b3c4d', quote: 'Error: connect ETIMEDOUT 127.0.0.1:6379' })],
  }),
  shopFact('Money is kept in cents', { category: 'decision', body: 'Floats rounded wrong in 2025.' }),
  shopFact('Deploys go out on Fridays', { status: 'candidate' }),
  shopFact('The API is at v1', { status: 'superseded' }),
  shopFact('codex cannot open a browser here', { scope: 'agent:codex', category: 'tool-quirk' }),
  shopFact('Write ISO dates', { scope: 'global', category: 'pattern' }),
  shopFact('Something about another project', { scope: 'repo:other/project' }),
];

describe('kaizen bootstrap', () => {
  it('prints this', async () => {
    const root = storeOf(team);
    const { text, notes, exitCode } = await bootstrap(root, {
      task: 'make the checkout tests pass',
      agent: 'codex',
    });
    expect(exitCode ?? 0).toBe(0);
    expect(notes).toEqual([]);
    await expect(text).toMatchFileSnapshot('../fixtures/context/bootstrap.md');
  });

  it('prints the same again, and in another clone', async () => {
    const root = storeOf(someFacts(80));
    const flags = { task: 'cache token retry', explain: true };
    const first = await bootstrap(root, flags);
    expect((await bootstrap(root, flags)).text).toBe(first.text);
    const clone = join(temporaryFolder(), 'clone');
    git(root, 'clone', '--quiet', root, clone);
    expect((await bootstrap(clone, { ...flags, repo: 'acme/shop' })).text).toBe(first.text);
  });

  it('keeps the budget, whatever it is', async () => {
    const root = storeOf(someFacts(120));
    for (const budget of ['0', '150', '400', '2000', '5000']) {
      const { text } = await bootstrap(root, { budget });
      expect(estimateTokens(text)).toBeLessThanOrEqual(Number(budget));
      expect(text.length).toBeLessThanOrEqual(9000);
    }
    expect(await bootstrap(root, { budget: '0' })).toMatchObject({
      text: '',
      notes: ['No fact fits into 0 tokens and 9000 characters.'],
    });
    await expect(bootstrap(root, { budget: 'many' })).rejects.toMatchObject({ code: 'usage' });
  });

  it('says why there is nothing', async () => {
    expect((await bootstrap(storeOf([]))).notes[0]).toMatch(/^No fact is in use .* yet\./);
    const { text, notes } = await bootstrap(storeOf(someFacts(40)), { task: 'quantum chromodynamics' });
    expect([text, notes]).toEqual([
      '',
      ['None of 40 facts is about this task: nothing is better than noise.'],
    ]);
    const archived = someFacts(5).map((fact) => ({ ...fact, status: 'archived' as const }));
    expect((await bootstrap(storeOf(archived))).text).toBe('');
  });

  it('explains every choice', async () => {
    const root = storeOf([
      ...team,
      shopFact('The API is at v2', { supersedes: [team[2]!.id] }),
      shopFact('Fees are flat', { status: 'disputed', contradicts: [shopFact('Fees are tiered').id] }),
      shopFact('Fees are tiered', { status: 'disputed', contradicts: [shopFact('Fees are flat').id] }),
      shopFact('Look at src/gone.ts first', { paths: ['src/gone.ts'] }),
    ]);
    const { text } = await bootstrap(root, { explain: true, session });
    expect(text).toContain('Facts: 8 from commit');
    expect(text).toMatch(/refused .* Money is kept in cents: superseded/);
    expect(text).toMatch(/refused .* Fees are (flat|tiered): dispute shown with another/);
    expect(text).toContain('each chosen fact is withheld with probability 0.1');
    expect(text).toMatch(/0\.50\s+Look at src\/gone\.ts first/);
    expect(text).toContain('a path it names is gone');
    expect(text).toMatch(
      /^- \[\w{10}\] Fees are \w+ \(2026-11-01\) \/ \[\w{10}\] Fees are \w+ \(2026-11-01\)$/m,
    );
  });

  it('does not miss paths where there is no work tree to look in', async () => {
    const root = storeOf([shopFact('Look at src/gone.ts first', { paths: ['src/gone.ts'] })]);
    const bare = join(temporaryFolder(), 'bare.git');
    git(root, 'clone', '--quiet', '--bare', root, bare);
    git(bare, 'remote', 'set-url', 'origin', 'https://github.com/acme/shop.git');
    expect((await bootstrap(root)).text).toContain('a path it names is gone');
    const { text } = await bootstrap(bare);
    expect(text).toContain('Look at src/gone.ts first');
    expect(text).not.toContain('a path it names is gone');
  });

  it('gives programs the same as JSON', async () => {
    const root = storeOf(team);
    const { text, raw } = await bootstrap(root, { format: 'json', task: 'checkout' });
    const data = JSON.parse(text);
    expect(raw).toBe(true);
    expect(data).toMatchObject({
      schema_version: 1,
      repo: 'acme/shop',
      budget: { tokens: 2000, characters: 9000 },
      store: { read: 'index', facts: 4 },
      recorded: false,
      delivered: 4,
      left_out: 0,
    });
    expect(data.packet).toBe((await bootstrap(root, { task: 'checkout' })).text);
    expect(data.facts[0]).toMatchObject({
      rank: 1,
      title: 'Checkout tests need a running Redis',
      state: 'shown',
      valid: 1,
    });
  });

  it('takes the scopes of the project, of the agent and of all, never those of others', async () => {
    const root = storeOf(team);
    expect((await bootstrap(root)).text).not.toContain('codex cannot open a browser here');
    const other = (await bootstrap(root, { repo: 'other/project' })).text;
    expect(other).toContain('Something about another project');
    expect(other).toContain('Write ISO dates');
    expect(other).not.toContain('Checkout');
    expect((await bootstrap(root)).text).not.toContain('another project');
    // A store without a remote goes by the name of its folder.
    const local = temporaryRepository();
    writeFact(local, shopFact('A local fact', { scope: `repo:local/${local.split('/').at(-1)}` }));
    expect((await bootstrap(local)).text).toContain('A local fact');
  });

  it('records what it put in front of a session, and what it withheld', async () => {
    const facts = someFacts(120);
    const root = storeOf(facts);
    await bootstrap(root);
    expect((await readEvents(root)).events).toEqual([]);
    await bootstrap(root, { session, noRecord: true });
    expect((await readEvents(root)).events).toEqual([]);
    const shown = await bootstrap(root, { session, agent: 'claude-code', task: 'cache token retry' });
    const { events, skipped } = await readEvents(root);
    expect(skipped).toBe(0);
    const [event] = events as ContextExposed[];
    expect(event).toMatchObject({
      type: 'context.exposed',
      at: '2026-11-20T09:00:00.000Z',
      session: 'claude-code/8d58fde0',
      sessionId: session,
      agent: 'claude-code',
      repo: 'acme/shop',
      channel: 'cli',
      storeCommit: git(root, 'rev-parse', 'HEAD').trim(),
      stock: 120,
      budgetTokens: 2000,
    });
    const held = event!.would.filter((one) => one.held).map(({ id }) => id);
    expect(held).toEqual(
      event!.would
        .map(({ id }) => id)
        .filter((fact) => isHeldBack({ salt: 'kaizen-1', session, fact, q: 0.1 })),
    );
    expect(new Set(event!.would.map(({ q }) => q))).toEqual(new Set([0.9]));
    for (const { id, held: isHeld } of event!.would) expect(shown.text.includes(`[${id}]`)).toBe(!isHeld);
    expect(event!.delivered).toEqual(event!.would.filter((one) => !one.held).map(({ id }) => id));
    expect(event!.would.map(({ rank }) => rank)).toEqual(event!.would.map((_, n) => n + 1));
    expect(event!.leftOut).toBe(120 - event!.delivered.length);
    expect(event!.packetTokens).toBeGreaterThanOrEqual(estimateTokens(shown.text));
  });

  it('goes by the settings and the template of the repository', async () => {
    const root = storeOf(someFacts(60));
    const write = (path: string, text: string) => {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    };
    write('.kaizen/config.yml', 'bootstrap:\n  budget_tokens: 300\nholdout:\n  facts: 0\n');
    write('.kaizen/templates/bootstrap-context.md', 'House notes{{where}}:\n\n{{notes}}\n');
    const { text } = await bootstrap(root, { session, explain: true });
    expect(text).toMatch(/^<kaizen-context>\nHouse notes in acme\/shop:\n\n## /);
    expect(text).toContain('of 300 tokens');
    expect(text).toContain('Hold-out: off');
    // Kept, and read again when it changes.
    write('.kaizen/config.yml', 'bootstrap:\n  budget_tokens: 500\n');
    expect((await bootstrap(root, { explain: true })).text).toContain('of 500 tokens');
    write('.kaizen/templates/bootstrap-context.md', 'no place for notes');
    const broken = await bootstrap(root);
    expect(broken.notes[0]).toContain('{{notes}} must stand in it once');
    expect(broken.text).toContain('Notes recalled from earlier sessions');
    write('.kaizen/config.yml', 'bootstrap:\n  budget: 500\n');
    await expect(bootstrap(root)).rejects.toMatchObject({ code: 'bad_config' });
  });
});

describe('the session-start hook', () => {
  const hook = (cwd: string, input: unknown, flags = {}, env = {}) =>
    bootstrap(
      cwd,
      { format: 'hook', ...flags },
      { input: typeof input === 'string' ? input : JSON.stringify(input), env },
    );
  const logOf = (root: string) => readFileSync(join(root, '.git/kaizen/hook.log'), 'utf8');

  it('answers in the shape of the host, and records the session it names', async () => {
    const root = storeOf(team);
    const sub = join(root, 'src');
    mkdirSync(sub);
    const { text, raw } = await hook(sub, {
      session_id: session,
      cwd: sub,
      source: 'startup',
      hook_event_name: 'SessionStart',
      transcript_path: '/home/ada/.claude/projects/x/y.jsonl',
    });
    const answer = JSON.parse(text);
    expect(raw).toBe(true);
    expect(Object.keys(answer)).toEqual(['hookSpecificOutput']);
    expect(Object.keys(answer.hookSpecificOutput)).toEqual(['hookEventName', 'additionalContext']);
    expect(answer.hookSpecificOutput.hookEventName).toBe('SessionStart');
    expect(answer.hookSpecificOutput.additionalContext).toContain('Checkout tests need a running Redis');
    const [event] = (await readEvents(root)).events as ContextExposed[];
    expect(event).toMatchObject({ session: 'claude-code/8d58fde0', sessionId: session, channel: 'hook' });
  });

  it('says nothing when there is nothing to say', async () => {
    expect((await hook(storeOf([]), { session_id: session })).text).toBe('');
    expect((await hook(temporaryFolder(), {})).text).toBe('');
    expect((await hook(storeOf(team), {}, { budget: '0' })).text).toBe('');
  });

  it('works for a person at a terminal, and for a host that says nothing', async () => {
    expect(JSON.parse((await hook(storeOf(team), '')).text)).toHaveProperty('hookSpecificOutput');
  });

  it('never fails: nothing on stdout, a line in the log', async () => {
    const root = storeOf(team);
    const troubles: [string, () => Promise<Ran>][] = [
      ['JSON', () => hook(root, '{"session_id": ')],
      ['--budget', () => hook(root, {}, { budget: 'many' })],
      [
        'config.yml',
        () => {
          mkdirSync(join(root, '.kaizen'), { recursive: true });
          writeFileSync(join(root, '.kaizen/config.yml'), 'nonsense: [');
          return hook(root, {});
        },
      ],
    ];
    for (const [says, trouble] of troubles) {
      const { text, exitCode } = await trouble();
      expect([text, exitCode ?? 0]).toEqual(['', 0]);
      expect(logOf(root).trimEnd().split('\n').at(-1)).toMatch(
        new RegExp(`^2026-11-20T09:00:00.000Z .*${says}`),
      );
    }
  });

  it('still answers when the exposure cannot be recorded, and says so in the log', async () => {
    const root = storeOf(team);
    writeFileSync(join(root, 'metrics'), 'a file where a folder should be');
    const { text } = await hook(root, { session_id: session });
    expect(JSON.parse(text)).toHaveProperty('hookSpecificOutput');
    expect(logOf(root)).toContain('could not be recorded');
  });

  it('keeps its log short', async () => {
    const root = storeOf(team);
    await hook(root, '{');
    for (let n = 0; n < 40; n++) appendFileSync(join(root, '.git/kaizen/hook.log'), `${'x'.repeat(2000)}\n`);
    await hook(root, '{');
    expect(logOf(root).length).toBeLessThan(50_000);
  });

  it('finds the facts of the project in a store that lies elsewhere', async () => {
    const store = storeOf(team, 'https://github.com/acme/knowledge.git');
    const project = temporaryRepository();
    git(project, 'remote', 'add', 'origin', 'git@github.com:Acme/Shop.git');
    const { text } = await hook(store, { cwd: project });
    expect(JSON.parse(text).hookSpecificOutput.additionalContext).toContain('sessions in acme/shop');
    expect(text).toContain('Checkout tests need a running Redis');
  });
});

describe('kaizen search', () => {
  it('prints this', async () => {
    const { text, exitCode } = await search(storeOf(team), 'Error: connect ETIMEDOUT 127.0.0.1:6379');
    expect(exitCode).toBe(0);
    await expect(text).toMatchFileSnapshot('../fixtures/context/search.txt');
  });

  it('looks at the own repository first, then elsewhere, and says so', async () => {
    const root = storeOf([...team, ...someFacts(30)]);
    const { data, text } = await search(root, 'another project');
    expect(data).toMatchObject({
      found: 1,
      results: [{ title: 'Something about another project', elsewhere: true }],
    });
    expect(text).toContain('from another repository');
    expect(await search(root, 'another project', { repo: 'acme/shop' })).toMatchObject({ exitCode: 1 });
    const own = await search(root, 'another project', { repo: 'other/project' });
    expect(own.data).toMatchObject({ results: [{ elsewhere: false }] });
  });

  it('says plainly when nothing is about it', async () => {
    const { text, exitCode, data } = await search(
      storeOf(team),
      'quantum chromodynamics at zero degrees with checkout',
    );
    expect(exitCode).toBe(1);
    expect(text).toMatch(
      /^None of 6 facts is about this; the closest holds \d+ % of its words, a hit takes 32 %\.\n$/,
    );
    expect(data).toMatchObject({ found: 0, results: [] });
    expect((await search(storeOf([]), 'x')).text).toMatch(/There are no facts yet/);
    await expect(search(storeOf([]), '  ')).rejects.toMatchObject({ code: 'usage' });
  });

  it('shows what waits for review only when asked', async () => {
    const root = storeOf(team);
    expect((await search(root, 'deploys Fridays')).exitCode).toBe(1);
    const { text } = await search(root, 'deploys Fridays', { all: true });
    expect(text).toContain('Deploys go out on Fridays');
    expect(text).toContain('candidate');
  });

  it('reads the words from stdin', async () => {
    const { data } = await search(storeOf(team), '-', {}, { input: 'config files are not trusted\n' });
    expect(data).toMatchObject({ results: [{ id: 'k7f3q2m9xw' }] });
  });

  it('cannot be made to write to the terminal by a fact', async () => {
    const root = temporaryRepository();
    const path = writeFact(root, shopFact('escape me', { scope: `repo:local/${root.split('/').at(-1)}` }));
    const hostile = readFileSync(join(root, path), 'utf8').replace(
      'escape me in detail',
      'escape \\u001b[31m me ::set-output x',
    );
    writeFileSync(join(root, path), hostile);
    const { text } = await search(root, 'escape me');
    expect(text).not.toMatch(/[\u001b\u009b]/);
    for (const line of text.split('\n')) expect(line).not.toMatch(/^\s*(::|##\[)/);
  });
});
