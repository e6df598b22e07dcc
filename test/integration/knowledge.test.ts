import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseFully } from '../../src/cli/build-program.ts';
import type { CommandContext, CommandResult } from '../../src/cli/command.ts';
import { openContext } from '../../src/cli/open-context.ts';
import { rebuildIndex } from '../../src/flows/knowledge/knowledge-index.ts';
import { openKnowledge } from '../../src/flows/knowledge/knowledge-store.ts';
import { readEvents } from '../../src/io/event-log.ts';
import { applyPlan } from '../../src/io/repository.ts';
import { planFacts } from '../../src/knowledge/plan-facts.ts';
import { draftId, sampleDraft } from '../unit/knowledge/sample-fact.ts';
import { git, temporaryFolder, temporaryRepository } from './temp-repository.ts';

/** Runs a command line as `main` would, in `root`; notes to stderr are kept apart. */
async function kaizen(root: string, ...argv: string[]): Promise<CommandResult & { notes: string[] }> {
  const invocation = await parseFully(
    ['-C', root, '--now', '2026-11-20T09:00:00Z', 'knowledge', ...argv],
    { columns: 80, color: false },
    'v',
  );
  if (invocation.kind !== 'run') throw new Error('no command');
  const notes: string[] = [];
  const base = openContext(invocation.globals, new AbortController().signal);
  const ctx: CommandContext = {
    ...base,
    env: {},
    color: false,
    interactive: false,
    note: (line) => notes.push(line),
  };
  const result = await invocation.command.run?.(ctx, invocation.args, invocation.flags);
  if (!result) throw new Error('no result');
  return { ...result, notes };
}

/** The store after a harvest of these drafts. */
async function harvest(root: string, ...drafts: Parameters<typeof sampleDraft>[]): Promise<string[]> {
  const store = await openKnowledge(root);
  const made = drafts.map((one) => sampleDraft(...one));
  const plan = planFacts({ stored: store.facts, drafts: made });
  await applyPlan(store.repository, plan.changes, false);
  await rebuildIndex(root, { write: true });
  return made.map(draftId);
}

const filesIn = (root: string): string[] =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => !path.startsWith('.git/') && lstatSync(join(root, path)).isFile())
    .sort();
const only = async (root: string) => {
  const { facts } = await openKnowledge(root);
  expect(facts).toHaveLength(1);
  return facts[0]!;
};
const actions = async (root: string): Promise<string[]> =>
  (await readEvents(root)).events.flatMap((event) =>
    event.type === 'fact.reviewed' ? [`${event.action} by ${event.by}`] : [],
  );

let root: string;
beforeAll(() => {
  // A person's name reaches the files; nothing else of this machine may.
  root = temporaryRepository();
  git(root, 'remote', 'add', 'origin', 'git@github.com:Acme/Shop.git');
});

