import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IdSet, idBits } from '../../../../../src/metrics/agents/executions/id-set.ts';

describe('a set of ids', () => {
  it('knows what a Set knows, while it grows', () => {
    const half = fc.oneof(fc.nat(3), fc.nat(0xffff_ffff));
    fc.assert(
      fc.property(fc.array(fc.tuple(half, half), { maxLength: 300 }), (pairs) => {
        const [ids, known] = [new IdSet(), new Set<string>()];
        for (const [high, low] of pairs) {
          const key = `${high} ${low}`;
          expect(ids.has(high, low)).toBe(known.has(key));
          expect(ids.add(high, low)).toBe(!known.has(key));
          known.add(key);
        }
        expect(ids.size).toBe(known.size);
      }),
      { numRuns: 50 },
    );
    const ids = new IdSet();
    for (let i = 0; i < 20_000; i += 1) expect(ids.add(i % 7, i)).toBe(true);
    for (let i = 0; i < 20_000; i += 1) expect(ids.add(i % 7, i)).toBe(false);
  });

  it('takes 16 hex digits as they are, any other text by its hash', () => {
    expect(idBits('00000001000000ff')).toEqual({ high: 1, low: 255 });
    expect(idBits('run 1')).not.toEqual(idBits('run 2'));
  });
});
