import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { likeness, statementKey } from '../../../../src/knowledge/extract/claim-key.ts';

describe('statementKey', () => {
  it('is the same for a re-statement and another one for the opposite', () => {
    const key = statementKey('Run `pnpm test` before every commit');
    expect(statementKey('before every commit, running `pnpm test`')).toBe(key);
    expect(statementKey('Never run `pnpm test` before a commit')).not.toBe(key);
    expect(statementKey("Don't run `pnpm test` before every commit")).not.toBe(key);
  });

  it('does not depend on the order of words (property)', () => {
    const words = fc.array(
      fc.constantFrom('pnpm', 'tests', 'failing', 'cache', 'built', 'src', 'not', 'the'),
      { minLength: 1, maxLength: 12 },
    );
    fc.assert(
      fc.property(words, (list) => {
        expect(statementKey([...list].reverse().join(' '))).toBe(statementKey(list.join(' ')));
      }),
    );
  });
});

describe('likeness', () => {
  it('is 1 for the same words, 0 for none in common', () => {
    expect(likeness('the cache is stale', 'stale cache')).toBe(1);
    expect(likeness('use tabs', 'run pytest')).toBe(0);
  });
});
