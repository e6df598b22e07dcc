import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { openRedactor } from '../../src/sessions/redact.ts';
import { type Bench, median } from './figure.ts';

const runs = 5;
const folders = ['claude-code', 'codex'].map((agent) => resolve('../shared/corpus', agent));

/** Redaction of whole transcript lines, every member of them, beside a plain `JSON.parse` of the same lines. */
export const bench: Bench = async () => {
  if (!folders.every((folder) => existsSync(folder))) return undefined;
  const lines = folders.flatMap(readLines);
  const megabytes = lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0) / 1e6;
  const perSecond = (prepare: () => (line: string) => void): number => {
    const speeds = Array.from({ length: runs }, () => {
      const work = prepare();
      const began = process.cpuUsage();
      for (const line of lines) work(line);
      const { user, system } = process.cpuUsage(began);
      return megabytes / ((user + system) / 1e6);
    });
    return Math.round(median(speeds) * 10) / 10;
  };
  const parse = perSecond(() => (line) => void JSON.parse(line));
  const redact = perSecond(() => {
    // A new one each run: what it remembers of the run before would flatter it.
    const redactor = openRedactor({
      key: 'bench',
      home: '/home/somebody',
      user: 'somebody',
      host: 'somehost',
    });
    return (line) => void redactor.value(JSON.parse(line));
  });
  const note = `${lines.length} lines, ${Math.round(megabytes)} MB, processor time of one core`;
  return [
    { name: '`JSON.parse` of transcript lines', value: parse, unit: 'MB/s', n: runs, note },
    { name: 'the same lines parsed and redacted', value: redact, unit: 'MB/s', n: runs, note },
  ];
};

function readLines(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.jsonl'))
    .sort()
    .flatMap((file) => readFileSync(join(folder, file), 'utf8').split('\n'))
    .filter((line) => line.startsWith('{') && isJson(line));
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
