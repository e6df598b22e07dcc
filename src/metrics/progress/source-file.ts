import { isBuiltPath, isSecretPath, isTestPath } from '../../context/code/file-class.ts';
import { extensionOf, languageOf } from '../../context/code/languages.ts';
import { commentSyntax } from './comment-syntax.ts';
import type { CodeOrigin } from './git-attributes.ts';
import type { FileMeasure } from './tree-metrics.ts';

/** How a source file is measured. */
export interface SourceFile {
  path: string;
  /** As `languageOf` names it. */
  language: string;
  isTest: boolean;
  docRule: FileMeasure['docRule'];
  /** The grammar that documentation is counted by. */
  grammar: string | null;
}

const fixtureFolder = /(?:^|\/)(?:fixtures?|__fixtures__|testdata|test-fixtures|__snapshots__)\//i;

/**
 * What a path is measured as; undefined for no source code, for what is generated or vendored (by attributes, else by
 * name), and for fixtures, which are neither tests nor source.
 */
export function sourceFileOf(path: string, origin: CodeOrigin): SourceFile | undefined {
  const language = languageOf(path)?.name;
  if (language === undefined || !commentSyntax.has(language) || isSecretPath(path)) return undefined;
  if (origin.generated || origin.vendored) return undefined;
  if (origin.generated === null && origin.vendored === null && isBuiltPath(path)) return undefined;
  if (fixtureFolder.test(path)) return undefined;
  const isTest = isTestPath(path);
  const docRule = isTest ? null : docRuleOf(path);
  return { path, language, isTest, docRule, grammar: docRule === null ? null : grammarOf(path) };
}

function docRuleOf(path: string): FileMeasure['docRule'] {
  const extension = extensionOf(path);
  if (extension === 'py') return 'python';
  return /^[cm]?[jt]sx?$/.test(extension) ? 'typescript' : null;
}

function grammarOf(path: string): string {
  const extension = extensionOf(path);
  if (extension === 'py') return 'python';
  if (extension === 'tsx') return 'tsx';
  return extension.includes('t') ? 'typescript' : 'javascript';
}

const packageFile = /^(?:(.*)\/)?(?:package\.json|pyproject\.toml|setup\.py|go\.mod|Cargo\.toml|pom\.xml)$/;

/** The folders that hold a package, `''` for the top. */
export function packageFolders(paths: readonly string[]): string[] {
  const folders = paths
    .filter((path) => !isBuiltPath(path) && !isTestPath(path))
    .flatMap((path) => {
      const found = packageFile.exec(path);
      return found ? [found[1] ?? ''] : [];
    });
  return [...new Set(folders)];
}
