import { readFileSync } from 'node:fs';
import { readSession, readSessionSummary } from '../../src/io/read-session.ts';
import { readTranscriptLines } from '../../src/io/transcript-lines.ts';

/** One way of reading transcripts, in a process of its own; prints milliseconds of processor time a round: `node read-child.js <way> <rounds> <list of files>`. */
const ways: Record<string, (file: string) => unknown> = {
  // What a script does: the whole file as text, split, every line parsed.
  plain: (file) => {
    for (const line of readFileSync(file, 'utf8').split('\n')) parse(line);
  },
  // The same with this project's splitter: what is left is decoding and parsing.
  'plain by line': (file) =>
    readTranscriptLines(
      file,
      {
        line: (bytes) => {
          parse(bytes.toString('utf8'));
          return true;
        },
        oversize: () => undefined,
      },
      { hash: false },
    ),
  session: (file) => readSession(file).catch(() => undefined),
  summary: (file) => readSessionSummary(file).catch(() => undefined),
};

function parse(line: string): void {
  if (line === '') return;
  try {
    JSON.parse(line);
  } catch {
    // Archives hold lines that are no JSON.
  }
}

const [, , way = '', rounds = '1', list = ''] = process.argv;
const files = readFileSync(list, 'utf8').split('\n').filter(Boolean);
const read = ways[way];
if (!read) throw new Error(`no such way: ${way}`);
const took: number[] = [];
for (let round = 0; round < Number(rounds); round += 1) {
  const began = process.cpuUsage();
  for (const file of files) await read(file);
  const { user, system } = process.cpuUsage(began);
  took.push((user + system) / 1000);
}
process.stdout.write(JSON.stringify({ took, maxRssKb: process.resourceUsage().maxRSS }));
