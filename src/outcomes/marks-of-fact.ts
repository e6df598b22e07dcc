import type { Fact } from '../knowledge/fact.ts';
import { shellSegments } from '../sessions/shell-segments.ts';

/** What an agent that follows a fact would show, and one that does not know it would hardly: nothing common is in here. */
export interface FactMarks {
  /** Words of commands that stand side by side. */
  commands: string[][];
  paths: string[];
  /** Flags, variables, pinned versions: single words with a shape of their own. */
  values: string[];
}

const spans = /`([^`\n]{3,200})`/g;
/** A span after one of these names what not to do. */
const negatedBefore =
  /\b(?:not|never|no|avoid|instead of|rather than|without|over|n['’]t|stop(?: using)?|forbidden|deprecated|remove[ds]?)\s+(?:\w+\s+){0,2}$/i;
const negatedAfter =
  /^\s*(?:fails?\b|failed|errors?\b|breaks?\b|hangs?\b|cannot|can['’]t|does(?: not|n['’]t)|do(?: not|n['’]t)|is (?:not|blocked|broken|wrong|missing|refused|deprecated|ignored|forbidden)|are (?:not|blocked)|was (?:not|blocked|removed)|won['’]t|no longer)/i;

/** The distinctive commands, paths and values of a fact; empty lists when everything it names is commonplace. */
export function marksOfFact(fact: Pick<Fact, 'title' | 'body' | 'paths' | 'keywords'>): FactMarks {
  const marks: FactMarks = { commands: [], paths: [], values: [] };
  const seen = new Set<string>();
  const add = (text: string) => {
    const mark = text.trim();
    if (mark === '' || seen.has(mark)) return;
    seen.add(mark);
    if (isDistinctivePath(mark)) marks.paths.push(mark.replace(/^\.\//, ''));
    else if (isDistinctiveValue(mark)) marks.values.push(mark);
    else {
      const words = distinctiveCommand(mark);
      if (words) marks.commands.push(words);
    }
  };
  for (const text of [fact.title, fact.body])
    for (const match of text.matchAll(spans)) {
      const before = text.slice(Math.max(0, match.index - 40), match.index);
      const after = text.slice(match.index + match[0].length, match.index + match[0].length + 30);
      if (!negatedBefore.test(before) && !negatedAfter.test(after)) add(match[1] as string);
      else seen.add((match[1] as string).trim());
    }
  for (const path of fact.paths) add(path);
  return marks;
}

const commonFiles = new Set(
  (
    'package.json package-lock.json pnpm-lock.yaml yarn.lock tsconfig.json readme.md changelog.md agents.md claude.md index.ts index.js index.tsx main.ts main.py main.go main.rs ' +
    'app.ts app.tsx app.py lib.rs mod.rs cargo.toml cargo.lock go.mod go.sum pyproject.toml requirements.txt setup.py makefile dockerfile docker-compose.yml .gitignore .env license __init__.py conftest.py'
  ).split(' '),
);

function isDistinctivePath(mark: string): boolean {
  if (/[\s*<>|"'`$(){}]|:\/\//.test(mark) || !/^[\w.@~/\\-]+$/.test(mark)) return false;
  const parts = mark.split(/[\\/]/).filter((part) => part !== '' && part !== '.' && part !== '..');
  const name = parts.at(-1) ?? '';
  if (commonFiles.has(name.toLowerCase())) return parts.length >= 3;
  const hasExtension = /^[\w.@-]*[A-Za-z0-9]\.[A-Za-z]{1,5}$/.test(name);
  return parts.length >= 2 && (hasExtension || parts.length >= 3) && mark.length >= 8;
}

const commonFlags = new Set(
  '--help --version --all --force --verbose --json --yes --no-color --quiet --watch --fix --check --write --save-dev --global --recursive --dry-run --amend --hard --cached --staged --oneline --stat --noEmit --release --debug --name-only --no-edit --silent --run --coverage --filter --config --output --input'.split(
    ' ',
  ),
);
const commonVariables = new Set([
  'NODE_ENV',
  'GITHUB_TOKEN',
  'API_KEY',
  'BASE_URL',
  'LOG_LEVEL',
  'DATABASE_URL',
]);

function isDistinctiveValue(mark: string): boolean {
  if (/\s/.test(mark)) return false;
  if (/^--[a-z][\w-]{3,}(?:=\S+)?$/i.test(mark))
    return mark.length >= 7 && !commonFlags.has(mark.replace(/=.*/, ''));
  if (/^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?:=\S*)?$/.test(mark))
    return mark.length >= 7 && !commonVariables.has(mark.replace(/=.*/, ''));
  // A version pinned to something: `next@14.2.3`, `python==3.11`.
  return /^@?[\w./-]+(?:@|==|=)v?\d[\w.-]*$/.test(mark) && mark.length >= 6;
}

/** Commands any session may run without having been told. */
const commonCommands =
  /^(?:(?:npm|pnpm|yarn|bun)(?: run)?(?: (?:i|ci|install|test|t|build|start|dev|lint|format|typecheck|types|check))?|git (?:status|diff|log|add|commit|push|pull|fetch|checkout|stash|branch|show|rebase|merge|reset|restore|switch|clone|init)(?: \S+)?|cargo (?:build|test|check|run|fmt|clippy)|go (?:build|test|vet|run|mod tidy)(?: \.\/\.\.\.| \.)?|make(?: \w+)?|pytest(?: \S+)?|python3?(?: -m)? \S+|node \S+|tsc(?: --noEmit)?|npx tsc(?: --noEmit)?|npx (?:vitest|jest|eslint|prettier)(?: \S+)?|docker (?:build|ps|compose up|compose down)(?: -d)?|(?:ls|cd|cat|rm|mkdir|cp|mv|grep|rg|find|sed|echo|touch|chmod)\b.*|mvn (?:test|package|install)|dotnet (?:build|test|run)|\.?\/?gradlew? (?:build|test))$/;

function distinctiveCommand(mark: string): string[] | undefined {
  if (mark.length < 8 || !/^[A-Za-z.][\w./-]*\s+\S/.test(mark) || /[<>{}…]|\.\.\.(?!\S*$)/.test(mark))
    return undefined;
  if (commonCommands.test(mark.replace(/\s+/g, ' '))) return undefined;
  const [segment, ...more] = shellSegments(mark);
  if (!segment || more.length > 0 || segment.words.length < 2) return undefined;
  // A phrase of prose in backticks is no command: programs are lower case, and sentences have small words.
  if (
    !/^[a-z0-9._/-]+$/.test(segment.words[0] ?? '') ||
    segment.words.some((word) => /^(?:the|is|are|a|an|to|of|and|or|for|with|must|should)$/.test(word))
  )
    return undefined;
  return segment.words;
}
