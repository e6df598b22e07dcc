import { type CodeHistory, enoughCommits } from './code-history.ts';
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

/** What a task says outright counts the same with and without history. */
const namedOutright: Weights['signals'] = {
  mention: { base: 2, long: -1.3 },
  trace: { base: 2 },
  quote: { base: 0.2, long: 0.5 },
};

/** For repositories with a history of 50 commits or more. */
export const historyWeights: Weights = {
  name: 'history-2',
  provenance:
    'listwise fit on 480 past commits of 12 public repositories, each repository judged by weights fitted to the other 11, then rounded; long parts from spec 07 §6, dampened; together and pair chosen on the same commits; mention, trace and quote set by hand (history-1 was the rounded column no-graph of spec 07 §6)',
  signals: {
    bm25f: { base: 1.95 },
    chunk: { base: 1.5 },
    path: { base: 1.4 },
    scope: { base: 1.3 },
    exact: { base: 0.65 },
    msg: { base: 1.2, long: 1.5 },
    similar: { base: 0.8 },
    recent: { base: 0.6, long: -0.3 },
    fresh: { base: 1.5, long: -1.1 },
    test: { base: -0.2, long: -0.8 },
    testQuery: { base: 0.75 },
    example: { base: -0.7 },
    together: { base: 0.8 },
    pair: { base: 0.7 },
    ...namedOutright,
  },
};

/** For shallow clones, young repositories and folders without Git. */
const noHistoryWeights: Weights = {
  name: 'no-history-2',
  provenance:
    'spec 07 §6, column no-history: listwise fit with the history emptied before any signal was computed, rounded; fresh, together, pair, mention, trace and quote as with a history',
  signals: {
    chunk: { base: 1.6, long: 1.9 },
    path: { base: 1 },
    scope: { base: 1.45 },
    exact: { base: 0.55 },
    graph: { base: 2.45 },
    prf: { base: 1.45 },
    fresh: { base: 1, long: -0.6 },
    test: { base: -0.2, long: -0.8 },
    testQuery: { base: 0.8 },
    example: { base: -0.75 },
    together: { base: 0.8 },
    pair: { base: 0.7 },
    ...namedOutright,
  },
};

/** Which weights a repository is ranked by: `own` (or the built-in ones) where its history says enough. */
export function weightsFor(history: CodeHistory, own: Weights): Weights {
  return history.commits.length >= enoughCommits ? own : noHistoryWeights;
}
