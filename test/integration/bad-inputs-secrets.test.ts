import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { capture } from '../../src/flows/capture.ts';
import { openRepository } from '../../src/io/repository.ts';
import { openRedactor } from '../../src/sessions/redact.ts';
import { fillSecrets, makeSecrets, type SecretsSpec, traces } from './fill-secrets.ts';
import { cleanEnvironment, git, temporaryFolder, temporaryRepository } from './temp-repository.ts';

/** Hostile transcripts that are no part of the project; each run fills them with new secrets. */
const corpus = resolve('../shared/bad-inputs');
const isPresent = existsSync(join(corpus, 'manifest.json'));

interface Item {
  id: string;
  title: string;
  group: string;
  file: string | null;
  recipe?: { head: string; repeat: string; count: number; tail: string };
  assert: {
    absent?: string[];
    absentLiteral?: string[];
    storedLacks?: string;
    unchanged?: boolean;
    maxBytes?: number;
  };
}

const items: Item[] = isPresent ? JSON.parse(readFileSync(join(corpus, 'manifest.json'), 'utf8')).items : [];
const spec: SecretsSpec = isPresent
  ? JSON.parse(readFileSync(join(corpus, 'secrets-spec.json'), 'utf8'))
  : { alphabets: {}, items: {} };
const seeds = [1, 20_261_120, 987_654_321];
const options = { key: 'test', home: '/home/alice', user: 'alice', host: 'wonderland' };

/** The line with its secrets as an ordinary Claude Code line; some of the corpus lack what one always has. */
function transcript(item: Item, secrets: Record<string, string>): string {
  const lines = readFileSync(join(corpus, item.file as string), 'utf8')
    .split('\n')
    .filter(Boolean);
  return lines
    .map((line, i) => {
      const record = JSON.parse(fillSecrets(line, secrets));
      return `${JSON.stringify({ uuid: `u${i}`, sessionId: `bad-${item.id}`, timestamp: '2026-11-20T10:00:00.000Z', cwd: '/home/alice/work/app', ...record })}\n`;
    })
    .join('');
}

/** Captures one transcript into a fresh repository and commits it; gives everything Git then holds. */
async function captureAndCommit(text: string): Promise<{ file: string; objects: string }> {
  const root = temporaryRepository();
  const source = join(temporaryFolder(), 'session.jsonl');
  writeFileSync(source, text);
  const receipt = await capture(await openRepository(root), {
    files: [
      { agent: null, file: source, bytes: text.length, modifiedAt: '2026-11-20T10:00:00.000Z', named: true },
    ],
    env: { ...cleanEnvironment(root), HOME: '/home/alice', USER: 'alice' },
    dryRun: false,
    signal: new AbortController().signal,
  });
  expect(receipt.failed).toEqual([]);
  expect(receipt.items).toHaveLength(1);
  git(root, 'add', '-A');
  git(root, 'commit', '-q', '--allow-empty', '-m', 'captured');
  const file = receipt.items.map((entry) => readFileSync(join(root, entry.file), 'utf8')).join('');
  const objects = git(root, 'cat-file', '--batch-all-objects', '--batch');
  return { file, objects };
}

describe.skipIf(!isPresent)('secrets in hostile transcripts', () => {
  const secretItems = items.filter((item) => item.group === 'secrets' && item.file !== null);

  it.each(secretItems.map((item) => [`${item.id} ${item.title}`, item] as const))(
    '%s',
    async (_name, item) => {
      for (const seed of seeds) {
        const secrets = makeSecrets(spec, seed);
        const text = transcript(item, secrets);
        const redactor = openRedactor(options);
        const redacted = text
          .split('\n')
          .filter(Boolean)
          .map((line) => redactor.value(JSON.parse(line)));
        const decoded = JSON.stringify(redacted);
        const { file, objects } = await captureAndCommit(text);
        const gone = [
          ...(item.assert.absent ?? []).flatMap((name) => traces(name, secrets)),
          ...(item.assert.absentLiteral ?? []),
        ];
        for (const trace of gone)
          for (const where of [decoded, file, objects]) expect(where, trace).not.toContain(trace);
        if (item.assert.absent) expect(decoded).toMatch(/\[REDACTED:/);
        // F04 hides them in members no reader uses, so nothing of them is captured at all.
        if (item.assert.absent && item.id !== 'F04') expect(file).toMatch(/\[REDACTED:/);
        if (item.assert.unchanged) {
          const before = text
            .split('\n')
            .filter(Boolean)
            .map((line) => JSON.parse(line));
          // The corpus writes its lines under /home/alice; the content itself must stay.
          expect(redacted.map((line) => (line as { message: unknown }).message)).toEqual(
            before.map((line) => line.message),
          );
        }
      }
    },
  );

  const hiddenItems = items.filter(
    (item) =>
      item.group === 'hidden' &&
      item.file !== null &&
      /u200b|u202a|u3164|undefined/.test(String(item.assert.storedLacks)),
  );

  it.each(hiddenItems.map((item) => [`${item.id} ${item.title}`, item] as const))(
    '%s',
    async (_name, item) => {
      const { file, objects } = await captureAndCommit(transcript(item, {}));
      if (item.assert.storedLacks)
        for (const where of [file, objects]) expect(where).not.toMatch(new RegExp(item.assert.storedLacks));
      if (item.assert.maxBytes) expect(Buffer.byteLength(file)).toBeLessThanOrEqual(item.assert.maxBytes);
      // What was hidden is not shown, but it is not forgotten either: such text waits for review.
      if (item.id !== 'B05') expect(file).toMatch(/"hidden":[1-9]/);
    },
  );

  it('J02: a long line of keywords is read in bounded work', () => {
    const { recipe } = items.find((item) => item.id === 'J02') as Required<Item>;
    const text = recipe.head + recipe.repeat.repeat(recipe.count) + recipe.tail.trimEnd();
    const value = JSON.parse(text);
    expect(openRedactor(options).value(value)).toBe(value);
  });
});
