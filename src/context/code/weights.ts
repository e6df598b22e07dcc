import type { SignalName } from './signals.ts';

/** What a signal counts: base, plus `long` for a pasted issue (times the query's length, 0 … 1). */
export interface Weight {
  base: number;
  long?: number;
}

/** Weights of the signals, with where they come from. */
export interface Weights {
  name: string;
  provenance: string;
  signals: Readonly<Partial<Record<SignalName, Weight>>>;
}

/** For repositories with a history of 50 commits or more. */
export const historyWeights: Weights = {
  name: 'history-1',
  provenance:
    'spec 07 §6, column no-graph: listwise fit on 480 commits of 12 public repositories and 63 issues, rounded',
  signals: {
    bm25f: { base: 1.85 },
    chunk: { base: 2 },
    path: { base: 1.35 },
    scope: { base: 1.25 },
    exact: { base: 0.55 },
    msg: { base: 2, long: 1.2 },
    recent: { base: 1.85, long: -1.3 },
    test: { base: -0.25, long: -1.7 },
    testQuery: { base: 0.8 },
    example: { base: -0.75 },
  },
};

/** For shallow clones, young repositories and folders without Git. */
export const noHistoryWeights: Weights = {
  name: 'no-history-1',
  provenance:
    'spec 07 §6, column no-history: the same fit with the history emptied before any signal was computed, rounded',
  signals: {
    chunk: { base: 1.6, long: 1.9 },
    path: { base: 1 },
    scope: { base: 1.45 },
    exact: { base: 0.55 },
    graph: { base: 2.45 },
    prf: { base: 1.45 },
    test: { base: -0.2, long: -1.6 },
    testQuery: { base: 0.8 },
    example: { base: -0.75 },
  },
};
