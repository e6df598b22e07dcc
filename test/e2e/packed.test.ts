import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtEnvironment } from './built-cli.ts';

/** What a user gets from the registry: the packed tarball, installed into an empty project. */
const folder = mkdtempSync(join(tmpdir(), 'kaizen-packed-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const env = builtEnvironment(folder);
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
let packed: { filename: string; files: { path: string }[] };

beforeAll(() => {
  const out = execFileSync(npm, ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
    encoding: 'utf8',
    env: process.env,
    stdio: ['ignore', 'pipe', 'ignore'],
    shell: process.platform === 'win32',
  });
  packed = JSON.parse(out)[0];
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const args = [
    'install',
    '--omit=dev',
    '--no-audit',
    '--no-fund',
    '--prefer-offline',
    join(folder, packed.filename),
  ];
  const installed = spawnSync(npm, args, {
    cwd: folder,
    encoding: 'utf8',
    env: process.env,
    shell: process.platform === 'win32',
  });
  if (installed.status !== 0) throw new Error(`npm install failed:\n${installed.stderr}`);
}, 240_000);

function kaizen(...args: string[]) {
  const bin = join(folder, 'node_modules', 'kaizen-loop', 'dist', 'cli', 'main.js');
  return spawnSync(process.execPath, [bin, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env,
    timeout: 120_000,
  });
}

describe('the packed tarball', () => {
  it('holds the program, its samples and papers, and nothing else', () => {
    const paths = packed.files.map((file) => file.path);
    const allowed =
      /^(dist\/.+\.js|src\/samples\/.+\.jsonl|src\/templates\/.+|package\.json|README\.md|LICENSE|CHANGELOG\.md)$/;
    expect(paths.filter((path) => !allowed.test(path))).toEqual([]);
    for (const path of ['dist/cli/main.js', 'LICENSE', 'README.md', 'CHANGELOG.md'])
      expect(paths).toContain(path);
    expect(paths.filter((path) => path.startsWith('src/samples/')).length).toBeGreaterThanOrEqual(6);
  });

  it('needs nothing a user does not get', () => {
    const manifest = JSON.parse(readFileSync(join(folder, 'node_modules/kaizen-loop/package.json'), 'utf8'));
    const isInstalled = (name: string) => existsSync(join(folder, 'node_modules', name, 'package.json'));
    expect(Object.keys(manifest.dependencies).filter((name) => !isInstalled(name))).toEqual([]);
    expect(isInstalled('vitest')).toBe(false);
  });

  it('installs as the command `kaizen`', () => {
    const bin = join(folder, 'node_modules', '.bin', process.platform === 'win32' ? 'kaizen.cmd' : 'kaizen');
    const help = spawnSync(bin, ['--help'], { encoding: 'utf8', env, shell: process.platform === 'win32' });
    expect(help.stderr).toBe('');
    expect(help.stdout).toContain('Usage  kaizen <command> [flags]');
    expect(help.status).toBe(0);
  });

  it('runs the whole loop on the samples', () => {
    const { stdout, stderr, status } = kaizen('start', '--samples');
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    expect(stdout).toContain('acme/shop');
    expect(stdout).toContain('metrics/dashboard.md');
  });
});
