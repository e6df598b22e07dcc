import { compareText } from '../../base/text.ts';
import { subjectMatter } from './code-history.ts';
import { isBuiltPath } from './file-class.ts';
import { languageOf } from './languages.ts';

/** A commit as a task is made from it. */
export interface PastCommit {
  oid: string;
  parents: readonly string[];
  author: string;
  subject: string;
  /** Subject and body. */
  message: string;
  changes: readonly { added: boolean; path: string }[];
}

/** A past change as a question: what its message asks for, and the files it changed. */
export interface EvalTask {
  commit: string;
  /** The commit before it: nothing later may be looked at. */
  parent: string;
  subject: string;
  query: string;
  /** Source files that the commit changed and that were there before. */
  gold: readonly string[];
}

const routine =
  /^(?:merge|revert|releas|publish|bump|prepare|version|v?\d+\.\d+|(?:chore|build|fix|ci)\((?:release|deps)[^)]*\)|(?:style|lint|docs?)[:(]|update (?:all )?(?:dep|change|readme|contrib|author|copyright|licen)|upgrade dep|\[(?:maven-release|pre-commit|ci skip)|auto-?update|format|reformat|run (?:prettier|black|gofmt|rustfmt|eslint)|cargo fmt|go ?fmt|fix (?:typo|lint|format|whitespace|indent)|typo)/i;
const robot = /\[bot\]|renovate|dependabot|greenkeeper|github-actions|semantic-release|pre-commit-ci/i;
const shortestQuery = 20;
const mostSources = 8;
const mostChanges = 60;
const mostEligible = 1500;

/**
 * Tasks from the past, spread evenly over the newest eligible commits, newest first (spec 07 §11 and the rules of its
 * harness): no merges, robots, releases or formatting; 1 to 8 changed source files; a message that says something.
 * Changed paths that the message names are taken out of the query, so that the answer is not in the question.
 */
export function makeEvalTasks(commits: readonly PastCommit[], count: number): EvalTask[] {
  const eligible: EvalTask[] = [];
  for (const commit of commits) {
    const task = eligible.length < mostEligible ? taskOf(commit) : undefined;
    if (task) eligible.push(task);
  }
  const chosen = Math.min(count, eligible.length);
  return Array.from(
    { length: chosen },
    (_, at) => eligible[Math.floor((at * eligible.length) / chosen)] as EvalTask,
  );
}

function taskOf({ oid, parents, author, subject, message, changes }: PastCommit): EvalTask | undefined {
  const parent = parents[0];
  if (parent === undefined || parents.length > 1 || routine.test(subject) || robot.test(author))
    return undefined;
  const sources = changes.filter(({ path }) => languageOf(path) && !isBuiltPath(path));
  if (sources.length === 0 || sources.length > mostSources || changes.length > mostChanges) return undefined;
  const gold = sources.filter(({ added }) => !added).map(({ path }) => path);
  const asked = subjectMatter(message).trim();
  if (gold.length === 0 || asked.length < shortestQuery) return undefined;
  const query = withoutPaths(
    asked,
    changes.map(({ path }) => path),
  );
  return query === '' ? undefined : { commit: oid, parent, subject, query, gold };
}

/** Takes literal paths, their ends, names and dotted module names of the files out of a text. */
function withoutPaths(text: string, paths: readonly string[]): string {
  const named = new Set<string>();
  for (const path of paths) {
    const parts = path.split('/');
    for (let from = 0; from < parts.length; from++) named.add(parts.slice(from).join('/'));
    const plain = path.replace(/\.[^./]+$/, '');
    if (plain.includes('/')) named.add(plain).add(plain.replaceAll('/', '.'));
  }
  const longestFirst = [...named].sort((a, b) => b.length - a.length || compareText(a, b));
  let left = text;
  for (const name of longestFirst) {
    const literal = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    left = left.replace(new RegExp(`(?<![\\w./-])${literal}(?![\\w/-])`, 'g'), ' ');
  }
  return left.replace(/[ \t]+/g, ' ').trim();
}

/** A subject as two copies of one change (backport, cherry-pick) share it. */
export function sameChange(subject: string): string {
  return subject
    .toLowerCase()
    .replace(/\(?#\d+\)?/g, '')
    .trim();
}
