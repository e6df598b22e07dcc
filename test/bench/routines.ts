import { mineRoutines } from '../../src/proposals/routines/mine-routines.ts';
import type { ShapedSession } from '../../src/proposals/routines/step-table.ts';
import type { Bench } from './figure.ts';
import { median } from './figure.ts';
import { randomFrom } from './simulate-fleet.ts';

/** Calls that come in any order, the first ones far more often than the last. */
const shapes = Array.from({ length: 150 }, (_, at) => `${['Read .ts', '$ tool', 'Edit .ts'][at % 3]}${at}`);

/** Sessions of `calls` calls in any order, one call in 500 the start of a planted routine. */
export function simulateCalls(
  seed: number,
  sessions: number,
  calls: number,
  planted: readonly (readonly string[])[],
): ShapedSession[] {
  const random = randomFrom(seed);
  return Array.from({ length: sessions }, (_, at) => {
    const made: string[] = [];
    while (made.length < calls) {
      const routine = random() < 0.002 ? planted[Math.floor(random() * planted.length)] : undefined;
      made.push(...(routine ?? [shapes[Math.floor(shapes.length ** random()) - 1] as string]));
    }
    return { id: `s${at}`, shapes: made };
  });
}

const planted = [
  ['$ gh pr checkout', '$ npm ci', '$ npm test', '$ gh pr review'],
  ['$ docker build', '$ docker tag', '$ docker push', '$ kubectl apply', '$ kubectl rollout'],
];
const cleanFleets = 100;
const repeats = 3;

/** How long mining a large fleet takes, whether it finds what was planted, and whether it sees what is not there. */
export const bench: Bench = async () => {
  const fleet = simulateCalls(1, 10_000, 200, planted);
  const times: number[] = [];
  let found: string[] = [];
  for (let run = 0; run < repeats; run += 1) {
    const started = performance.now();
    found = mineRoutines(fleet, { minSessions: 3 }).map((routine) => routine.shapes.join(' '));
    times.push(performance.now() - started);
  }
  const wanted = planted.map((routine) => routine.join(' '));
  let seen = 0;
  for (let seed = 1; seed <= cleanFleets; seed += 1)
    if (mineRoutines(simulateCalls(seed, 20 + seed, 100, []), { minSessions: 3 }).length > 0) seen += 1;
  const note = '10,000 sessions of 200 calls, 150 shapes';
  return [
    { name: 'mining routines', value: Math.round(median(times)), unit: 'ms', n: repeats, note },
    {
      name: 'planted routines found, others',
      value: found.filter((routine) => wanted.includes(routine)).length,
      unit: `of ${planted.length}, ${found.filter((routine) => !wanted.includes(routine)).length} others`,
      n: 1,
      note,
    },
    {
      name: 'clean fleets that show a routine',
      value: seen,
      unit: `of ${cleanFleets}`,
      n: cleanFleets,
      note: '21 to 120 sessions of 100 calls in any order',
    },
  ];
};
