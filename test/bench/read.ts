import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { type Bench, type BenchFigure, median } from './figure.ts';

const repeats = 5;
/** Passes over the files in one process; the first, in which code is still being compiled, is left out, the best counts. */
const rounds = 8;
const listBytes = 500_000_000;
const corpus = resolve('../shared/corpus/claude-code');

/**
 * The session reader beside plain `JSON.parse` of every line (processor time of the process), and `session list`
 * beside ccusage over 500 MB (time on the clock). Everything in processes of its own, taken in turns so that a busy
 * moment hits all alike; ratios are medians of the ratios within a turn.
 */
export const bench: Bench = async () => {
  if (!existsSync(corpus)) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'kaizen-bench-'));
  try {
    return [...readFigures(folder), ...listFigures(folder)];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

function readFigures(folder: string): BenchFigure[] {
  const files = jsonlBelow(corpus);
  const megabytes = files.reduce((sum, file) => sum + statSync(file).size, 0) / 1e6;
  const list = join(folder, 'files.txt');
  writeFileSync(list, files.join('\n'));
  const child = join(dirname(fileURLToPath(import.meta.url)), 'read-child.js');
  const ways = ['plain', 'plain by line', 'session', 'summary'] as const;
  const took = new Map<string, number[]>(ways.map((way) => [way, []]));
  for (let turn = 0; turn < repeats; turn += 1) {
    for (const way of ways) {
      const output = execFileSync(process.execPath, [child, way, String(rounds), list], { encoding: 'utf8' });
      const { took: passes } = JSON.parse(output) as { took: number[] };
      took.get(way)?.push(Math.min(...passes.slice(1)));
    }
  }
  const ratio = (way: string, beside: string) =>
    median((took.get(way) ?? []).map((ms, turn) => (took.get(beside)?.[turn] ?? Number.NaN) / ms));
  const speed = (way: string) => Math.round(megabytes / (median(took.get(way) ?? []) / 1000));
  const note = `${files.length} Claude Code transcripts, ${Math.round(megabytes)} MB`;
  const figure = (name: string, value: number, unit: string) => ({
    name,
    value: round(value),
    unit,
    n: repeats,
    note,
  });
  return [
    figure('plain read, split, `JSON.parse` of every line', speed('plain'), 'MB/s'),
    figure('`JSON.parse` of every line, split in bytes', speed('plain by line'), 'MB/s'),
    figure('session reader (events, calls, sha256)', speed('session'), 'MB/s'),
    figure('session reader, summary alone', speed('summary'), 'MB/s'),
    figure('session reader beside plain parsing', ratio('session', 'plain'), '×'),
    figure('session summary beside plain parsing', ratio('summary', 'plain'), '×'),
  ];
}

function listFigures(folder: string): BenchFigure[] {
  const projects = join(folder, 'claude', 'projects', 'shop');
  mkdirSync(projects, { recursive: true });
  const bytes = replicate(projects);
  const env = {
    ...process.env,
    HOME: folder,
    CLAUDE_CONFIG_DIR: join(folder, 'claude'),
    CODEX_HOME: join(folder, 'none'),
  };
  const ccusage = ccusageProgram();
  const programs: Record<string, () => { status: number | null; rssMb?: number }> = {
    kaizen: () => runMeasured(['dist/cli/main.js', 'session', 'list', projects, '--json'], env),
    ...(ccusage && {
      ccusage: () => spawnSync(ccusage, ['session', '--json', '--offline'], { env, maxBuffer: 1 << 28 }),
    }),
  };
  const seconds = new Map<string, number[]>(Object.keys(programs).map((name) => [name, []]));
  const rss: number[] = [];
  for (let turn = 0; turn < repeats; turn += 1) {
    for (const [name, run] of Object.entries(programs)) {
      const began = performance.now();
      const { status, rssMb } = run();
      if (status !== 0) throw new Error(`${name} failed`);
      seconds.get(name)?.push((performance.now() - began) / 1000);
      if (rssMb !== undefined) rss.push(rssMb);
    }
  }
  const note = `${readdirSync(projects).length} transcripts, ${Math.round(bytes / 1e6)} MB, whole processes`;
  const own = seconds.get('kaizen') ?? [];
  const theirs = seconds.get('ccusage') ?? [];
  const figures: BenchFigure[] = [
    { name: '`kaizen session list`', value: round(median(own)), unit: 's', n: repeats, note },
    {
      name: '`kaizen session list`, most memory',
      value: Math.round(Math.max(...rss)),
      unit: 'MB',
      n: repeats,
      note,
    },
  ];
  if (theirs.length === 0) return figures;
  const ratios = own.map((value, turn) => value / (theirs[turn] ?? Number.NaN));
  return [
    ...figures,
    {
      name: '`ccusage session --json --offline` (native)',
      value: round(median(theirs)),
      unit: 's',
      n: repeats,
      note,
    },
    {
      name: '`session list` beside ccusage',
      value: round(median(ratios)),
      unit: '× its time',
      n: repeats,
      note,
    },
  ];
}

/** Copies of the transcripts, each with session, response and call ids of its own, until there are enough bytes. */
function replicate(projects: string): number {
  const files = jsonlBelow(corpus);
  let bytes = 0;
  for (let copy = 0; bytes < listBytes; copy += 1) {
    const mark = copy.toString(16).padStart(4, '0');
    for (const [at, file] of files.entries()) {
      const text = readFileSync(file, 'latin1')
        .replace(/"sessionId":"[^"]{4}/g, `"sessionId":"${mark}`)
        .replace(/"(id|tool_use_id)":"(msg|toolu)_[^"]{4}/g, `"$1":"$2_${mark}`)
        .replace(/"requestId":"req_[^"]{4}/g, `"requestId":"req_${mark}`);
      writeFileSync(join(projects, `${mark}-${at}.jsonl`), text, 'latin1');
      bytes += text.length;
    }
  }
  return bytes;
}

/** Runs Node and asks it, as it leaves, for the most memory it held. */
function runMeasured(args: string[], env: NodeJS.ProcessEnv) {
  const tell =
    'import{writeSync}from"node:fs";import{isMainThread}from"node:worker_threads";if(isMainThread)process.on("exit",()=>writeSync(3,String(process.resourceUsage().maxRSS)))';
  const run = spawnSync(process.execPath, ['--import', `data:text/javascript,${tell}`, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
    maxBuffer: 1 << 28,
  });
  return { status: run.status, rssMb: Number(run.output[3]?.toString()) / 1024 };
}

function ccusageProgram(): string | undefined {
  try {
    const name = `@ccusage/ccusage-${process.platform}-${process.arch}/package.json`;
    const program = join(dirname(createRequire(import.meta.url).resolve(name)), 'bin', 'ccusage');
    if (!existsSync(program)) return undefined;
    // npm unpacks it without the right to run.
    chmodSync(program, 0o755);
    return program;
  } catch {
    return undefined;
  }
}

function jsonlBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.jsonl'))
    .sort()
    .map((file) => join(folder, file));
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
