import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { command } from '../../src/cli/commands/capture.ts';
import { type CaptureOptions, type CaptureReceipt, capture } from '../../src/flows/capture.ts';
import { harvest } from '../../src/flows/harvest.ts';
import { planEvents } from '../../src/io/event-log.ts';
import { listFiles } from '../../src/io/files.ts';
import { findTranscripts } from '../../src/io/find-transcripts.ts';
import { readSession, readSessionSummary } from '../../src/io/read-session.ts';
import { applyPlan, openRepository } from '../../src/io/repository.ts';
import { observeSession } from '../../src/outcomes/observe-session.ts';
import { formatCapturedSession } from '../../src/sessions/captured-form.ts';
import { openRedactor } from '../../src/sessions/redact.ts';
import { alphabets, randomText } from '../unit/sessions/redact/secrets.ts';
import { commandContext } from './run-command.ts';
import { cleanEnvironment, git, temporaryFolder, temporaryRepository } from './temp-repository.ts';
import { ran, said, typed, writeTranscript } from './transcript-files.ts';

const samples = fileURLToPath(new URL('../../src/samples', import.meta.url));
const fixtures = fileURLToPath(new URL('../fixtures/transcripts', import.meta.url));
const corpus = ['claude-code', 'codex'].map((agent) => resolve('../shared/corpus', agent));
const hasCorpus = corpus.every((folder) => existsSync(folder));

async function captureInto(
  root: string,
  paths: readonly string[],
  more: Partial<CaptureOptions> = {},
): Promise<CaptureReceipt> {
  const found = new Map((await findTranscripts(paths)).map((file) => [file.file, file]));
  const ordered = paths.flatMap((path) =>
    found.has(path) ? [found.get(path)] : [...found.values()].filter((file) => file.file.startsWith(path)),
  );
  return capture(await openRepository(root), {
    files: ordered.flatMap((file) => (file ? [{ ...file, named: paths.includes(file.file) }] : [])),
    env: { ...cleanEnvironment(root), USER: 'tester', KAIZEN_REDACTION_KEY: 'one key for all' },
    dryRun: false,
    signal: new AbortController().signal,
    ...more,
  });
}

async function contents(root: string, folder: string): Promise<Record<string, string>> {
  const files = await listFiles(join(root, folder));
  return Object.fromEntries(files.map((file) => [file.slice(root.length + 1), readFileSync(file, 'utf8')]));
}

const shop = [
  typed('Run the tests'),
  ...ran('npm test', 'Error: Cannot find module x', true),
  said('I install it.'),
  ...ran('npm i x', 'added 1'),
];

