import { describe, expect, it } from 'vitest';
import { makeEvalTasks, type PastCommit } from '../../../../src/context/code/eval-task.ts';
import { type FitTask, fitWeights } from '../../../../src/context/code/fit-weights.ts';
import { fitAndJudge } from '../../../../src/context/code/judge-fit.ts';
import { meanOverTasks, measureRanking } from '../../../../src/context/code/retrieval-measures.ts';
import { formatSavedWeights, parseSavedWeights } from '../../../../src/context/code/saved-weights.ts';
import { historyWeights } from '../../../../src/context/code/weights.ts';

const commit = (part: Partial<PastCommit>): PastCommit => ({
  oid: 'c',
  parents: ['p'],
  author: 'Ada',
  subject: 'Round totals of the cart to cents',
  message: 'Round totals of the cart to cents\n\nSee src/cart.ts and cart.ts. Fixes #12\n',
  changes: [{ added: false, path: 'src/cart.ts' }],
  ...part,
});

describe('tasks from the past', () => {
  it('ask by the message, without the paths it names', () => {
    const [task] = makeEvalTasks([commit({})], 5);
    expect(task).toMatchObject({ commit: 'c', parent: 'p', gold: ['src/cart.ts'] });
    expect(task?.query).toContain('Round totals of the cart');
    expect(task?.query).not.toMatch(/cart\.ts|#12/);
  });

  it('are no merges, robots, releases, new files or wide changes', () => {
    const many = Array.from({ length: 9 }, (_, at) => ({ added: false, path: `src/${at}.ts` }));
    const none = [
      commit({ parents: ['p', 'q'] }),
      commit({ parents: [] }),
      commit({ author: 'renovate[bot]' }),
      commit({ subject: 'Release 1.2.0 of everything' }),
      commit({ subject: 'chore(deps): bump x from 1 to 2' }),
      commit({ changes: [{ added: true, path: 'src/new.ts' }] }),
      commit({ changes: [{ added: false, path: 'README.md' }] }),
      commit({ changes: many }),
      commit({ message: 'oops', subject: 'oops' }),
    ];
    expect(makeEvalTasks(none, 20)).toEqual([]);
  });

  it('are spread evenly', () => {
    const commits = Array.from({ length: 10 }, (_, at) => commit({ oid: `c${at}` }));
    expect(makeEvalTasks(commits, 5).map((task) => task.commit)).toEqual(['c0', 'c2', 'c4', 'c6', 'c8']);
  });
});

describe('measures', () => {
  it('are those of a ranking worked by hand', () => {
    const ranked = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    expect(measureRanking(ranked, ['b', 'g', 'nowhere'])).toEqual({
      hit1: 0,
      mrr: 0.5,
      recall5: 1 / 3,
      recall10: 2 / 3,
      recall20: 2 / 3,
    });
    expect(measureRanking([], ['a']).mrr).toBe(0);
  });

  it('come with Student’s interval', () => {
    // mean 0.5, sd 0.5774, t(3) = 3.1824: half width 0.9187
    const mean = meanOverTasks([0, 1, 0, 1]);
    expect(mean?.mean).toBe(0.5);
    expect(mean?.low).toBeCloseTo(0.5 - 0.9187, 3);
    expect(meanOverTasks([1])).toEqual({ mean: 1, low: null, high: null, n: 1 });
    expect(meanOverTasks([])).toBeUndefined();
  });
});

const task = (gold: number, good: number[]): FitTask & { paths: string[] } => ({
  length: 0,
  values: { chunk: good, recent: good.map((value) => 1 - value) },
  gold: [gold],
  files: good.length,
  paths: good.map((_, at) => `f${at}`),
});

describe('fitting', () => {
  it('raises what finds the changed files and lowers what does not; the same tasks give the same weights', () => {
    const tasks = Array.from({ length: 30 }, (_, at) =>
      task(
        at % 3,
        [0, 1, 2].map((file) => (file === at % 3 ? 1 : 0)),
      ),
    );
    const fitted = fitWeights(tasks, historyWeights);
    expect(fitted.chunk?.base).toBeGreaterThan(historyWeights.signals.chunk?.base ?? 0);
    expect(fitted.recent?.base).toBeLessThan(historyWeights.signals.recent?.base ?? 0);
    expect(fitted.scope).toEqual(historyWeights.signals.scope);
    expect(fitWeights(tasks, historyWeights)).toEqual(fitted);
  });

  it('is refused below 60 tasks', () => {
    const tasks = Array.from({ length: 59 }, () => task(0, [1, 0]));
    expect(fitAndJudge(tasks, historyWeights, 'head')).toMatchObject({ outcome: 'refused' });
    expect(fitAndJudge([...tasks, task(0, [1, 0])], historyWeights, 'head')).toMatchObject({
      trainedOn: 40,
      testedOn: 20,
    });
  });

  it('is only kept when it is clearly better on newer tasks', () => {
    const shown = (at: number) =>
      task(
        at % 3,
        [0, 1, 2].map((file) => (file === at % 3 ? 1 : 0.9)),
      );
    const against = { ...historyWeights, signals: { recent: { base: 5 }, chunk: { base: 0 } } };
    const clear = fitAndJudge(
      Array.from({ length: 90 }, (_, at) => shown(at)),
      against,
      'head',
    );
    expect(clear.outcome).toBe('better');
    const same = fitAndJudge(
      Array.from({ length: 90 }, () => task(0, [0.5, 0.5])),
      against,
      'head',
    );
    expect(same.outcome).toBe('not better');
  });

  it('keeps weights in a file that gives them back, and takes nothing else for one', () => {
    expect(parseSavedWeights(formatSavedWeights(historyWeights))).toEqual(historyWeights);
    for (const text of [
      '',
      '{}',
      '[]',
      '{"schema_version":1,"name":"x","provenance":"","signals":{"chunk":{"base":1e9}}}',
      '{"schema_version":1,"name":"x","provenance":"","signals":{"__proto__x":{"base":1}}}',
      '{"schema_version":1,"name":"\\u001b[31m","provenance":"","signals":{}}',
    ])
      expect(parseSavedWeights(text)).toBeUndefined();
  });
});
