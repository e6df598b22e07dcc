import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mineRoutines } from '../../../../src/proposals/routines/mine-routines.ts';
import { stepKind } from '../../../../src/proposals/routines/step-kind.ts';
import type { ShapedSession } from '../../../../src/proposals/routines/step-table.ts';
import { randomFrom } from '../../../bench/simulate-fleet.ts';

const release = ['$ npm run build', '$ npm version', '$ npm publish', '$ git push'];
const noise = [
  'Read .ts',
  'Edit .ts',
  'Grep',
  '$ npm test',
  '$ git status',
  '$ curl',
  'Edit .md',
  '$ tsc',
  '$ docker build',
];

/** Sessions of calls in any order, with a routine in every third of them. */
function fleet(seed: number, sessions: number, routine: readonly string[] = []): ShapedSession[] {
  const next = randomFrom(seed);
  const any = () => noise[Math.floor(next() * noise.length)] as string;
  return Array.from({ length: sessions }, (_, at) => {
    const before = Array.from({ length: 5 + Math.floor(next() * 30) }, any);
    const after = Array.from({ length: 5 + Math.floor(next() * 30) }, any);
    return {
      id: `s${String(at).padStart(3, '0')}`,
      shapes: [...before, ...(at % 3 === 0 ? routine : []), ...after],
    };
  });
}

describe('mineRoutines', () => {
  it('finds a planted routine, its sessions and places, and nothing else', () => {
    const sessions = fleet(1, 30, release);
    const [routine, ...others] = mineRoutines(sessions, { minSessions: 3 });
    expect(others).toEqual([]);
    expect(routine?.shapes).toEqual(release);
    expect(routine?.sessions).toEqual(sessions.filter((_, at) => at % 3 === 0).map(({ id }) => id));
    for (const { session, start, length } of routine?.occurrences ?? [])
      expect(sessions.find(({ id }) => id === session)?.shapes.slice(start, start + length)).toEqual(release);
    expect(routine?.partial).toBe(0);
    expect(routine?.byChance).toBeLessThan(0.01);
  });

  it('finds it with other calls between its steps, and with a step made twice', () => {
    const spread = release.flatMap((step, at) =>
      at === 1 ? ['Read .json', step] : at === 2 ? [step, step] : [step],
    );
    const [routine] = mineRoutines(fleet(2, 30, spread), { minSessions: 3 });
    expect(routine?.shapes.filter((shape) => shape !== 'Read .json')).toEqual(release);
    expect(routine?.occurrences[0]?.length).toBe(6);
    expect(mineRoutines(fleet(2, 30, spread), { minSessions: 11 })).toEqual([]);
  });

  it('counts what is left of a routine elsewhere as that routine', () => {
    const part = release.slice(0, 3);
    const sessions = [
      ...fleet(3, 30, release),
      ...fleet(4, 30, part).map((each) => ({ ...each, id: `p${each.id}` })),
    ];
    const routines = mineRoutines(sessions, { minSessions: 3 });
    expect(routines.map(({ shapes, partial, sessions }) => [shapes, partial, sessions.length])).toEqual([
      [release, 10, 20],
    ]);
  });

  it('tells a cycle once through', () => {
    const cycle = [...release, ...release, ...release];
    const routines = mineRoutines(fleet(5, 30, cycle), { minSessions: 3 });
    expect(routines.map(({ shapes, occurrences }) => [shapes, occurrences.length])).toEqual([[release, 30]]);
  });

  it('leaves loops of reading, and of editing and testing, alone', () => {
    for (const loop of [
      ['Read .ts', 'Grep', 'Read .md', 'Glob', 'Read .json'],
      ['Edit .go', '$ go test', 'Edit .go', '$ go test', 'Edit .go', '$ go test'],
      ['Read .go', 'Edit .go', '$ go test', 'Read .go', 'Edit .go', '$ go vet'],
    ])
      expect(mineRoutines(fleet(6, 30, loop), { minSessions: 3 })).toEqual([]);
  });

  it('finds nothing in calls of any order', () => {
    const found = Array.from({ length: 40 }, (_, at) =>
      mineRoutines(fleet(100 + at, 12 + at, []), { minSessions: 3 }),
    );
    expect(found.filter((routines) => routines.length > 0).length).toBeLessThanOrEqual(2);
  });

  it('gives no call to two routines, shows every step in its place, and does not depend on the order of sessions', () => {
    const shapes = fc.array(fc.constantFrom('$ a', '$ b', '$ c', '$ d', '$ e', 'Read .x'), { maxLength: 14 });
    const block = fc.constantFrom(
      ['$ f', '$ g', '$ h'],
      ['$ k', '$ g', '$ l', '$ m'],
      ['$ f', '$ g', '$ h', '$ i'],
    );
    const session = fc.tuple(shapes, block, shapes).map((parts) => parts.flat());
    fc.assert(
      fc.property(fc.array(session, { minLength: 4, maxLength: 14 }), (list) => {
        const sessions = list.map((calls, at) => ({ id: `s${at}`, shapes: calls }));
        const routines = mineRoutines(sessions, { minSessions: 3 });
        expect(mineRoutines([...sessions].reverse(), { minSessions: 3 })).toEqual(routines);
        const used = new Set<string>();
        for (const routine of routines) {
          expect(routine.sessions.length).toBeGreaterThanOrEqual(3);
          expect(new Set(routine.occurrences.map((each) => each.session))).toEqual(new Set(routine.sessions));
          let partial = 0;
          for (const { session: id, start, length } of routine.occurrences) {
            const calls = sessions.find((each) => each.id === id)?.shapes.slice(start, start + length) ?? [];
            const shown = longestInOrder(routine.shapes, calls);
            expect(shown).toBeGreaterThanOrEqual(3);
            if (shown < routine.shapes.length) partial += 1;
            for (let at = start; at < start + length; at += 1) {
              expect(used.has(`${id} ${at}`)).toBe(false);
              used.add(`${id} ${at}`);
            }
          }
          expect(partial).toBeLessThanOrEqual(routine.partial);
        }
      }),
    );
  });

  it('has nothing to say of no sessions, or of too few', () => {
    expect(mineRoutines([], { minSessions: 3 })).toEqual([]);
    expect(mineRoutines([{ id: 'a', shapes: [] }], { minSessions: 1 })).toEqual([]);
    expect(mineRoutines(fleet(7, 2, release), { minSessions: 3 })).toEqual([]);
  });
});

