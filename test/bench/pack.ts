import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { type Bench, type BenchFigure, median } from './figure.ts';

const sizes = [1000, 5000, 20_000];
const commits = 300;
const repeats = 3;
const changed = 10;
const task = 'fix(parser): an option of the reader is lost when the buffer ends within an escaped character';
const main = resolve('dist/cli/main.js');
/** A version that runs on Node 20. */
const repomix = 'repomix@1';
const repomixFiles = 5000;

/**
 * Whole processes of `kaizen pack` on repositories of real code (the packages this project depends on, copied with
 * names changed until there are enough files): without an index, with one, after ten files changed. Beside it, in the
 * same run, a process that only reads and hashes every file; and repomix, which packs the whole repository.
 */
export const bench: Bench = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kaizen-bench-pack-'));
  try {
    const figures: BenchFigure[] = [];
    for (const files of sizes) {
      const dir = join(folder, `r${files}`);
      const bytes = makeRepository(dir, files);
      figures.push(...measure(dir, files, bytes));
      if (files === repomixFiles) figures.push(...measureRepomix(folder, dir, files, bytes));
      rmSync(dir, { recursive: true, force: true });
    }
    return figures;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

function measure(dir: string, files: number, bytes: number): BenchFigure[] {
  const note = `${files} files, ${Math.round(bytes / 1e6)} MB, ${commits} commits; whole process`;
  const cache = join(dir, '.git', 'kaizen');
  const plain: number[] = [];
  const cold: number[] = [];
  const warm: number[] = [];
  const packed: number[] = [];
  const after: number[] = [];
  const cpu: [number, number][] = [];
  let rss = 0;
  for (let turn = 0; turn < repeats; turn++) {
    plain.push(run(['-e', readAll, dir]).ms);
    rmSync(cache, { recursive: true, force: true });
    const first = pack(dir, 0);
    cold.push(first.ms);
    rss = Math.max(rss, first.rssMb);
    const second = pack(dir, 0);
    warm.push(second.ms);
    cpu.push([first.cpuMs, second.cpuMs]);
    packed.push(pack(dir, 8000).ms);
    for (let at = 0; at < changed; at++) {
      const path = join(dir, pathOf(at * 7));
      writeFileSync(path, `${readFileSync(path, 'utf8')}// changed in turn ${turn}\n`);
    }
    after.push(pack(dir, 0).ms);
    execFileSync('git', ['-C', dir, 'reset', '-q', '--hard'], { stdio: 'ignore' });
    pack(dir, 0);
  }
  const figure = (name: string, value: number, unit: string): BenchFigure => ({
    name,
    value: Math.round(value * 100) / 100,
    unit,
    n: repeats,
    note,
  });
  const differences = after.map((ms, turn) => ms - (warm[turn] as number));
  return [
    figure(`pack, ${files} files, no index yet`, median(cold) / 1000, 's'),
    figure(
      `pack, ${files} files, no index yet, beside reading and hashing them`,
      median(cold) / median(plain),
      '× its time',
    ),
    figure(`pack, ${files} files, ranking, index there`, median(warm) / 1000, 's'),
    figure(`pack, ${files} files, no index yet, processor time`, median(cpu.map(([one]) => one)) / 1000, 's'),
    figure(
      `pack, ${files} files, index there, processor time`,
      median(cpu.map(([, one]) => one)) / 1000,
      's',
    ),
    figure(`pack, ${files} files, 8,000 tokens, index there`, median(packed) / 1000, 's'),
    figure(`pack, ${files} files, more after ${changed} changed`, Math.max(0, median(differences)), 'ms'),
    figure(`pack, ${files} files, most memory`, rss, 'MB'),
  ];
}

const readAll = `const fs=require('fs'),c=require('crypto');const d=process.argv[1];
for(const p of require('child_process').execFileSync('git',['-C',d,'ls-files','-z'],{maxBuffer:1e9}).toString().split('\\0'))
if(p)c.createHash('sha1').update(fs.readFileSync(d+'/'+p)).digest();`;

function pack(dir: string, budget: number): Run {
  return run([main, 'pack', '--repo', dir, '--task', task, '--budget-tokens', String(budget), '--json']);
}

/** One whole process: on the clock, on the processor (without Git, which works at the same time), in memory. */
interface Run {
  ms: number;
  cpuMs: number;
  rssMb: number;
}

/** Runs Node and asks it, as it leaves, what it took. */
function run(args: string[]): Run {
  const tell =
    'import{writeSync}from"node:fs";import{isMainThread}from"node:worker_threads";if(isMainThread)process.on("exit",()=>{try{const u=process.resourceUsage();writeSync(3,JSON.stringify([u.maxRSS,u.userCPUTime+u.systemCPUTime]))}catch{}})';
  const began = performance.now();
  const result = spawnSync(process.execPath, ['--import', `data:text/javascript,${tell}`, ...args], {
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
    maxBuffer: 1 << 28,
  });
  if (result.status !== 0) throw new Error(`failed: ${args.slice(0, 3).join(' ')}`);
  const ms = performance.now() - began;
  const [rssKb, cpuMicroseconds] = JSON.parse(result.output[3]?.toString() ?? '[]') as [number, number];
  return { ms, rssMb: rssKb / 1024, cpuMs: cpuMicroseconds / 1000 };
}

/** repomix in a fresh folder of its own; without a network, or a Node it runs on, there is no figure. */
function measureRepomix(folder: string, dir: string, files: number, bytes: number): BenchFigure[] {
  const home = join(folder, 'repomix');
  mkdirSync(home);
  writeFileSync(join(home, 'package.json'), '{"private":true}');
  const installed = spawnSync(
    'npm',
    ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--silent', repomix],
    {
      cwd: home,
      timeout: 180_000,
    },
  );
  if (installed.status !== 0) {
    console.log('pack: repomix could not be installed and is left out');
    return [];
  }
  const program = join(home, 'node_modules', 'repomix', 'bin', 'repomix.cjs');
  const began = performance.now();
  const ran = spawnSync(process.execPath, [program, dir, '--quiet', '--output', join(home, 'out.xml')], {
    cwd: home,
    timeout: 600_000,
  });
  if (ran.status !== 0) {
    console.log(
      `pack: repomix did not run on this Node and is left out: ${ran.stderr?.toString().slice(-200)}`,
    );
    return [];
  }
  const { version } = JSON.parse(readFileSync(join(home, 'node_modules', 'repomix', 'package.json'), 'utf8'));
  return [
    {
      name: `repomix ${version}, ${files} files, the whole repository into one file`,
      value: Math.round((performance.now() - began) / 10) / 100,
      unit: 's',
      n: 1,
      note: `${Math.round(bytes / 1e6)} MB; it ranks nothing, so this is the time of another job`,
    },
  ];
}

const pathOf = (at: number) => `src/part${at % 97}/group${at % 13}/file${at}.ts`;

/** Real code under new names: the n-th copy of a file has the names of its types changed. Gives the bytes. */
function makeRepository(dir: string, files: number): number {
  const sources = sourceTexts();
  mkdirSync(dir, { recursive: true });
  let bytes = 0;
  for (let at = 0; at < files; at++) {
    const copy = Math.floor(at / sources.length);
    const text = (sources[at % sources.length] as string).replace(
      /\b[A-Z][a-z]+[A-Z]\w{2,}/g,
      (name) => `${name}${copy === 0 ? '' : copy.toString(36)}`,
    );
    const path = join(dir, pathOf(at));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `// file ${at}\n${text}`);
    bytes += text.length;
  }
  const git = (...args: string[]) => execFileSync('git', ['-C', dir, ...args], { stdio: 'ignore' });
  execFileSync('git', ['init', '-q', '-b', 'main', dir]);
  git('config', 'user.name', 'Ada');
  git('config', 'user.email', 'ada@example.com');
  git('config', 'gc.auto', '0');
  git('add', '.');
  git('commit', '-q', '-m', 'Start with all parts');
  execFileSync('git', ['-C', dir, 'fast-import', '--quiet'], { input: historyOf(files) });
  git('reset', '-q', '--hard', 'main');
  return bytes;
}

