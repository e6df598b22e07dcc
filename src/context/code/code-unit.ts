/** A definition-sized piece of a file, or the whole of it. Lines count from 1, both ends included. */
export interface CodeUnit {
  path: string;
  start: number;
  end: number;
  /** Tokens of its text, estimated; the pack as a whole is counted exactly. */
  tokens: number;
  /** Name of what is defined there, where it is known. */
  symbol?: string;
  /** The unit is the whole file. */
  whole: boolean;
}
