/** How comments and strings of a language are written, as far as counting lines needs it. */
export interface CommentSyntax {
  line: readonly string[];
  /** Pairs of opening and closing mark. */
  block: readonly (readonly [string, string])[];
  /** Block comments may stand in block comments. */
  nested?: boolean;
  /** Marks that open and close a string; longer ones first. */
  strings: readonly string[];
  /** Which of the strings may go on over lines. */
  longStrings?: readonly string[];
  /** `'x'` is one character, and a lone `'` opens nothing. */
  characters?: boolean;
  /** `r#"…"#` of Rust. */
  rawStrings?: boolean;
  /** Backtick templates with `${…}` and regular expression literals. */
  script?: boolean;
  /** A triple-quoted string that is a statement of its own is documentation. */
  docstrings?: boolean;
  /** A line comment begins at a word only: `$#` and `${x#y}` of a shell are none. */
  atWord?: boolean;
}

const c: CommentSyntax = { line: ['//'], block: [['/*', '*/']], strings: ['"'], characters: true };
const tripled: CommentSyntax = { ...c, strings: ['"""', '"'], longStrings: ['"""'] };
const script: CommentSyntax = {
  line: ['//'],
  block: [['/*', '*/']],
  strings: ['"', "'"],
  script: true,
};
const markup: CommentSyntax = { ...script, block: [['<!--', '-->'], ...script.block] };
const hash: CommentSyntax = { line: ['#'], block: [], strings: ['"', "'"], longStrings: ['"', "'"] };

/** By the name `languageOf` gives; a language that is not here is not counted. */
export const commentSyntax: ReadonlyMap<string, CommentSyntax> = new Map<string, CommentSyntax>([
  ['TypeScript', script],
  ['JavaScript', script],
  ['Vue', markup],
  ['Svelte', markup],
  ['Astro', markup],
  [
    'Python',
    {
      line: ['#'],
      block: [],
      strings: ['"""', "'''", '"', "'"],
      longStrings: ['"""', "'''"],
      docstrings: true,
    },
  ],
  ['Go', { ...c, strings: ['"', '`'], longStrings: ['`'] }],
  ['Rust', { ...c, nested: true, longStrings: ['"'], rawStrings: true }],
  ['Zig', { ...c, block: [] }],
  ['Java', tripled],
  ['Groovy', { ...tripled, strings: ['"""', "'''", '"', "'"], characters: false }],
  ['C#', c],
  ['Dart', { ...c, strings: ['"""', "'''", '"', "'"], longStrings: ['"""', "'''"], characters: false }],
  ['Scala', { ...tripled, nested: true }],
  ['Kotlin', { ...tripled, nested: true }],
  ['Ruby', { ...hash, block: [['\n=begin', '\n=end']], strings: ['"', "'", '`'] }],
  ['PHP', { ...c, line: ['//', '#'], strings: ['"', "'"], longStrings: ['"', "'"], characters: false }],
  ['C', c],
  ['C++', c],
  ['Objective-C', c],
  ['Swift', { ...tripled, nested: true, characters: false }],
  ['Shell', { ...hash, atWord: true }],
  ['PowerShell', { ...hash, block: [['<#', '#>']] }],
  [
    'Lua',
    {
      line: ['--'],
      block: [
        ['--[[', ']]'],
        ['--[=[', ']=]'],
      ],
      strings: ['"', "'"],
    },
  ],
  ['Elixir', { ...hash, strings: ['"""', '"'], longStrings: ['"""', '"'] }],
  ['Erlang', { line: ['%'], block: [], strings: ['"'], characters: true }],
  ['Haskell', { line: ['--'], block: [['{-', '-}']], nested: true, strings: ['"'], characters: true }],
  ['OCaml', { line: [], block: [['(*', '*)']], nested: true, strings: ['"'], characters: true }],
  ['Clojure', { line: [';'], block: [], strings: ['"'], longStrings: ['"'] }],
  ['Emacs Lisp', { line: [';'], block: [], strings: ['"'], longStrings: ['"'] }],
  [
    'Julia',
    {
      ...hash,
      block: [['#=', '=#']],
      nested: true,
      strings: ['"""', '"'],
      longStrings: ['"""', '"'],
      characters: true,
    },
  ],
  ['R', hash],
  [
    'Perl',
    {
      ...hash,
      atWord: true,
      block: ['pod', 'head', 'over', 'item', 'for'].map((word) => [`\n=${word}`, '\n=cut'] as const),
    },
  ],
  ['SQL', { line: ['--'], block: [['/*', '*/']], strings: ["'", '"'], longStrings: ["'"] }],
  ['Protocol Buffers', c],
  ['GraphQL', { ...hash, strings: ['"""', '"'], longStrings: ['"""'] }],
  ['Terraform', { ...c, line: ['#', '//'], characters: false }],
  ['CSS', { line: [], block: [['/*', '*/']], strings: ['"', "'"] }],
]);
