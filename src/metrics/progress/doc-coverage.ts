/** A definition that wants documentation and has none. */
export interface UndocumentedName {
  name: string;
  /** Counted from 1. */
  line: number;
}

/** How many definitions of one file there are to document, and what is missing. */
export interface DocCoverage {
  total: number;
  documented: number;
  missing: readonly UndocumentedName[];
}

/** Sums up definitions that were found, in the order of the file. */
export function docCoverageOf(found: readonly (UndocumentedName & { documented: boolean })[]): DocCoverage {
  const missing = found.filter(({ documented }) => !documented).map(({ name, line }) => ({ name, line }));
  return { total: found.length, documented: found.length - missing.length, missing };
}
