import { recordExecution } from '../../src/io/executions.ts';
import { openRepository } from '../../src/io/repository.ts';

/** Records executions as one of many processes: `node agent-metrics-child.js <root> <number> <records>`. */
const [, , root = '', number = '', records = '0'] = process.argv;
const repository = await openRepository(root);
const redactor = { text: (text: string) => text, value: (value: unknown) => value };
for (let i = 0; i < Number(records); i += 1)
  await recordExecution(
    repository,
    { agent: 'tdd-workflow', success: i % 4 > 0, executionTimeS: i, metadata: { writer: number } },
    { now: new Date(), redactor, dryRun: false },
  );
