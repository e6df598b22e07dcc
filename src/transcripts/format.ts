import type { TranscriptEvent } from './event.ts';

/** Turns the parsed lines of one transcript file into events; holds only the state of that file. */
export interface TranscriptDecoder {
  /** `value` is the parsed JSON of physical line `line`. Returns [] for a line without meaning for us. */
  push(value: unknown, line: number): TranscriptEvent[];
  /** Called once after the last line; formats that buffer (one-document formats) return their events here. */
  end(): TranscriptEvent[];
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
   * Cheap byte test before JSON.parse: false drops the line unparsed (progress, snapshots). Must never drop a line
   * that `decoder.push` would use. Absent: every line is parsed.
   */
  wants?(line: Uint8Array): boolean;
  decoder(file: string): TranscriptDecoder;
}
