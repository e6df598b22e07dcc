import { isTestPath } from './file-class.ts';
import { extensionOf, languageOf } from './languages.ts';

/** What a tracked file is for. */
export type FileType = 'source' | 'test' | 'config' | 'doc' | 'other';

const docs = new Set('md mdx markdown rst txt adoc asciidoc org'.split(' '));
const configs = new Set(
  'json jsonc json5 yml yaml toml ini cfg conf lock properties xml gradle editorconfig gitignore gitattributes npmrc nvmrc'.split(
    ' ',
  ),
);
const configNames =
  /(?:^|\/)(?:Dockerfile[^/]*|Makefile|makefile|GNUmakefile|justfile|Justfile|Rakefile|Gemfile|Procfile|CMakeLists\.txt|requirements[^/]*\.txt|[^/]+\.config\.[cm]?[jt]s|\.[^/.]+rc(?:\.[a-z]+)?|\.[^/]+ignore)$/;

/** The type of a file by its name. */
export function fileTypeOf(path: string): FileType {
  if (configNames.test(path)) return 'config';
  if (languageOf(path)) return isTestPath(path) ? 'test' : 'source';
  const extension = extensionOf(path);
  if (docs.has(extension)) return 'doc';
  return configs.has(extension) ? 'config' : 'other';
}
