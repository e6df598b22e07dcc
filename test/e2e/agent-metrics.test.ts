import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readExecutions } from '../../src/io/executions.ts';
import { summarise } from '../../src/metrics/agents/executions/summary.ts';
import { formatSummary } from '../../src/metrics/agents/executions/summary-file.ts';
import { cleanEnvironment, temporaryFolder } from '../integration/temp-repository.ts';
import { cliFile } from './built-cli.ts';

const agent = 'tdd-workflow';
const built = (file: string) => JSON.stringify(pathToFileURL(join(dirname(dirname(cliFile)), file)).href);

/** A process that records; every fifth row is long, and every tenth has a key that all processes use. */
const writer = `
import { recordExecution } from ${built('io/executions.js')};
import { openRepository } from ${built('io/repository.js')};
const [dir, number, records] = process.argv.slice(1);
const repository = await openRepository(dir);
const redactor = { text: (text) => text, value: (value) => value };
for (let i = 0; i < Number(records); i += 1) {
  const draft = i % 10 === 9
    ? { agent: '${agent}', success: true, idempotencyKey: 'shared ' + i }
    : { agent: '${agent}', success: i % 4 > 0, executionTimeS: i, metadata: { number, log: 'word '.repeat(i % 5 === 4 ? 1500 : 3) } };
  await recordExecution(repository, draft, { now: new Date(), redactor, dryRun: false });
}
`;
/** A process that rewrites the file again and again, as a repair does, without changing what it says. */
const rewriter = `
import { rewriteExecutions } from ${built('io/rewrite-executions.js')};
import { openRepository } from ${built('io/repository.js')};
const [dir, times] = process.argv.slice(1);
const repository = await openRepository(dir);
for (let i = 0; i < Number(times); i += 1)
  await rewriteExecutions(repository, '${agent}', (text) => ({ text: text.endsWith(' ') ? text.trim() + '\\n' : text, before: [] }), false)
    .catch((error) => { if (error.code !== 'changed_meanwhile') throw error; });
`;

function run(script: string, ...args: string[]): Promise<string> {
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, ...args], {
      env: cleanEnvironment(args[0] ?? ''),
      stdio: ['ignore', 'inherit', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    child.on('error', failed);
    child.on('exit', () => done(said));
  });
}

describe('many processes that record at once', () => {
  it('lose no row, tear none, record a key once, and leave a summary of all, even while the file is rewritten', async () => {
    const [processes, records] = [6, 30];
    const dir = temporaryFolder();
    const said = await Promise.all([
      ...Array.from({ length: processes }, (_, i) => run(writer, dir, String(i), String(records))),
      run(rewriter, dir, '100'),
    ]);
    expect(said).toEqual(said.map(() => ''));
    const { executions, skipped } = await readExecutions(dir, agent);
    const keyed = executions.filter((one) => one.idempotencyKey !== undefined);
    expect({ n: executions.length, keyed: keyed.length, skipped }).toEqual({
      n: processes * records * 0.9 + records / 10,
      keyed: records / 10,
      skipped: 0,
    });
    const summary = readFileSync(join(dir, '.kaizen/metrics', agent, 'summary.json'), 'utf8');
    expect(summary).toBe(formatSummary(summarise(agent, executions)));
  });
});
