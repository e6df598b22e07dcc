import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSession } from '../../src/io/read-session.ts';
import { badInputs, hasBadInputs } from './session-files.ts';
import { temporaryFolder } from './temp-repository.ts';

/** Written in pieces, so that making the file does not cost the memory the test is about. */
function writeRepeated(file: string, parts: readonly (readonly [text: string, times: number])[]): string {
  const handle = openSync(file, 'w');
  for (const [text, times] of parts) {
    const batch = Math.max(1, Math.floor(1_000_000 / text.length));
    for (let left = times; left > 0; left -= batch) writeSync(handle, text.repeat(Math.min(batch, left)));
  }
  closeSync(handle);
  return file;
}

const reader = resolve('dist/io/read-session.js');
const isBuilt = existsSync(reader);

/** Reads a file in a process of its own; gives its summary and the most memory it took, in MB. */
function readApart(file: string) {
  const script = `import(${JSON.stringify(`file://${reader}`)}).then(async (m) => {
    const { summary } = await m.readSession(process.argv[1]);
    console.log(JSON.stringify({ summary, rssMb: process.resourceUsage().maxRSS / 1024 }));
  })`;
  const run = spawnSync(process.execPath, ['-e', script, file], { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout) as {
    summary: { lines: number; skipped: { reason: string; count: number }[] };
    rssMb: number;
  };
}

const head = '{"type":"user","message":{"role":"user","content":"';

describe.skipIf(!isBuilt)('memory (needs `npm run build`)', () => {
  it('stays below 300 MB on a line of 200 MB', () => {
    const file = writeRepeated(join(temporaryFolder(), 'long.jsonl'), [
      [head, 1],
      ['A', 200_000_000],
      ['"}}\n', 1],
    ]);
    const { summary, rssMb } = readApart(file);
    expect(summary.skipped).toEqual([{ reason: 'oversize', count: 1, firstLines: [1] }]);
    expect(rssMb).toBeLessThan(300);
  });

  it('stays below 300 MB on two million empty objects', () => {
    const file = writeRepeated(join(temporaryFolder(), 'many.jsonl'), [['{}\n', 2_000_000]]);
    const { summary, rssMb } = readApart(file);
    expect(summary).toMatchObject({
      lines: 2_000_000,
      skipped: [{ reason: 'wrong_shape', count: 2_000_000 }],
    });
    expect(rssMb).toBeLessThan(300);
  });

  it('stays below 150 MB on an ordinary long session', () => {
    const line = `${JSON.stringify({
      ...{ type: 'user', uuid: 'u', sessionId: 's', timestamp: '2026-11-02T09:00:00.000Z' },
      message: {
        role: 'user',
        content: [{ type: 'tool_result', tool_use_id: 't', content: 'x'.repeat(4000) }],
      },
      toolUseResult: { originalFile: 'y'.repeat(12_000) },
    })}\n`;
    const file = writeRepeated(join(temporaryFolder(), 'session.jsonl'), [[line, 6000]]);
    const { summary, rssMb } = readApart(file);
    expect(summary).toMatchObject({ lines: 6000, skipped: [] });
    expect(rssMb).toBeLessThan(150);
  });
});

describe('nesting', () => {
  it('of a million lists is one line too deep', async () => {
    const file = writeRepeated(join(temporaryFolder(), 'deep.jsonl'), [
      ['[', 1_000_000],
      [']', 1_000_000],
    ]);
    const { summary } = await readSession(file);
    expect(summary).toMatchObject({
      agent: 'unknown',
      skipped: [{ reason: 'too_deep', count: 1, firstLines: [1] }],
    });
  });
});

interface BadInput {
  id: string;
  feed: string;
  file: string | null;
  recipe?: { head?: string; repeat: string; count: number; tail?: string; tail2?: string };
  assert: {
    ok?: number;
    torn?: number;
    bad?: number;
    oversize?: number;
    unique?: number;
    lineCount?: number;
    maxMs?: number;
  };
}

const items: BadInput[] = hasBadInputs
  ? JSON.parse(readFileSync(join(badInputs, 'manifest.json'), 'utf8')).items
  : [];
const wanted = items.filter(
  (item) => item.feed === 'session' || (item.feed === 'gen' && item.recipe?.repeat),
);

describe.skipIf(!hasBadInputs)('hostile inputs (../shared/bad-inputs)', () => {
  it.each(wanted.map((item) => [item.id, item] as const))('%s', async (_, item) => {
    const recipe = item.recipe;
    const file = recipe
      ? writeRepeated(join(temporaryFolder(), 'generated.jsonl'), [
          [recipe.head ?? '', recipe.head ? 1 : 0],
          [recipe.repeat, recipe.count],
          [recipe.tail ?? '', recipe.tail ? 1 : 0],
          [recipe.tail2 ?? '', recipe.tail2 ? recipe.count : 0],
        ])
      : join(badInputs, item.file ?? '');
    const startMs = performance.now();
    const { summary, events } = await readSession(file);
    const count = (reason: string) => summary.skipped.find((one) => one.reason === reason)?.count ?? 0;
    const { assert } = item;
    const refused = count('bad_json') + count('wrong_shape') + count('too_deep');
    if (assert.torn !== undefined) expect(count('torn_tail')).toBe(assert.torn);
    if (assert.bad !== undefined) expect(refused).toBe(assert.bad);
    if (assert.oversize !== undefined) expect(count('oversize')).toBe(assert.oversize);
    if (assert.lineCount !== undefined) expect(summary.lines).toBe(assert.lineCount);
    if (assert.unique !== undefined)
      expect(events.filter((event) => event.kind === 'user')).toHaveLength(assert.unique);
    const passedOver = summary.skipped.reduce((sum, one) => sum + one.count, 0);
    if (assert.ok !== undefined) expect(summary.lines - passedOver).toBe(assert.ok);
    if (assert.maxMs !== undefined) expect(performance.now() - startMs).toBeLessThan(assert.maxMs * 5);
    for (const event of events)
      if (event.kind === 'user') expect(event.text).not.toMatch(/root password|force|never run tests/);
  });
});
