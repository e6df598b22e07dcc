import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findGapped } from '../../../../src/proposals/routines/find-gapped.ts';
import { findRepeats } from '../../../../src/proposals/routines/find-repeats.ts';
import { PairNames } from '../../../../src/proposals/routines/pair-names.ts';
import { type StepTable, stepTable } from '../../../../src/proposals/routines/step-table.ts';

const letters = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 9 });
const fleets = fc
  .array(letters, { maxLength: 7 })
  .map((list) => list.map((shapes, at) => ({ id: `s${at % 5}`, shapes })));

/** The steps of each session given, as shape numbers, with the session's number. */
function rowsOf(table: StepTable): { session: number; steps: number[] }[] {
  const rows: { session: number; steps: number[] }[] = [];
  let steps: number[] = [];
  table.shape.forEach((shape, at) => {
    if (shape >= 0) steps.push(shape);
    else {
      rows.push({ session: table.session[at] as number, steps });
      steps = [];
    }
  });
  return rows;
}

/** Every sequence with the sessions that show it, found the slow way: all places, one after another. */
function supports(table: StepTable, maxLength: number, maxGap: number, canStep = (_: number) => true) {
  const sessions = new Map<string, Set<number>>();
  for (const { session, steps } of rowsOf(table)) {
    const grow = (sequence: number[], at: number) => {
      const key = sequence.join(' ');
      sessions.set(key, (sessions.get(key) ?? new Set()).add(session));
      if (sequence.length === maxLength) return;
      for (let next = at + 1; next <= at + 1 + maxGap && next < steps.length; next += 1)
        if (canStep(steps[next] as number)) grow([...sequence, steps[next] as number], next);
    };
    steps.forEach((shape, at) => {
      if (canStep(shape)) grow([shape], at);
    });
  }
  return new Map([...sessions].map(([key, ids]) => [key, ids.size]));
}

const lengthOf = (key: string) => key.split(' ').length;

describe('findRepeats', () => {
  it('finds what looking at every place finds', () => {
    const limits = fc.record({
      minSessions: fc.integer({ min: 1, max: 3 }),
      minLength: fc.integer({ min: 2, max: 3 }),
    });
    fc.assert(
      fc.property(fleets, limits, (fleet, { minSessions, minLength }) => {
        const table = stepTable(fleet);
        const maxLength = 5;
        const all = supports(table, maxLength, 0);
        const want = [...all]
          .filter(([key, sessions]) => sessions >= minSessions && lengthOf(key) >= minLength)
          .filter(
            ([key, sessions]) =>
              ![...all].some(
                ([other, others]) =>
                  others === sessions && other !== key && ` ${other} `.includes(` ${key} `),
              ),
          );
        const found = findRepeats(table, { minSessions, minLength, maxLength }).map(
          ({ at, length, sessions }) => [table.shape.subarray(at, at + length).join(' '), sessions] as const,
        );
        expect(new Map(found)).toEqual(new Map(want));
        expect(found).toHaveLength(want.length);
      }),
      { numRuns: 300 },
    );
  });
});

describe('findGapped', () => {
  it('finds what looking at every place finds', () => {
    const limits = fc.record({ minSessions: fc.integer({ min: 1, max: 3 }), maxGap: fc.nat(2) });
    fc.assert(
      fc.property(fleets, limits, (fleet, { minSessions, maxGap }) => {
        const table = stepTable(fleet);
        const canStep = (shape: number) => table.shapes[shape] !== 'b';
        const maxLength = 4;
        const different = (key: string) => new Set(key.split(' ')).size === lengthOf(key);
        const all = new Map(
          [...supports(table, maxLength, maxGap, canStep)].filter(([key]) => different(key)),
        );
        const want = [...all]
          .filter(([key, sessions]) => sessions >= minSessions && lengthOf(key) >= 2)
          .filter(
            ([key, sessions]) =>
              ![...all].some(
                ([other, others]) =>
                  others === sessions && other.startsWith(`${key} `) && lengthOf(other) === lengthOf(key) + 1,
              ),
          );
        const found = findGapped(table, canStep, {
          minSessions,
          minLength: 2,
          maxLength,
          maxGap,
          maxWork: Number.POSITIVE_INFINITY,
        }).map(({ shapes, sessions }) => [shapes.join(' '), sessions] as const);
        expect(new Map(found)).toEqual(new Map(want));
        expect(found).toHaveLength(want.length);
      }),
      { numRuns: 300 },
    );
  });

  it('asks for more sessions when there is too much to look at', () => {
    const shapes = (n: number) => ['a', 'b', 'c', 'd', 'e'].slice(0, n);
    const table = stepTable(
      [5, 5, 5, 5, 5, 5, 3, 3, 3, 3].map((n, at) => ({ id: `${at}`, shapes: shapes(n) })),
    );
    const search = (maxWork: number) =>
      findGapped(table, () => true, { minSessions: 3, minLength: 3, maxLength: 5, maxGap: 1, maxWork })
        .map((found) => found.sessions)
        .sort((a, b) => b - a);
    expect(new Set(search(10_000))).toEqual(new Set([10, 6]));
    expect(new Set(search(290))).toEqual(new Set([10]));
    expect(search(10)).toEqual([]);
  });
});

describe('stepTable', () => {
  it('takes calls of one shape on end for one step, and is the same in any order', () => {
    const fleet = [
      { id: 'two', shapes: ['read', 'read', 'test', 'read'] },
      { id: 'one', shapes: ['test'] },
    ];
    const table = stepTable(fleet);
    expect(table.shapes).toEqual(['read', 'test']);
    expect(table.sessions).toEqual(['one', 'two']);
    expect([...table.shape]).toEqual([1, -1, 0, 1, 0, -1]);
    expect([...table.from]).toEqual([0, 1, 0, 2, 3, 4]);
    expect([...table.to]).toEqual([1, 2, 2, 3, 4, 5]);
    expect(stepTable([...fleet].reverse())).toEqual(table);
  });
});

describe('PairNames', () => {
  it('gives equal pairs one name, others another, also after it has grown', () => {
    const pairs = fc.array(fc.tuple(fc.nat(50), fc.nat(50)), { maxLength: 300 });
    fc.assert(
      fc.property(pairs, (list) => {
        const names = new PairNames(1);
        const first = list.map(([a, b]) => names.nameOf(a, b));
        const keys = [...new Set(list.map(String))];
        expect(names.count).toBe(keys.length);
        expect(list.map(([a, b]) => names.nameOf(a, b))).toEqual(first);
        expect(first).toEqual(list.map((pair) => keys.indexOf(String(pair))));
      }),
    );
  });
});
