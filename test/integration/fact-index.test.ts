import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { selectFacts } from '../../src/flows/select-facts.ts';
import { indexFileName } from '../../src/io/fact-index-database.ts';
import { locateStore } from '../../src/io/locate-store.ts';
import { type OpenedFacts, withFacts } from '../../src/io/open-facts.ts';
import { openInMemory } from '../../src/io/open-facts-in-memory.ts';
import { openDatabase } from '../../src/io/sqlite.ts';
import type { Fact } from '../../src/knowledge/fact.ts';
import { factPath } from '../../src/knowledge/fact-path.ts';
import { formatFact } from '../../src/knowledge/fact-text.ts';
import { observed } from '../unit/metrics/events.ts';
import { commitAll, removeFact, shopFact, someFacts, writeFact } from './fact-store.ts';
import { git, temporaryFolder, temporaryRepository } from './temp-repository.ts';

const scopes = ['repo:acme/shop', 'agent:codex', 'global'];
const now = new Date('2026-11-20T09:00:00Z');
const queries = ['', 'cache token retry', 'stream cursor number 7', 'timeouts of queued workers'];

/** What a session would be given for each query: ids with scores, in order. */
async function answers(opened: OpenedFacts): Promise<string[][]> {
  const lists: string[][] = [];
  for (const text of queries) {
    const { facts } = await selectFacts(opened, {
      mode: 'bootstrap',
      text,
      gate: 0.12,
      now,
      own: undefined,
      limit: 100,
    });
    lists.push(facts.map(({ entry, score }) => `${entry.id} ${entry.title} ${score.toFixed(9)}`));
  }
  return lists;
}

interface Seen {
  how: string;
  overlaid: number;
  lists: string[][];
}

async function look(root: string, given: { scopes?: string[]; mostFiles?: number } = {}): Promise<Seen> {
  const seen = await withFacts(
    await locateStore(root),
    {
      scopes: given.scopes ?? scopes,
      ...(given.mostFiles === undefined ? {} : { mostFiles: given.mostFiles }),
    },
    async (opened) => ({
      how: opened.how,
      overlaid: opened.overlaid,
      lists: await answers(opened),
    }),
  );
  if (!seen) throw new Error('nothing was opened');
  return seen;
}

async function lookInMemory(root: string): Promise<string[][]> {
  const opened = await openInMemory(await locateStore(root), { scopes });
  if (!opened) throw new Error('nothing was opened');
  return answers(opened);
}

async function titles(root: string, text = ''): Promise<string[]> {
  const place = await locateStore(root);
  const found = await withFacts(place, { scopes }, async (opened) => {
    const { facts } = await selectFacts(opened, {
      mode: 'bootstrap',
      text,
      gate: 0,
      now,
      own: undefined,
      limit: 100,
    });
    return facts.map(({ entry }) => entry.title);
  });
  return found ?? [];
}

const indexPath = (root: string) => join(root, '.git', 'kaizen', indexFileName);

function indexedCommit(path: string): string {
  const database = openDatabase(path, { readOnly: true });
  const row = database.prepare("SELECT value FROM meta WHERE name = 'commit'").get();
  database.close();
  return String(row?.value);
}

function storeOf(facts: readonly Fact[]): string {
  const root = temporaryRepository();
  for (const fact of facts) writeFact(root, fact);
  commitAll(root);
  return root;
}

