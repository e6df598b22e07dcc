import { compareText } from '../../base/text.ts';
import { bm25, type HitList, scaleToMax } from './bm25.ts';
import type { CodeFile } from './code-file.ts';
import type { CodeHistory } from './code-history.ts';
import type { CodeQuery, QueryTerm } from './code-query.ts';
import type { EntryRef } from './entry-store.ts';
import { withFeedback } from './feedback-terms.ts';
import { QueryTable } from './query-table.ts';
import { scoreGraph } from './score-graph.ts';
import { findMessageHits, scoreRecency, scoreSimilarCommits } from './score-history.ts';
import { scoreNames } from './score-names.ts';
import { findPathHits, scoreScope } from './score-paths.ts';
import { PathEnds, scoreFrames, scoreMentions, scoreQuotes } from './score-places.ts';
import { bm25f, type Field, findTextHits, scoreWindows, type TextHits } from './score-text.ts';
import { pairTests, scoreTogether } from './second-pass.ts';
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
}

/**
 * Computes the signals that the weights ask for. Each is scaled to its largest value, but for `scope`, recency, the
 * flags and what the task names outright.
 */
export function findSignals(pool: RankPool, query: CodeQuery, reader: TermReader, weights: Weights): Signals {
  const { files, refs, history } = pool;
  const terms = { table: new QueryTable(query.terms), weights: weightsOf(query.terms) };
  const paths = files.map((file) => file.path);
  const places = new Map(paths.map((path, at) => [path, at]));
  const text = findTextHits(refs, terms.table);
  const inPaths = findPathHits(paths, terms.table, reader);
  const unjoined = Float64Array.from(query.terms, (term) => (term.joined ? 0 : term.weight));
  const dirty = files.filter((file) => file.dirty).map((file) => file.path);
  const flag = (holds: (file: CodeFile) => boolean) =>
    Float64Array.from(files, (file) => (holds(file) ? 1 : 0));
  const values: Signals['values'] = {
    bm25f: scaleToMax(bm25f(fieldsOf(text, inPaths), terms.weights, saturation)),
    chunk: scaleToMax(scoreWindows(text, terms.weights)),
    path: scaleToMax(bm25(inPaths.path, unjoined, 1.2, 0.5)),
    scope: scoreScope(paths, query),
    exact: scaleToMax(scoreNames(refs, query)),
    msg: scaleToMax(bm25(findMessageHits(places, history, terms.table), terms.weights, 1.5, 0.6)),
    similar: scaleToMax(scoreSimilarCommits(places, history, terms.table, terms.weights)),
    ...scoreRecency(places, history, dirty),
    ...namedOutright(paths, query, text),
    test: flag((file) => file.test),
    testQuery: flag((file) => file.test && query.aboutTests),
    example: flag((file) => file.example),
  };
  const wants = (name: SignalName) => weights.signals[name] !== undefined;
  const seeds = lexicalSeeds(values, files.length);
  if (wants('graph')) values.graph = scaleToMax(scoreGraph(refs, seeds));
  if (wants('prf')) values.prf = scoreFeedback(pool, query, reader, seeds);
  return { values };
}

const saturation = 1.6;

function weightsOf(terms: readonly QueryTerm[]): Float64Array {
  return Float64Array.from(terms, (term) => term.weight);
}

/** The fields of BM25F, with the weights of spec 07 §6. */
function fieldsOf(text: TextHits, { path, base }: { path: HitList; base: HitList }): Field[] {
  return [
    { hits: path, weight: 4, b: 0.5 },
    { hits: base, weight: 3, b: 0.3 },
    { hits: text.symbols, weight: 2.5, b: 0.5 },
    { hits: text.content, weight: 1, b: 0.7 },
  ];
}

/** What a stack trace, a path or a quoted error of the task points at. */
function namedOutright(paths: readonly string[], query: CodeQuery, text: TextHits): Signals['values'] {
  const { frames, mentions, quotes } = query.issue;
  const ends = frames.length + mentions.length > 0 ? new PathEnds(paths) : undefined;
  return {
    ...(ends && { trace: scoreFrames(ends, paths.length, frames) }),
    ...(ends && { mention: scoreMentions(ends, paths.length, mentions) }),
    ...(quotes.length > 0 && { quote: scoreQuotes(text, query, quotes) }),
  };
}

