import { terminalSafe } from '../base/text.ts';
import { formatRepoMap } from '../context/code/format-repo-map.ts';
import type { RepoMap } from '../context/code/repo-map.ts';
import type { CommandResult } from './command.ts';

/** The map as Markdown for people and prompts, and as JSON in the seed's shape. */
export function renderMap(map: RepoMap, now: Date, budgetTokens: number): CommandResult {
  return {
    data: {
      root: map.root,
      generated_at: now.toISOString(),
      commit: map.commit,
      tree: map.files.map(({ path, type, language, size, exports }) => ({
        path,
        type,
        language,
        size,
        exports_count: exports,
      })),
      exports: Object.fromEntries(map.exports.map(({ path, definitions }) => [path, definitions])),
      read_by_patterns: map.exports.filter(({ by }) => by === 'patterns').map(({ path }) => path),
      tests: Object.fromEntries(map.tests.map(({ source, tests }) => [source, tests])),
      scripts: map.scripts,
      hotspots: map.hotspots,
      left_out: map.leftOut,
      notes: map.notes,
    },
    text: terminalSafe(formatRepoMap(map, budgetTokens)),
    exitCode: map.files.length === 0 ? 1 : 0,
  };
}