/** Commits that change three files each, in the form of git fast-import. */
function historyOf(files: number): string {
  const words = 'reader buffer option escape parser stream token cache router layout'.split(' ');
  const lines: string[] = [];
  for (let commit = 0; commit < commits; commit++) {
    const message = `fix(${words[commit % 10]}): ${words[(commit * 3) % 10]} of the ${words[(commit * 7) % 10]} in case ${commit}`;
    lines.push(`commit refs/heads/main`, `committer Ada <ada@example.com> ${1_700_000_000 + commit} +0000`);
    lines.push(`data ${message.length}`, message);
    if (commit === 0) lines.push('from refs/heads/main^0');
    for (let file = 0; file < 3; file++) {
      const text = `export const case${commit} = ${file};\n`;
      lines.push(
        `M 644 inline src/extra/${(commit * 31 + file) % Math.min(files, 200)}.ts`,
        `data ${text.length}`,
        text,
      );
    }
  }
  return `${lines.join('\n')}\n`;
}

function sourceTexts(): string[] {
  const texts: string[] = [];
  for (const file of readdirSync('node_modules', { recursive: true, encoding: 'utf8' }).sort()) {
    if (!/\.(?:ts|mts|js|mjs)$/.test(file) || /\.min\.|[/\\](?:dist|umd|bundle)[/\\].*\.js$/.test(file))
      continue;
    const path = join('node_modules', file);
    const { size } = statSync(path);
    if (size < 1500 || size > 40_000) continue;
    const text = readFileSync(path, 'utf8');
    if (text.length / text.split('\n').length < 200) texts.push(text);
    if (texts.length === 2500) break;
  }
  return texts;
}
