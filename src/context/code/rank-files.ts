import { compareText } from '../../base/text.ts';
import { bm25, scaleToMax } from './bm25.ts';
import type { CodeFile } from './code-file.ts';
import type { CodeHistory } from './code-history.ts';
import type { CodeQuery } from './code-query.ts';
import type { EntryRef } from './entry-store.ts';
import { QueryTable } from './query-table.ts';
import { findMessageHits, scoreRecency } from './score-history.ts';
import { scoreNames } from './score-names.ts';
import { findPathHits, scoreScope } from './score-paths.ts';
import { bm25f, findTextHits, scoreWindows } from './score-text.ts';
import { type RankedFile, type SignalName, signalNames, type Why } from './signals.ts';
import type { TermReader } from './term-reader.ts';
import type { Weights } from './weights.ts';

/** Files that can be ranked, each with its entry, in path order. */
export interface RankPool {
  files: readonly CodeFile[];
  refs: readonly EntryRef[];
  history: CodeHistory;
}

/** The signals of every file of a pool for a task, before weights: one value a file. */
export interface Signals {
  values: Partial<Record<SignalName, Float64Array>>;
  /** The best 50-line window of each file, counted from 0; -1 where none has a term of the task. */
  bestWindow: Int32Array;
}

/** Computes the signals. Each is scaled to its largest value, but for `scope`, `recent` and the flags. */
export function findSignals(pool: RankPool, query: CodeQuery, reader: TermReader): Signals {
  const { files, refs, history } = pool;
  const table = new QueryTable(query.terms);
  const weights = Float64Array.from(query.terms, (term) => term.weight);
  const unjoined = Float64Array.from(query.terms, (term) => (term.joined ? 0 : term.weight));
  const paths = files.map((file) => file.path);
  const places = new Map(paths.map((path, at) => [path, at]));
  const text = findTextHits(refs, table);
  const { path, base } = findPathHits(paths, table, reader);
  const windows = scoreWindows(text, weights);
  const flag = (holds: (file: CodeFile) => boolean) =>
    Float64Array.from(files, (file) => (holds(file) ? 1 : 0));
  return {
    bestWindow: windows.best,
    values: {
      bm25f: scaleToMax(
        bm25f(
          [
            { hits: path, weight: 4, b: 0.5 },
            { hits: base, weight: 3, b: 0.3 },
            { hits: text.symbols, weight: 2.5, b: 0.5 },
            { hits: text.content, weight: 1, b: 0.7 },
          ],
          weights,
          1.6,
        ),
      ),
      chunk: scaleToMax(windows.scores),
      path: scaleToMax(bm25(path, unjoined, 1.2, 0.5)),
      scope: scoreScope(paths, query),
      exact: scaleToMax(scoreNames(refs, query)),
      msg: scaleToMax(bm25(findMessageHits(places, history, table), weights, 1.5, 0.6)),
      recent: scoreRecency(places, history),
      test: flag((file) => file.test),
      testQuery: flag((file) => file.test && query.aboutTests),
      example: flag((file) => file.example),
    },
  };
}

/** Adds the weighted signals up; best first, equal scores in path order. */
export function rankBySignals(
  files: readonly CodeFile[],
  { values }: Signals,
  query: CodeQuery,
  weights: Weights,
): RankedFile[] {
  const parts = signalNames.flatMap((name) => {
    const weight = weights.signals[name];
    const signal = values[name];
    if (!weight || !signal) return [];
    return [{ name, signal, factor: weight.base + (weight.long ?? 0) * query.length }];
  });
  const ranked = files.map(({ path, test }, at): RankedFile => {
    const why: Why = {};
    let score = 0;
    for (const { name, signal, factor } of parts) {
      const part = factor * (signal[at] as number);
      if (part === 0) continue;
      score += part;
      why[name] = round(part);
    }
    return { path, score: round(score), why, test };
  });
  return ranked.sort((a, b) => b.score - a.score || compareText(a.path, b.path));
}

/** Six digits are enough to tell files apart, and the same on every machine. */
function round(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
