import { describe, expect, it } from 'vitest';
import { errorKeysByLine, indexErrors } from '../../../src/outcomes/error-keys.ts';
import { errorFingerprint } from '../../../src/sessions/error-fingerprint.ts';
import { factOf, sessionOf } from './sessions.ts';

const source = factOf({}).sources[0] as ReturnType<typeof factOf>['sources'][number];

describe('indexErrors', () => {
  it('knows a fact’s errors from the ledger, its quotes and its keywords', () => {
    const quoted = factOf({
      id: 'quotedquot',
      sources: [{ ...source, quote: "error: cannot open '/tmp/x'" }],
    });
    const ledgered = factOf({ id: 'ledgeredle', sources: [] });
    const { keysOf, factsOf } = indexErrors(
      [quoted, ledgered],
      new Map([['ledgeredle', new Set(['somekey'])]]),
    );
    expect([...(keysOf.get('quotedquot') ?? [])]).toEqual([
      errorFingerprint("error: cannot open '/home/b/y'").key,
    ]);
    expect([...(keysOf.get('ledgeredle') ?? [])]).toEqual(['somekey']);
    expect(factsOf.get('somekey')?.map((fact) => fact.id)).toEqual(['ledgeredle']);
  });
  it('takes the masked error of the dashboard as the keyword of a fact a person adds', () => {
    for (const text of [
      "ls: cannot access '/x/y.txt': No such file or directory",
      'TimeoutError: locator.click: Timeout 30000ms exceeded.',
      'Error: the test database on port 5433 is not running; run `docker compose up` first',
      "ModuleNotFoundError: No module named 'ledger'",
    ]) {
      const { key, template } = errorFingerprint(text);
      const fact = factOf({ id: 'byapersonp', sources: [], keywords: [template] });
      expect([template, indexErrors([fact]).factsOf.has(key)]).toEqual([template, true]);
    }
  });
  it('is empty for a fact about no error', () => {
    const plain = factOf({
      keywords: ['pnpm', 'package manager'],
      sources: [{ ...source, quote: 'use pnpm here' }],
    });
    expect(indexErrors([plain]).keysOf.size).toBe(0);
  });
});

describe('errorKeysByLine', () => {
  it('names the failure on each line of a failed result', () => {
    const session = sessionOf([
      { runs: 'x', gives: 'fatal: no', exitCode: 1 },
      { runs: 'y', gives: 'fine' },
    ]);
    expect([...errorKeysByLine(session)]).toEqual([[1, errorFingerprint('fatal: no').key]]);
  });
});
