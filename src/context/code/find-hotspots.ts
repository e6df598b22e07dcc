import { compareText } from '../../base/text.ts';
import type { CodeHistory } from './code-history.ts';

/** A file that changes often. */
export interface Hotspot {
  path: string;
  /** Commits among the newest 3,000 that changed it. */
  commits: number;
  /** The same, each worth less the older it is and the more files it changed. */
  score: number;
}

/** After so many commits one counts for 1/e. */
const fading = 300;
/** Commits of more files count in proportion less: imports, renames, formatting. */
const bulkFiles = 50;
const lockFile =
  /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|yarn\.lock|[^/]*\.lock|go\.sum|CHANGELOG[^/]*)$/i;

/** The files that change most, of those that are there; lock files and change logs left out. */
export function findHotspots(history: CodeHistory, present: ReadonlySet<string>, most: number): Hotspot[] {
  const found = new Map<string, { commits: number; score: number }>();
  for (const [age, { files }] of history.commits.entries()) {
    const worth = Math.exp(-age / fading) * Math.min(1, bulkFiles / files.length);
    for (const path of files) {
      if (!present.has(path) || lockFile.test(path)) continue;
      const spot = found.get(path) ?? { commits: 0, score: 0 };
      spot.commits++;
      spot.score += worth;
      found.set(path, spot);
    }
  }
  return [...found]
    .map(([path, { commits, score }]) => ({ path, commits, score: Math.round(score * 1000) / 1000 }))
    .sort((a, b) => b.score - a.score || compareText(a.path, b.path))
    .slice(0, most);
}