describe('a fact from the first word to its end', () => {
  let id = '';

  it('is added with index, page and event, in one go', async () => {
    const result = await kaizen(
      root,
      'add',
      'Integration tests need Docker running',
      '--category',
      'pitfall',
      '--body',
      'Start Docker first.',
      '--tag',
      'docker',
      '--says',
      'tests = docker',
      '--evidence',
      'CI run 12',
    );
    const { fact, path } = await only(root);
    id = fact.id;
    expect(fact).toMatchObject({
      scope: 'repo:acme/shop',
      status: 'active',
      trust: 'human',
      confidence: 0.9,
      firstSeen: '2026-11-20',
      subject: { key: 'tests', value: 'docker' },
    });
    expect(fact.sources).toEqual([expect.objectContaining({ session: 'human/ada', quote: 'CI run 12' })]);
    expect(result.text).toBe(`Added ${id} Integration tests need Docker running\n  ${path}`);
    expect(filesIn(root)).toEqual([
      'knowledge/index.json',
      'knowledge/repos/acme__shop.md',
      path,
      expect.stringMatching(/^metrics\/events\/2026-W47\/\w+\.jsonl$/),
    ]);
    expect(await actions(root)).toEqual(['add by ada']);
    expect((await kaizen(root, 'index', '--check')).exitCode).toBe(0);
    expect((await kaizen(root, 'lint')).exitCode).toBe(0);
    await expect(kaizen(root, 'add', 'integration tests  need docker running')).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining(id),
    });
  });

  it('is disputed, confirmed, edited, retired and restored by the start of its id', async () => {
    const short = id.slice(0, 4);
    expect((await kaizen(root, 'dispute', short, '--reason', 'really?')).text).toBe(
      `${id} is disputed now (was active): Integration tests need Docker running`,
    );
    expect((await kaizen(root, 'confirm', short, '--by', 'Grace Hopper', '--pin')).data).toMatchObject({
      decided: [{ before: 'disputed', status: 'active' }],
    });
    expect((await only(root)).fact).toMatchObject({ pinned: true, confidence: 0.92 });
    await kaizen(
      root,
      'edit',
      short,
      '--title',
      'Integration tests need a container runtime',
      '--path',
      'compose.yml',
    );
    const edited = await only(root);
    expect(edited.fact).toMatchObject({
      title: 'Integration tests need a container runtime',
      paths: ['compose.yml'],
    });
    expect(edited.path).toContain('integration-tests-need-docker-running-');
    await kaizen(root, 'retire', short, '--reason', 'mocked now');
    expect((await kaizen(root, 'list')).text).toContain('None of the 1 fact matches.');
    await expect(kaizen(root, 'confirm', short)).rejects.toMatchObject({
      hint: expect.stringContaining('restore'),
    });
    expect((await kaizen(root, 'restore', short)).data).toMatchObject({ decided: [{ status: 'active' }] });
    expect(await actions(root)).toEqual(
      expect.arrayContaining([
        'dispute by ada',
        'confirm by grace-hopper',
        'edit by ada',
        'retire by ada',
        'restore by ada',
      ]),
    );
    const shown = await kaizen(root, 'show', short);
    expect(shown.text).toMatch(/trust +human – a person vouched for it/);
    expect(shown.text).toMatch(/2026-11-20 {2}dispute by ada: really\?/);
    expect((await kaizen(root, 'index', '--check')).exitCode).toBe(0);
  });

  it('is not written by a dry run, and a wrong name changes nothing', async () => {
    const before = filesIn(root).map((path) => readFileSync(join(root, path), 'utf8'));
    const dry = await kaizen(root, 'retire', id, '--dry-run');
    expect(dry.text).toMatch(
      /would be archived \(is active\)[\s\S]*Would write:[\s\S]*\n {2}~ knowledge\/index\.json/,
    );
    expect((await kaizen(root, 'add', 'Another thing', '--dry-run')).text).toContain(
      '+ knowledge/repos/acme__shop/another-thing-',
    );
    await expect(kaizen(root, 'retire', id, 'nosuchid')).rejects.toMatchObject({
      code: 'not_found',
      exitCode: 2,
    });
    await expect(kaizen(root, 'add', 'x', '--scope', 'no good')).rejects.toMatchObject({ code: 'usage' });
    await expect(kaizen(root, 'add', `${'x'.repeat(121)}`)).rejects.toMatchObject({ code: 'bad_input' });
    expect(filesIn(root).map((path) => readFileSync(join(root, path), 'utf8'))).toEqual(before);
  });
});

