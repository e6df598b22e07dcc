import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { commitFacts, madeFact, madeFacts } from './facts-at-scale.ts';
import { type Bench, type BenchFigure, median } from './figure.ts';

const sizes = [1_000, 10_000, 90_000];
const landing = 50;
const landings = 5;
const runs = 21;
const task =
  'Fix the flaky checkout worker: the session token cache returns a stale payload after a retry, vitest fails with ETIMEDOUT when redis is cold. Look at src/session/token-cache.ts and add a test for the retry queue.';

interface Timed {
  ms: number;
  stdout: string;
}

/** A whole process from start to exit; it must succeed. */
function timed(argv: readonly string[], cwd: string, input = ''): Timed {
  const began = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, { cwd, input, encoding: 'utf8' });
  const ms = performance.now() - began;
  if (status !== 0) throw new Error(stderr);
  return { ms, stdout };
}

/**
 * A session start in a store of 1,000, 10,000 and 90,000 facts, checked out: the index built once, a harvest landing,
 * and whole hook processes (host input, task text, exposure recorded), each beside a bare `node -e 0`.
 */
export const bench: Bench = async () => {
  const figures: BenchFigure[] = [];
  for (const size of sizes) figures.push(...(await benchStore(size)));
  return figures;
};

async function benchStore(size: number): Promise<BenchFigure[]> {
  const store = mkdtempSync(join(tmpdir(), 'kaizen-bench-'));
  const git = (...args: string[]) => execFileSync('git', args, { cwd: store });
  git('init', '--quiet', '--initial-branch=main');
  await commitFacts(store, madeFacts(0, size), 'facts', { first: true });
  git('reset', '--quiet', '--hard');
  const cli = resolve('dist/cli/main.js');
  const repo = largestRepository();
  const start = [cli, 'bootstrap', '--format', 'hook', '--agent', 'codex', '--repo', repo, '--task', task];
  const input = JSON.stringify({ session_id: 'bench', cwd: store, source: 'startup' });

  const build = timed([cli, 'bootstrap', '--budget', '0'], store).ms;
  const packet = timed(start, store, input).stdout;
  if (!packet.includes('additionalContext')) throw new Error('the hook gave no packet');
  const pairs = Array.from({ length: runs }, () => ({
    bare: timed(['-e', '0'], store).ms,
    hook: timed(start, store, input).ms,
  }));
  const after: number[] = [];
  for (let from = size; from < size + landings * landing; from += landing) {
    await commitFacts(store, madeFacts(from, from + landing), 'a harvest landed');
    git('reset', '--quiet', '--hard');
    after.push(timed(start, store, input).ms);
  }
  rmSync(store, { recursive: true, force: true });

  const bare = median(pairs.map((pair) => pair.bare));
  const hook = median(pairs.map((pair) => pair.hook));
  const ratio = median(pairs.map((pair) => pair.hook / pair.bare));
  const label = size.toLocaleString('en');
  const note = `${label} facts checked out, ${Buffer.byteLength(packet)} bytes of context`;
  return [
    {
      name: `session start, ${label} facts`,
      value: Math.round(ratio * 100) / 100,
      unit: '× bare node',
      n: runs,
      note: `whole processes in pairs: ${Math.round(hook)} ms and ${Math.round(bare)} ms; ${note}`,
    },
    { name: `first index, ${label} facts`, value: Math.round(build / 100) / 10, unit: 's', n: 1, note },
    {
      name: `index update, ${landing} new facts to ${label}`,
      value: Math.round(median(after) - hook),
      unit: 'ms',
      n: landings,
      note: `first start after them takes ${Math.round(median(after))} ms instead of ${Math.round(hook)} ms; ${note}`,
    },
  ];
}

/** The repository that most made facts are about. */
function largestRepository(): string {
  const counts = new Map<string, number>();
  for (let number = 0; number < 500; number++) {
    const { scope } = madeFact(number);
    if (scope.startsWith('repo:')) counts.set(scope, (counts.get(scope) ?? 0) + 1);
  }
  const [largest] = [...counts].sort((a, b) => b[1] - a[1]);
  return largest?.[0].slice('repo:'.length) ?? '';
}
