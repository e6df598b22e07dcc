import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { type Bench, median } from './figure.ts';

const runs = 31;

/** Whole processes, from spawn to exit, taken in turns so that a busy moment hits all alike. */
export const bench: Bench = async () => {
  const cli = resolve('dist/cli/main.js');
  const folder = mkdtempSync(join(tmpdir(), 'kaizen-bench-'));
  for (const args of [
    ['init', '-q'],
    ['commit', '-q', '--allow-empty', '-m', 'start'],
  ])
    spawnSync('git', ['-c', 'user.name=bench', '-c', 'user.email=bench@example.com', ...args], {
      cwd: folder,
    });
  const cases: Record<string, string[]> = {
    bare: ['-e', '0'],
    help: [cli, '--help'],
    hook: [cli, 'bootstrap', '--format', 'hook'],
  };
  const times = new Map(Object.keys(cases).map((name) => [name, [] as number[]]));
  for (let run = 0; run < runs; run += 1) {
    for (const [name, args] of Object.entries(cases)) {
      const began = performance.now();
      spawnSync(process.execPath, args, { cwd: folder, input: '{}' });
      times.get(name)?.push(performance.now() - began);
    }
  }
  rmSync(folder, { recursive: true, force: true });
  const [bare = 0, help = 0, hook = 0] = [...times.values()].map((values) => median(values));
  const times2 = (value: number) => Math.round((value / bare) * 100) / 100;
  const note = `whole process; bare \`node -e 0\` takes ${Math.round(bare)} ms here`;
  return [
    { name: '`kaizen --help`', value: times2(help), unit: '× bare node', n: runs, note },
    {
      name: 'session-start hook, repository without facts',
      value: times2(hook),
      unit: '× bare node',
      n: runs,
      note,
    },
  ];
};
