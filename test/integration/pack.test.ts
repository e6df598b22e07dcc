import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packCode } from '../../src/flows/pack.ts';
import { openRepository } from '../../src/io/repository.ts';
import { git, temporaryRepository } from './temp-repository.ts';

const options = { top: 20, allow: [], deny: [] };

function write(dir: string, files: Record<string, string | Uint8Array>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
}

const shop = {
  'src/cart/total.ts': 'export function cartTotal(lines: Line[]): number {\n  return lines.length;\n}\n',
  'src/login/redirect.ts': 'export function loginRedirect(url: string) {\n  return safeUrl(url);\n}\n',
  'src/login/session.ts': 'export class Session {\n  refresh() {}\n}\n',
};

describe('kaizen pack', () => {
  it('ranks the file a task is about first, with why, from the index and from the cache alike', async () => {
    const dir = temporaryRepository();
    write(dir, shop);
    git(dir, 'add', '.');
    git(dir, 'commit', '-qm', 'shop');
    const repository = await openRepository(dir);
    const first = await packCode(repository, { ...options, task: 'login redirect loses the url' });
    expect(first.files[0]).toMatchObject({ path: 'src/login/redirect.ts' });
    expect(first.files[0]?.why.chunk).toBeGreaterThan(0);
    expect(await packCode(repository, { ...options, task: 'login redirect loses the url' })).toEqual(first);
  });
});
