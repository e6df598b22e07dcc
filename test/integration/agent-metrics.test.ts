import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readExecutions, recordExecution } from '../../src/io/executions.ts';
import { openRepository } from '../../src/io/repository.ts';
import { summarise } from '../../src/metrics/agents/summary.ts';
import { formatSummary } from '../../src/metrics/agents/summary-file.ts';
import { openRedactor } from '../../src/sessions/redact.ts';
import { temporaryRepository } from './temp-repository.ts';

const agent = 'tdd-workflow';
const folder = `.kaizen/metrics/${agent}`;
const options = {
  now: new Date('2026-11-20T09:00:00Z'),
  redactor: openRedactor({ key: 'test' }),
  dryRun: false,
};
const read = (dir: string, file: string) => readFileSync(join(dir, folder, file), 'utf8');

describe('recording an execution', () => {
  it('appends a row and renews the summary', async () => {
    const dir = temporaryRepository();
    const repository = await openRepository(dir);
    for (const success of [true, false, true])
      await recordExecution(repository, { agent, success, executionTimeS: 3 }, options);
    const { executions, skipped, duplicates } = await readExecutions(dir, agent);
    expect(executions.map((one) => one.success).sort()).toEqual([false, true, true]);
    expect({ skipped, duplicates }).toEqual({ skipped: 0, duplicates: 0 });
    expect(read(dir, 'executions.jsonl').split('\n')).toHaveLength(4);
    expect(read(dir, 'summary.json')).toBe(formatSummary(summarise(agent, executions)));
  });
});
