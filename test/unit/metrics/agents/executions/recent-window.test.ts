import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecentWindow } from '../../../../../src/metrics/agents/executions/recent-window.ts';

const rows = fc.uniqueArray(
  fc.record({ atMs: fc.nat(20), idHigh: fc.nat(2), idLow: fc.nat(4), value: fc.nat(99) }),
  { selector: ({ atMs, idHigh, idLow }) => `${atMs} ${idHigh} ${idLow}`, maxLength: 40 },
);

describe('a window of the latest', () => {
  it('holds the last of all rows in order of time and id, in whatever order they come', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 8 }), (all, size) => {
        const window = new RecentWindow(size);
        for (const { atMs, idHigh, idLow, value } of all) window.add(atMs, idHigh, idLow, value);
        const latest = [...all]
          .sort((a, b) => a.atMs - b.atMs || a.idHigh - b.idHigh || a.idLow - b.idLow)
          .slice(-size);
        expect(window.values).toEqual(latest.map((row) => row.value));
        expect(window.last).toEqual(latest.at(-1));
        for (let count = 1; count <= size; count += 1)
          expect(window.atMsOfNewest(count)).toBe(latest.at(-count)?.atMs);
      }),
      { numRuns: 500 },
    );
  });
});
