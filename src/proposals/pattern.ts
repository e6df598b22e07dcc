/** What kind of waste a pattern is. */
export type PatternKind = 'error' | 'retry' | 'poll' | 'slow' | 'routine';

/**
 * In this order time is charged: a failure names a cause, so it comes before the tries it led to; a routine is charged
 * last, since it is made of calls that work.
 */
export const patternKinds = ['error', 'retry', 'poll', 'slow', 'routine'] as const satisfies PatternKind[];

/** One occurrence: a stretch of a session's work clock. */
export interface Stretch {
  /** Index of the profile. */
  at: number;
  fromMs: number;
  toMs: number;
  /** Transcript line; 0 when unknown. */
  line: number;
  /** Its length was measured (else assumed). */
  measured: boolean;
  /** It goes on with the occurrence of the stretch before. */
  isPart?: true;
  /** It came to an end: a failure that nothing ended is charged with its own call only. */
  ended: boolean;
}

/** A command pair seen in sessions: what failed, what then worked. */
export interface SeenFix {
  did: string;
  fix: string;
  sessions: number;
  /** Where it can be read. */
  session: string;
  line: number;
}

/** How failures ended: the same kind of call worked, another command did, after a file was changed, nothing, not told. */
export interface Endings {
  again: number;
  other: number;
  edited: number;
  none: number;
  untold: number;
}

/** What the words about a pattern are made from, by kind. */
export type PatternDetail =
  | {
      kind: 'error';
      /** The wording that all its errors share, values masked. */
      template: string;
      /** Shapes of the calls that failed, most frequent first. */
      shapes: string[];
      endings: Endings;
      fixes: SeenFix[];
      /** A program that is not there. */
      missing: string | null;
    }
  | { kind: 'retry'; shape: string; tries: number; succeeded: number; error: string | null }
  | { kind: 'poll'; shape: string; looks: number; example: string | null }
  | {
      kind: 'slow';
      shape: string;
      isCheck: boolean;
      medianMs: number;
      /** Null below 20 calls. */
      p95Ms: number | null;
      /** What is above this counts as waste: the baseline median, or the budget where all calls are over it. */
      referenceMs: number;
      /** Every call takes long, not only some. */
      standing: boolean;
      /** The median of the first half, where that of all is at least twice it: it has become slower. */
      earlierMs: number | null;
      calls: number;
      /** Read off transcripts, which do not tell a wait for approval from a slow call. */
      mayWait: boolean;
      slowest: { session: string; line: number; ms: number }[];
    }
  | { kind: 'routine'; steps: string[] };

/** A pattern of waste with every place it was seen. */
export interface Pattern {
  kind: PatternKind;
  /** Names it among those of its kind, in every run: what its id is made from. */
  key: string;
  /** Every key that means this pattern (the fingerprints of an error's wordings). */
  keys: string[];
  /** The repository it belongs to; null: of several, or of tools that know none. */
  repo: string | null;
  stretches: Stretch[];
  detail: PatternDetail;
}

/** Distinct sessions of a pattern. */
export function sessionsOf(pattern: Pick<Pattern, 'stretches'>): number {
  return new Set(pattern.stretches.map(({ at }) => at)).size;
}
