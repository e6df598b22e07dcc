import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { builtEnvironment, kaizen } from './built-cli.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'kaizen-start-e2e-')));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
/** Everything a run leaves behind lands here. */
const env = { ...builtEnvironment(folder), TMPDIR: folder, TEMP: folder, TMP: folder };

describe('npm start, in a copy of this repository', () => {
  it('builds and shows the whole loop on the samples', () => {
    const copy = join(folder, 'clone');
    const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
      encoding: 'utf8',
    });
    for (const path of listed.split('\0').filter((one) => one !== '' && existsSync(one))) {
      mkdirSync(dirname(join(copy, path)), { recursive: true });
      cpSync(path, join(copy, path));
    }
    symlinkSync(resolve('node_modules'), join(copy, 'node_modules'), 'junction');
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
    const run = spawnSync(npm, ['start'], {
      cwd: copy,
      env,
      encoding: 'utf8',
      shell: process.platform === 'win32',
      timeout: 120_000,
    });
    expect(run.status, run.stderr).toBe(0);
    for (const words of [
      '1 Read',
      '8 sample sessions',
      '2 Learned',
      'acme/shop',
      '3 Told',
      '4 Proven',
      'metrics/dashboard.md',
      'Next',
    ])
      expect(run.stdout).toContain(words);
    expect(run.stdout.split('\n').length).toBeLessThan(120);
  });
});

describe('kaizen start', () => {
  it('runs the loop with real commits into the folder named', () => {
    const run = kaizen(['start', '--samples', '--into', 'demo', '--json'], { cwd: folder, env });
    expect([run.status, run.stderr]).toEqual([0, '']);
    const report = JSON.parse(run.stdout);
    const root = join(folder, 'demo');
    expect(report).toMatchObject({ schema_version: 1, source: 'samples', root, unread: [] });
    expect(report.sessions).toHaveLength(8);
    const log = execFileSync('git', ['log', '--format=%s'], { cwd: root, encoding: 'utf8', env });
    expect(log).toBe('metrics: the first dashboard\nknowledge: what these sessions teach\n');
    expect(execFileSync('git', ['status', '--porcelain'], { cwd: root, encoding: 'utf8', env })).toBe('');
    expect(readFileSync(join(root, 'metrics/dashboard.md'), 'utf8')).toContain('# Does the loop pay?');
    expect(report.packet.tokens).toBeLessThanOrEqual(report.packet.budgetTokens);
    expect(report.packet.shown).toBeGreaterThan(2);
    expect(report.packet.text).not.toContain('is gone');
    for (const fact of report.facts) expect(fact.sources.length).toBeGreaterThan(0);
  });

  it('takes the transcripts of this machine when there are some, newest first, and changes none', () => {
    const home = join(folder, 'home');
    const project = join(home, '.claude/projects/-home-ada-shop');
    mkdirSync(project, { recursive: true });
    const samples = resolve('src/samples/claude-code');
    for (const name of readdirSync(samples)) cpSync(join(samples, name), join(project, name));
    const before = readdirSync(home, { recursive: true });
    const run = kaizen(['start', '--limit', '3', '--json'], { cwd: folder, env: { ...env, HOME: home } });
    expect([run.status, run.stderr]).toEqual([0, '']);
    const report = JSON.parse(run.stdout);
    expect(report).toMatchObject({
      source: 'this machine',
      found: { 'claude-code': readdirSync(samples).length },
    });
    expect(report.sessions).toHaveLength(3);
    expect(readdirSync(home, { recursive: true })).toEqual(before);
    const args = ['grep', '-c', 'context.exposed', 'HEAD', '--', 'metrics'];
    const exposures = spawnSync('git', args, { cwd: report.root, encoding: 'utf8', env }).stdout.trim();
    expect(exposures).toBe('');
  });

  it('says so when there is nothing to learn', () => {
    const home = join(folder, 'poor');
    mkdirSync(join(home, '.codex/sessions'), { recursive: true });
    writeFileSync(join(home, '.codex/sessions/rollout-x.jsonl'), 'no transcript\n');
    const run = kaizen(['start'], { cwd: folder, env: { ...env, HOME: home } });
    expect([run.status, run.stderr]).toEqual([0, '']);
    expect(run.stdout).toContain('0 sessions, the newest of the transcripts on this machine (1 codex)');
    expect(run.stdout).toContain('1 file gave no session');
    expect(run.stdout).toContain('2 Learned  nothing yet');
    expect(run.stdout).toContain('not enough data');
  });

  it('leaves a folder that is not empty alone', () => {
    mkdirSync(join(folder, 'full'));
    writeFileSync(join(folder, 'full', 'mine.txt'), 'mine');
    const run = kaizen(['start', '--samples', '--into', 'full'], { cwd: folder, env });
    expect(run.status).toBe(2);
    expect(run.stderr).toContain('is not empty');
    expect(readdirSync(join(folder, 'full'))).toEqual(['mine.txt']);
  });
});