describe('what waits for review', () => {
  it('is listed with reasons and evidence, accepted and rejected, and stays so when harvested again', async () => {
    const store = temporaryRepository();
    const [kept = '', thrown = ''] = await harvest(
      store,
      [{ claimKey: 'a', title: 'Kept claim' }],
      [{ claimKey: 'b', title: 'Thrown claim', body: 'Quite another thing.', holds: ['deletes'] }],
    );
    const queue = await kaizen(store, 'review');
    expect(queue.text).toContain('seen in one session only');
    expect(queue.text).toContain('deletes');
    expect(queue.text).toContain('“Config files are not trusted. Trust them with `mise trust`”');
    expect(queue.text).toMatch(/2 facts wait for review/);
    await expect(kaizen(store, 'review', '--reject', thrown)).rejects.toMatchObject({ code: 'usage' });
    const done = await kaizen(store, 'review', '--accept', kept, '--reject', thrown, '--reason', 'checked');
    expect(done.data).toMatchObject({
      decided: [
        { id: kept, status: 'active' },
        { id: thrown, status: 'archived' },
      ],
    });
    expect(await actions(store)).toEqual(expect.arrayContaining(['accept by ada', 'reject by ada']));
    await harvest(
      store,
      [{ claimKey: 'b', title: 'Thrown claim' }, { session: 'codex/2' }],
      [{ claimKey: 'a', title: 'Kept claim' }, { session: 'codex/2' }],
    );
    const after = Object.fromEntries(
      (await openKnowledge(store)).facts.map(({ fact }) => [fact.id, fact.status]),
    );
    expect(after).toEqual({ [kept]: 'active', [thrown]: 'archived' });
    expect((await kaizen(store, 'review')).text).toBe('Nothing waits for review.');
  });

  it('is joined with what says the same; later evidence counts for the one that stays', async () => {
    const store = temporaryRepository();
    const [stays = '', goes = ''] = await harvest(
      store,
      [{ claimKey: 'a', title: 'mise needs trust' }],
      [{ claimKey: 'b', title: 'mise needs to be trusted' }, { session: 'codex/2' }],
    );
    await kaizen(store, 'merge', stays, goes);
    await harvest(store, [
      { claimKey: 'b', title: 'mise needs to be trusted' },
      { session: 'goose/3', date: '2026-10-01' },
    ]);
    const facts = new Map((await openKnowledge(store)).facts.map(({ fact }) => [fact.id, fact]));
    expect(facts.get(goes)?.status).toBe('superseded');
    expect(facts.get(stays)).toMatchObject({
      title: 'mise needs trust',
      status: 'active',
      supersedes: [goes],
      lastConfirmed: '2026-10-01',
    });
    expect(facts.get(stays)?.sources).toHaveLength(3);
    await kaizen(store, 'restore', goes);
    const restored = new Map((await openKnowledge(store)).facts.map(({ fact }) => [fact.id, fact]));
    expect(restored.get(goes)?.status).toBe('candidate');
    expect(restored.get(stays)?.supersedes).toEqual([]);
    await expect(kaizen(store, 'merge', stays)).rejects.toMatchObject({ code: 'usage' });
    await expect(kaizen(store, 'merge', stays, stays)).rejects.toMatchObject({ code: 'usage' });
  });
});

describe('a purge', () => {
  it('leaves nothing of the session, keeps it out, and says what else went', async () => {
    const store = temporaryRepository();
    await harvest(
      store,
      [
        { claimKey: 'a', title: 'Only of the bad session' },
        { session: 'bad/1', quote: 'poison' },
      ],
      [{ claimKey: 'b', title: 'Also of a good one', body: 'B.' }, { session: 'a-good/2' }],
      [
        { claimKey: 'b', title: 'As the bad one says', body: 'B.' },
        { session: 'bad/1', quote: 'poison' },
      ],
    );
    const result = await kaizen(store, 'purge', '--session', 'bad/1', '--reason', 'prompt injection');
    expect(result.data).toMatchObject({
      removed: [expect.any(String)],
      weakened: [expect.any(String)],
      vouched: [],
    });
    for (const path of filesIn(store).filter((one) => one.startsWith('knowledge/')))
      expect(readFileSync(join(store, path), 'utf8')).not.toMatch(/bad\/1|poison/);
    expect((await readEvents(store)).events).toContainEqual(
      expect.objectContaining({ type: 'session.purged', session: 'bad/1', reason: 'prompt injection' }),
    );
    expect((await kaizen(store, 'index', '--check')).exitCode).toBe(0);
    await expect(kaizen(store, 'purge', '--session', 'no/such')).rejects.toMatchObject({ code: 'not_found' });
    await expect(kaizen(store, 'purge')).rejects.toMatchObject({ code: 'usage' });
  });
});

