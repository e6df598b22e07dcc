import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { commands } from '../../src/cli/all.ts';
import { builtEnvironment, kaizen, startKaizen } from './built-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'kaizen-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const run = (...args: string[]) => kaizen(args, { cwd: folder });

describe('kaizen', () => {
  it('shows help, with every command, when asked or called bare', () => {
    for (const args of [[], ['--help'], ['-h'], ['help']]) {
      const { stdout, stderr, status } = run(...args);
      expect([status, stderr]).toEqual([0, '']);
      for (const entry of commands) expect(stdout).toContain(`  ${entry.name} `);
      expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
      expect(stdout).not.toContain('\u001b');
    }
  });

  it('tells its version', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(run('--version')).toMatchObject({ status: 0, stdout: `kaizen ${version}\n` });
  });

  it('colours only when it may', () => {
    const env = { ...builtEnvironment(folder), FORCE_COLOR: '1' };
    expect(kaizen(['--help'], { cwd: folder, env }).stdout).toContain('\u001b[1m');
    expect(kaizen(['--help', '--no-color'], { cwd: folder, env }).stdout).not.toContain('\u001b');
  });

  it('answers mistakes with two lines on stderr and exit code 2', () => {
    for (const args of [
      ['harvst'],
      ['completions', 'bash', '--jsn'],
      ['completions'],
      ['completions', 'tcsh'],
      ['--now', 'noon', 'completions', 'bash'],
    ]) {
      const { stdout, stderr, status } = run(...args);
      expect([status, stdout], args.join(' ')).toEqual([2, '']);
      expect(stderr).toMatch(/^error: .+\nhint: .+\n$/);
    }
    expect(run('harvst').stderr).toContain('did you mean harvest?');
  });

  it('answers mistakes with one document on stdout under --json', () => {
    const { stdout, stderr, status } = run('completions', 'tcsh', '--json');
    expect([status, stderr]).toEqual([2, '']);
    expect(JSON.parse(stdout)).toMatchObject({ schema_version: 1, error: { code: 'usage' } });
  });

  it('gives one document with its schema version under --json', () => {
    const { stdout, status } = run('completions', 'bash', '--json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ schema_version: 1, shell: 'bash' });
  });

  it('stops quietly when nobody reads on', async () => {
    const child = startKaizen(['completions', 'bash'], folder);
    child.stdout.destroy();
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    const [code] = await once(child, 'exit');
    expect([code, stderr]).toEqual([0, '']);
  });
});

describe('modules loaded', () => {
  /** Every file and package a call loads, from a load hook that writes each one down. */
  function loadedBy(...args: string[]): string[] {
    const log = join(folder, `loaded-${args.join('-').replace(/\W/g, '')}`);
    const hooks = `import { appendFileSync } from 'node:fs';
      export async function load(url, context, next) { appendFileSync(${JSON.stringify(log)}, url + '\\n'); return next(url, context); }`;
    const preload = `import { register, createRequire } from 'node:module';
      import { appendFileSync } from 'node:fs';
      register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(hooks)}));
      process.on('exit', () => appendFileSync(${JSON.stringify(log)}, Object.keys(createRequire(${JSON.stringify(`${process.cwd()}/x.js`)}).cache).join('\\n') + '\\n'));`;
    const nodeArgs = ['--import', `data:text/javascript,${encodeURIComponent(preload)}`];
    const { stderr } = kaizen(args, { cwd: folder, nodeArgs });
    expect(stderr).toBe('');
    const root = process.cwd().replaceAll('\\', '/');
    const names = readFileSync(log, 'utf8')
      .split('\n')
      .map((line) => decodeURIComponent(line).replaceAll('\\', '/'))
      .map(
        (line) =>
          line.match(/node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1] ??
          line.replace('file://', '').replace(`${root}/dist/`, ''),
      )
      .filter((line) => line !== '' && !line.startsWith('data:'));
    return [...new Set(names)].sort();
  }

  it('by --help are the registry and what draws it', () => {
    expect(loadedBy('--help').filter((name) => !name.startsWith('node:'))).toEqual(
      [
        'cli/all.js',
        'cli/flag-values.js',
        'cli/global-flags.js',
        'cli/invocation.js',
        'cli/main.js',
        'cli/open-context.js',
        'cli/parse-quickly.js',
        'cli/render-help.js',
        'base/errors.js',
        'picocolors',
      ].sort(),
    );
  });
});
