import { describe, expect, it } from 'vitest';
import { brunnerMunzel } from '../../../../src/base/statistics/two-sample.ts';
import { renderSets } from '../../../../src/cli/render-compare.ts';
import { compareSets } from '../../../../src/metrics/kpi/compare-sets.ts';
import type { KpiTask } from '../../../../src/metrics/kpi/kpi-tasks.ts';
import { checkpoint, task } from './tasks.ts';

const minute = 60_000;
/** A fixed sequence in (0, 1): the same sets in every run. */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return (state + 0.5) / 2147483648;
  };
}
/** Log-normal minutes around a median, by Box–Muller. */
function durations(n: number, median: number, sd: number, seed: number): number[] {
  const next = sequence(seed);
  return Array.from({ length: n }, () => {
    const z = Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next());
    return Math.round(median * minute * Math.exp(sd * z));
  });
}
const setOf = (name: string, values: readonly number[], part: Partial<KpiTask> = {}) => ({
  name,
  tasks: values.map((ms, index) =>
    task(`${name}${index}`, { totalMs: ms, checkpoint: checkpoint(ms), ...part }),
  ),
});
const options = { primary: 'tvc' as const, prices: null };
const rowOf = (sets: ReturnType<typeof compareSets>, metric: string) =>
  sets.rows.find((row) => row.metric === metric);

describe('compareSets', () => {
  it('sees a cut of half with 44 a side, and gives φ and its interval as Brunner & Munzel do', () => {
    const [before, after] = [durations(44, 20, 0.8, 1), durations(44, 10, 0.8, 2)];
    const sets = compareSets(setOf('a', before), setOf('b', after), options);
    const row = sets.rows[0];
    const test = brunnerMunzel(before, after);
    expect(row).toMatchObject({
      metric: 'tvc',
      isPrimary: true,
      state: 'better',
      phi: test?.probLess,
      interval: test?.interval,
      p: test?.p,
    });
    expect(row?.shift).toBeLessThan(-4 * minute);
  });

  it('judges nothing below twenty on a side', () => {
    const sets = compareSets(
      setOf('a', durations(19, 20, 0.5, 1)),
      setOf('b', durations(60, 5, 0.5, 2)),
      options,
    );
    expect(sets.rows.every(({ state, phi, p }) => phi === null && p === null && state !== 'better')).toBe(
      true,
    );
    expect(rowOf(sets, 'duration')).toMatchObject({ state: 'too few', base: { n: 19 }, new: { n: 60 } });
    expect(rowOf(sets, 'cost')).toMatchObject({ state: 'not known', base: { n: 0, median: null } });
  });

  it("is not taken in by easier tasks (Simpson's paradox)", () => {
    // Small tasks take 5 minutes and medium ones 40 on both sides; the new side only has more small ones.
    const mix = (name: string, small: number, medium: number, seed: number) => {
      const easy = setOf(`${name}s`, durations(small, 5, 0.3, seed));
      const hard = setOf(`${name}m`, durations(medium, 40, 0.3, seed + 1), { size: 'medium' });
      return { name, tasks: [...easy.tasks, ...hard.tasks] };
    };
    const sets = compareSets(mix('a', 12, 48, 10), mix('b', 48, 12, 20), options);
    expect(rowOf(sets, 'tvc')).toMatchObject({ state: 'no change seen' });
    expect(rowOf(sets, 'tvc')?.strata.map(({ size, base, new: next }) => [size, base, next])).toEqual([
      ['medium', 48, 12],
      ['small', 12, 48],
    ]);
    const [pooled] = [
      compareSets(
        setOf(
          'a',
          mix('a', 12, 48, 10).tasks.map((one) => one.totalMs as number),
        ),
        setOf(
          'b',
          mix('b', 48, 12, 20).tasks.map((one) => one.totalMs as number),
        ),
        options,
      ),
    ];
    expect(rowOf(pooled, 'tvc')?.state).toBe('better');
  });

  it('ranks what was never verified behind everything: giving up early is not fast', () => {
    const done = setOf('a', durations(40, 20, 0.3, 1));
    const quit = {
      name: 'b',
      tasks: done.tasks.map((one, index) =>
        index < 30 ? { ...one, totalMs: minute, checkpoint: null } : one,
      ),
    };
    const sets = compareSets(done, quit, options);
    expect(rowOf(sets, 'tvc')).toMatchObject({ state: 'worse', new: { censored: 30 } });
    expect(rowOf(sets, 'duration')?.state).toBe('better');
  });

  it('says so when no size is on both sides, or one side lies wholly below the other', () => {
    const small = setOf('a', durations(30, 20, 0.3, 1));
    expect(
      rowOf(compareSets(small, setOf('b', durations(30, 20, 0.3, 2), { size: 'large' }), options), 'tvc'),
    ).toMatchObject({ state: 'no common size', phi: null });
    const apart = compareSets(
      setOf('a', durations(30, 100, 0.1, 1)),
      setOf('b', durations(30, 1, 0.1, 2)),
      options,
    );
    expect(rowOf(apart, 'tvc')).toMatchObject({ state: 'better', phi: 0 });
    expect(rowOf(apart, 'tvc')?.interval?.[1]).toBeLessThan(0.2);
  });

  it('corrects the other metrics for being many, not the primary', () => {
    const [a, b] = [setOf('a', durations(40, 20, 0.5, 3)), setOf('b', durations(40, 16, 0.5, 4))];
    const primary = compareSets(a, b, { ...options, primary: 'duration' });
    const among = compareSets(a, b, { ...options, primary: 'touches' });
    expect(primary.rows[0]).toMatchObject({ metric: 'duration', isPrimary: true });
    expect(rowOf(among, 'duration')?.p).toBeGreaterThanOrEqual(rowOf(primary, 'duration')?.p as number);
    // All tasks have no touches: all tied, φ is ½.
    expect(rowOf(primary, 'touches')).toMatchObject({ phi: 0.5, state: 'no change seen' });
  });

  it('calls at most one in twenty changed when nothing is', () => {
    let called = 0;
    const looks = 200;
    for (let i = 0; i < looks; i += 1) {
      const sets = compareSets(
        setOf('a', durations(25, 20, 0.8, 100 + i)),
        setOf('b', durations(25, 20, 0.8, 9000 + i)),
        options,
      );
      if (sets.rows[0]?.state !== 'no change seen') called += 1;
    }
    expect(called / looks).toBeLessThanOrEqual(0.08);
    expect(called).toBeGreaterThan(0);
  });

  it('is told in a table', () => {
    const text = renderSets(
      compareSets(setOf('a', durations(30, 20, 0.5, 1)), setOf('b', durations(30, 8, 0.5, 2)), options),
      { color: false },
    );
    expect(text).toContain('tvc (primary)');
    expect(text).toMatch(/φ .*\(.*–.*\)|0\.\d\d \(0\.\d\d–0\.\d\d\)/);
  });
});