describe('capture', () => {
  it('writes one redacted file a session where a person finds it', async () => {
    const root = temporaryRepository();
    const token = `gh${'p_'}${randomText(7, 36, alphabets.base62)}`;
    const file = writeTranscript(
      temporaryFolder(),
      'aaaa1111',
      [...shop, typed(`use ${token}`)],
      '/home/tester/shop',
    );
    const receipt = await captureInto(root, [file]);
    expect(receipt.sessions).toEqual({ seen: 1, captured: 1, grown: 0, unchanged: 0, skipped: 0, failed: 0 });
    expect(receipt.masks).toEqual({ home: 1, github: 1 });
    const stored = await contents(root, '.kaizen/sessions');
    expect(Object.keys(stored)).toEqual(['.kaizen/sessions/claude-code/2026/11/aaaa1111.jsonl']);
    git(root, 'add', '-A');
    git(root, 'commit', '-qm', 'captured');
    expect(git(root, 'cat-file', '--batch-all-objects', '--batch')).not.toContain(token);
  });

  it('changes nothing the second time, whatever the key of the clone', async () => {
    const root = temporaryRepository();
    await captureInto(root, [samples]);
    const before = await contents(root, '.kaizen');
    for (const key of ['one key for all', 'another key']) {
      const again = await captureInto(root, [samples], {
        env: { ...cleanEnvironment(root), KAIZEN_REDACTION_KEY: key },
      });
      expect(again.sessions).toMatchObject({ captured: 0, grown: 0, unchanged: Object.keys(before).length });
      expect(await contents(root, '.kaizen')).toEqual(before);
    }
  });

  it('writes nothing in a dry run, and says what it would write', async () => {
    const root = temporaryRepository();
    const receipt = await captureInto(root, [samples], { dryRun: true });
    expect(receipt.sessions.captured).toBe(receipt.items.length);
    expect(existsSync(join(root, '.kaizen/sessions'))).toBe(false);
    expect(git(root, 'status', '--porcelain')).toBe('');
  });

  it('lets a session that has grown replace its file, in whatever order they come', async () => {
    const [folder, longer] = [temporaryFolder(), temporaryFolder()];
    const short = writeTranscript(folder, 'aaaa1111', shop.slice(0, 3));
    const long = writeTranscript(longer, 'aaaa1111', shop);
    const results = [];
    for (const order of [
      [short, long],
      [long, short],
      [short, long, short],
    ]) {
      const root = temporaryRepository();
      await captureInto(root, order);
      results.push(await contents(root, '.kaizen/sessions'));
    }
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
    const root = temporaryRepository();
    await captureInto(root, [short]);
    appendFileSync(short, readFileSync(long, 'utf8').split('\n').slice(3).join('\n'));
    expect((await captureInto(root, [short])).sessions).toMatchObject({ captured: 0, grown: 1 });
    const shorter = await captureInto(root, [
      writeTranscript(temporaryFolder(), 'aaaa1111', shop.slice(0, 2)),
    ]);
    expect(shorter.skipped[0]?.reason).toMatch(/^a longer transcript of it is captured/);
  });

  it('goes on past what it cannot capture, with the reason', async () => {
    const root = temporaryRepository();
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'notes.jsonl'), 'no transcript\n');
    writeFileSync(join(folder, 'empty.jsonl'), '');
    const unreadable = writeTranscript(folder, 'bbbb2222', shop);
    writeTranscript(folder, 'cccc3333', shop);
    chmodSync(unreadable, 0);
    const receipt = await captureInto(root, [folder]);
    const isRoot = process.getuid?.() === 0;
    expect(receipt.sessions).toEqual({
      seen: 4,
      captured: isRoot ? 2 : 1,
      grown: 0,
      unchanged: 0,
      skipped: 2,
      failed: isRoot ? 0 : 1,
    });
    expect(receipt.skipped.map(({ reason }) => reason).join('\n')).toMatch(
      /nothing was said in it[\s\S]*not a transcript I know/,
    );
    const named = await captureInto(root, [join(folder, 'notes.jsonl')]);
    expect(named.failed).toHaveLength(1);
  });

  it('does not capture what a person purged, nor its own files', async () => {
    const root = temporaryRepository();
    const file = writeTranscript(temporaryFolder(), 'aaaa1111', shop);
    await captureInto(root, [file]);
    expect((await captureInto(root, [join(root, '.kaizen')])).skipped[0]?.reason).toBe(
      'a captured session already',
    );
    const purged = temporaryRepository();
    const repository = await openRepository(purged);
    await applyPlan(
      repository,
      planEvents('w'.repeat(12), [
        {
          at: '2026-11-20T10:00:00.000Z',
          type: 'session.purged',
          session: 'claude-code/aaaa1111',
          by: 'ada',
          reason: null,
        },
      ]),
      false,
    );
    expect((await captureInto(purged, [file])).skipped[0]?.reason).toBe('purged by a person');
  });

  it('takes sessions by agent and time', async () => {
    const root = temporaryRepository();
    const receipt = await captureInto(root, [samples], { agent: 'codex', dryRun: true });
    expect(new Set(receipt.items.map((item) => item.session.split('/')[0]))).toEqual(new Set(['codex']));
    const since = new Date('2026-11-10T00:00:00Z');
    const later = await captureInto(root, [samples], { since, dryRun: true });
    expect(later.items.length).toBeGreaterThan(0);
    expect(later.items.length).toBeLessThan(receipt.sessions.seen);
  });

  it('does not write through a symbolic link', async () => {
    const root = temporaryRepository();
    const elsewhere = temporaryFolder();
    mkdirSync(join(root, '.kaizen'));
    symlinkSync(elsewhere, join(root, '.kaizen', 'sessions'));
    await expect(captureInto(root, [samples])).rejects.toMatchObject({ code: 'outside_store' });
    expect(await listFiles(elsewhere)).toEqual([]);
  });

  it('works without Git and stops when it is told to', async () => {
    const root = temporaryFolder();
    await captureInto(root, [samples]);
    expect((await listFiles(join(root, '.kaizen/sessions'))).length).toBeGreaterThan(0);
    const stopped = new AbortController();
    stopped.abort();
    await expect(captureInto(temporaryFolder(), [samples], { signal: stopped.signal })).rejects.toMatchObject(
      { code: 'interrupted' },
    );
  });

  it('is a command with a receipt for people and for programs', async () => {
    const root = temporaryRepository();
    const ctx = commandContext(root, { env: cleanEnvironment(root) });
    const result = await command.run?.(ctx, [samples], {});
    expect(result).toMatchObject({ exitCode: 0, data: { sessions: { failed: 0 } } });
    expect(result?.text).toMatch(/^Sessions {2}\d+ seen, \d+ captured/);
    expect(result?.text).toContain('.kaizen/sessions/claude-code/');
    const home = temporaryFolder();
    mkdirSync(join(home, '.claude/projects/-work-shop'), { recursive: true });
    writeTranscript(join(home, '.claude/projects/-work-shop'), 'dddd4444', shop);
    const env = { ...ctx.env, HOME: home };
    const local = await command.run?.({ ...ctx, env, dryRun: true }, [], { local: true, verbose: true });
    expect(local?.text).toMatch(
      /1 captured.*dry run[\s\S]*Would write\n {2}\.kaizen\/sessions\/claude-code\/2026\/11\/dddd4444\.jsonl/,
    );
    await expect(command.run?.(ctx, [], {})).rejects.toMatchObject({ code: 'usage' });
    await expect(command.run?.(ctx, ['x'], { local: true })).rejects.toMatchObject({ code: 'usage' });
  });
});

