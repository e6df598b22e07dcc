import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { harvest } from '../../src/flows/harvest.ts';
import { openRepoRedactor } from '../../src/flows/open-redactor.ts';
import { findTranscripts } from '../../src/io/find-transcripts.ts';
import { readFacts } from '../../src/io/read-facts.ts';
import { openRepository } from '../../src/io/repository.ts';
import { findQuote } from '../../src/knowledge/extract/ground.ts';
import { cleanEnvironment, temporaryRepository } from './temp-repository.ts';

const corpus = fileURLToPath(new URL('../../../shared/corpus', import.meta.url));
const folders = ['claude-code', 'codex'].map((agent) => join(corpus, agent));

async function harvestCorpus(root: string, order: (files: string[]) => string[]) {
  const found = new Map((await findTranscripts(folders)).map((file) => [file.file, file]));
  return harvest(await openRepository(root), {
    files: order([...found.keys()]).flatMap((file) => {
      const one = found.get(file);
      return one ? [{ ...one, named: false }] : [];
    }),
    now: new Date('2026-11-20T10:00:00Z'),
    env: { ...cleanEnvironment(root), KAIZEN_REDACTION_KEY: 'corpus-test' },
    dryRun: false,
    signal: new AbortController().signal,
  });
}

function textsBelow(folder: string): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const name of readdirSync(folder, { recursive: true }) as string[]) {
    const path = join(folder, name);
    if (statSync(path).isFile()) texts[relative(folder, path)] = readFileSync(path, 'utf8');
  }
  return texts;
}

describe.skipIf(!existsSync(corpus))('harvest of the shared corpus (skipped where it is not)', () => {
  it('grounds every fact: its quote stands at its file and line', { timeout: 300_000 }, async () => {
    const root = temporaryRepository();
    const receipt = await harvestCorpus(root, (files) => files);
    expect(receipt.sessions.failed).toBe(0);
    expect(receipt.ungrounded).toBe(0);
    expect(receipt.items.length).toBeGreaterThan(40);
    const repository = await openRepository(root);
    const redactor = await openRepoRedactor(repository, {
      ...cleanEnvironment(root),
      KAIZEN_REDACTION_KEY: 'corpus-test',
    });
    const lines = new Map<string, string[]>();
    const missing: string[] = [];
    for (const item of receipt.items) {
      for (const { file, line, quote } of item.sources) {
        const all = lines.get(file) ?? readFileSync(file, 'utf8').split('\n');
        lines.set(file, all);
        if (!findQuote(all[line - 1] ?? '', quote, (text) => redactor.text(text)))
          missing.push(`${file}:${line} ${quote}`);
      }
    }
    expect(missing).toEqual([]);
    // What is stored cites the same places.
    const stored = await readFacts(root, repository.git);
    expect(stored.bad).toEqual([]);
    for (const { fact } of stored.facts) expect(fact.sources.length).toBeGreaterThan(0);
  });

  it('is the same byte for byte in another order', { timeout: 300_000 }, async () => {
    const [first, second] = [temporaryRepository(), temporaryRepository()];
    await harvestCorpus(first, (files) => files);
    await harvestCorpus(second, (files) => [...files].sort((a, b) => (a.slice(-20) < b.slice(-20) ? 1 : -1)));
    expect(textsBelow(join(second, 'knowledge'))).toEqual(textsBelow(join(first, 'knowledge')));
  });
});
