/** How definitions of a language are recognised; languages that declare alike share one. */
export const definitionForms = [
  'none',
  'script',
  'python',
  'go',
  'rust',
  'java',
  'kotlin',
  'ruby',
  'php',
  'c',
  'swift',
  'shell',
  'lisp',
  'elixir',
] as const;

/** A way to recognise definitions. */
export type DefinitionForm = (typeof definitionForms)[number];

/** A programming language as it is shown, with the form of its definitions. */
export interface Language {
  name: string;
  form: DefinitionForm;
}

/** Name, form and file name extensions. */
const table: readonly (readonly [string, DefinitionForm, string])[] = [
  ['TypeScript', 'script', 'ts mts cts tsx'],
  ['JavaScript', 'script', 'js mjs cjs jsx'],
  ['Vue', 'script', 'vue'],
  ['Svelte', 'script', 'svelte'],
  ['Astro', 'script', 'astro'],
  ['Python', 'python', 'py pyi pyx'],
  ['Go', 'go', 'go'],
  ['Rust', 'rust', 'rs'],
  ['Zig', 'rust', 'zig'],
  ['Java', 'java', 'java'],
  ['Groovy', 'java', 'groovy gradle'],
  ['C#', 'java', 'cs'],
  ['Dart', 'java', 'dart'],
  ['Scala', 'kotlin', 'scala'],
  ['Kotlin', 'kotlin', 'kt kts'],
  ['Ruby', 'ruby', 'rb rake'],
  ['PHP', 'php', 'php'],
  ['C', 'c', 'c h'],
  ['C++', 'c', 'cc cpp cxx hpp hh hxx'],
  ['Objective-C', 'c', 'm mm'],
  ['Swift', 'swift', 'swift'],
  ['Shell', 'shell', 'sh bash zsh fish'],
  ['PowerShell', 'php', 'ps1 psm1'],
  ['Lua', 'php', 'lua'],
  ['Elixir', 'elixir', 'ex exs'],
  ['Erlang', 'none', 'erl hrl'],
  ['Haskell', 'none', 'hs'],
  ['OCaml', 'none', 'ml mli'],
  ['Clojure', 'lisp', 'clj cljs cljc'],
  ['Emacs Lisp', 'lisp', 'el'],
  ['Julia', 'php', 'jl'],
  ['R', 'none', 'r'],
  ['Perl', 'none', 'pl pm'],
  ['SQL', 'none', 'sql'],
  ['Protocol Buffers', 'go', 'proto'],
  ['GraphQL', 'script', 'graphql gql'],
  ['Terraform', 'none', 'tf'],
  ['CSS', 'none', 'css scss less'],
];

const byExtension = new Map<string, Language>(
  table.flatMap(([name, form, extensions]) =>
    extensions.split(' ').map((extension): [string, Language] => [extension, { name, form }]),
  ),
);

/** The extension of a path in lower case without the dot; '' when there is none. */
export function extensionOf(path: string): string {
  const base = path.slice(path.lastIndexOf('/') + 1);
  const dot = base.lastIndexOf('.');
  return dot < 0 ? '' : base.slice(dot + 1).toLowerCase();
}

/** The language of a source file by its name; undefined for everything that is not source code. */
export function languageOf(path: string): Language | undefined {
  return byExtension.get(extensionOf(path));
}
