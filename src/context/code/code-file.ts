/** A source file that may be ranked and packed. */
export interface CodeFile {
  /** Relative to the root, with forward slashes. */
  path: string;
  /** Git blob id of what is read: of the index for a clean file, of the work tree for a changed one. */
  oid: string;
  /** Shown name of the language. */
  language: string;
  bytes: number;
  lines: number;
  /** Tests and their fixtures. */
  test: boolean;
  /** Examples, documentation, benchmarks. */
  example: boolean;
  /** Changed or untracked in the work tree. */
  dirty: boolean;
}

/** Why files were left out before ranking, with how many. */
export interface LeftOut {
  reason: LeftOutReason;
  count: number;
}

/** Every reason a listed file is never ranked or packed. */
export type LeftOutReason =
  | 'denied'
  | 'not allowed'
  | 'secret-like'
  | 'vendored or built'
  | 'generated'
  | 'binary'
  | 'larger than 1 MB'
  | 'symbolic link'
  | 'submodule'
  | 'Git LFS pointer'
  | 'outside the sparse checkout'
  | 'not in this partial clone'
  | 'cannot be read';
