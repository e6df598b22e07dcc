import type { Cuts } from './byte-cuts.ts';
import type { TranscriptEvent } from './event.ts';

/** Turns the parsed lines of one transcript file into events; holds only the state of that file. */
export interface TranscriptDecoder {
  /**
   * `value` is the parsed JSON of physical line `line`. Returns [] for a line without meaning for us, and undefined
   * for one of a shape the format never writes (it is counted as `wrong_shape`).
   */
  push(value: unknown, line: number): readonly TranscriptEvent[] | undefined;
  /** Called once after the last line; formats that buffer (one-document formats) return their events here. */
  end(): readonly TranscriptEvent[];
}

/** One agent's transcript format. Adding an agent is one file with one of these, a registry line, a fixture folder. */
export interface TranscriptFormat {
  /** Stable id, also the agent name in paths and facts: `claude-code`, `codex`. */
  id: string;
  /** What a person calls it. */
  title: string;
  /** How sure the parsed first lines of a file are ours: 0 no … 1 certain. By content, never by path. */
  detect(head: readonly unknown[]): number;
  /**
   * Looks at the bytes of a line before it is parsed. null: nothing is read from such a line, drop it. Else the ranges
   * that hold what is dropped anyway (whole file contents, base64). It must never drop a line that `push` would use;
   * a range may be wrong about an odd line: if the rest does not parse, the whole line is parsed instead.
   * Absent: every line is parsed whole.
   */
  trim?(line: Buffer): Cuts | null;
  decoder(file: string): TranscriptDecoder;
}