/** Where the words alone lead: the start of what is spread from there. */
function lexicalSeeds({ bm25f: text, msg, path, mention }: Signals['values'], files: number): Float64Array {
  return Float64Array.from(
    { length: files },
    (_, at) => (text?.[at] ?? 0) + 0.4 * (msg?.[at] ?? 0) + 0.3 * (path?.[at] ?? 0) + (mention?.[at] ?? 0),
  );
}

function scoreFeedback(
  { files, refs }: RankPool,
  query: CodeQuery,
  reader: TermReader,
  seeds: Float64Array,
): Float64Array {
  const terms = withFeedback(query.terms, refs, seeds);
  const table = new QueryTable(terms);
  const inPaths = findPathHits(
    files.map((file) => file.path),
    table,
    reader,
  );
  return scaleToMax(bm25f(fieldsOf(findTextHits(refs, table), inPaths), weightsOf(terms), saturation));
}

/**
 * Adds the weighted signals up, then what follows from the sums (files changed together with the best, tests beside what
 * they test), and gives the best `most` files; equal scores in path order.
 */
export function rankBySignals(
  pool: Pick<RankPool, 'files' | 'history'>,
  { values }: Signals,
  query: CodeQuery,
  weights: Weights,
  most = pool.files.length,
): RankedFile[] {
  const { files } = pool;
  const parts = signalNames.flatMap((name) => {
    const weight = weights.signals[name];
    const signal = values[name];
    if (!weight || !signal) return [];
    return [{ name, signal, factor: weight.base + (weight.long ?? 0) * query.length }];
  });
  const scores = new Float64Array(files.length);
  for (const { signal, factor } of parts)
    for (let at = 0; at < scores.length; at++)
      scores[at] = (scores[at] as number) + factor * (signal[at] as number);
  const added = addSecondPass(pool, scores, weights);
  for (let at = 0; at < scores.length; at++) scores[at] = round(scores[at] as number);
  return inOrder(files, scores)
    .slice(0, most)
    .map((at): RankedFile => {
      const why: Why = {};
      for (const { name, signal, factor } of [...parts, ...added]) {
        const part = round(factor * (signal[at] as number));
        if (part !== 0) why[name] = part;
      }
      const { path, test } = files[at] as CodeFile;
      return { path, score: scores[at] as number, why, test };
    });
}

/** Raises the scores in place; gives what was added, as signals of factor 1. */
function addSecondPass(
  { files, history }: Pick<RankPool, 'files' | 'history'>,
  scores: Float64Array,
  { signals }: Weights,
): { name: SignalName; signal: Float64Array; factor: 1 }[] {
  const first = scores.slice();
  const together = signals.together ? scoreTogether(files, history, first) : new Float64Array(files.length);
  for (let at = 0; at < scores.length; at++) {
    together[at] = (together[at] as number) * (signals.together?.base ?? 0);
    scores[at] = (scores[at] as number) + (together[at] as number);
  }
  const pair = new Float64Array(files.length);
  for (const [test, tested] of signals.pair ? pairTests(files) : []) {
    const least = (signals.pair?.base ?? 0) * (first[tested] as number);
    pair[test] = Math.max(0, least - (scores[test] as number));
    scores[test] = (scores[test] as number) + (pair[test] as number);
  }
  return [
    { name: 'together', signal: together, factor: 1 },
    { name: 'pair', signal: pair, factor: 1 },
  ];
}

/** Places of the files, best score first. */
function inOrder(files: readonly CodeFile[], scores: Float64Array): number[] {
  return Array.from(scores.keys()).sort(
    (a, b) =>
      (scores[b] as number) - (scores[a] as number) ||
      compareText((files[a] as CodeFile).path, (files[b] as CodeFile).path),
  );
}

/** Six digits are enough to tell files apart, and the same on every machine. */
function round(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