describe('a captured session', () => {
  const notCounted = new Set(['file', 'isCaptured', 'cwd', 'title', 'branch', 'repo', 'unknown']);

  /** Everything measured about a session but where it is and what redaction changes on purpose. */
  async function measures(file: string): Promise<Record<string, unknown>> {
    const session = await readSession(file);
    const redactor = openRedactor({ key: 'k' });
    const observed = observeSession(session, {
      usedFacts: [],
      redact: (text) => redactor.text(text),
      now: '2026-11-20T00:00:00Z',
    });
    const counted = Object.entries(session.summary).filter(([name]) => !notCounted.has(name));
    return { ...Object.fromEntries(counted), observed: { ...observed, repo: null, errorTemplates: null } };
  }

  async function expectSameMeasures(files: readonly string[]): Promise<number> {
    const folder = temporaryFolder();
    let read = 0;
    for (const [i, file] of files.entries()) {
      const session = await readSession(file).catch(() => undefined);
      if (session === undefined) continue;
      const copy = join(folder, `${i}.jsonl`);
      writeFileSync(
        copy,
        formatCapturedSession(session, { redactor: openRedactor({ key: 'k' }), repo: null }),
      );
      expect(await measures(copy), file).toEqual(await measures(file));
      expect((await readSessionSummary(copy)).turns).toBe(session.summary.turns);
      read++;
    }
    return read;
  }

  /** Facts, index and pages of a harvest of the transcripts, and of a harvest of their captured forms. */
  async function harvests(
    paths: readonly string[],
  ): Promise<[Record<string, string>, Record<string, string>]> {
    const env = { KAIZEN_REDACTION_KEY: 'one key for all', USER: 'tester' };
    const both: Record<string, string>[] = [];
    for (const isCaptured of [false, true]) {
      const root = temporaryRepository();
      if (isCaptured) await captureInto(root, paths, { env });
      const files = await findTranscripts(isCaptured ? [join(root, '.kaizen/sessions')] : paths);
      await harvest(await openRepository(root), {
        files: files.map((file) => ({ ...file, named: false })),
        now: new Date('2026-11-20T10:00:00Z'),
        env,
        dryRun: false,
        signal: new AbortController().signal,
      });
      both.push(await contents(root, 'knowledge'));
    }
    return both as [Record<string, string>, Record<string, string>];
  }

  it('counts as its transcript does: samples and fixtures', async () => {
    const files = await findTranscripts([samples, fixtures]);
    expect(await expectSameMeasures(files.map(({ file }) => file))).toBeGreaterThan(10);
  });

  it('teaches the same facts from the same lines as its transcript: samples', async () => {
    const [transcripts, captured] = await harvests([samples]);
    expect(Object.keys(transcripts).length).toBeGreaterThan(5);
    expect(captured).toEqual(transcripts);
  });

  it('is harvested once, together with its transcript', async () => {
    const root = temporaryRepository();
    const options = {
      now: new Date('2026-11-20T10:00:00Z'),
      env: {},
      dryRun: false,
      signal: new AbortController().signal,
    };
    const repository = await openRepository(root);
    await captureInto(root, [samples]);
    const found = async (path: string) =>
      (await findTranscripts([path])).map((file) => ({ ...file, named: false }));
    await harvest(repository, { ...options, files: await found(join(root, '.kaizen/sessions')) });
    const again = await harvest(repository, { ...options, files: await found(samples) });
    expect(again.sessions).toMatchObject({ harvested: 0, skipped: again.sessions.seen });
  });

  describe.skipIf(!hasCorpus)('of a real transcript', () => {
    it('counts as its transcript does', async () => {
      const files = await findTranscripts(corpus);
      expect(await expectSameMeasures(files.map(({ file }) => file))).toBeGreaterThan(50);
    });

    it('teaches the same facts from the same lines', async () => {
      const [transcripts, captured] = await harvests(corpus);
      expect(captured).toEqual(transcripts);
    });

    it('is at most a quarter as large on the whole, and has nothing left to mask', async () => {
      const root = temporaryRepository();
      const { bytes } = await captureInto(root, corpus);
      expect(bytes.out / bytes.in).toBeLessThan(0.25);
      const redactor = openRedactor({ key: 'another key' });
      for (const text of Object.values(await contents(root, '.kaizen/sessions')))
        for (const line of text.trimEnd().split('\n').slice(1))
          expect(redactor.value(JSON.parse(line))).toEqual(JSON.parse(line));
    });
  });
});