describe('the index', () => {
  it('gives the same facts in the same order as reading every file', async () => {
    const root = storeOf(someFacts(60));
    const seen = await look(root);
    expect(seen.how).toBe('index');
    expect(seen.lists.map((list) => list.length)).toEqual([60, 60, 60, 60]);
    expect(seen.lists).toEqual(await lookInMemory(root));
    expect(indexedCommit(indexPath(root))).toBe(git(root, 'rev-parse', 'HEAD').trim());
  });

  it('follows commits, and gives what an index built anew gives', async () => {
    const facts = someFacts(50);
    const root = storeOf(facts);
    await look(root);
    const { ino } = statSync(indexPath(root));
    writeFact(root, { ...facts[3]!, title: 'cache retry renamed', body: 'Now about cache tokens.' });
    removeFact(root, facts[3]!);
    removeFact(root, facts[10]!);
    writeFact(root, { ...facts[11]!, body: 'A new body about streams.' });
    writeFact(root, { ...facts[12]!, status: 'archived' });
    writeFact(root, shopFact('a new fact about cache tokens', { scope: 'agent:codex' }));
    commitAll(root);
    const updated = await look(root);
    expect(statSync(indexPath(root)).ino).toBe(ino);
    rmSync(indexPath(root));
    expect(updated.lists).toEqual((await look(root)).lists);
    expect(updated.lists).toEqual(await lookInMemory(root));
    const shown = updated.lists[0]!.join('\n');
    expect(shown).toContain('cache retry renamed');
    expect(shown).toContain('a new fact about cache tokens');
    expect(shown).not.toContain(facts[10]!.title);
    expect(shown).not.toContain(facts[12]!.title);
  });

  it('equals an index built anew and the files themselves after any changes (property)', async () => {
    const pool = someFacts(40);
    const change = fc.record({
      kind: fc.constantFrom('write', 'edit', 'remove', 'commit', 'commit', 'look', 'reset'),
      at: fc.nat(39),
      word: fc.constantFrom('cache', 'stream', 'quorum'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 4, maxLength: 14 }), async (changes) => {
        const root = storeOf(pool.slice(0, 25));
        for (const { kind, at, word } of changes) {
          const fact = pool[at] as Fact;
          const there = existsSync(join(root, factPath(fact)));
          if (kind === 'write') writeFact(root, fact);
          else if (kind === 'edit' && there)
            writeFact(root, { ...fact, body: `Now about the ${word} and ${at}.` });
          else if (kind === 'remove' && there) removeFact(root, fact);
          else if (kind === 'commit') commitAll(root);
          else if (kind === 'reset') git(root, 'reset', '--quiet', '--mixed', 'HEAD');
          else if (kind === 'look') await look(root);
        }
        const seen = await look(root);
        expect(seen.how).toBe('index');
        expect(seen.lists).toEqual(await lookInMemory(root));
        rmSync(indexPath(root));
        expect((await look(root)).lists).toEqual(seen.lists);
      }),
      { numRuns: 12 },
    );
  });

  it('shows edits, deletions and new files of the work tree before they are committed', async () => {
    const facts = someFacts(30);
    const root = storeOf(facts);
    await look(root);
    writeFact(root, { ...facts[0]!, title: facts[0]!.title, body: 'Quorum is lost when two zones fail.' });
    removeFact(root, facts[1]!);
    writeFact(root, shopFact('quorum needs three zones'));
    const seen = await look(root);
    expect(seen.overlaid).toBe(3);
    expect(seen.lists).toEqual(await lookInMemory(root));
    expect((await titles(root, 'quorum zones')).slice(0, 2).sort()).toEqual(
      [facts[0]!.title, 'quorum needs three zones'].sort(),
    );
    expect(await titles(root)).not.toContain(facts[1]!.title);
    git(root, 'checkout', '--quiet', '.');
    git(root, 'clean', '--quiet', '-fd');
    expect((await look(root)).overlaid).toBe(0);
  });

  it('sees an edit that leaves the size and the time of the file as they were', async () => {
    const facts = someFacts(30);
    const root = storeOf(facts);
    const path = join(root, factPath(facts[0]!));
    const old = new Date('2026-01-01T00:00:00Z');
    utimesSync(path, old, old);
    await look(root);
    writeFileSync(path, formatFact(facts[0]!).replace('in detail.', 'quorums!!.'));
    utimesSync(path, old, old);
    expect((await titles(root, 'quorums'))[0]).toBe(facts[0]!.title);
  });

  it('takes back what is undone by moving the branch without touching files', async () => {
    const facts = someFacts(30);
    const root = storeOf(facts);
    writeFact(root, { ...facts[0]!, body: 'Quorum is lost.' });
    commitAll(root);
    await look(root);
    git(root, 'reset', '--quiet', '--soft', 'HEAD~1');
    const seen = await look(root);
    expect(seen.overlaid).toBe(1);
    expect(seen.lists).toEqual(await lookInMemory(root));
  });

  it('finds an edit in a folder too large to look through', async () => {
    const facts = someFacts(1100);
    const root = storeOf(facts);
    await look(root);
    const [best] = await titles(root, 'cache token retry');
    const fact = facts.find((one) => one.title === best) as Fact;
    const { mtimeMs } = statSync(join(root, 'knowledge/repos/acme__shop'));
    writeFact(root, { ...fact, body: 'Completely different now: cache token retry, cache token retry.' });
    expect(statSync(join(root, 'knowledge/repos/acme__shop')).mtimeMs).toBe(mtimeMs);
    const found = await withFacts(await locateStore(root), { scopes }, async (opened) => {
      const { facts: chosen } = await selectFacts(opened, {
        mode: 'bootstrap',
        text: 'cache token retry',
        gate: 0,
        now,
        own: undefined,
        limit: 50,
      });
      return chosen.find(({ entry }) => entry.id === fact.id)?.entry.card;
    });
    expect(found).toContain('Completely different now');
    removeFact(root, fact);
    writeFact(root, shopFact('cache token retry anew'));
    expect(await titles(root, 'cache token retry anew')).toContain('cache token retry anew');
    expect(await titles(root, 'cache token retry')).not.toContain(fact.title);
  });

  it('leaves a file out that is no fact, and takes one that a person wrote by hand', async () => {
    const root = storeOf(someFacts(25));
    writeFileSync(join(root, 'knowledge/repos/acme__shop/broken.md'), '---\nid: [\n---\nNo.\n');
    const handmade = formatFact(shopFact('handmade zebra fact'))
      .replaceAll('"', "'")
      .replace('---\n', '---\n# a comment\n');
    writeFileSync(join(root, 'knowledge/repos/acme__shop/handmade.md'), handmade);
    expect(await titles(root, 'zebra')).toContain('handmade zebra fact');
    commitAll(root);
    expect(await titles(root, 'zebra')).toContain('handmade zebra fact');
    expect((await look(root)).overlaid).toBe(0);
  });

  it('never trusts a damaged, foreign or older file', async () => {
    const root = storeOf(someFacts(40));
    const { lists } = await look(root);
    const path = indexPath(root);
    const good = readFileSync(path);
    const damages: (() => void)[] = [
      () => writeFileSync(path, 'not a database'),
      () => writeFileSync(path, ''),
      () => truncateSync(path, Math.floor(good.length / 2)),
      () => truncateSync(path, good.length - 4096),
      () => writeFileSync(path, Buffer.concat([good.subarray(0, 100), Buffer.alloc(good.length - 100, 7)])),
      () => {
        writeFileSync(path, good);
        const database = openDatabase(path);
        database.exec("UPDATE meta SET value = '0' WHERE name = 'version'");
        database.close();
      },
      () => {
        writeFileSync(path, good);
        const database = openDatabase(path);
        database.exec("DELETE FROM part; UPDATE doc SET entry = '{' ");
        database.close();
      },
      () => {
        writeFileSync(path, good);
        const database = openDatabase(path);
        database.exec('DELETE FROM doc WHERE id % 2 = 0');
        database.close();
      },
    ];
    for (const damage of damages) {
      damage();
      expect((await look(root)).lists).toEqual(lists);
      // Whole again, not only worked around.
      const again = await look(root);
      expect(again.how).toBe('index');
      expect(again.lists).toEqual(lists);
    }
  });

  it('is built once when many ask at the same time', async () => {
    const root = storeOf(someFacts(60));
    const seen = await Promise.all(Array.from({ length: 6 }, () => look(root)));
    const [first] = seen;
    for (const one of seen) expect(one.lists).toEqual(first!.lists);
    expect(existsSync(join(root, '.git', 'kaizen', 'index.lock'))).toBe(false);
    expect(existsSync(join(root, '.git', 'kaizen', 'index-building.sqlite'))).toBe(false);
  });

  it('serves work trees at different commits, each what is there', async () => {
    const facts = someFacts(30);
    const root = storeOf(facts);
    const other = join(temporaryFolder(), 'other');
    git(root, 'worktree', 'add', '--quiet', '-b', 'side', other);
    writeFact(other, shopFact('quorum fact of the side branch'));
    commitAll(other);
    writeFact(root, shopFact('quorum fact not committed'));
    for (let round = 0; round < 2; round++) {
      expect(await titles(root, 'quorum')).toContain('quorum fact not committed');
      expect(await titles(root, 'quorum')).not.toContain('quorum fact of the side branch');
      expect(await titles(other, 'quorum')).toContain('quorum fact of the side branch');
      expect(await titles(other, 'quorum')).not.toContain('quorum fact not committed');
    }
    expect(existsSync(join(root, '.git', 'kaizen', indexFileName))).toBe(true);
  });

  it('is built anew after history was rewritten under it', async () => {
    const root = storeOf(someFacts(30));
    await look(root);
    const database = openDatabase(indexPath(root));
    database.exec(`UPDATE meta SET value = '${'0'.repeat(40)}' WHERE name = 'commit'`);
    database.close();
    expect((await look(root)).lists).toEqual(await lookInMemory(root));
    expect(indexedCommit(indexPath(root))).toBe(git(root, 'rev-parse', 'HEAD').trim());
  });

  it('works before the first commit, in a plain folder and in a bare clone', async () => {
    const facts = someFacts(30);
    const unborn = temporaryRepository();
    const folder = temporaryFolder();
    for (const root of [unborn, folder]) {
      for (const fact of facts) writeFact(root, fact);
      const { lists, how } = await look(root);
      expect(how).toBe('index');
      expect(lists).toEqual(await lookInMemory(root));
      writeFact(root, { ...facts[0]!, body: 'Quorum is lost in zones.' });
      removeFact(root, facts[1]!);
      writeFact(root, shopFact('quorum needs zones'));
      expect(await titles(root, 'quorum zones')).toEqual(
        expect.arrayContaining([facts[0]!.title, 'quorum needs zones']),
      );
      expect(await titles(root)).not.toContain(facts[1]!.title);
    }
    expect(existsSync(join(folder, '.kaizen', 'local', indexFileName))).toBe(true);
    commitAll(unborn);
    expect((await look(unborn)).lists).toEqual(await lookInMemory(unborn));
    const bare = join(temporaryFolder(), 'store.git');
    git(unborn, 'clone', '--quiet', '--bare', unborn, bare);
    const seen = await look(bare);
    expect(seen).toMatchObject({ how: 'index', overlaid: 0 });
    expect(seen.lists).toEqual((await look(unborn)).lists);
    expect(await lookInMemory(bare)).toEqual(seen.lists);
  });

  it('takes files that a sparse check-out leaves out from the commit', async () => {
    const root = storeOf([...someFacts(30), shopFact('global quorum', { scope: 'global' })]);
    git(root, 'sparse-checkout', 'set', '--no-cone', '/knowledge/global/');
    expect(existsSync(join(root, 'knowledge/repos'))).toBe(false);
    expect((await titles(root)).length).toBe(31);
    expect((await lookInMemory(root))[0]!.length).toBe(31);
  });

  it('reads files where no index can be kept', async () => {
    const root = storeOf(someFacts(30));
    const { lists } = await look(root);
    rmSync(join(root, '.git', 'kaizen'), { recursive: true });
    // A file where the folder should be: no permission bits, since root ignores them.
    writeFileSync(join(root, '.git', 'kaizen'), '');
    const seen = await look(root);
    expect(seen).toMatchObject({ how: 'memory', lists });
  });

  it('does not start long work for a caller in a hurry', async () => {
    const root = storeOf(someFacts(30));
    const place = await locateStore(root);
    expect(await withFacts(place, { scopes, mostFiles: 29 }, async () => 'read')).toBeUndefined();
    expect(existsSync(indexPath(root))).toBe(false);
    expect((await look(root, { mostFiles: 30 })).how).toBe('index');
    expect((await look(root, { mostFiles: 0 })).how).toBe('index');
  });

  it('ranks what sessions used higher, as of the last refresh', async () => {
    const facts = someFacts(30);
    const root = storeOf(facts);
    const last = (await titles(root)).at(-1) as string;
    const used = facts.find((one) => one.title === last) as Fact;
    const row = observed('s1', {
      endedAt: '2026-11-19T09:00:00Z',
      usedFacts: [{ id: used.id, how: 'cited' }],
    });
    const log = join(root, 'metrics/events/2026-W47/abcdefgh.jsonl');
    mkdirSync(dirname(log), { recursive: true });
    writeFileSync(log, `${JSON.stringify(row)}\n{"torn`);
    commitAll(root);
    expect((await titles(root))[0]).toBe(last);
    expect((await look(root)).lists).toEqual(await lookInMemory(root));
    // Once more, in one more session: the index reads only what was added.
    appendFileSync(log, `\n${JSON.stringify({ ...row, id: 'o2', session: 'codex/s2', sessionId: 's2' })}\n`);
    commitAll(root);
    const twice = await look(root);
    expect(twice.lists).toEqual(await lookInMemory(root));
    rmSync(indexPath(root));
    expect((await look(root)).lists).toEqual(twice.lists);
    // An edit that is not committed keeps what was learnt.
    writeFact(root, { ...used, body: 'Edited.' });
    expect((await look(root)).lists).toEqual(await lookInMemory(root));
    expect((await titles(root))[0]).toBe(last);
  });

  it('looks at every scope for a search', async () => {
    const root = storeOf([...someFacts(20), shopFact('quorum elsewhere', { scope: 'repo:other/project' })]);
    const found = await withFacts(await locateStore(root), { scopes: undefined }, async (opened) =>
      opened.segments.map(({ scope }) => scope).sort(),
    );
    expect(found).toEqual(['repo:acme/shop', 'repo:other/project']);
    rmSync(join(root, 'knowledge/repos/other__project'), { recursive: true });
    const after = await withFacts(await locateStore(root), { scopes: undefined }, async (opened) =>
      opened.segments.reduce((sum, { totals }) => sum + totals.living, 0),
    );
    expect(after).toBe(20);
  });

  it('does not follow a symbolic link out of the store', async () => {
    const root = storeOf(someFacts(25));
    const outside = join(temporaryFolder(), 'fact.md');
    writeFileSync(outside, formatFact(shopFact('quorum from outside')));
    symlinkSync(outside, join(root, 'knowledge/repos/acme__shop/link.md'));
    expect(await titles(root, 'quorum')).not.toContain('quorum from outside');
    commitAll(root);
    expect(await titles(root, 'quorum')).not.toContain('quorum from outside');
  });
});
