import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packetClosing, packetOpening } from '../../src/base/packet-fence.ts';
import { indexFileName } from '../../src/io/fact-index-database.ts';
import { commitFacts, madeFacts } from '../bench/facts-at-scale.ts';
import { commitAll, someFacts, writeFact } from '../integration/fact-store.ts';
import { git, temporaryFolder, temporaryRepository } from '../integration/temp-repository.ts';
import { builtEnvironment, kaizen, startKaizen } from './built-cli.ts';

function storeOf(count: number): string {
  const root = temporaryRepository();
  git(root, 'remote', 'add', 'origin', 'https://github.com/acme/shop.git');
  for (const fact of someFacts(count)) writeFact(root, fact);
  commitAll(root);
  return root;
}

/** Runs the program without waiting; gives its output and exit code. */
function runAsync(
  args: string[],
  cwd: string,
  input?: string,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = startKaizen(args, cwd);
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (piece) => {
    stdout += piece;
  });
  child.stderr.on('data', (piece) => {
    stderr += piece;
  });
  if (input !== undefined) child.stdin.end(input);
  return new Promise((done) => {
    child.on('close', (code) => done({ code, stdout, stderr }));
  });
}

describe('kaizen bootstrap, built', () => {
  it('gives many processes the same packet from an index that none of them found', async () => {
    const root = storeOf(400);
    const args = ['bootstrap', '--task', 'cache token retry', '--now', '2026-11-20T09:00:00Z'];
    const runs = await Promise.all(Array.from({ length: 6 }, () => runAsync(args, root, '')));
    for (const { code, stdout, stderr } of runs) {
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toBe(runs[0]!.stdout);
    }
    expect(runs[0]!.stdout).toMatch(/of 400 notes shown/);
    const left = readdirSync(join(root, '.git', 'kaizen')).sort();
    expect(left).toEqual([indexFileName, 'settings.json']);
  });

  it('gives the same packet without SQLite', () => {
    const root = storeOf(60);
    const args = ['bootstrap', '--task', 'cache token retry', '--now', '2026-11-20T09:00:00Z'];
    const without = { ...builtEnvironment(root), KAIZEN_NO_SQLITE: '1' };
    const memory = kaizen(args, { cwd: root, env: without });
    expect(existsSync(join(root, '.git', 'kaizen', indexFileName))).toBe(false);
    expect(memory.stdout).toBe(kaizen(args, { cwd: root }).stdout);
    expect(existsSync(join(root, '.git', 'kaizen', indexFileName))).toBe(true);
  });

  it('answers a host that never closes its pipe', async () => {
    const root = storeOf(30);
    const child = startKaizen(['bootstrap', '--format', 'hook', '--no-record'], root);
    let stdout = '';
    child.stdout.on('data', (piece) => {
      stdout += piece;
    });
    const code = await new Promise((done) => {
      child.on('close', done);
    });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toHaveProperty('hookSpecificOutput');
  });

  it('says nothing in no store, in a broken repository and in a folder it may not read', () => {
    const empty = temporaryFolder();
    const broken = temporaryFolder();
    writeFileSync(join(broken, '.git'), 'gitdir: /nowhere\n');
    for (const cwd of [empty, broken]) {
      const { status, stdout, stderr } = kaizen(['bootstrap', '--format', 'hook'], {
        cwd,
        input: '{"session_id":"s"}',
      });
      expect([status, stdout, stderr]).toEqual([0, '', '']);
    }
  });

  it('builds the index in the background when that would keep the session waiting', async () => {
    const root = temporaryRepository();
    const env = builtEnvironment(root);
    await commitFacts(root, madeFacts(0, 15_200), 'facts', { first: true });
    const hook = (repo: string) =>
      kaizen(['bootstrap', '--format', 'hook', '--no-record', '--repo', repo], {
        cwd: root,
        env,
        input: '{}',
      });
    // The repository's own facts are few enough to be read at once.
    expect(JSON.parse(hook('globex/token-1').stdout)).toHaveProperty('hookSpecificOutput');
    expect(readFileSync(join(root, '.git/kaizen/hook.log'), 'utf8')).toContain(
      'building it for the next session',
    );
    for (
      let waited = 0;
      !existsSync(join(root, '.git/kaizen', indexFileName)) && waited < 40_000;
      waited += 50
    )
      await new Promise((done) => setTimeout(done, 50));
    expect(existsSync(join(root, '.git/kaizen', indexFileName))).toBe(true);
    expect(JSON.parse(hook('globex/token-1').stdout)).toHaveProperty('hookSpecificOutput');
  });
});

const badInputs = resolve('../shared/bad-inputs/sessions');

describe.skipIf(!existsSync(badInputs))('hostile transcripts (needs ../shared)', () => {
  for (const id of [
    'A13',
    'A14',
    'B02',
    'B03',
    'B06',
    'B07',
    'B08',
    'B09',
    'B11',
    'G01',
    'G02',
    'G05',
    'G06',
  ])
    it(`${id} cannot break out of the packet, even when a person accepts everything it taught`, () => {
      const root = temporaryRepository();
      const env = builtEnvironment(root);
      const harvest = kaizen(['harvest', join(badInputs, `${id}.jsonl`), '--repo', 'acme/shop'], {
        cwd: root,
        env,
      });
      expect([0, 1]).toContain(harvest.status);
      const active = kaizen(['bootstrap', '--repo', 'acme/shop'], { cwd: root, env }).stdout;
      expect(active).not.toMatch(/evil\.invalid|maintenance mode/);
      for (const file of git(root, 'ls-files', '--others', '--', 'knowledge/repos/*/')
        .split('\n')
        .filter((path) => path.endsWith('.md')))
        writeFileSync(
          join(root, file),
          readFileSync(join(root, file), 'utf8').replace('status: "candidate"', 'status: "active"'),
        );
      for (const text of [
        kaizen(['bootstrap', '--repo', 'acme/shop', '--budget', '5000'], { cwd: root, env }).stdout,
        kaizen(['search', 'remember docs rule link', '--all'], { cwd: root, env }).stdout,
      ]) {
        expect(text.split(packetOpening).length).toBeLessThanOrEqual(2);
        expect(text.split(packetClosing).length).toBe(text.split(packetOpening).length);
        expect(text.replace(packetOpening, '').replace(packetClosing, '')).not.toMatch(/<[/!?a-z]|```|!\[/i);
        expect(text).not.toMatch(
          /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\u3164\u2800]/,
        );
        for (const line of text.split('\n')) expect(line).not.toMatch(/^\s*(::|##\[)/);
      }
    });
});