describe('lists', () => {
  it('filter by scope, status, kind and age, and say how to archive what is stale', async () => {
    const store = temporaryRepository();
    await harvest(
      store,
      [
        { claimKey: 'a', title: 'Old', category: 'pitfall' },
        { date: '2026-01-01', tier: 'user' },
      ],
      [
        { claimKey: 'b', title: 'New', scope: 'global' },
        { date: '2026-11-19', session: 'codex/2' },
      ],
    );
    const titles = async (...flags: string[]) =>
      ((await kaizen(store, 'list', ...flags)).data as { facts: { title: string }[] }).facts.map(
        (fact) => fact.title,
      );
    expect(await titles()).toEqual(['New', 'Old']);
    expect(await titles('--sort', 'title')).toEqual(['New', 'Old']);
    expect(await titles('--scope', 'Acme/Shop')).toEqual(['Old']);
    expect(await titles('--scope', 'global', '--scope', 'repo:acme/shop')).toHaveLength(2);
    expect(await titles('--status', 'candidate')).toEqual(['New']);
    expect(await titles('--category', 'pitfall')).toEqual(['Old']);
    expect(await titles('--stale')).toEqual(['Old']);
    expect((await kaizen(store, 'list', '--stale')).text).toMatch(
      /Archive what no longer holds: kaizen knowledge retire \w{10}$/,
    );
    const { text } = await kaizen(store, 'list');
    expect(text).toMatch(
      /^ID +STATUS +CONF +SEEN +AGE +CATEGORY +TITLE\n\neverywhere\n.* candidate .*New\n\nacme\/shop\n\w{10} +active +0\.10 +1× +11mo +pitfall +Old\n/,
    );
    expect(text.split('\n').every((line) => line.length <= 100)).toBe(true);
    expect(text).toContain('2 facts (1 candidate, 1 active)');
  });

  it('say what to do in an empty store', async () => {
    expect((await kaizen(temporaryRepository(), 'list')).text).toContain('There are no facts yet.');
    expect((await kaizen(temporaryFolder(), 'index', '--check')).exitCode).toBe(1);
  });
});

describe('files of others', () => {
  it('are imported as candidates with secrets masked, or vouched for, and exported again', async () => {
    const store = temporaryRepository();
    const secret = `ghp_${'a1B2c3D4e5F6'.repeat(3)}`;
    const file = join(store, 'origin.json');
    writeFileSync(
      file,
      JSON.stringify({
        facts: [
          {
            id: 'global:pitfall:001',
            fact: `HTTP 405 means branch protection (${secret})`,
            category: 'pitfall',
            domain: 'global',
            confidence: 0.9,
            source_count: 5,
          },
          { fact: 'no category' },
        ],
      }),
    );
    const result = await kaizen(store, 'import', file);
    expect(result.data).toMatchObject({
      added: [{ status: 'candidate' }],
      known: 0,
      skipped: [{ entry: 2 }],
    });
    expect((await only(store)).text).not.toContain(secret);
    expect((await kaizen(store, 'import', file, '--vouch')).data).toMatchObject({ added: [], known: 1 });
    expect((await only(store)).fact).toMatchObject({ status: 'active', trust: 'human' });
    expect((await kaizen(store, 'show', 'global:pitfall:001')).data).toMatchObject({
      facts: [{ trust: 'human' }],
    });
    const exported = JSON.parse((await kaizen(store, 'export')).text);
    expect(exported).toMatchObject({
      version: 1,
      total_facts: 1,
      facts: [{ id: 'global:pitfall:001', domain: 'global', source_count: 5 }],
    });
    await expect(kaizen(store, 'import', join(store, 'none.json'))).rejects.toMatchObject({
      code: 'cannot_read',
    });
  });
});

