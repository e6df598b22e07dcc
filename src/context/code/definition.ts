/** What a definition is, in words that fit every language. */
export type DefinitionKind =
  | 'function'
  | 'method'
  | 'class'
  | 'interface'
  | 'type'
  | 'enum'
  | 'constant'
  | 'module'
  | 'test';

/** Something that a source file defines. Lines count from 1, both ends included. */
export interface Definition {
  name: string;
  kind: DefinitionKind;
  /** Name of the class, module or implemented type it stands in; null at the top of the file. */
  parent: string | null;
  /** The declaration without its body, on one line, at most 200 characters. */
  signature: string;
  /** First line, its comments, decorators and attributes included. */
  start: number;
  end: number;
  /** Other files may use it, by the rules of its language. */
  exported: boolean;
  /** Stands inside a function: a place to cut a long one at, not for lists. */
  inner: boolean;
}

/** A stretch of lines; both ends included. */
export interface LineRange {
  start: number;
  end: number;
}

/** What was found in one source text. Definitions stand in the order of their first lines, outer ones first. */
export interface SourceOutline {
  definitions: Definition[];
  /** Lines that only import, in order, adjacent ones joined. */
  imports: LineRange[];
}
