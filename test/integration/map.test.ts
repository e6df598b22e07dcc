import { describe, expect, it } from 'vitest';
import { formatRepoMap } from '../../src/context/code/format-repo-map.ts';
import { mapRepository } from '../../src/flows/map.ts';
import { openRepository } from '../../src/io/repository.ts';
import { git, temporaryRepository, writeFiles } from './temp-repository.ts';

const options = { allow: [], deny: [], parseBytes: 1_000_000 };
const shop = {
  'package.json': '{"scripts":{"test":"vitest"}}',
  'README.md': '# Shop\n',
  '.env': 'SECRET=1\n',
  'src/cart.ts':
    "import { tax } from './tax.ts';\n/** A cart. */\nexport class Cart {\n  add(item: string): void {}\n  private sum() {}\n}\nexport const limit = { items: 3 };\n",
  'src/tax.ts': 'export function tax(net: number): number {\n  return net * 1.2;\n}\nfunction hidden() {}\n',
  'test/cart.test.ts': "import { Cart } from '../src/cart.ts';\ntest('x', () => {});\n",
  'py/mod.py': 'def visible(a: int) -> int:\n    return a\n\ndef _hidden(): pass\n',
};

function shopRepository(): string {
  const dir = temporaryRepository();
  writeFiles(dir, shop);
  git(dir, 'add', '.');
  git(dir, 'commit', '-qm', 'shop');
  return dir;
}

describe('kaizen map', () => {
  it('tells types, what files offer, tests, scripts and hotspots', async () => {
    const map = await mapRepository(await openRepository(shopRepository()), options);
    expect(map.files.map(({ path, type, exports }) => [path, type, exports])).toEqual([
      ['.env', 'other', null],
      ['README.md', 'doc', null],
      ['package.json', 'config', null],
      ['py/mod.py', 'source', 1],
      ['src/cart.ts', 'source', 3],
      ['src/tax.ts', 'source', 1],
      ['test/cart.test.ts', 'test', 0],
    ]);
    expect(map.exports.find(({ path }) => path === 'src/cart.ts')).toEqual({
      path: 'src/cart.ts',
      by: 'parser',
      definitions: [
        { name: 'Cart', kind: 'class', parent: null, signature: 'export class Cart', line: 2 },
        { name: 'add', kind: 'method', parent: 'Cart', signature: 'add(item: string): void', line: 4 },
        { name: 'limit', kind: 'constant', parent: null, signature: 'export const limit', line: 7 },
      ],
    });
    expect(map.tests).toEqual([{ source: 'src/cart.ts', tests: ['test/cart.test.ts'] }]);
    expect(map.scripts).toEqual([{ path: 'package.json', name: 'test', command: 'vitest' }]);
    expect(map.leftOut).toContainEqual({ reason: 'secret-like', count: 1 });
    const text = formatRepoMap(map, 2000);
    expect(text).toContain('- `src/cart.ts`: `export class Cart { add }`, `export const limit`');
    expect(text).toContain('1 of 3 source files have tests');
    expect(text).not.toContain('hidden');
  });

  it('gives the same map in a bare clone, but for what only a work tree has', async () => {
    const dir = shopRepository();
    git(dir, 'clone', '-q', '--bare', dir, `${dir}/bare.git`);
    const [here, bare] = await Promise.all(
      [dir, `${dir}/bare.git`].map(async (at) => mapRepository(await openRepository(at), options)),
    );
    expect(bare?.exports).toEqual(here?.exports);
    expect(bare?.tests).toEqual(here?.tests);
    expect(bare?.scripts).toEqual([]);
  });

  it('reads by patterns what is more than may be parsed, and says so', async () => {
    const map = await mapRepository(await openRepository(shopRepository()), { ...options, parseBytes: 0 });
    expect(new Set(map.exports.map(({ by }) => by))).toEqual(new Set(['patterns']));
    expect(
      map.exports.find(({ path }) => path === 'src/tax.ts')?.definitions.map(({ name }) => name),
    ).toEqual(['tax']);
  });
});
