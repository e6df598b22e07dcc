/**
 * The parts of a file's score. Each but the flags, `scope`, `recent`, `fresh` and what the task names outright
 * (`mention`, `trace`, `quote`) is divided by its largest value for the query. `together` and `pair` come last: they
 * follow from the scores that the others give.
 */
export const signalNames = [
  'bm25f',
  'chunk',
  'path',
  'scope',
  'exact',
  'mention',
  'trace',
  'quote',
  'msg',
  'similar',
  'recent',
  'fresh',
  'graph',
  'prf',
  'test',
  'testQuery',
  'example',
  'together',
  'pair',
] as const;

/** Name of a part of the score. */
export type SignalName = (typeof signalNames)[number];

/** What each part added to a file's score (weight × value); parts that added nothing are absent. */
export type Why = Partial<Record<SignalName, number>>;

/** A file with its score and what it is made of. */
export interface RankedFile {
  path: string;
  score: number;
  why: Why;
  test: boolean;
}
