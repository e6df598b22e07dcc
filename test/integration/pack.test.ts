import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, it } from 'vitest';
import { packCode } from '../../src/flows/pack.ts';
import { openRepository } from '../../src/io/repository.ts';
import { git, temporaryRepository, writeFiles } from './temp-repository.ts';

const options = {
  top: 20,
  budgetTokens: 0,
  tokenFactor: 1,
  redact: (text: string) => text,
  allow: [],
  deny: [],
};

const shop = {
  'src/cart/total.ts': 'export function cartTotal(lines: Line[]): number {\n  return lines.length;\n}\n',
  'src/login/redirect.ts': 'export function loginRedirect(url: string) {\n  return safeUrl(url);\n}\n',
  'src/login/session.ts': 'export class Session {\n  refresh() {}\n}\n',
};

describe('kaizen pack', () => {
  it('ranks the file a task is about first, with why, from the index and from the cache alike', async () => {
    const dir = temporaryRepository();
    writeFiles(dir, shop);
    git(dir, 'add', '.');
    git(dir, 'commit', '-qm', 'shop');
    const repository = await openRepository(dir);
    const first = await packCode(repository, { ...options, task: 'login redirect loses the url' });
    expect(first.files[0]).toMatchObject({ path: 'src/login/redirect.ts' });
    expect(first.files[0]?.why.chunk).toBeGreaterThan(0);
    expect(await packCode(repository, { ...options, task: 'login redirect loses the url' })).toEqual(first);
  });

  it('keeps the budget under an exact count, and gives the same bytes again', async () => {
    const dir = temporaryRepository();
    const functions = (name: string) =>
      Array.from(
        { length: 30 },
        (_, at) =>
          `/** ${name} ${at} redirects the login. */\nexport function ${name}${at}(url: string): string {\n${`  log('login redirect', url, ${at});\n`.repeat(at)}  return url;\n}\n`,
      ).join('\n');
    writeFiles(dir, {
      ...shop,
      'src/big.ts': functions('big'),
      'src/other.ts': functions('other'),
      'src/big.test.ts': 'test("big");\n',
    });
    git(dir, 'add', '.');
    git(dir, 'commit', '-qm', 'shop');
    const repository = await openRepository(dir);
    for (const budgetTokens of [50, 120, 400, 1000, 2500, 6000, 100_000]) {
      const pack = await packCode(repository, {
        ...options,
        budgetTokens,
        task: 'login redirect loses the url in big7',
      });
      expect(pack.receipt.tokens).toBe(countTokens(pack.text));
      expect(pack.receipt.tokens).toBeLessThanOrEqual(budgetTokens);
      if (budgetTokens >= 400)
        expect(pack.receipt.tokens).toBeGreaterThan(Math.min(budgetTokens, 5000) * 0.8);
      for (const { path, start, end } of pack.units)
        expect([pack.text.includes(path), start <= end]).toEqual([true, true]);
      expect(
        await packCode(repository, {
          ...options,
          budgetTokens,
          task: 'login redirect loses the url in big7',
        }),
      ).toEqual(pack);
    }
  });

  it('counts a factor for another tokeniser into the budget', async () => {
    const dir = temporaryRepository();
    writeFiles(dir, shop);
    git(dir, 'add', '.');
    git(dir, 'commit', '-qm', 'shop');
    const pack = await packCode(await openRepository(dir), {
      ...options,
      budgetTokens: 120,
      tokenFactor: 1.5,
      task: 'login redirect',
    });
    expect(countTokens(pack.text) * 1.5).toBeLessThanOrEqual(120);
    expect(pack.receipt).toMatchObject({ budgetTokens: 120, tokeniser: 'o200k_base × 1.5' });
  });

  it('gives an order and says why when the task has no words', async () => {
    const dir = temporaryRepository();
    writeFiles(dir, shop);
    const { files, receipt } = await packCode(await openRepository(dir), { ...options, task: '???' });
    expect(files).toHaveLength(3);
    expect(receipt.notes.join(' ')).toContain('no word to search for');
  });
});
