import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseSavedWeights } from '../../src/context/code/saved-weights.ts';
import { evaluatePack } from '../../src/flows/pack/pack-eval.ts';
import { packCode } from '../../src/flows/pack.ts';
import { openRepository } from '../../src/io/repository.ts';
import { git, temporaryRepository, writeFiles } from './temp-repository.ts';

const options = {
  tasks: 200,
  fit: false,
  save: false,
  dryRun: false,
  allow: [],
  deny: [],
  progress: () => undefined,
};
const parts = ['invoice', 'coupon', 'basket', 'shipping', 'refund', 'voucher'];

/** A history in which every message says which of six files it changes. */
function history(commits: number): string {
  const dir = temporaryRepository();
  writeFiles(
    dir,
    Object.fromEntries(parts.map((part) => [`src/${part}.ts`, `export function ${part}Total() {}\n`])),
  );
  git(dir, 'add', '.');
  git(dir, 'commit', '-qm', 'Start the shop with its parts');
  for (let at = 0; at < commits; at++) {
    const part = parts[(at * 5) % parts.length] as string;
    writeFiles(dir, { [`src/${part}.ts`]: `export function ${part}Total() {\n  return ${at};\n}\n` });
    git(dir, 'commit', '-qam', `Round the ${part} total to cents, step ${at}`);
  }
  return dir;
}

describe('kaizen pack --eval', () => {
  it('asks the past of the repository and compares with BM25 and recent changes', async () => {
    const dir = history(14);
    const evaluation = await evaluatePack(await openRepository(dir), options);
    expect(evaluation.tasks).toBe(14);
    const [ours, , recent] = evaluation.rankers;
    expect(ours?.measures.hit1).toMatchObject({ mean: 1, n: 14 });
    expect(recent?.measures.hit1.mean).toBeLessThan(0.5);
    expect(evaluation.differences[1]?.measures.mrr.low).toBeGreaterThan(0);
    expect(git(dir, 'status', '--porcelain')).toBe('');
    expect(await evaluatePack(await openRepository(dir), options)).toEqual(evaluation);
  });

  it('says so when there is too little past, and refuses to fit to few tasks', async () => {
    await expect(evaluatePack(await openRepository(history(5)), options)).rejects.toMatchObject({
      code: 'bad_input',
    });
    const dir = history(12);
    const { fit, changes } = await evaluatePack(await openRepository(dir), {
      ...options,
      fit: true,
      save: true,
    });
    expect(fit).toMatchObject({ outcome: 'refused' });
    expect(changes).toEqual([]);
    expect(existsSync(join(dir, '.kaizen'))).toBe(false);
  });

  it('ranks by weights that were saved, and by the built-in ones when the file is damaged', async () => {
    const dir = history(60);
    const repository = await openRepository(dir);
    const task = {
      task: 'round the refund total',
      top: 5,
      budgetTokens: 0,
      tokenFactor: 1,
      redact: (text: string) => text,
      allow: [],
      deny: [],
    };
    const builtIn = await packCode(repository, task);
    const saved = {
      schema_version: 1,
      name: 'fitted-1',
      provenance: 'a test',
      signals: { fresh: { base: 1 } },
    };
    writeFiles(dir, { '.kaizen/pack-weights.json': JSON.stringify(saved) });
    const fitted = await packCode(repository, task);
    expect(fitted.receipt.weights).toBe('fitted-1');
    expect(Object.keys(fitted.files[0]?.why ?? {})).toEqual(['fresh']);
    expect(parseSavedWeights(readFileSync(join(dir, '.kaizen/pack-weights.json'), 'utf8'))?.name).toBe(
      'fitted-1',
    );
    writeFiles(dir, { '.kaizen/pack-weights.json': '{"schema_version":1' });
    const damaged = await packCode(repository, task);
    expect(damaged.files).toEqual(builtIn.files);
    expect(damaged.receipt.notes.join(' ')).toContain('.kaizen/pack-weights.json');
  });
});
