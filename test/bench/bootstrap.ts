import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { commitFacts, madeFact, madeFacts } from './facts-at-scale.ts';
import { type Bench, median } from './figure.ts';

const total = 90_000;
const landing = 50;
const runs = 15;

/** A session start on a year of a large fleet: index built once, then whole hook processes beside a bare node. */
export const bench: Bench = async () => {
  const store = mkdtempSync(join(tmpdir(), 'kaizen-bench-'));
  execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=main', store]);
  await commitFacts(store, madeFacts(0, total), 'facts', { first: true });
  const cli = resolve('dist/cli/main.js');
  const { scope } = madeFact(0);
  const args = [cli, 'bootstrap', '--format', 'hook', '--no-record', '--repo', scope.replace(/^repo:/, '')];
  const timed = (argv: string[], count: number): number =>
    median(
      Array.from({ length: count }, () => {
        const began = performance.now();
        const { status, stderr } = spawnSync(process.execPath, argv, {
          cwd: store,
          input: '{}',
          encoding: 'utf8',
        });
        if (status !== 0) throw new Error(stderr);
        return performance.now() - began;
      }),
    );
  const build = timed([cli, 'bootstrap', '--no-record'], 1);
  const bare = timed(['-e', '0'], runs);
  const hook = timed(args, runs);
  await commitFacts(store, madeFacts(total, total + landing), 'a harvest landed');
  const after = timed([cli, 'bootstrap', '--no-record'], 1);
  rmSync(store, { recursive: true, force: true });
  const note = `${total.toLocaleString('en')} facts in a bare repository; bare \`node -e 0\` takes ${Math.round(bare)} ms`;
  return [
    {
      name: 'session-start hook',
      value: Math.round((hook / bare) * 100) / 100,
      unit: '× bare node',
      n: runs,
      note,
    },
    { name: 'first index', value: Math.round(build / 100) / 10, unit: 's', n: 1, note },
    { name: `first start after ${landing} new facts`, value: Math.round(after), unit: 'ms', n: 1, note },
  ];
};
