import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { readExecutions } from '../../src/io/executions.ts';
import { tallyExecutions } from '../../src/io/tally-executions.ts';
import { agentMetricsPaths } from '../../src/metrics/agents/agent-paths.ts';
import { type Execution, formatExecution } from '../../src/metrics/agents/executions/execution.ts';
import { summarise, summaryOf } from '../../src/metrics/agents/executions/summary.ts';
import { formatSummary } from '../../src/metrics/agents/executions/summary-file.ts';
import { type Bench, type BenchFigure, median } from './figure.ts';

const agent = 'tdd-workflow';
const paths = agentMetricsPaths(agent);
const runs = 5;
const rows = 1_000_000;
const [processes, each] = [50, 100];

/** A million executions summarised, beside `JSON.parse` of the same lines; and fifty processes that record at once. */
export const bench: Bench = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kaizen-bench-'));
  try {
    return [...(await summaryFigures(folder)), ...(await writerFigures(mkdtempSync(join(folder, 'w'))))];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

async function summaryFigures(root: string): Promise<BenchFigure[]> {
  const bytes = await writeRows(root);
  const file = join(root, paths.executions);
  const took: Record<'plain' | 'ours', number[]> = { plain: [], ours: [] };
  // In turns, so that a busy moment hits both alike.
  for (let run = 0; run < runs; run += 1) {
    took.plain.push(
      processorMs(() => {
        let read = 0;
        for (const line of readFileSync(file, 'utf8').split('\n'))
          if (line !== '') read += JSON.parse(line).id.length;
        return read;
      }),
    );
    took.ours.push(
      processorMs(() => {
        const { tally, skipped, duplicates } = tallyExecutions(root, agent);
        if (tally.n !== rows || skipped + duplicates > 0) throw new Error('not every row was counted');
        return formatSummary(summaryOf(agent, tally)).length;
      }),
    );
  }
  const note = `${rows.toLocaleString('en-US')} rows of ${Math.round(bytes / rows)} bytes, ${Math.round(bytes / 1e6)} MB; processor time, in turns in one process`;
  const ratio = median(took.ours.map((ms, i) => ms / (took.plain[i] as number)));
  return [
    {
      name: 'A million executions summarised',
      value: Math.round(median(took.ours)),
      unit: 'ms',
      n: runs,
      note,
    },
    {
      name: 'the same lines read and given to `JSON.parse`',
      value: Math.round(median(took.plain)),
      unit: 'ms',
      n: runs,
      note,
    },
    {
      name: 'ratio of the two',
      value: Math.round(ratio * 100) / 100,
      unit: '×',
      n: runs,
      note: 'median of the ratios within a turn; at most 2 s is wanted',
    },
  ];
}

function processorMs(work: () => number): number {
  const began = process.cpuUsage();
  if (work() <= 0) throw new Error('nothing was done');
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1000;
}

/** Rows as a busy fleet leaves them; every value from its number, so that two runs measure the same. */
async function writeRows(root: string): Promise<number> {
  mkdirSync(join(root, paths.folder), { recursive: true });
  const file = createWriteStream(join(root, paths.executions));
  let bytes = 0;
  for (let from = 0; from < rows; from += 10_000) {
    const lines = Array.from({ length: 10_000 }, (_, i) => formatExecution(executionOf(from + i)));
    const text = `${lines.join('\n')}\n`;
    bytes += Buffer.byteLength(text);
    if (!file.write(text)) await new Promise<void>((go) => file.once('drain', () => go()));
  }
  await new Promise<void>((done) => {
    file.end(() => done());
  });
  return bytes;
}

function executionOf(i: number): Execution {
  const mixed = Math.imul(i + 1, 0x9e3779b1) >>> 0;
  const hex = (value: number) => (value >>> 0).toString(16).padStart(8, '0');
  return {
    id: hex(mixed) + hex(i),
    timestamp: new Date(Date.UTC(2026, 0, 1) + i * 15_000).toISOString(),
    agent,
    success: mixed % 10 > 0,
    executionTimeS: (mixed % 90_000) / 10,
    qualityScore: (mixed % 101) / 100,
    primaryMetric: { name: 'test_pass_rate', value: (mixed % 1001) / 1000, target: 1 },
    sessionUid: `${hex(mixed)}-${hex(i)}-4000-8000-000000000000`,
    model: 'claude-sonnet-4-5',
    tokens: { input: mixed % 5000, output: mixed % 20_000, cacheRead: mixed % 900_000, cacheWrite: 1000 },
    metadata: { issue: i },
  };
}

async function writerFigures(root: string): Promise<BenchFigure[]> {
  const child = join(dirname(fileURLToPath(import.meta.url)), 'agent-metrics-child.js');
  const began = performance.now();
  await Promise.all(
    Array.from({ length: processes }, (_, i) => {
      const one = spawn(process.execPath, [child, root, String(i), String(each)], { stdio: 'inherit' });
      return new Promise<void>((done, failed) => {
        one.on('exit', (code) => (code === 0 ? done() : failed(new Error(`a writer ended with ${code}`))));
      });
    }),
  );
  const seconds = (performance.now() - began) / 1000;
  const lines = readFileSync(join(root, paths.executions), 'utf8').split('\n').filter(Boolean).length;
  const { executions, skipped, duplicates } = await readExecutions(root, agent);
  const fresh =
    readFileSync(join(root, paths.summary), 'utf8') === formatSummary(summarise(agent, executions));
  const note = `${processes} processes × ${each} records, ${seconds.toFixed(0)} s on the clock with their start; ${skipped} torn, ${duplicates} twice; summary.json ${fresh ? 'is' : 'IS NOT'} that of all rows`;
  return [
    {
      name: 'Intact rows after parallel writers',
      value: lines - skipped - duplicates,
      unit: 'rows',
      n: processes,
      note,
    },
  ];
}
