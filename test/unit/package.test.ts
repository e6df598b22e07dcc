import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface Locked {
  version?: string;
  license?: string;
  dev?: boolean;
  engines?: Record<string, string>;
}

const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, Locked> };
const locked = Object.entries(lock.packages)
  .filter(([path]) => path !== '')
  .map(([path, entry]) => ({ name: path.replace(/^.*node_modules\//, ''), ...entry }));

const allowed = new Set(['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', '0BSD']);

/** Development only: they come with changesets, never reach a user, and ask for no more than their notice. */
const exceptions: Record<string, string> = {
  'graceful-fs': 'BlueOak-1.0.0',
  argparse: 'Python-2.0',
  spawndamnit: 'SEE LICENSE IN LICENSE', // The file is the MIT licence.
};

describe('dependencies', () => {
  it('carry a licence that lets everybody use the product', () => {
    expect(locked.length).toBeGreaterThan(100);
    const wrong = locked.filter(({ name, license = 'none', dev }) => {
      const choices = license.replace(/[()]/g, '').split(' OR ');
      return !choices.some((one) => allowed.has(one)) && !(dev && exceptions[name] === license);
    });
    expect(wrong.map(({ name, license }) => `${name}: ${license}`)).toEqual([]);
    for (const name of Object.keys(exceptions)) expect(locked.map((one) => one.name)).toContain(name);
  });

  it('run on every Node the product promises', () => {
    expect(manifest.engines.node).toBe('>=20.19');
    const newer = locked.filter(({ dev, engines }) => {
      const least = [...(engines?.node ?? '').matchAll(/(?:>=|\^)\s*(\d+)(?:\.(\d+))?/g)].map(
        ([, major, minor]) => Number(major) * 100 + Number(minor ?? 0),
      );
      return !dev && least.length > 0 && Math.min(...least) > 2019;
    });
    expect(newer.map(({ name, engines }) => `${name}: ${engines?.node}`)).toEqual([]);
  });
});

describe('the package', () => {
  it('ships what it runs and says what changed', () => {
    for (const entry of manifest.files) expect(entry === 'dist' || existsSync(entry), entry).toBe(true);
    expect(readFileSync('CHANGELOG.md', 'utf8')).toContain(`## ${manifest.version}`);
    expect(readFileSync('LICENSE', 'utf8')).toMatch(/^MIT License/);
    expect(manifest.bin.kaizen).toBe('./dist/cli/main.js');
  });

  it('pins every action of its workflows to a commit and gives them no right they do not need', () => {
    for (const file of readdirSync('.github/workflows')) {
      const text = readFileSync(`.github/workflows/${file}`, 'utf8');
      for (const [, action] of text.matchAll(/uses:\s*(\S+)/g))
        expect(action).toMatch(/^(\.\/.*|[\w.-]+\/[\w./-]+@[0-9a-f]{40})$/);
      expect(text, file).toMatch(/^permissions: \{\}$/m);
      expect(text, file).not.toMatch(/pull_request_target/);
    }
  });
});