/** Length of the longest common subsequence. */
function longestInOrder(wanted: readonly string[], calls: readonly string[]): number {
  let row = wanted.map(() => 0);
  for (const call of calls)
    row = wanted.reduce<number[]>((next, want, at) => {
      const kept = Math.max(row[at] ?? 0, next[at - 1] ?? 0);
      next.push(want === call ? Math.max(kept, (row[at - 1] ?? 0) + 1) : kept);
      return next;
    }, []);
  return row.at(-1) ?? 0;
}

describe('stepKind', () => {
  it.each([
    [
      'acts',
      [
        '$ npm run build',
        '$ git commit',
        '$ kubectl apply',
        'mcp__playwright__browser_click',
        '$ python manage.py',
      ],
    ],
    ['asks', ['$ git status', '$ gh pr checks', '$ docker ps', '$ ls', '$ gh status']],
    [
      'free',
      [
        'Read .ts',
        'read_file .py',
        'Grep',
        'TodoWrite',
        'Edit .ts',
        'apply_patch',
        'str_replace_editor .py',
        'Task',
        '$ sed',
        '$ script',
        '$ python -c',
        '$ cat',
        'mcp__github__get_issue',
        'WebFetch',
        'AskUserQuestion',
        'mcp__playwright__browser_snapshot',
      ],
    ],
  ] as const)('%s: what a script could make of it', (kind, shapes) => {
    for (const shape of shapes) expect([shape, stepKind(shape)]).toEqual([shape, kind]);
  });
});
