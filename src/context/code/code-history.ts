/** One commit as history is read: not a merge. */
export interface HistoryCommit {
  oid: string;
  /** Paths it changed. */
  files: readonly string[];
  /** Hashes of the terms of its message, each once. */
  terms: Uint32Array;
}

/** Newest commits first, and how far they may be trusted. */
export interface CodeHistory {
  commits: readonly HistoryCommit[];
  /** History ends at the edge of a shallow clone. */
  shallow: boolean;
}

/** Commits from which on messages and recency are worth a weight of their own (spec 07 §4). */
export const enoughCommits = 50;

const urls = /https?:\/\/\S+/g;
const references = /\(?#\d+\)?|\b(?:gh|pr|issue)-?\d+\b/gi;
const trailers =
  /^(?:co-authored-by|signed-off-by|reviewed-by|acked-by|tested-by|change-id|git-svn-id|cc|reported-by|suggested-by|helped-by|reviewed-on|differential revision|cherry picked from)\b:?.*$/gim;
const longestMessage = 4000;

/** A commit message without trailers, links and issue numbers, which name no code. */
export function subjectMatter(message: string): string {
  return message
    .slice(0, longestMessage)
    .replace(trailers, '')
    .replace(urls, '')
    .replace(references, '')
    .replace(/^-{3,}.*$/gm, '');
}