describe('a hostile work tree', () => {
  it('gets no write through a symbolic link, and its target stays as it was', async () => {
    const store = temporaryRepository();
    const outside = join(temporaryFolder(), 'target.txt');
    writeFileSync(outside, 'untouched');
    mkdirSync(join(store, 'knowledge/repos'), { recursive: true });
    symlinkSync(dirname(outside), join(store, 'knowledge/global'));
    await expect(kaizen(store, 'add', 'A claim', '--scope', 'global')).rejects.toMatchObject({
      code: 'outside_store',
    });
    symlinkSync(outside, join(store, 'knowledge/index.json'));
    await expect(kaizen(store, 'add', 'A claim', '--scope', 'acme/shop')).rejects.toMatchObject({
      code: 'outside_store',
    });
    expect(readFileSync(outside, 'utf8')).toBe('untouched');
    expect(readdirSync(dirname(outside))).toEqual(['target.txt']);
  });

  it('gets facts of hostile names inside the store only', async () => {
    const store = temporaryRepository();
    for (const topic of [
      '../../../../tmp/ci_pwned',
      '/etc/ci_pwned',
      'C:\\ci_pwned',
      'CON',
      'COM1.md',
      'aux.',
      'a:b',
      '.git',
      '.GIT/hooks/post-commit',
      'git~1',
      '.gitattributes',
      'GIT\u200c',
      'Café rules',
      'Cafe\u0301 rules',
      'x'.repeat(120),
    ])
      await kaizen(store, 'add', topic, '--scope', `repo:${topic.replace(/\s/g, '')}`).catch(
        (error: { code: string }) => expect(error.code).toBe('usage'),
      );
    const files = filesIn(store).filter((path) => !path.startsWith('metrics/'));
    expect(files.length).toBeGreaterThan(20);
    for (const path of files) {
      expect(path).toMatch(/^knowledge\/(index\.json|(repos|agents)\/[a-z0-9_.-]+(\/[a-z0-9-]+)?\.md)$/);
      expect(path).not.toMatch(/(^|\/)\.(git|husky|github|claude)|ci_pwned\/|\.\./);
      expect(path.length).toBeLessThanOrEqual(180);
    }
    expect(existsSync('/tmp/ci_pwned')).toBe(false);
    expect(() => execFileSync('git', ['fsck'], { cwd: store, stdio: 'pipe' })).not.toThrow();
  });

  it('is refused in a bare repository, which can still be read', async () => {
    const store = temporaryRepository();
    await kaizen(store, 'add', 'A claim', '--scope', 'global');
    git(store, 'add', '-A');
    git(store, 'commit', '-q', '-m', 'facts');
    const bare = join(temporaryFolder(), 'bare.git');
    git(store, 'clone', '-q', '--bare', store, bare);
    expect((await kaizen(bare, 'list')).text).toContain('A claim');
    expect((await kaizen(bare, 'index', '--check')).exitCode).toBe(0);
    await expect(kaizen(bare, 'add', 'Another', '--scope', 'global')).rejects.toMatchObject({
      code: 'not_a_repository',
    });
  });
});

describe('what a person writes', () => {
  const token = `ghp_${'Nq7VwYS81VP7Hb1DX8pPd5khxE3pyIgKpaUn'}`;

  it('is masked like a transcript before it is kept, and the person is told', async () => {
    const root = temporaryRepository();
    const added = await kaizen(
      root,
      ...['add', `The build reads ${token}`, '--body', `Set it to ${token}.`, '--keyword', token],
      ...['--tag', token, '--evidence', `seen in ${token}`],
    );
    expect(added.text).toMatch(/^Masked: [a-z-]+ \d+×\./m);
    const { fact } = await only(root);
    for (const words of [
      ['edit', fact.id, '--body', `Never print ${token}.`],
      ['confirm', fact.id, '--reason', `it was ${token}`],
      ['dispute', fact.id, '--reason', `no longer ${token}`],
    ])
      expect((await kaizen(root, ...words)).text).toContain('Masked: ');
    const all = filesIn(root).map((path) => readFileSync(join(root, path), 'utf8'));
    expect(all.filter((text) => text.includes(token))).toEqual([]);
  });

  it('is said back with what became of it', async () => {
    const root = temporaryRepository();
    await kaizen(root, 'add', 'Dates are stored as UTC');
    const { fact } = await only(root);
    expect((await kaizen(root, 'confirm', fact.id)).text).toMatch(/stays active, confirmed: Dates/);
    expect((await kaizen(root, 'edit', fact.id, '--title', 'Times are UTC')).text).toMatch(
      /stays active, reworded: Times/,
    );
  });
});

describe('several at once', () => {
  it('all get their fact in, and the index has every one of them', async () => {
    const root = temporaryRepository();
    const titles = Array.from({ length: 8 }, (_, at) => `Port ${5000 + at} belongs to service ${at}`);
    await Promise.all(titles.map((title) => kaizen(root, 'add', title)));
    expect((await openKnowledge(root)).facts.map(({ fact }) => fact.title).sort()).toEqual(titles);
    expect((await kaizen(root, 'index', '--check')).exitCode).toBe(0);
    expect(await actions(root)).toHaveLength(8);
  });
});
